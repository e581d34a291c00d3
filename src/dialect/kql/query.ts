/**
 * A rule as KQL over the Log Analytics table of audit events.
 *
 * The query has no clock: it judges the time range it is given. It keeps to operators whose result
 * does not depend on row order (no `prev`, no `serialize`), so a window is a self-join.
 */
import type { EventField } from "../../event/event.ts";
import type {
  BaselineDetection,
  EachDetection,
  Fidelity,
  Measure,
  Predicate,
  RuleIr,
  ThresholdDetection,
} from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import {
  DAY_MS,
  entityFields,
  findRollupObstacle,
  findUnmappedField,
  leavesOf,
  scheduleOf,
} from "../capability.ts";
import { type Compiled, type ResultColumn, type RunSchedule, refuse } from "../compiled.ts";
import { lowerPredicate } from "../predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../text.ts";
import { kqlLexicon } from "./lexicon.ts";
import { column, columnName, findPredicateObstacle, kqlPredicate } from "./predicate.ts";

/** Table of the audit events in the workspace. */
export const KQL_TABLE = "ClaudeAudit_CL";

/** Longest query that a Sentinel analytics rule takes. */
export const KQL_LENGTH_MAX = 10_000;

/** Farthest back that a Sentinel analytics rule reads. */
export const SENTINEL_LOOKBACK_MAX_MS: number = 14 * DAY_MS;

interface Lowered {
  readonly query: Text;
  readonly columns: readonly ResultColumn[];
}

function names(columns: readonly ResultColumn[]): readonly string[] {
  return columns.map((one) => one.name);
}

function list(parts: readonly string[]): Text {
  return join(parts.map(name), ", ");
}

function columnsOf(
  fields: readonly EventField[],
  role: "key" | "context",
): readonly ResultColumn[] {
  return fields.map((field) => ({ name: column(field).name, role, field }));
}

const TIME: ResultColumn = { name: "TimeGenerated", role: "time", field: "timestamp" };
const VALUE: ResultColumn = { name: "Value", role: "value" };
const LIMIT: ResultColumn = { name: "Limit", role: "limit" };
const DAY: ResultColumn = { name: "Day", role: "key", field: "day" };

/** Fields an analyst wants to see beside the keys of an alert. */
const contextFields: readonly EventField[] = ["session_id", "user_id_hash", "department"];

/** The table's rows that match and belong to an entity. */
function matchingRows(where: Predicate, by: readonly EventField[]): Text {
  const known = by.map((field) => kqlPredicate.present(field));
  const conditions =
    where.kind === "always" ? known : [lowerPredicate(where, kqlPredicate, false), ...known];
  const filter = conditions.length === 0 ? [] : [text`\n| where ${join(conditions, " and ")}`];
  return join([raw(KQL_TABLE), ...filter], "");
}

/** One row for each event_id, because a delivery may be repeated. Copies hold the same values. */
function distinctEvents(columns: readonly string[], amount?: Text): Text {
  const kept = amount === undefined ? columns : [...columns, "Amount"];
  const read = [raw("TimeGenerated"), columnName("event_id"), ...columns.map(name)];
  const computed = amount === undefined ? [] : [text`Amount = ${amount}`];
  const any = kept.map((one) => text`${name(one)} = take_any(${name(one)})`);
  return text`
| project ${join([...read, ...computed], ", ")}
| summarize ${join([raw("TimeGenerated = min(TimeGenerated)"), ...any], ", ")} by ${columnName("event_id")}`;
}

function lowerEach(detection: EachDetection, rule: RuleIr): Lowered {
  const keys = entityFields(rule);
  const compared = leavesOf(detection.where).map(({ field }) => field);
  const shown = [...contextFields, ...compared].filter(
    (field) => !keys.includes(field) && field !== "event_id" && field !== "timestamp",
  );
  const own = [...columnsOf(keys, "key"), ...columnsOf([...new Set(shown)], "context")];
  const id: ResultColumn = { name: column("event_id").name, role: "event_id", field: "event_id" };
  const columns = [TIME, id, ...own];
  return {
    columns,
    query: text`${matchingRows(detection.where, [])}${distinctEvents(names(own))}
| project ${list(names(columns))}`,
  };
}

/** Sum of a measure's fields in one row; a missing field adds nothing. */
function rowSum(fields: readonly EventField[]): Text {
  return join(
    // Columns of type int must become long: coalesce takes values of one type.
    fields.map((field) => text`coalesce(tolong(${columnName(field)}), long(0))`),
    " + ",
  );
}

