import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaseBatch } from "../../src/engine/case-batch.ts";
import { type RuleVerdict, type Trial, tryRule } from "../../src/engine/mutation.ts";
import { runRuleTest } from "../../src/engine/run-tests.ts";
import type { RuleIr } from "../../src/rule/ir.ts";
import { mutantsOf } from "../../src/rule/mutate/mutate.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import type { RuleTest } from "../../src/rule/parse-tests.ts";
import { synthesise } from "../../src/rule/synthesise/synthesise.ts";
import { evaluate } from "../oracle/evaluate.ts";
import { KINDS, randomRule } from "../rule/random-rule.ts";
import { MemoryStore } from "./memory-store.ts";
import { loadCases, loadRule, ruleNames, ruleText } from "./rules.ts";

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

function tuned(name: string, test: RuleTest): Trial {
  const parsed = parseRule(ruleText(name), `rules/${name}/rule.yaml`, test);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return { rule: parsed.value, test };
}

function tryAll(
  rule: RuleIr,
  cases: readonly Trial[],
  boundaries: readonly RuleTest[],
): Promise<RuleVerdict> {
  return tryRule(memory.store, {
    rule,
    cases,
    boundaries,
    mutants: mutantsOf(rule),
    onMutant: () => {},
  });
}

function survivors({ mutants }: RuleVerdict): readonly string[] {
  return mutants
    .filter((one) => !one.killedByCase && !one.killedByBoundary && !one.equivalent)
    .map(({ mutant }) => mutant.change);
}

describe.each(ruleNames)("%s", (name) => {
  const rule = loadRule(name);
  const { cases: boundaries } = synthesise(rule);
  const trials = loadCases(name).map((test) => tuned(name, test));

  it("raises what its boundary cases expect, and no mutant gets away", async () => {
    const verdict = await tryAll(rule, trials, boundaries);
    const wrong = verdict.boundaries.filter(({ differences }) => differences.length > 0);
    expect(wrong.map(({ test, differences }) => [test.name, differences])).toEqual([]);
    expect(survivors(verdict)).toEqual([]);
  });

  it("raises in a batch of cases what it raises in each alone", async () => {
    const own = loadCases(name).filter(({ parameters }) => Object.keys(parameters).length === 0);
    const tests = [...own, ...boundaries.filter(({ events }) => events.length < 50)];
    const batch = await CaseBatch.load(memory.store, [rule], tests);
    const together = await batch.run(rule);
    for (const [index, test] of tests.entries()) {
      const { alerts } = await runRuleTest(memory.store, rule, test);
      expect(together[index], test.name).toEqual(alerts);
    }
  }, 60_000);
});

describe("a batch of boundary cases", () => {
  it.each(KINDS)(
    "raises what a naive evaluation finds, for random rules of kind %s",
    async (kind) => {
      const property = fc.asyncProperty(randomRule(kind), async (rule) => {
        const { cases } = synthesise(rule);
        if (cases.length === 0) return;
        const batch = await CaseBatch.load(memory.store, [rule], cases);
        const found = await batch.run(rule);
        for (const [index, test] of cases.entries())
          expect(found[index], test.name).toEqual(evaluate(rule, test.events, true));
      });
      await fc.assert(property, { numRuns: 12 });
    },
    60_000,
  );
});

describe("weak tests", () => {
  const rule = loadRule("anomalous-mcp-volume");
  const all = loadCases("anomalous-mcp-volume").map((test) => tuned("anomalous-mcp-volume", test));
  const quiet = all.filter(({ test }) => test.expect.length === 0).slice(0, 1);

  it("let mutants survive, which are named", async () => {
    const verdict = await tryAll(rule, quiet, []);
    const left = survivors(verdict);
    expect(left).toContain("greater_than 50 → 51");
    expect(left).toContain("within 10m → 10m − 1ms");
    expect(left).not.toContain("greater_than 50 → 49");
  });

  it("that fail on the rule itself condemn no mutant", async () => {
    const broken = quiet.map(({ rule: own, test }): Trial => {
      return { rule: own, test: { ...test, expect: [{ entity: { session_id: "nobody" } }] } };
    });
    const verdict = await tryAll(rule, broken, []);
    expect(survivors(verdict)).toHaveLength(mutantsOf(rule).length);
  });

  it("are judged without the limit that alerts repeat", async () => {
    const firing = all.filter(({ test }) => test.name.startsWith("fires when all queries"));
    const [trial] = firing;
    if (trial === undefined) throw new Error("case");
    const events = [...trial.test.events, ...trial.test.events].map((event, index) => {
      return { ...event, event_id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}` };
    });
    const expected = trial.test.expect.map((one) => ({ ...one, value: 102, limit: 50 }));
    const test: RuleTest = { ...trial.test, events, expect: expected };
    const verdict = await tryAll(rule, [{ rule, test }], []);
    expect(survivors(verdict)).toContain("greater_than 50 → 51");
  });

  it("with a wrong expectation are told what differs", async () => {
    const boundaries = synthesise(rule).cases.map((test) => {
      const alert = { entity: {}, timeMs: 0 };
      return test.name === "greater_than: 50 is not enough" ? { ...test, expect: [alert] } : test;
    });
    const verdict = await tryAll(rule, [], boundaries);
    const wrong = verdict.boundaries.filter(({ differences }) => differences.length > 0);
    expect(wrong.map(({ test, differences }) => [test.name, differences])).toEqual([
      ["greater_than: 50 is not enough", ["alert 1 is missing: no entity"]],
    ]);
  });
});
