/** A compiled rule as a scheduled search with alert, and the macros that searches use. */
import type { Compiled } from "../../dialect/compiled.ts";
import { SPL_INDEX_MACRO } from "../../dialect/spl/rows.ts";
import { SOURCE_LABEL } from "../../mapping/schema.ts";
import { DAY_MS } from "../../rule/detection.ts";
import type { FrameworkReference, RuleIr } from "../../rule/ir.ts";
import type { Stanza } from "./conf.ts";

/** Index of audit events unless the site changes the macro. */
export const DEFAULT_INDEX = "claude_audit";

/** Severities of alerts in savedsearches.conf: 2 low, 3 medium, 4 high, 5 critical. */
const severities = { low: 2, medium: 3, high: 4, critical: 5 } as const;

/** Divisors of an hour and of a day: cron starts anew with each, so other steps would be uneven. */
const MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const HOURS = [1, 2, 3, 4, 6, 8, 12];

/** The longest even cron step that is not longer than `everyMs`. */
export function cronSchedule(everyMs: number): string {
  const minutes = Math.max(1, Math.floor(everyMs / 60_000));
  const largest = (steps: readonly number[], limit: number): number =>
    steps.filter((step) => step <= limit).at(-1) ?? 1;
  const field = (steps: readonly number[], limit: number): string => {
    const step = largest(steps, limit);
    return step === 1 ? "*" : `*/${step}`;
  };
  if (minutes < 60) return `${field(MINUTES, minutes)} * * * *`;
  if (minutes < 24 * 60) return `0 ${field(HOURS, Math.floor(minutes / 60))} * * *`;
  return "0 0 * * *";
}

/** The macro at the end of a rule's search, where a site excludes what it does not want to see. */
function filterName(rule: RuleIr): string {
  return `${rule.name.replaceAll("-", "_")}_filter`;
}

/** Stanza of macros.conf for a rule's filter: it lets everything through until a site changes it. */
export function filterMacro(rule: RuleIr): Stanza {
  return {
    name: filterName(rule),
    settings: {
      definition: "search *",
      iseval: 0,
      description: `Tuning of the alert ${rule.name}`,
    },
  };
}

/** Fields of a result that lead to the events around it. */
function leads({ columns }: Compiled): readonly string[] {
  return ["session_id", "user_id_hash", "department"].filter((name) =>
    columns.some((column) => column.name === name),
  );
}

/**
 * Drill-downs compare digests. Enterprise Security puts a result's values into their searches as they
 * are, and a digest has no sign that means anything there, whatever an event says.
 */
function digestName(field: string): string {
  return `${field}_sha256`;
}