/** The measure over rows of `matching`. */
function total(measure: Measure): Text {
  return raw(measure.kind === "count" ? "count()" : "sum(Amount)");
}

/** Matching events, each once; with `Amount` where the measure is a sum. */
function lowerMatching(detection: ThresholdDetection | BaselineDetection): Text {
  const { by, measure, where } = detection;
  const kept = [...new Set([...by, "user_id_hash" as const])].map((field) => column(field).name);
  const amount = measure.kind === "sum" ? rowSum(measure.fields) : undefined;
  return text`let matching = ${matchingRows(where, by)}${distinctEvents(kept, amount)};`;
}

/** The user column where it is not a key already. */
function userContext(by: readonly EventField[]): readonly ResultColumn[] {
  return by.includes("user_id_hash") ? [] : columnsOf(["user_id_hash"], "context");
}

function lowerThreshold(detection: ThresholdDetection): Lowered {
  const by = columnsOf(detection.by, "key");
  const user = userContext(detection.by);
  const columns = [TIME, ...by, ...user, VALUE, LIMIT];
  const keys = list(names(by));
  const users = user.map((one) => text`, ${name(one.name)} = take_any(${name(one.name)})`);
  const window = timespan(detection.withinMs);
  const limit = value(detection.greaterThan);
  return {
    columns,
    query: text`${lowerMatching(detection)}
let times = matching
| summarize Amount = ${total(detection.measure)}${join(users, "")} by ${keys}, TimeGenerated;
let windows = times
| join kind=inner (times | project ${keys}, Earlier = TimeGenerated, EarlierAmount = Amount) on ${keys}
| where Earlier <= TimeGenerated
| summarize Value = sumif(EarlierAmount, Earlier >= TimeGenerated - ${window}), Previous = maxif(Earlier, Earlier < TimeGenerated)${join(users, "")} by ${keys}, TimeGenerated;
windows
| where Value > ${limit}
| join kind=leftouter (windows | project ${keys}, Previous = TimeGenerated, Before = Value) on ${keys}, Previous
| where coalesce(Before, long(0)) <= ${limit}
| extend Limit = ${limit}
| project ${list(names(columns))}`,
  };
}

/** A timespan literal in the largest unit that says it in whole numbers. */
function timespan(ms: number): Text {
  const units: readonly (readonly [string, number])[] = [
    ["d", DAY_MS],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ];
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ["ms", 1];
  return raw(`${ms / size}${unit}`);
}

/** `value * days * denominator > numerator * history`, in whole numbers: 3.0 is exactly 3. */
function ratioTest(
  detection: BaselineDetection,
  today: string,
  days: string,
  history: string,
): Text {
  const { numerator, denominator } = rationalOf(detection.factor);
  const divisor = detection.averageOver === "active_days" ? days : String(detection.historyDays);
  const scale = denominator === 1 ? "" : ` * ${denominator}`;
  return raw(`${today} * ${divisor}${scale} > ${numerator} * ${history}`);
}

function limitOf(detection: BaselineDetection, days: string, history: string): Text {
  const divisor = detection.averageOver === "active_days" ? days : String(detection.historyDays);
  const allowed = `real(${detection.factor}) * ${history} / ${divisor}`;
  return raw(`max_of(real(${detection.floor}), ${allowed})`);
}

function lowerBaseline(detection: BaselineDetection): Lowered {
  const by = columnsOf(detection.by, "key");
  const columns = [TIME, ...by, DAY, VALUE, LIMIT];
  const keys = list(names(by));
  const local =
    detection.zone === "UTC"
      ? raw("TimeGenerated")
      : text`datetime_utc_to_local(TimeGenerated, ${value(detection.zone)})`;
  const inHistory = raw(`PastDay < Day and PastDay >= Day - ${detection.historyDays}d`);
  return {
    columns,
    query: text`${lowerMatching(detection)}
let daily = matching
| extend Day = startofday(${local})
| summarize Value = ${total(detection.measure)}, TimeGenerated = max(TimeGenerated) by ${keys}, Day;
daily
| join kind=inner (daily | project ${keys}, PastDay = Day, PastValue = Value) on ${keys}
| summarize HistorySum = sumif(PastValue, ${inHistory}), ActiveDays = countif(${inHistory} and PastValue > 0) by ${keys}, Day, Value, TimeGenerated
| where Value > ${raw(String(detection.floor))} and ActiveDays >= ${raw(String(detection.minDays))} and ${ratioTest(detection, "Value", "ActiveDays", "HistorySum")}
| extend Limit = ${limitOf(detection, "ActiveDays", "HistorySum")}
| project ${list(names(columns))}`,
  };
}

