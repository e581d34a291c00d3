/** A compiled rule as a Sentinel scheduled analytics rule, in the YAML of the Azure-Sentinel repository. */
import { stringify } from "yaml";
import type { Compiled, ResultColumn } from "../../dialect/compiled.ts";
import { kqlLexicon } from "../../dialect/kql/lexicon.ts";
import { renderText, text, value } from "../../dialect/text.ts";
import { uuidV5 } from "../../dialect/uuid.ts";
import { DAY_MS } from "../../rule/detection.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { tacticsFor, techniqueOf } from "./tactic.ts";

const MINUTE_MS = 60_000;

/** Sentinel runs a rule every 5 minutes at most, and hourly at most when it reads two days or more. */
const FREQUENCY_MIN_MS: number = 5 * MINUTE_MS;
const LONG_PERIOD_MS: number = 2 * DAY_MS;
const LONG_PERIOD_FREQUENCY_MIN_MS: number = 60 * MINUTE_MS;

/** Incidents take up further alerts for 7 days at most. */
const GROUPING_MAX_MS: number = 7 * DAY_MS;

/** Sentinel knows no critical severity; the custom detail `claude_severity` tells it apart. */
const severities = { low: "Low", medium: "Medium", high: "High", critical: "High" } as const;

const SEVERITY_COLUMN = "ClaudeSeverity";
const APPLICATION_COLUMN = "ClaudeApplication";

function wholeMinutes(ms: number): string {
  return formatDuration(Math.ceil(ms / MINUTE_MS) * MINUTE_MS);
}

function frequencyOf({ schedule }: Compiled): number {
  const least = schedule.lookbackMs >= LONG_PERIOD_MS ? LONG_PERIOD_FREQUENCY_MIN_MS : 0;
  return Math.max(schedule.everyMs, FREQUENCY_MIN_MS, least);
}

/** A run reads more than its share, for windows and late events; it reports its share. */
function scheduledQuery(rule: RuleIr, compiled: Compiled): string {
  const query = compiled.texts[0]?.text ?? "";
  const { freshMs, lookbackMs } = compiled.schedule;
  const missed = Math.max(0, frequencyOf(compiled) - compiled.schedule.everyMs);
  const severity = renderText(text`${value(rule.severity)}`, kqlLexicon);
  const fresh =
    freshMs < lookbackMs ? `| where TimeGenerated > ago(${wholeMinutes(freshMs + missed)})\n` : "";
  return `${query}${fresh}| extend ${SEVERITY_COLUMN} = ${severity}, ${APPLICATION_COLUMN} = 'Claude'\n`;
}

/** Custom details by name; `field` of a column is its name in the event schema. */
function customDetails(columns: readonly ResultColumn[]): Readonly<Record<string, string>> {
  const shown = columns.filter(
    ({ role }) => role === "key" || role === "value" || role === "limit",
  );
  const details = shown.map(({ field, role, name }) => [field ?? role, name]);
  return { claude_severity: SEVERITY_COLUMN, ...Object.fromEntries(details) };
}

/** The fields that name a person. */
const people: readonly ResultColumn["field"][] = ["user_id_hash", "approver_id_hash"];

/**
 * The application, and the user where the result has one. The user is a pseudonym, so the account is
 * known by name only: entity pages resolve it where a watchlist translates pseudonyms.
 */
function entityMappings(columns: readonly ResultColumn[]): readonly object[] {
  const mapping = (entityType: string, columnName: string): object => ({
    entityType,
    fieldMappings: [{ identifier: "Name", columnName }],
  });
  const accounts = columns.filter(({ field }) => people.includes(field));
  return [
    ...accounts.map(({ name }) => mapping("Account", name)),
    mapping("CloudApplication", APPLICATION_COLUMN),
  ];
}

/** Sentinel suppresses whole rules only, so alerts of one entity join its incident instead. */
function incidentConfiguration(rule: RuleIr, compiled: Compiled): object {
  const repeatMs = Math.max(rule.suppress.forMs, compiled.schedule.freshMs, FREQUENCY_MIN_MS);
  return {
    createIncident: true,
    groupingConfiguration: {
      enabled: true,
      reopenClosedIncident: false,
      lookbackDuration: wholeMinutes(Math.min(repeatMs, GROUPING_MAX_MS)),
      matchingMethod: "Selected",
      groupByEntities: [],
      groupByAlertDetails: [],
      groupByCustomDetails: rule.suppress.by,
    },
  };
}

function describe(rule: RuleIr, { fidelity }: Compiled): string {
  const keys = rule.suppress.by.join(" and ");
  const grouping = `Alerts with equal ${keys} join one incident; Sentinel has no suppression by entity.`;
  const difference = fidelity.level === "exact" ? [] : [`Differs here: ${fidelity.reason}.`];
  return [rule.description, grouping, ...difference].join("\n");
}

/** Text of the analytics rule. The rule must not be refused. */
export function renderAnalyticsRule(rule: RuleIr, compiled: Compiled): string {
  const attack = rule.frameworks.filter(({ framework }) => framework === "attack");
  const techniques = [...new Set(attack.map(({ id }) => techniqueOf(id)))];
  const document = {
    id: uuidV5(rule.id, "sentinel analytics rule"),
    name: rule.title,
    description: describe(rule, compiled),
    severity: severities[rule.severity],
    status: "Available",
    requiredDataConnectors: [],
    queryFrequency: wholeMinutes(frequencyOf(compiled)),
    queryPeriod: wholeMinutes(Math.max(compiled.schedule.lookbackMs, frequencyOf(compiled))),
    triggerOperator: "gt",
    triggerThreshold: 0,
    tactics: tacticsFor(techniques),
    relevantTechniques: techniques,
    query: scheduledQuery(rule, compiled),
    entityMappings: entityMappings(compiled.columns),
    customDetails: customDetails(compiled.columns),
    eventGroupingSettings: { aggregationKind: "AlertPerResult" },
    incidentConfiguration: incidentConfiguration(rule, compiled),
    version: rule.version,
    kind: "Scheduled",
  };
  return stringify(document, {
    version: "1.1",
    lineWidth: 0,
    blockQuote: "literal",
    aliasDuplicateObjects: false,
  });
}