/** A run reads more than its share, for windows and late events; it reports its share. */
function scheduledSearch(rule: RuleIr, compiled: Compiled): string {
  const { texts, schedule } = compiled;
  const query = texts[0]?.text ?? "";
  // Beside an entity a threshold names all users that took part; one of them is enough to go on.
  const one = (field: string): string =>
    rule.detection.kind === "threshold" ? `mvindex(${field}, 0)` : field;
  const digests = leads(compiled).map((field) => `${digestName(field)}=sha256(${one(field)})`);
  const led = digests.length === 0 ? "" : `| eval ${digests.join(", ")}\n`;
  const fresh =
    schedule.freshMs < schedule.lookbackMs
      ? `| where _time>=relative_time(now(), "-${seconds(schedule.freshMs)}s")\n`
      : "";
  return `${query}${fresh}${led}| \`${filterName(rule)}\`\n`;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** A day fires once: late events may raise it again until nothing about it is new. */
function suppressSeconds(rule: RuleIr, { schedule }: Compiled): number {
  const repeatMs = rule.detection.kind === "baseline" ? DAY_MS + schedule.freshMs : 0;
  return seconds(Math.max(rule.suppress.forMs, repeatMs));
}

/** Ids by framework, in the form of Splunk Enterprise Security's annotations. */
function annotations(frameworks: readonly FrameworkReference[]): string {
  const idsOf = (wanted: FrameworkReference["framework"]): readonly string[] => [
    ...new Set(frameworks.filter(({ framework }) => framework === wanted).map(({ id }) => id)),
  ];
  const lists = {
    mitre_attack: idsOf("attack"),
    mitre_atlas: idsOf("atlas"),
    owasp_llm: idsOf("owasp_llm"),
  };
  return JSON.stringify(Object.fromEntries(Object.entries(lists).filter(([, ids]) => ids.length)));
}

/** Keys of suppression as the search's result names them. */
function suppressFields(rule: RuleIr, compiled: Compiled): string {
  return rule.suppress.by
    .map((key) => compiled.columns.find(({ field }) => field === key)?.name ?? key)
    .join(",");
}

/** A title that names what the alert is about: Enterprise Security fills in the fields. */
function notableTitle(rule: RuleIr, compiled: Compiled): string {
  const keys = compiled.columns.filter(({ role, field }) => role === "key" && field !== "day");
  const about = keys.map(({ name }) => `$${name}$`).join(", ");
  return about === "" ? rule.title : `${rule.title}: ${about}`;
}

/** What an analyst opens from a notable event: the events themselves, and all of the same user. */
function drilldowns(compiled: Compiled): string {
  const search = (label: string, where: string): object => ({
    name: label,
    search: `\`${SPL_INDEX_MACRO}\` source=${SOURCE_LABEL} | where ${where} | sort 0 _time`,
    earliest_offset: "86400",
    latest_offset: "3600",
  });
  const searches = [
    ...leads(compiled).map((name) =>
      search(`Events with this ${name}`, `sha256(${name})="$${digestName(name)}$"`),
    ),
    search(
      "All security and policy events around it",
      'event_type="security_event" OR event_type="policy_event"',
    ),
  ];
  return JSON.stringify(searches);
}

/** Settings of notable events; without Enterprise Security nothing reads them. */
function notable(rule: RuleIr, compiled: Compiled): Readonly<Record<string, string | number>> {
  return {
    "action.notable": 1,
    "action.notable.param.rule_title": notableTitle(rule, compiled),
    "action.notable.param.rule_description": rule.description,
    "action.notable.param.security_domain": "threat",
    "action.notable.param.severity": rule.severity,
    "action.notable.param.nes_fields": suppressFields(rule, compiled),
    "action.notable.param.drilldown_searches": drilldowns(compiled),
  };
}

/** The stanza of a rule in savedsearches.conf. It ships disabled; the rule must not be refused. */
export function savedSearch(rule: RuleIr, compiled: Compiled): Stanza {
  const { schedule } = compiled;
  const severity = rule.severity;
  return {
    name: `Claude - ${rule.name} - Rule`,
    settings: {
      description: `${rule.title}. ${rule.description} Version ${rule.version}.`,
      search: scheduledSearch(rule, compiled),
      disabled: 1,
      enableSched: 1,
      cron_schedule: cronSchedule(schedule.everyMs),
      schedule_window: "auto",
      "dispatch.earliest_time": `-${seconds(schedule.lookbackMs)}s`,
      "dispatch.latest_time": "now",
      counttype: "number of events",
      relation: "greater than",
      quantity: 0,
      "alert.track": 1,
      "alert.severity": severities[severity],
      "alert.digest_mode": 0,
      "alert.suppress": 1,
      "alert.suppress.fields": suppressFields(rule, compiled),
      "alert.suppress.period": `${suppressSeconds(rule, compiled)}s`,
      "action.correlationsearch.enabled": 1,
      "action.correlationsearch.label": `Claude - ${rule.name} - Rule`,
      "action.correlationsearch.annotations": annotations(rule.frameworks),
      ...notable(rule, compiled),
    },
  };
}

/** Stanzas of macros.conf: what a site changes. */
export function macros(): readonly Stanza[] {
  return [
    {
      name: SPL_INDEX_MACRO,
      settings: {
        definition: `index=${DEFAULT_INDEX}`,
        iseval: 0,
        description: "Index that holds the audit events of Claude",
      },
    },
  ];
}
