/** Small rules, one per construct, for the compilers. */
import { readdirSync, readFileSync } from "node:fs";
import type { Compiled } from "../../src/dialect/compiled.ts";
import type { Predicate, RuleIr } from "../../src/rule/ir.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { starterNames } from "../engine/rules.ts";

function parsed(text: string, file: string): RuleIr {
  const result = parseRule(text, file);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result.value;
}

/** A rule that only detects; `detect` is the YAML below that key, indented by two. */
export function ruleOf(detect: string, suppressBy = "session_id"): RuleIr {
  return parsed(
    `name: small-rule
id: 00000000-0000-4000-8000-000000000001
version: 1.0.0
status: test
title: Small rule
severity: low
author: tests
created: 2026-01-01
modified: 2026-01-02
description: Says one thing.
detect:
  ${detect.trim().replaceAll("\n", "\n  ")}
suppress: { by: [${suppressBy}], for: 1h }
schedule: { every: 5m, late: 10m }
rationale: It shows one construct.
false_positives: [None.]
response: [Nothing.]
limits: [Everything else.]
references: []
frameworks: []
`,
    "rule.yaml",
  );
}

/** A rule of kind `each` over an expression of the rule language. */
export function ruleWhere(expression: string): RuleIr {
  return ruleOf(`kind: each\nwhere: ${JSON.stringify(expression)}`);
}

/** A rule of kind `each` over a predicate made by hand. */
export function ruleOver(where: Predicate): RuleIr {
  return { ...ruleWhere("always"), detection: { kind: "each", where } };
}

const threshold = `kind: threshold
where: activity_type = mcp_query
by: [session_id]
measure: count
within: 10m
greater_than: 50`;

const baseline = `kind: baseline
where: always
by: [user_id_hash]
measure: { sum: [token_input, token_output] }
zone: UTC
history_days: 30
min_days: 7
floor: 10000
factor: 3
average_over: active_days`;

const sequence = `kind: sequence
first: { where: policy_event_type = permission_changed, by: [target_user_id_hash] }
then: { where: data_classification = restricted, by: [user_id_hash] }
within: 1h`;

const firstSeen = `kind: first_seen
where: activity_type = mcp_query
by: [department]
field: mcp_server
history_days: 12
learn_days: 3`;

const ratio = `kind: ratio
where: event_type = session_start
of: data_classification = unknown
by: [department]
within: 6h
at_least: 20
greater_than: 0.2`;

const silence = `kind: silence
where: always
by: [source_kind]
for: 4h`;

const byUserDay = "user_id_hash, day";

/** The same sequence with steps that no event can both be. */
function disjoint(text: string): string {
  return text
    .replace("where: policy_event_type", "where: event_type = policy_event and policy_event_type")
    .replace(
      "where: data_classification",
      "where: event_type = session_start and data_classification",
    );
}

/** Every rule that ships. */
export function shippedRules(): readonly RuleIr[] {
  return readdirSync("rules")
    .sort()
    .map((name) => parsed(readFileSync(`rules/${name}/rule.yaml`, "utf8"), name));
}

/** The five starter alerts. */
export function starterRules(): readonly RuleIr[] {
  return shippedRules().filter(({ name }) => starterNames.includes(name));
}

