/** Rules and cases that parse as YAML but must not get further, or must not stop the program. */
import { describe, expect, it } from "vitest";
import type { Diagnostic, Span } from "../../src/diagnostic/diagnostic.ts";
import { type ExpressionScope, parseExpression } from "../../src/rule/parse-expression.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { CASE_EVENTS_MAX, parseRuleTests } from "../../src/rule/parse-tests.ts";
import { renderPredicate } from "../../src/rule/render-predicate.ts";
import { ruleText } from "../engine/rules.ts";

const spanAt = (offset: number, length: number): Span => {
  return { file: "e", line: 1, column: offset + 1, length };
};

function parse(text: string): ReturnType<typeof parseExpression> {
  const scope: ExpressionScope = { parameters: new Map(), used: new Set(), spanAt };
  return parseExpression(text, scope);
}

function places(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code, span }) => `${code} ${span.line}:${span.column}`);
}

/** Where `needle` starts in a file, looked for from an offset on, as line:column. */
function placeIn(text: string, needle: string, from = 0): string {
  const offset = text.indexOf(needle, from);
  expect(offset, `"${needle}" in the file`).toBeGreaterThanOrEqual(0);
  const lines = text.slice(0, offset).split("\n");
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

describe("literals of expressions", () => {
  it.each<[string, string, string]>([
    ["a control character as it is", 'department = "a\u0001b"', 'department = "a\\u0001b"'],
    ["a line break in a text", 'department = "a\nb"', 'department = "a\\nb"'],
    ["every escape of JSON", '"\\b\\f\\n\\r\\t\\"\\\\\\/\\u00e9"', '"\\b\\f\\n\\r\\t\\"\\\\/é"'],
    ["a reserved word as text", 'department = "and"', 'department = "and"'],
    ["a number as text", 'department = "5"', 'department = "5"'],
    ["a tiny number", "cost_usd > 0.0000001", "cost_usd > 0.0000001"],
    ["a tiny number with digits", "cost_usd > 0.00000012345", "cost_usd > 0.00000012345"],
    ["the largest number", "token_input > 9007199254740991", "token_input > 9007199254740991"],
  ])("keep %s", (_what, text, canonical) => {
    const whole = text.startsWith('"') ? `department = ${text}` : text;
    const result = parse(whole);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    const rendered = renderPredicate(result.value);
    expect(rendered).toBe(text.startsWith('"') ? `department = ${canonical}` : canonical);
    const again = parse(rendered);
    expect(again.ok && renderPredicate(again.value)).toBe(rendered);
  });

  it.each<[string, string, readonly string[]]>([
    ["too large to be exact", "token_input > 9007199254740992", ["R301 1:15"]],
    ["beyond all numbers", `cost_usd > ${"9".repeat(400)}`, ["R301 1:12"]],
    ["a fraction for a whole number", "token_input = 1.5", ["R305 1:15"]],
    ["a fraction in a list", "duration_ms in (1, 2.5)", ["R305 1:20"]],
  ])("refuse a number that is %s", (_what, text, expected) => {
    expect(places(parse(text).diagnostics)).toEqual(expected);
  });

  it.each(["not ".repeat(100_000), "(".repeat(100_000)])("do not exhaust the stack", (text) => {
    expect(parse(`${text}exists department`).diagnostics.map(({ code }) => code)).toEqual(["R309"]);
  });

  it("allow the deepest nesting and no more", () => {
    const nested = (depth: number): string =>
      `${"(".repeat(depth)}exists department${")".repeat(depth)}`;
    expect(parse(nested(32)).ok).toBe(true);
    expect(places(parse(nested(33)).diagnostics)).toEqual(["R309 1:34"]);
  });
});

describe("errors inside of an expression stand at their place in the file", () => {
  const text = ruleText("anomalous-mcp-volume");
  const plain = "event_type = activity_event and activity_type = mcp_query";
  it.each<[string, string]>([
    ["plain", "event_type = activity_event and activity_tpye = mcp_query"],
    ["single quotes", "'event_type = activity_event and activity_tpye = mcp_query'"],
    ["double quotes", '"event_type = activity_event and activity_tpye = mcp_query"'],
    ["folded", ">-\n    event_type = activity_event\n    and activity_tpye = mcp_query"],
    ["literal", "|\n    event_type = activity_event\n\n    and activity_tpye = mcp_query\n"],
    ["plain over lines", "event_type = activity_event\n    and\n    activity_tpye = mcp_query"],
  ])("%s", (_style, expression) => {
    const broken = text.replace(plain, expression);
    const { diagnostics } = parseRule(broken, "r.yaml");
    expect(places(diagnostics)).toEqual([`R302 ${placeIn(broken, "activity_tpye")}`]);
    expect(diagnostics[0]?.span.length).toBe("activity_tpye".length);
  });
});

describe("a rule that could never work as written is refused", () => {
  const volume = ruleText("anomalous-mcp-volume");
  const user = ruleText("high-volume-user");
  const replaced = (text: string, from: string, to: string): string => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  };

  it.each<[string, string, string, string, string]>([
    ["groups by nothing", volume, "by: [session_id]\n  measure", "by: []\n  measure", "Y104 []"],
    ["groups by a list", volume, "[session_id]", "[security_flags]", "R304 [security_flags]"],
    ["groups by a number", volume, "[session_id]", "[token_input]", "R304 [token_input]"],
    ["sums nothing", user, "[token_input, token_output]", "[]", "Y104 []"],
    ["suppresses by nothing", user, "[user_id_hash, day]", "[]", "Y104 []"],
    ["counts days nowhere", user, "zone: UTC", "zone: Mars/Olympus", "C501 Mars/"],
    ["counts days by offset", user, "zone: UTC", 'zone: "+01:00"', 'C501 "+01:00"'],
    ["has no window", volume, "within: $window", "within: 0s", "Y108 0s"],
    ["runs without pause", volume, "every: 5m", "every: 0s", "Y108 0s"],
    ["needs too many days", user, "min_days: $min_days", "min_days: 31", "Y108 31"],
    ["names a parameter out of form", volume, "  limit:\n", "  Limit:\n", "R310 Limit:"],
  ])("when it %s", (_what, text, from, to, expected) => {
    const broken = replaced(text, from, to);
    const [code = "", needle = ""] = expected.split(" ");
    const result = parseRule(broken, "r.yaml");
    expect(result.ok).toBe(false);
    const place = placeIn(broken, needle, broken.indexOf(to));
    expect(places(result.diagnostics)).toContain(`${code} ${place}`);
  });

  it("when tuning makes its history shorter than the days it needs", () => {
    const tuned = (parameters: Readonly<Record<string, number>>): readonly string[] =>
      places(parseRule(user, "r.yaml", { parameters }).diagnostics);
    expect(tuned({ history_days: 7 })).toEqual([]);
    expect(tuned({ history_days: 6 })).toEqual([`Y108 ${placeIn(user, "$min_days")}`]);
  });

  it("takes zones and history at their bounds", () => {
    const berlin = replaced(user, "zone: UTC", "zone: Europe/Berlin");
    expect(parseRule(berlin, "r.yaml", { parameters: { min_days: 30 } }).ok).toBe(true);
  });
});

