/** A compiled rule as a scheduled analytics rule of Sentinel, in whatever format it is written. */
import type { Compiled, ResultColumn } from "../../dialect/compiled.ts";
import { kqlLexicon } from "../../dialect/kql/lexicon.ts";
import { renderText, text, value } from "../../dialect/text.ts";
import { uuidV5 } from "../../dialect/uuid.ts";
import type { EventField } from "../../event/event.ts";
import { resolveField } from "../../mapping/field-name.ts";
import { DAY_MS } from "../../rule/detection.ts";
import type { FrameworkReference, RuleIr, SuppressKey } from "../../rule/ir.ts";
import { type CompiledRule, textOf } from "../compiled-rule.ts";
import { ceilMinutes, shortDuration } from "./duration.ts";
import { tacticsFor, techniqueOf } from "./tactic.ts";

const MINUTE_MS = 60_000;

/** Sentinel runs a rule every 5 minutes at most, and hourly at most when it reads two days or more. */
export const FREQUENCY_MIN_MS: number = 5 * MINUTE_MS;
export const LONG_PERIOD_MS: number = 2 * DAY_MS;
export const LONG_PERIOD_FREQUENCY_MIN_MS: number = 60 * MINUTE_MS;

/** Incidents take up further alerts for 7 days at most. */
export const GROUPING_MAX_MS: number = 7 * DAY_MS;

/** An alert carries so many custom details. */
export const DETAILS_MAX = 20;

/** A part of an entity and the column it comes from. */
export interface EntityIdentifier {
  readonly identifier: string;
  readonly columnName: string;
}

export interface EntityMapping {
  readonly entityType: "Account" | "CloudApplication" | "IP";
  readonly fieldMappings: readonly EntityIdentifier[];
}

export interface ScheduledRule {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly severity: "Low" | "Medium" | "High";
  readonly query: string;
  /** Columns of the query's result. */
  readonly columns: readonly string[];
  readonly frequencyMs: number;
  readonly periodMs: number;
  readonly tactics: readonly string[];
  /** ATT&CK techniques without their sub-techniques. */
  readonly techniques: readonly string[];
  readonly entities: readonly EntityMapping[];
  /** Column by the name of the custom detail. */
  readonly details: Readonly<Record<string, string>>;
  /** Texts with `{{Column}}` in them. */
  readonly alertName: string;
  readonly alertDescription: string;
  /** Alerts with equal details of these names join one incident for so long. */
  readonly groupBy: readonly string[];
  readonly groupForMs: number;
}

/** Sentinel knows no critical severity; the custom detail `claude_severity` tells it apart. */
const severities = { low: "Low", medium: "Medium", high: "High", critical: "High" } as const;

const SEVERITY_COLUMN = "ClaudeSeverity";
const APPLICATION_COLUMN = "ClaudeApplication";

function frequencyOf({ schedule }: Compiled): number {
  const least = schedule.lookbackMs >= LONG_PERIOD_MS ? LONG_PERIOD_FREQUENCY_MIN_MS : 0;
  return ceilMinutes(Math.max(schedule.everyMs, FREQUENCY_MIN_MS, least));
}

/** What a run reads. Where it runs less often than the rule asks, it reads that much farther back. */
function periodOf(compiled: Compiled): number {
  const { everyMs, lookbackMs } = compiled.schedule;
  const missed = Math.max(0, frequencyOf(compiled) - everyMs);
  return ceilMinutes(Math.max(lookbackMs + missed, frequencyOf(compiled)));
}

/** A run reads more than its share, for windows and late events; it reports its share. */
function scheduledQuery(one: CompiledRule): string {
  const { rule, compiled } = one;
  const { freshMs, lookbackMs, everyMs } = compiled.schedule;
  const missed = Math.max(0, frequencyOf(compiled) - everyMs);
  const severity = renderText(text`${value(rule.severity)}`, kqlLexicon);
  const fresh =
    freshMs < lookbackMs ? `| where TimeGenerated > ago(${shortDuration(freshMs + missed)})\n` : "";
  return `${textOf(one, "query")}${fresh}| extend ${SEVERITY_COLUMN} = ${severity}, ${APPLICATION_COLUMN} = 'Claude'\n`;
}

/** Names of fields that are longer than a custom detail's name may be. */
const shortNames: Readonly<Partial<Record<SuppressKey, string>>> = {
  within_business_hours: "business_hours",
};

/** What a field is called among custom details. */
export function detailName(field: SuppressKey): string {
  return shortNames[field] ?? field;
}

/** Severity, keys, measure and limit; then what else the result tells, as far as there is room. */
function customDetails(columns: readonly ResultColumn[]): Readonly<Record<string, string>> {
  const shown = columns.filter(
    ({ field, role }) =>
      role === "value" || role === "limit" || (field !== undefined && field !== "timestamp"),
  );
  const first = shown.filter(({ role }) => role !== "context" && role !== "event_id");
  // A detail is one value, so lists stay in the row.
  const context = shown.filter(
    ({ field, role }) =>
      role === "context" &&
      field !== undefined &&
      field !== "day" &&
      resolveField("sentinel", field)?.type !== "dynamic",
  );
  const room = Math.max(0, DETAILS_MAX - 1 - first.length);
  const entries = [...first, ...context.slice(0, room)].map(({ field, role, name }) => [
    field === undefined ? role : detailName(field),
    name,
  ]);
  return { claude_severity: SEVERITY_COLUMN, ...Object.fromEntries(entries) };
}