/** Every construct of the IR by name. */
export const constructs: ReadonlyMap<string, RuleIr> = new Map([
  ["always", ruleWhere("always")],
  ["equals-string", ruleWhere("data_classification = restricted")],
  ["equals-number", ruleWhere("token_input = 5")],
  ["equals-boolean", ruleWhere("within_business_hours = false")],
  ["in-strings", ruleWhere("data_classification in (sensitive, restricted)")],
  ["in-numbers", ruleWhere("duration_ms in (1, 2)")],
  ["has", ruleWhere("security_flags has prompt_injection")],
  ["not-has", ruleWhere("not security_flags has prompt_injection")],
  ["compare", ruleWhere("token_input >= 1000 and cost_usd < 2.5")],
  ["present", ruleWhere("exists mcp_server and exists auto_blocked")],
  ["present-list", ruleWhere("exists security_flags and not exists mcp_integrations")],
  ["not-equals", ruleWhere("not user_clearance = restricted")],
  ["not-boolean", ruleWhere("not auto_blocked = true")],
  ["and-or-not", ruleWhere("severity = low and not (department = a or department = b)")],
  ["or-and", ruleWhere("severity = low or department = a and department = b")],
  ["empty-string", ruleWhere('department = ""')],
  ["awkward-strings", ruleWhere(String.raw`mcp_tool in ("it's", "a\\b", "say \"x\"", "50%*?")`)],
  ["threshold-count", ruleOf(threshold)],
  ["threshold-sum-one", ruleOf(threshold.replace("count", "{ sum: [token_output] }"))],
  ["threshold-sum-two", ruleOf(threshold.replace("count", "{ sum: [token_input, token_output] }"))],
  [
    "threshold-two-keys",
    ruleOf(threshold.replace("[session_id]", "[user_id_hash, mcp_server]"), "user_id_hash"),
  ],
  ["threshold-subsecond", ruleOf(threshold.replace("10m", "1500ms"))],
  ["threshold-long", ruleOf(threshold.replace("10m", "10d"))],
  ["baseline", ruleOf(baseline, byUserDay)],
  ["baseline-fraction", ruleOf(baseline.replace("factor: 3", "factor: 2.5"), byUserDay)],
  ["baseline-calendar", ruleOf(baseline.replace("active_days", "calendar_days"), byUserDay)],
  ["baseline-short", ruleOf(baseline.replace("days: 30", "days: 12"), byUserDay)],
  ["baseline-zone", ruleOf(baseline.replace("zone: UTC", "zone: Europe/Berlin"), byUserDay)],
  [
    "baseline-zone-short",
    ruleOf(
      baseline.replace("days: 30", "days: 12").replace("zone: UTC", "zone: Europe/Berlin"),
      byUserDay,
    ),
  ],
  ["sequence-two-names", ruleOf(disjoint(sequence), "user_id_hash")],
  ["sequence-overlapping", ruleOf(sequence, "user_id_hash")],
  [
    "sequence-one-name",
    ruleOf(sequence.replace("target_user_id_hash", "user_id_hash"), "user_id_hash"),
  ],
  ["sequence-subsecond", ruleOf(disjoint(sequence).replace("1h", "1500ms"), "user_id_hash")],
  ["sequence-long", ruleOf(disjoint(sequence).replace("1h", "20d"), "user_id_hash")],
  ["first-seen", ruleOf(firstSeen, "department, mcp_server")],
  ["first-seen-long", ruleOf(firstSeen.replace("12", "30"), "department, mcp_server")],
  ["ratio", ruleOf(ratio, "department")],
  ["ratio-long", ruleOf(ratio.replace("6h", "8d"), "department")],
  ["silence", ruleOf(silence, "source_kind")],
  [
    "silence-narrow",
    ruleOf(silence.replace("always", "activity_type = usage_rollup"), "source_kind"),
  ],
  ["baseline-count", ruleOf(baseline.replace(/\{ sum.*\}/, "count"), byUserDay)],
]);

/** A verdict and its texts as one golden text. */
export function renderCompiled({ fidelity, texts, columns }: Compiled): string {
  const verdict =
    fidelity.level === "exact"
      ? ["exact"]
      : [`${fidelity.level}: ${fidelity.reason}`, `remedy: ${fidelity.remedy ?? "none"}`];
  const names = columns.map(({ name, role }) => `${name} (${role})`).join(", ");
  const result = columns.length === 0 ? [] : [`columns: ${names}`];
  const bodies = texts.map(({ role, text }) => `--- ${role}\n${text}`);
  return `${[...verdict, ...result, ...bodies].join("\n").trimEnd()}\n`;
}

/** Golden texts of every construct in one language. */
export function goldenTexts(
  compile: (rule: RuleIr) => Compiled,
): ReadonlyMap<string, () => string> {
  return new Map(
    [...constructs].map(([name, rule]) => [`${name}.txt`, () => renderCompiled(compile(rule))]),
  );
}
