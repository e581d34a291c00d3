import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { compileSigma } from "../../../src/dialect/sigma/rule.ts";
import { eventFields } from "../../../src/generated/event-fields.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { mixedLog } from "../../engine/random-log.ts";
import { holds } from "../../oracle/evaluate.ts";
import { randomPredicate } from "../../rule/random-rule.ts";
import { constructs, goldenTexts, ruleOver, ruleWhere, shippedRules } from "../cases.ts";
import { checkGolden } from "../golden.ts";
import { checkSigmaDocuments } from "./document.ts";
import { detects } from "./evaluate.ts";

checkGolden("sigma", goldenTexts(compileSigma));

const rules = [...shippedRules().map((rule) => [rule.name, rule] as const), ...constructs];

function construct(name: string): RuleIr {
  const rule = constructs.get(name);
  if (rule === undefined) throw new Error(`no ${name}`);
  return rule;
}

/** The documents of a rule, read as YAML 1.2 and as YAML 1.1, which most Sigma tools do. */
function documentsOf(rule: RuleIr, version: "1.1" | "1.2" = "1.2"): readonly unknown[] {
  return compileSigma(rule).texts.map(({ text }) => parse(text, { version }));
}

describe("a Sigma document", () => {
  it.each(rules)("of %s is valid, and its names exist", (_, rule) => {
    expect(checkSigmaDocuments(documentsOf(rule))).toEqual([]);
    expect(documentsOf(rule, "1.1")).toEqual(documentsOf(rule, "1.2"));
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

/** Ways to break a document, after which nobody may take it. */
function change(document: object, path: string, value: unknown): object {
  const [key = "", ...rest] = path.split("/");
  const inner = (document as Readonly<Record<string, unknown>>)[key];
  const changed = rest.length === 0 ? value : change(Object(inner), rest.join("/"), value);
  const copy: Record<string, unknown> = { ...document, [key]: changed };
  if (changed === undefined) delete copy[key];
  return copy;
}

describe("a broken document", () => {
  const counting = documentsOf(construct("threshold-count")) as readonly object[];
  const adding = documentsOf(construct("threshold-sum-one")) as readonly object[];
  const ordered = documentsOf(construct("sequence-two-names")) as readonly object[];
  const condition = "correlation/condition";

  it.each<readonly [string, readonly object[], number, string, unknown]>([
    ["an empty condition", counting, 1, condition, {}],
    ["a bogus operator", counting, 1, condition, { bogus: 1 }],
    ["a bogus operator beside a good one", counting, 1, condition, { gt: 1, bogus: 1 }],
    ["a word for a number", counting, 1, condition, { gt: "fifty" }],
    ["a fraction, which pySigma cuts off", counting, 1, condition, { gt: 2.9 }],
    ["no condition", counting, 1, condition, undefined],
    ["a field to count events by", counting, 1, condition, { gt: 1, field: "token_input" }],
    ["a timespan in words", counting, 1, "correlation/timespan", "ten min"],
    ["a timespan of two units", counting, 1, "correlation/timespan", "1h30m"],
    ["a timespan of nothing", counting, 1, "correlation/timespan", "0m"],
    ["no timespan", counting, 1, "correlation/timespan", undefined],
    ["a sum without a field", adding, 1, condition, { gt: 50 }],
    ["a sum of an unknown field", adding, 1, condition, { gt: 50, field: "tokens" }],
    ["a sum of nothing at all", adding, 1, condition, { field: "token_output" }],
    ["a group-by nobody has", counting, 1, "correlation/group-by", ["sessionid"]],
    ["no group-by", counting, 1, "correlation/group-by", undefined],
    ["a typing error for group-by", counting, 1, "correlation/group_by", ["session_id"]],
    ["a type nobody knows", counting, 1, "correlation/type", "events"],
    ["rules that do not exist", counting, 1, "correlation/rules", ["claude_other"]],
    ["an order of one", ordered, 2, "correlation/rules", ["claude_small_rule_first"]],
    ["an alias without its other half", ordered, 2, "correlation/aliases/entity_1", {}],
    ["an alias nobody made", ordered, 2, "correlation/aliases", undefined],
    ["the name of another document", counting, 1, "name", "claude_small_rule_base"],
    [
      "a name that YAML 1.1 reads as false",
      counting,
      0,
      "detection",
      { off: { token_input: 1 }, condition: "off" },
    ],
    ["a condition without its selection", counting, 0, "detection/condition", "session"],
    ["an empty condition of a rule", counting, 0, "detection/condition", " "],
    ["a selection that nothing uses", counting, 0, "detection/severity", { severity: "low" }],
    ["a field no event has", counting, 0, "detection/session_id", { session: "a" }],
    ["a modifier nobody asked for", counting, 0, "detection/session_id", { "session_id|re": "a" }],
    [
      "a number for whether it exists",
      counting,
      0,
      "detection/session_id",
      { "session_id|exists": 1 },
    ],
    ["a key of another product", counting, 0, "severity", "high"],
    ["a level nobody knows", counting, 0, "level", "urgent"],
    ["another log source", counting, 0, "logsource", { product: "claude" }],
    ["no id", counting, 0, "id", undefined],
    ["a date that is none", counting, 0, "date", "2026-13-01"],
    ["a tag in capitals", counting, 1, "tags", ["atlas.AML.T0051"]],
  ])("with %s is refused", (_, documents, index, path, value) => {
    expect(checkSigmaDocuments(documents)).toEqual([]);
    const broken = documents.map((one, at) => (at === index ? change(one, path, value) : one));
    expect(checkSigmaDocuments(broken)).not.toEqual([]);
  });
});

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
            { detection: { mcp_tool: { mcp_tool: unknown } } },
          ];
          const found = document.detection.mcp_tool.mcp_tool;
          expect(typeof found).toBe("string");
          expect(readPattern(String(found))).toBe(value);
        }
      }),
    );
  });
});