/** The baseline as the connector's daily record has worked it out already. */
function lowerRollup(detection: BaselineDetection): Lowered {
  const own = [
    "user_id_hash",
    "usage_tokens",
    "baseline_tokens_sum",
    "baseline_days",
  ] as const satisfies readonly EventField[];
  const [user, tokens, history, days] = own.map((field) => column(field).name) as [
    string,
    string,
    string,
    string,
  ];
  const columns = [TIME, ...columnsOf(["user_id_hash"], "key"), DAY, VALUE, LIMIT];
  const isRollup = text`${columnName("event_type")} == ${value("activity_event")} and ${columnName("activity_type")} == ${value("usage_rollup")}`;
  return {
    columns,
    query: text`${raw(KQL_TABLE)}
| where ${isRollup} and ${kqlPredicate.present("user_id_hash")}${distinctEvents([user, tokens, history, days])}
| where ${name(tokens)} > ${raw(String(detection.floor))} and ${name(days)} >= ${raw(String(detection.minDays))} and ${ratioTest(detection, tokens, days, history)}
| extend Day = startofday(TimeGenerated), Value = ${name(tokens)}, Limit = ${limitOf(detection, days, history)}
| project ${list(names(columns))}`,
  };
}

/**
 * A rollup is written after its day and carries a time of that day: a run a day that reads three days
 * sees each at least once.
 */
const rollupSchedule: RunSchedule = {
  everyMs: DAY_MS,
  lookbackMs: 3 * DAY_MS,
  freshMs: 3 * DAY_MS,
};

function finish(lowered: Lowered, fidelity: Fidelity, schedule: RunSchedule): Compiled {
  const query = `${renderText(lowered.query, kqlLexicon)}\n`;
  if (query.length > KQL_LENGTH_MAX) {
    return refuse(
      `The query has ${query.length} characters; a Sentinel rule takes ${KQL_LENGTH_MAX}`,
      "Split the rule, or shorten its lists of values.",
    );
  }
  const texts = [{ role: "query", text: query }] as const;
  return { fidelity, texts, columns: lowered.columns, schedule };
}

function compileBaseline(detection: BaselineDetection, schedule: RunSchedule): Compiled {
  if (schedule.lookbackMs <= SENTINEL_LOOKBACK_MAX_MS) {
    return finish(lowerBaseline(detection), { level: "exact" }, schedule);
  }
  const obstacle = findRollupObstacle(detection);
  if (obstacle !== undefined) {
    return refuse(
      `A Sentinel rule looks back 14 days at most, and the daily usage_rollup cannot stand in: ${obstacle}`,
      "Shorten history_days to 12 or less, or use the measure, entity and zone of the rollup.",
    );
  }
  const fidelity: Fidelity = {
    level: "degraded",
    reason: `A Sentinel rule looks back 14 days at most, so this one judges the connector's daily usage_rollup records instead of ${detection.historyDays} days of events: a day is judged once, after it ended`,
    remedy: "Let the connector write usage_rollup records every day.",
  };
  return finish(lowerRollup(detection), fidelity, rollupSchedule);
}

/** The rule as KQL for Microsoft Sentinel. */
export function compileKql(rule: RuleIr): Compiled {
  const { detection } = rule;
  const obstacle = findUnmappedField(rule, "sentinel") ?? findPredicateObstacle(rule);
  if (obstacle !== undefined) return refuse(obstacle.reason, obstacle.remedy);
  const schedule = scheduleOf(rule);
  if (detection.kind === "baseline") return compileBaseline(detection, schedule);
  if (schedule.lookbackMs > SENTINEL_LOOKBACK_MAX_MS) {
    return refuse(
      "A Sentinel rule looks back 14 days at most, and this window needs more",
      "Shorten the window to less than 7 days.",
    );
  }
  const lowered =
    detection.kind === "each" ? lowerEach(detection, rule) : lowerThreshold(detection);
  return finish(lowered, { level: "exact" }, schedule);
}