/** The fields that name a person. */
const people: readonly (EventField | "day" | undefined)[] = [
  "user_id_hash",
  "approver_id_hash",
  "target_user_id_hash",
];

/**
 * The application, and users and address where the result has them. A user is a pseudonym, so the
 * account is known by name only: entity pages resolve it where a watchlist translates pseudonyms.
 */
function entityMappings(columns: readonly ResultColumn[]): readonly EntityMapping[] {
  const accounts = columns.filter(({ field }) => people.includes(field));
  const addresses = columns.filter(({ field }) => field === "client_ip");
  const name = (columnName: string): readonly EntityIdentifier[] => [
    { identifier: "Name", columnName },
  ];
  return [
    ...accounts.map((one) => ({
      entityType: "Account" as const,
      fieldMappings: name(one.name),
    })),
    ...addresses.map((one) => ({
      entityType: "IP" as const,
      fieldMappings: [{ identifier: "Address", columnName: one.name }],
    })),
    { entityType: "CloudApplication", fieldMappings: name(APPLICATION_COLUMN) },
  ];
}

/** Longest name of a rule, and of its alerts. */
export const TITLE_MAX = 256;

/** So many columns may stand in the name of an alert, and in its description. */
export const PLACEHOLDERS_MAX = 3;

function alertTexts(
  rule: RuleIr,
  columns: readonly ResultColumn[],
): Pick<ScheduledRule, "alertName" | "alertDescription"> {
  const keys = columns.filter(({ role }) => role === "key").slice(0, PLACEHOLDERS_MAX);
  const about = keys.map(({ name }) => `{{${name}}}`).join(", ");
  const measure = ["value", "limit"] as const;
  const [amount, limit] = measure.map((role) => columns.find((one) => one.role === role)?.name);
  const counted =
    amount === undefined || limit === undefined
      ? `Severity {{${SEVERITY_COLUMN}}}.`
      : `Severity {{${SEVERITY_COLUMN}}}: {{${amount}}}, where {{${limit}}} is the limit.`;
  const named = `${rule.title}: ${about}`;
  return {
    alertName: about === "" || named.length > TITLE_MAX ? rule.title : named,
    alertDescription: `${rule.description}\n${counted}`,
  };
}

function nameFramework({ framework, version, id, name }: FrameworkReference): string {
  const titles = { attack: "ATT&CK", atlas: "ATLAS", owasp_llm: "OWASP LLM" } as const;
  return `${titles[framework]} ${version} ${id} ${name}`;
}

function describe(rule: RuleIr, { fidelity }: Compiled): string {
  const keys = rule.suppress.by.map(detailName).join(" and ");
  const grouping = `Alerts with equal ${keys} join one incident; Sentinel has no suppression by entity.`;
  const difference = fidelity.level === "exact" ? [] : [`Differs here: ${fidelity.reason}.`];
  // Sentinel has a place for ATT&CK only.
  const others = rule.frameworks.filter(({ framework }) => framework !== "attack");
  const named = others.length === 0 ? [] : [`${others.map(nameFramework).join("; ")}.`];
  const origin = `claude-siem rule ${rule.name}, version ${rule.version}.`;
  return [rule.description, grouping, ...difference, ...named, origin].join("\n");
}

/** The rule for Sentinel; `checkScheduledRule` says whether Sentinel would take it. */
export function scheduledRule(one: CompiledRule): ScheduledRule {
  const { rule, compiled } = one;
  const attack = rule.frameworks.filter(({ framework }) => framework === "attack");
  const techniques = [...new Set(attack.map(({ id }) => techniqueOf(id)))];
  const repeatMs = Math.max(rule.suppress.forMs, compiled.schedule.freshMs, FREQUENCY_MIN_MS);
  return {
    id: uuidV5(rule.id, "sentinel analytics rule"),
    title: rule.title,
    description: describe(rule, compiled),
    version: rule.version,
    severity: severities[rule.severity],
    query: scheduledQuery(one),
    columns: [...compiled.columns.map(({ name }) => name), SEVERITY_COLUMN, APPLICATION_COLUMN],
    frequencyMs: frequencyOf(compiled),
    periodMs: periodOf(compiled),
    tactics: tacticsFor(techniques),
    techniques,
    entities: entityMappings(compiled.columns),
    details: customDetails(compiled.columns),
    ...alertTexts(rule, compiled.columns),
    // Sentinel suppresses whole rules only, so alerts of one entity join its incident instead.
    groupBy: rule.suppress.by.map(detailName),
    groupForMs: ceilMinutes(Math.min(repeatMs, GROUPING_MAX_MS)),
  };
}
