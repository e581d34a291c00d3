import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { compileSigma } from "../../../src/dialect/sigma/rule.ts";
import type { Predicate, RuleIr } from "../../../src/rule/ir.ts";
import { constructs, goldenTexts, ruleOver, ruleWhere, shippedRules } from "../cases.ts";
import { checkGolden } from "../golden.ts";
import { checkSigmaDocuments, conditionNames } from "./document.ts";

checkGolden("sigma", goldenTexts(compileSigma));

const rules = [...shippedRules().map((rule) => [rule.name, rule] as const), ...constructs];

/** The documents of a rule, read as YAML 1.2 and as YAML 1.1, which most Sigma tools do. */
function documentsOf(rule: RuleIr, version: "1.1" | "1.2" = "1.2"): readonly unknown[] {
  return compileSigma(rule).texts.map(({ text }) => parse(text, { version }));
}

describe("a Sigma document", () => {
  it.each(rules)("of %s is valid, and its names exist", (_, rule) => {
    expect(checkSigmaDocuments(documentsOf(rule))).toEqual([]);
    expect(documentsOf(rule, "1.1")).toEqual(documentsOf(rule, "1.2"));
  });

  it("would be caught if it were wrong", () => {
    const rule = constructs.get("threshold-count");
    const [base, correlation] = rule === undefined ? [] : documentsOf(rule);
    const part = (correlation as { correlation: object }).correlation;
    for (const broken of [
      [correlation],
      [base, { ...(correlation as object), correlation: { ...part, timespan: "10 min" } }],
      [base, { ...(correlation as object), correlation: { ...part, condition: {} } }],
      [base, { ...(correlation as object), correlation: { ...part, condition: { gt: "fifty" } } }],
      [{ ...(base as object), detection: { off: { a: 1 }, condition: "off" } }, correlation],
      [{ ...(base as object), detection: { a: { b: 1 }, condition: "c" } }, correlation],
      [{ ...(base as object), severity: "high" }, correlation],
      [base, { ...(correlation as object), name: (base as { name: string }).name }],
    ]) {
      expect(checkSigmaDocuments(broken)).not.toEqual([]);
    }
  });

  it("has ids and names of its own", () => {
    const documents = shippedRules().flatMap((rule) => documentsOf(rule)) as {
      id: string;
      name: string;
    }[];
    expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
    expect(new Set(documents.map(({ name }) => name)).size).toBe(documents.length);
  });
});

/** Sigma's wildcard pattern as what it matches: literal characters, or a wildcard. */
function readPattern(pattern: string): string {
  let value = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const next = pattern[at + 1] ?? "";
    if (pattern[at] === "\\" && "\\*?".includes(next) && next !== "") {
      value += next;
      at += 1;
    } else if ("*?".includes(pattern[at] ?? "")) throw new Error(`wildcard in ${pattern}`);
    else value += pattern[at];
  }
  return value;
}

const span = ruleWhere("always").span;

describe("a value", () => {
  it("survives YAML and wildcards, whatever it is", () => {
    const awkward = fc.string({
      unit: fc.constantFrom("*", "?", "\\", "'", '"', ":", "#", "\n", " ", "-", "é", "中", "1"),
    });
    const words = fc.constantFrom(
      "on",
      "no",
      "yes",
      "null",
      "1e3",
      "0777",
      "2026-01-01",
      "12:30:45",
    );
    fc.assert(
      fc.property(fc.oneof(awkward, words, fc.string({ unit: "grapheme" })), (value) => {
        const rule = ruleOver({ kind: "equals", field: "mcp_tool", value, span });
        for (const version of ["1.1", "1.2"] as const) {
          const [document] = documentsOf(rule, version) as [
            { detection: { mcp_tool: { "mcp_tool|cased": unknown } } },
          ];
          const found = document.detection.mcp_tool["mcp_tool|cased"];
          expect(typeof found).toBe("string");
          expect(readPattern(String(found))).toBe(value);
        }
      }),
    );
  });
});

type Truth = Readonly<Record<string, boolean>>;

/** Evaluates a condition over selections by Sigma's precedence: not, and, or. */
function conditionHolds(condition: string, truth: Truth): boolean {
  const words = condition.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const unit = (): boolean => {
    const word = words[at];
    at += 1;
    if (word === "not") return !unit();
    if (word !== "(") return truth[word ?? ""] ?? false;
    const inner = disjunction();
    at += 1;
    return inner;
  };
  const conjunction = (): boolean => {
    let all = unit();
    while (words[at] === "and") {
      at += 1;
      const next = unit();
      all &&= next;
    }
    return all;
  };
  const disjunction = (): boolean => {
    let any = conjunction();
    while (words[at] === "or") {
      at += 1;
      const next = conjunction();
      any ||= next;
    }
    return any;
  };
  return disjunction();
}

const flags = ["a", "b", "c", "d"];

function predicateHolds(predicate: Predicate, truth: Truth): boolean {
  switch (predicate.kind) {
    case "all":
      return predicate.of.every((part) => predicateHolds(part, truth));
    case "any":
      return predicate.of.some((part) => predicateHolds(part, truth));
    case "not":
      return !predicateHolds(predicate.of, truth);
    case "has":
      return truth[predicate.value] ?? false;
    default:
      throw new Error(predicate.kind);
  }
}

describe("a condition", () => {
  it("means what the predicate means", () => {
    const tree = fc.letrec<{ node: Predicate }>((tie) => ({
      node: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc
          .constantFrom(...flags)
          .map((value): Predicate => ({ kind: "has", field: "policy_flags", value, span })),
        tie("node").map((of): Predicate => ({ kind: "not", of, span })),
        fc
          .tuple(
            fc.constantFrom("all" as const, "any" as const),
            fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
          )
          .map(([kind, of]): Predicate => ({ kind, of, span })),
      ),
    })).node;
    const truths = fc.record(Object.fromEntries(flags.map((flag) => [flag, fc.boolean()])));
    fc.assert(
      fc.property(tree, truths, (predicate, truth) => {
        const [document] = documentsOf(ruleOver(predicate)) as [
          { detection: Readonly<Record<string, Readonly<Record<string, string>>>> },
        ];
        const condition = String(document.detection["condition"]);
        const selected = Object.fromEntries(
          conditionNames(condition).map((name) => {
            const flag = document.detection[name]?.["policy_flags|cased"] ?? "";
            return [name, truth[flag] ?? false];
          }),
        );
        expect(conditionHolds(condition, selected)).toBe(predicateHolds(predicate, truth));
      }),
    );
  });
});
