import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import type { RuleIr } from "../../src/rule/ir.ts";
import { applyOverride, parseOverrides } from "../../src/rule/override.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { renderPredicate } from "../../src/rule/render-predicate.ts";
import { loadRule, ruleText } from "../engine/rules.ts";

const TODAY = "2026-04-01";

function apply(
  text: string,
  name = "anomalous-mcp-volume",
): { readonly rule?: RuleIr; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseOverrides(text, "site.yaml");
  if (!parsed.ok) return { diagnostics: parsed.diagnostics };
  const override = parsed.value.find(({ rule }) => rule === name);
  if (override === undefined) throw new Error(`no override of ${name}`);
  const reparse = (parameters: object): ReturnType<typeof parseRule> =>
    parseRule(ruleText(name), `rules/${name}/rule.yaml`, { parameters: { ...parameters } });
  return applyOverride(loadRule(name), override, reparse, TODAY);
}

function places(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code, span }) => `${code} ${span.line}:${span.column}`);
}

describe("an override", () => {
  it("changes parameters in logic and prose", () => {
    const { rule, diagnostics } = apply(
      "rules: { anomalous-mcp-volume: { parameters: { limit: 80, window: 5m } } }",
    );
    expect(diagnostics).toEqual([]);
    expect(rule).toMatchObject({
      title: "More than 80 MCP queries within 5m in one session",
      detection: { greaterThan: 80, withinMs: 300_000 },
    });
  });

  it("hides events by filters, each of them", () => {
    const { rule } = apply(`rules:
  anomalous-mcp-volume:
    filters:
      - { where: department = red-team, reason: They test. }
      - { where: "mcp_server in (a, b)", reason: Noisy., expires: "2026-04-01" }
`);
    if (rule?.detection.kind !== "threshold") throw new Error("kind");
    expect(renderPredicate(rule.detection.where)).toBe(
      "event_type = activity_event and activity_type = mcp_query and not department = red-team and not mcp_server in (a, b)",
    );
  });

  it("filters the second step of a sequence, and rules of several conditions as a whole", () => {
    const text = (name: string): string =>
      `rules: { ${name}: { filters: [{ where: department = red-team, reason: They test. }] } }`;
    const sequence = apply(text("self-approval"), "self-approval").rule;
    if (sequence?.detection.kind !== "sequence") throw new Error("kind");
    expect(renderPredicate(sequence.detection.second.where)).toContain("not department = red-team");
    const restricted = apply(text("restricted-data-access"), "restricted-data-access").rule;
    if (restricted?.detection.kind !== "each") throw new Error("kind");
    expect(renderPredicate(restricted.detection.where)).toBe(
      "((data_classification = restricted and not user_clearance = restricted) or security_event_type = restricted_data_access) and not department = red-team",
    );
  });

  it("disables a rule, with a reason", () => {
    expect(
      apply("rules: { anomalous-mcp-volume: { disabled: true, reason: No MCP here. } }"),
    ).toEqual({
      diagnostics: [],
    });
    expect(
      places(apply("rules: { anomalous-mcp-volume: { disabled: true } }").diagnostics),
    ).toEqual(["Y105 1:34"]);
  });

  it.each([
    ["an unknown parameter", "parameters: { limits: 80 }", "R306 3:27"],
    ["an unknown parameter under was", "was: { limits: 80 }", "R306 3:20"],
    ["a value out of range", "parameters: { limit: 0 }", "R308 3:26"],
    ["a value of another type", "parameters: { limit: many }", "R308 3:26"],
    ["no duration", "parameters: { window: 10 }", "R308 3:27"],
    ["a field that does not exist", "filters: [{ where: departmnt = a, reason: x }]", "R302 3:24"],
    ["an impossible value", "filters: [{ where: severity = hgh, reason: x }]", "R303 3:35"],
    ["a filter without a reason", "filters: [{ where: severity = high }]", "Y105 3:17"],
    [
      "an impossible date",
      'filters: [{ where: severity = high, reason: x, expires: "2026-13-01" }]',
      "Y108 3:61",
    ],
    ["an unknown key", "paramters: { limit: 80 }", "Y106 3:5"],
  ])("is refused at its place with %s", (_, line, place) => {
    const { rule, diagnostics } = apply(`rules:\n  anomalous-mcp-volume:\n    ${line}\n`);
    expect(rule).toBeUndefined();
    expect(places(diagnostics)).toEqual([place]);
    for (const { help } of diagnostics) expect(help.length).toBeGreaterThan(5);
  });
});

describe("every message about overrides", () => {
  it.each([
    ["R341", "R341 4:19"],
    ["R342", "R342 4:16"],
  ])("%s stands at its place, and the rule goes on", (code, place) => {
    const found = apply(readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8"));
    expect(places(found.diagnostics)).toEqual([place]);
    expect(found.rule).toBeDefined();
  });
});
