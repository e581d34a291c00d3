/** The shipped rules, for tests. */
import { readdirSync, readFileSync } from "node:fs";
import type { RuleIr } from "../../src/rule/ir.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { parseRuleTests, type RuleTest } from "../../src/rule/parse-tests.ts";

export const ruleNames: readonly string[] = readdirSync("rules").sort();

/** The five starter alerts of the audit design. */
export const starterNames: readonly string[] = [
  "anomalous-mcp-volume",
  "high-volume-user",
  "off-hours-sensitive-access",
  "prompt-injection",
  "restricted-data-access",
];

export function ruleText(name: string): string {
  return readFileSync(`rules/${name}/rule.yaml`, "utf8");
}

export function loadRule(name: string): RuleIr {
  const parsed = parseRule(ruleText(name), `rules/${name}/rule.yaml`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

export function loadCases(name: string): readonly RuleTest[] {
  const path = `rules/${name}/tests.yaml`;
  const parsed = parseRuleTests(readFileSync(path, "utf8"), path);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}
