/**
 * A compiled rule as a detection rule of Elastic Security: the object that the detections API creates
 * and the UI imports. It ships disabled.
 */
import type { Compiled } from "../../dialect/compiled.ts";
import { esqlLexicon } from "../../dialect/elastic/lexicon.ts";
import { ELASTIC_INDEX, timespan } from "../../dialect/elastic/rows.ts";
import { renderText } from "../../dialect/text.ts";
import { uuidV5 } from "../../dialect/uuid.ts";
import { groupByTactic } from "../../framework/lookup.ts";
import type { Technique } from "../../framework/technique.ts";
import type { FrameworkReference, RuleIr } from "../../rule/ir.ts";
import { formatDuration } from "../../yaml/reader.ts";

/** Scores in the middle of the bands that Elastic's own rules use for each severity. */
const riskScores = { low: 21, medium: 47, high: 73, critical: 99 } as const;

/** Fields by which Elastic suppresses alerts: three at most. */
export const SUPPRESSION_KEYS_MAX = 3;

/** Alerts that one run may create. */
const MAX_SIGNALS = 100;

/** The version as the whole number that Elastic wants; it grows whenever the rule's version does. */
export function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}

const ATTACK = "https://attack.mitre.org";

function techniqueEntry({ id, name }: Technique): object {
  return { id, name, reference: `${ATTACK}/techniques/${id.replace(".", "/")}/` };
}

/** ATT&CK by tactic, sub-techniques below their technique. */
function threats(frameworks: readonly FrameworkReference[]): readonly object[] {
  const ids = frameworks.filter(({ framework }) => framework === "attack").map(({ id }) => id);
  const withParents = ids.flatMap((id) => (id.includes(".") ? [id.slice(0, 5), id] : [id]));
  return groupByTactic(withParents).map(({ tactic, techniques }) => ({
    framework: "MITRE ATT&CK",
    tactic: { ...tactic, reference: `${ATTACK}/tactics/${tactic.id}/` },
    technique: techniques
      .filter(({ id }) => !id.includes("."))
      .map((technique) => {
        const subs = techniques.filter(({ id }) => id.startsWith(`${technique.id}.`));
        return {
          ...techniqueEntry(technique),
          ...(subs.length > 0 && { subtechnique: subs.map(techniqueEntry) }),
        };
      }),
  }));
}

/** What ATT&CK does not hold goes into tags, with the framework's version. */
function tags(rule: RuleIr): readonly string[] {
  const others = rule.frameworks.flatMap(({ framework, version, id }) => {
    if (framework === "atlas") return [`MITRE ATLAS ${version}: ${id}`];
    return framework === "owasp_llm" ? [`OWASP LLM ${version}: ${id}`] : [];
  });
  return [
    "Data Source: Claude",
    "Domain: LLM",
    `Claude SIEM: ${rule.name} ${rule.version}`,
    ...others,
  ];
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0
    ? ""
    : `\n### ${title}\n\n${items.map((one) => `- ${one}`).join("\n")}\n`;
}

/** The guide that analysts see beside an alert, in Markdown. */
function guide(rule: RuleIr, { fidelity }: Compiled): string {
  const difference =
    fidelity.level === "exact" ? [] : [`${fidelity.reason}. ${fidelity.remedy ?? ""}`.trim()];
  return [
    `## Triage and analysis\n\n${rule.rationale}\n`,
    list("Response", rule.response),
    list("What the rule misses", rule.limits),
    list("How this differs from the rule", difference),
  ].join("");
}

function setup({ schedule }: RuleIr): string {
  return `The rule reads ${ELASTIC_INDEX}. Install the index template of this pack first, and let the connector write with op_type create and the event_id as document id: the rule counts on every event being there once. Events may come ${formatDuration(schedule.lateMs)} late.`;
}

/** Elastic's durations have one unit: seconds, minutes or hours. */
function duration(ms: number): { value: number; unit: "s" | "m" | "h" } {
  if (ms % 3_600_000 === 0) return { value: ms / 3_600_000, unit: "h" };
  if (ms % 60_000 === 0) return { value: ms / 60_000, unit: "m" };
  return { value: Math.ceil(ms / 1000), unit: "s" };
}

function shortDuration(ms: number): string {
  const { value, unit } = duration(Math.ceil(ms / 1000) * 1000);
  return `${value}${unit}`;
}

/** Alerts are held back by the rule's own keys; an alert that lacks one is shown. */
function suppression(rule: RuleIr, compiled: Compiled): object | undefined {
  const keys = rule.suppress.by.flatMap(
    (key) => compiled.columns.find(({ field }) => field === key)?.name ?? [],
  );
  if (keys.length === 0 || keys.length > SUPPRESSION_KEYS_MAX) return undefined;
  return {
    group_by: keys,
    duration: duration(rule.suppress.forMs),
    missing_fields_strategy: "doNotSuppress",
  };
}

/**
 * A run reads more than its share, for windows and late events; it reports its share. Rows of ES|QL
 * carry the time of what they found.
 */
function esqlQuery({ texts, schedule }: Compiled): string {
  const query = (texts[0]?.text ?? "").trimEnd();
  if (schedule.freshMs >= schedule.lookbackMs) return query;
  const fresh = renderText(timespan(schedule.freshMs), esqlLexicon);
  return `${query}\n| WHERE @timestamp >= NOW() - ${fresh}`;
}

/** What differs between the two types of rule that we write. */
function typeFields(compiled: Compiled): object {
  const text = compiled.texts[0];
  if (text?.language === "esql")
    return { type: "esql", language: "esql", query: esqlQuery(compiled) };
  return {
    type: "query",
    language: "kuery",
    query: (text?.text ?? "").trimEnd(),
    index: [ELASTIC_INDEX],
    // Late events are judged when they arrive; alerts are made once for each document.
    timestamp_override: "event.ingested",
  };
}

/** The detection rule as a plain object. The rule must not be refused. */
export function detectionRule(rule: RuleIr, compiled: Compiled): object {
  const suppress = suppression(rule, compiled);
  const { schedule } = compiled;
  return {
    rule_id: uuidV5(rule.id, "elastic detection rule"),
    name: rule.title,
    description: rule.description,
    ...typeFields(compiled),
    severity: rule.severity,
    severity_mapping: [],
    risk_score: riskScores[rule.severity],
    risk_score_mapping: [],
    from: `now-${shortDuration(Math.max(schedule.lookbackMs, schedule.everyMs))}`,
    to: "now",
    interval: shortDuration(schedule.everyMs),
    max_signals: MAX_SIGNALS,
    enabled: false,
    ...(suppress !== undefined && { alert_suppression: suppress }),
    author: [rule.author],
    license: "Apache-2.0",
    version: versionNumber(rule.version),
    tags: tags(rule),
    threat: threats(rule.frameworks),
    references: rule.references,
    false_positives: rule.falsePositives,
    note: guide(rule, compiled),
    setup: setup(rule),
    investigation_fields: { field_names: compiled.columns.map(({ name }) => name) },
    exceptions_list: [],
    actions: [],
  };
}