/** Everything in small letters, where two strings that differ by case alone are one. */
function lowered<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, one: unknown) =>
    typeof one === "string" && !["kind", "field", "operator"].includes(key)
      ? one.toLowerCase()
      : one,
  ) as T;
}

function detectionOf(rule: RuleIr): Readonly<Record<string, unknown>> {
  const [document] = documentsOf(rule) as [{ detection: Readonly<Record<string, unknown>> }];
  return document.detection;
}

describe("a detection", () => {
  it("means what the predicate means, but for case", () => {
    fc.assert(
      fc.property(randomPredicate, mixedLog, (predicate, log) => {
        const detection = detectionOf(ruleOver(predicate));
        for (const event of log) {
          expect(detects(detection, event)).toBe(holds(lowered(predicate), lowered(event)));
        }
      }),
    );
  });

  it.each([
    ["<", [4]],
    ["<=", [4, 5]],
    [">", [6]],
    [">=", [5, 6]],
  ])("compares with %s at the limit, too", (operator, matching) => {
    const detection = detectionOf(ruleWhere(`token_input ${operator} 5`));
    expect([4, 5, 6].filter((value) => detects(detection, { token_input: value }))).toEqual(
      matching,
    );
    expect(detects(detection, {})).toBe(false);
  });

  it("is exact where every comparison with text is with an enumeration", () => {
    for (const [name, { values = [] }] of Object.entries(eventFields)) {
      expect(new Set(values.map((one) => one.toLowerCase())).size, name).toBe(values.length);
    }
    const level = (expression: string): string =>
      compileSigma(ruleWhere(expression)).fidelity.level;
    expect(level("data_classification = restricted and severity in (low, high)")).toBe("exact");
    expect(level("department = legal")).toBe("degraded");
    expect(level('department = "42"')).toBe("exact");
    expect(level("security_flags has prompt_injection")).toBe("degraded");
  });
});

describe("a correlation", () => {
  const counting = construct("threshold-count");

  it.each([
    [50, 50],
    [2.9, 2],
    [-0.5, -1],
  ])("with a limit of %d counts more than %d", (greaterThan, gt) => {
    if (counting.detection.kind !== "threshold") throw new Error("kind");
    const rule = { ...counting, detection: { ...counting.detection, greaterThan } };
    const [base, correlation] = documentsOf(rule);
    expect(correlation).toMatchObject({ correlation: { condition: { gt } } });
    expect(checkSigmaDocuments([base, correlation])).toEqual([]);
  });

  it("adds up only what has the field, so that pipelines see a field they cannot translate", () => {
    const [base] = documentsOf(construct("threshold-sum-one")) as [
      { detection: Readonly<Record<string, unknown>> },
    ];
    expect(base.detection).toMatchObject({ token_output: { "token_output|exists": true } });
  });
});

describe("clearances as lists of the site", () => {
  const native = (expression: string): ReturnType<typeof compileSigma> =>
    compileSigma(ruleWhere(expression), { context: "native" });

  it("stand for users by name", () => {
    const { texts, fidelity } = native("not user_clearance in (sensitive, restricted)");
    expect(parse(texts[0]?.text ?? "")).toMatchObject({
      detection: {
        user_clearance: {
          "user_id_hash|expand": [
            "%claude_sensitive_cleared_users%",
            "%claude_restricted_cleared_users%",
          ],
        },
        condition: "not user_clearance",
      },
    });
    expect(fidelity.level).toBe("degraded");
  });

  it.each([
    ["exists user_clearance", "list of cleared users"],
    ["user_clearance = unknown", "list of cleared users"],
    ["user_clearance in (none, unknown)", "list of cleared users"],
    ["within_business_hours = false", "calendar"],
  ])("cannot say %s", (expression, reason) => {
    expect(native(expression).fidelity).toMatchObject({
      level: "refused",
      reason: expect.stringContaining(reason),
    });
  });

  it("change nothing for rules that read neither", () => {
    for (const rule of constructs.values()) {
      if (/user_clearance|business_hours/.test(JSON.stringify(rule.detection))) continue;
      expect(compileSigma(rule, { context: "native" })).toEqual(compileSigma(rule));
    }
  });

  it("reach the rules that a correlation reads", () => {
    const counting = construct("threshold-count");
    const { detection } = ruleWhere("not user_clearance = restricted");
    if (counting.detection.kind !== "threshold" || detection.kind !== "each")
      throw new Error("kind");
    const rule = { ...counting, detection: { ...counting.detection, where: detection.where } };
    const { texts } = compileSigma(rule, { context: "native" });
    expect(texts[0]?.text).toContain("%claude_restricted_cleared_users%");
  });
});
