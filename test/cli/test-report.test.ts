import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJson } from "../../src/cli/test/render-json.ts";
import { renderJunit } from "../../src/cli/test/render-junit.ts";
import { renderText } from "../../src/cli/test/render-text.ts";
import { hasFailed, percent, type RuleReport, scoreOf } from "../../src/cli/test/report.ts";
import type { MutantOutcome } from "../../src/engine/mutation.ts";
import type { TestOutcome } from "../../src/engine/run-tests.ts";
import { mutantsOf } from "../../src/rule/mutate/mutate.ts";
import { loadRule } from "../engine/rules.ts";
import { parseXml, type XmlElement } from "./xml.ts";

const rule = loadRule("prompt-injection");
const span = { file: "rules/x/tests.yaml", line: 7, column: 3, length: 4 };

function outcome(name: string, differences: readonly string[]): TestOutcome {
  const test = { name, span, parameters: {}, events: [], expect: [] };
  return { rule: rule.name, test, differences, alerts: [] };
}

const [first, second, third, ...others] = mutantsOf(rule);
if (!first || !second || !third) throw new Error("mutants");
const dead: readonly MutantOutcome[] = others.map((mutant) => ({ mutant, killedByBoundary: "b" }));

const report: RuleReport = {
  rule: rule.name,
  cases: [outcome("holds", []), outcome("fails", ["value is 1, expected 2", "time is late"])],
  boundaries: [outcome("where: at the edge", [])],
  skipped: [{ name: "where: nowhere", span, reason: "the rule fixes it" }],
  mutants: [
    { mutant: first, killedByCase: "holds" },
    { mutant: second },
    { mutant: third, equivalent: "they mean the same" },
    ...dead,
  ],
};

function entries(xml: string): readonly XmlElement[] {
  return parseXml(xml).children.flatMap(({ children }) => children);
}

function fateOf({ children }: XmlElement): string {
  return children[0]?.name ?? "passed";
}

describe("JUnit XML", () => {
  it("has cases, boundaries and mutants with their places", () => {
    const [suite] = parseXml(renderJunit([report], 0.5)).children;
    const total = 4 + report.mutants.length;
    expect(suite?.attributes).toEqual({
      name: "prompt-injection",
      tests: String(total),
      failures: "1",
      skipped: "3",
    });
    const all = suite?.children ?? [];
    expect(all).toHaveLength(total);
    expect(all[1]).toMatchObject({
      name: "testcase",
      attributes: { classname: "prompt-injection", name: "fails", file: span.file, line: "7" },
      children: [
        {
          name: "failure",
          attributes: { message: "value is 1, expected 2" },
          text: "value is 1, expected 2\ntime is late",
        },
      ],
    });
    expect(all[3]?.children[0]?.attributes).toEqual({ message: "the rule fixes it" });
    expect(new Set(all.map(({ attributes }) => attributes["classname"]))).toEqual(
      new Set(["prompt-injection", "prompt-injection.boundary", "prompt-injection.mutant"]),
    );
    expect(all.every(({ attributes }) => !("time" in attributes))).toBe(true);
  });

  it("fails survivors only where too many survive", () => {
    const survivor = (floor: number): string =>
      entries(renderJunit([report], floor)).map(fateOf)[5] ?? "";
    expect(survivor(0.5)).toBe("skipped");
    expect(survivor(1)).toBe("failure");
  });

  it("is well-formed whatever names and differences hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, text) => {
        const hostile = { ...report, rule: name, cases: [outcome(name, [text, text])] };
        expect(entries(renderJunit([hostile], 0.95)).length).toBe(3 + report.mutants.length);
      }),
    );
  });
});

describe("scores", () => {
  it("count neither equivalent mutants nor round up to all", () => {
    const score = scoreOf(report.mutants);
    expect(score).toMatchObject({
      counted: report.mutants.length - 1,
      equivalent: 1,
      killed: report.mutants.length - 2,
      killedByCases: 1,
    });
    expect(percent(0.9999)).toBe("99.9 %");
    expect(scoreOf([]).share).toBe(1);
  });

  it("fail a rule below the floor, and one with a failing case", () => {
    const sound = { ...report, cases: [] };
    expect(hasFailed(sound, 0.5)).toBe(false);
    expect(hasFailed(sound, 1)).toBe(true);
    expect(hasFailed(report, 0)).toBe(true);
  });
});

it("text names survivors with their place, and the rules below the floor", () => {
  const text = renderText([report], { colour: false, verbose: false, floor: 1 });
  expect(text).toContain(`survived: ${second.change} at ${second.span.file}:${second.span.line}`);
  expect(text).toContain("below 100.0 %: prompt-injection");
  expect(text).not.toContain("they mean the same");
  const verbose = renderText([report], { colour: false, verbose: true, floor: 1 });
  expect(verbose).toContain("they mean the same");
  expect(verbose).toContain("skipped: the rule fixes it");
});

it("JSON tells the fate of each mutant", () => {
  const [row] = JSON.parse(renderJson([report], 0.5)) as { mutants: { fate: string }[] }[];
  expect(row?.mutants.slice(0, 4).map(({ fate }) => fate)).toEqual([
    "killed",
    "survived",
    "equivalent",
    "killed",
  ]);
});