describe("tuning", () => {
  const text = ruleText("anomalous-mcp-volume");

  it("refuses a parameter the rule does not have, and knows what was meant", () => {
    const { ok, diagnostics } = parseRule(text, "r.yaml", { parameters: { limti: 80 } });
    expect(ok).toBe(false);
    expect(places(diagnostics)).toEqual([`R306 ${placeIn(text, "limit:\n")}`]);
    expect(diagnostics[0]?.help).toContain('Did you mean "limit"?');
  });

  it("takes bounds as allowed and a duration in milliseconds", () => {
    const tuned = parseRule(text, "r.yaml", { parameters: { limit: 100_000, window: 1500 } });
    expect(tuned).toMatchObject({
      ok: true,
      value: { detection: { greaterThan: 100_000, withinMs: 1500 } },
    });
    const beyond = parseRule(text, "r.yaml", { parameters: { limit: 100_001 } });
    expect(places(beyond.diagnostics)).toEqual([`R308 ${placeIn(text, "50\n")}`]);
  });

  it.each([0, "0s"])("refuses a window of %j", (window) => {
    const { ok, diagnostics } = parseRule(text, "r.yaml", { parameters: { window } });
    expect(ok).toBe(false);
    expect(places(diagnostics)).toEqual([`R308 ${placeIn(text, "$window")}`]);
  });
});

describe("cases", () => {
  const caseOf = (events: string, expected = "[]"): string =>
    `start: 2026-03-02T00:00:00Z\ncases:\n  - name: a\n    events: ${events}\n    expect: ${expected}\n`;
  const findings = (text: string): readonly string[] =>
    places(parseRuleTests(text, "tests.yaml").diagnostics);
  /** What remains to be said about a single case that is right: the file has too few. */
  const fine = ["R319 3:3", "R319 3:3"];

  it.each([`[{ repeat: ${CASE_EVENTS_MAX} }]`, `[{}, { repeat: ${CASE_EVENTS_MAX - 1} }]`])(
    "describe as many events as allowed: %s",
    (events) => expect(findings(caseOf(events))).toEqual(fine),
  );

  it.each([`[{}, { repeat: ${CASE_EVENTS_MAX} }]`, "[{ repeat: 5001, copies: 2 }]"])(
    "are refused before they fill the memory: %s",
    (events) => {
      const text = caseOf(events);
      expect(findings(text)).toEqual([`R318 ${placeIn(text, "repeat")}`]);
    },
  );

  it.each([
    ["[{ at: 999999999d }]", "999999999d"],
    ["[{ at: -999999999d }]", "-999999999d"],
    ["[{ repeat: 100, every: 99999d }]", "99999d"],
  ])("stay within time that can be written: %s", (events, wrong) => {
    const text = caseOf(events);
    expect(findings(text)).toEqual([`R318 ${placeIn(text, wrong)}`]);
  });

  it("reach the last millisecond that can be written", () => {
    const lastMs = Date.parse("9999-12-31T23:59:59.999Z") - Date.parse("2026-03-02T00:00:00Z");
    const days = Math.floor(lastMs / 86_400_000);
    expect(findings(caseOf(`[{ at: ${days}d }]`))).toEqual(fine);
    const text = caseOf(`[{ at: ${days + 1}d }]`);
    expect(findings(text)).toEqual([`R318 ${placeIn(text, `${days + 1}d`)}`]);
  });

  it("do not expect alerts at times that cannot be written", () => {
    const text = caseOf("[]", "[{ entity: {}, at: 999999999d }]");
    expect(findings(text)).toEqual([`R318 ${placeIn(text, "999999999d")}`]);
  });
});
