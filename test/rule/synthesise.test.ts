import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTime } from "../../src/event/time.ts";
import type { RuleIr } from "../../src/rule/ir.ts";
import type { RuleTest } from "../../src/rule/parse-tests.ts";
import { synthesise } from "../../src/rule/synthesise/synthesise.ts";
import { checkGolden } from "../dialect/golden.ts";
import { loadRule, ruleNames } from "../engine/rules.ts";
import { evaluate } from "../oracle/evaluate.ts";
import { KINDS, randomRule } from "./random-rule.ts";

interface Outline {
  readonly entity: readonly (readonly [string, string])[];
  readonly time: string | undefined;
  readonly value: number | undefined;
  readonly limit: number | undefined;
  readonly events: number | undefined;
}

function ordered(entity: Readonly<Record<string, string>>): Outline["entity"] {
  return Object.entries(entity).sort(([a], [b]) => (a < b ? -1 : 1));
}

function expectedOf({ expect: alerts }: RuleTest): readonly Outline[] {
  return alerts.map(({ entity, timeMs, value, limit, events }) => {
    const time = timeMs === undefined ? undefined : formatTime(timeMs);
    return { entity: ordered(entity), time, value, limit, events };
  });
}

function judgedBy(rule: RuleIr, { events }: RuleTest): readonly Outline[] {
  return evaluate(rule, events, true).map(({ entity, time, value, limit, event_ids }) => {
    return { entity: ordered(entity), time, value, limit, events: event_ids.length };
  });
}

function expectAgreement(rule: RuleIr): void {
  for (const test of synthesise(rule).cases)
    expect({ case: test.name, alerts: expectedOf(test) }).toEqual({
      case: test.name,
      alerts: judgedBy(rule, test),
    });
}

describe("what boundary cases expect is what a naive evaluation finds", {
  timeout: 120_000,
}, () => {
  it.each(ruleNames)("for %s", (name) => {
    expectAgreement(loadRule(name));
  });

  it.each(KINDS)("for random rules of kind %s", (kind) => {
    fc.assert(fc.property(randomRule(kind), expectAgreement), { numRuns: 60 });
  });
});

/** Cases as a reader sees them: how many events, and what they must raise. */
function outline(rule: RuleIr): string {
  const { cases, skipped } = synthesise(rule);
  const rows = cases.map((test) => {
    const alerts = expectedOf(test).map(({ time, value, limit, events }) => {
      return `    alert at ${time}, value ${value}, limit ${limit}, ${events} events\n`;
    });
    return `${test.name}\n  ${test.events.length} lines\n${alerts.join("")}`;
  });
  const reasons = skipped.map(({ name, reason }) => `${name}\n  skipped: ${reason}\n`);
  return [...rows, ...reasons].join("");
}

/** The starter rules, and one rule of each kind that they do not have. */
const SHOWN = [
  "anomalous-mcp-volume",
  "high-volume-user",
  "off-hours-sensitive-access",
  "prompt-injection",
  "restricted-data-access",
  "new-mcp-server",
  "permission-upgrade-then-restricted-access",
  "source-silent",
  "unknown-classification-share",
];

checkGolden(
  "synthesise",
  new Map(SHOWN.map((name) => [`${name}.txt`, () => outline(loadRule(name))])),
);

describe("synthesis", () => {
  it("names every case of a rule once", () => {
    for (const name of ruleNames) {
      const { cases, skipped } = synthesise(loadRule(name));
      const names = [...cases, ...skipped].map((one) => one.name);
      expect(new Set(names).size, name).toBe(names.length);
    }
  });

  it("says which cases a rule makes impossible, and why", () => {
    const rule = loadRule("anomalous-mcp-volume");
    if (rule.detection.kind !== "threshold") throw new Error("kind");
    const { detection } = rule;
    const huge = synthesise({ ...rule, detection: { ...detection, greaterThan: 50_000 } });
    expect(huge.skipped).toContainEqual({
      name: "greater_than: 50001 fires",
      span: rule.spans["detect.greater_than"],
      reason: "it takes an amount that at most 10000 matching events cannot add up to",
    });
    const large = synthesise({ ...rule, detection: { ...detection, greaterThan: 9000 } });
    const lines = large.cases.reduce((sum, { events }) => sum + events.length, 0);
    expect(lines).toBeLessThanOrEqual(200_000);
    expect(large.cases.map(({ name }) => name)).toContain("greater_than: 9001 fires");
    const span = rule.span;
    const never = { kind: "not", of: { kind: "always", span }, span } as const;
    const nothing = synthesise({ ...rule, detection: { ...detection, where: never } });
    expect(nothing.cases).toEqual([]);
    expect(nothing.skipped.map(({ reason }) => reason)).toEqual([
      "no event matches and belongs to an entity",
    ]);
  });

  it("points at a comparison that can never decide", () => {
    const rule = loadRule("prompt-injection");
    const span = { ...rule.span, line: 99 };
    const leaf = { kind: "equals", field: "department", value: "hr", span: rule.span } as const;
    const session = { kind: "present", field: "session_id", span } as const;
    const both = { kind: "all", of: [leaf, session], span: rule.span } as const;
    const where = { kind: "any", of: [leaf, both], span: rule.span } as const;
    const { skipped } = synthesise({ ...rule, detection: { kind: "each", where } });
    expect(skipped).toContainEqual({
      name: "where: exists session_id",
      span,
      reason: "no event lets this comparison decide: the rest of the predicate does",
    });
  });
});
