/** A day against the entity's own history: over events, or over the connector's daily records. */
import type { EventField } from "../../event/event.ts";
import { DAY_MS } from "../../rule/detection.ts";
import type { BaselineDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import type { RunSchedule } from "../compiled.ts";
import { name, origin, raw, type Text, text, value } from "../text.ts";
import { column, columnName, kqlPredicate } from "./predicate.ts";
import {
  columnsOf,
  DAY,
  distinctEvents,
  KQL_TABLE,
  LIMIT,
  type Lowered,
  list,
  matchingAmounts,
  names,
  TIME,
  total,
  VALUE,
} from "./rows.ts";

/** `value * days * denominator > numerator * history`, in whole numbers: 3.0 is exactly 3. */
function ratioTest(
  detection: BaselineDetection,
  rule: RuleIr,
  today: string,
  days: string,
  history: string,
): Text {
  const { numerator, denominator } = rationalOf(detection.factor);
  const divisor = detection.averageOver === "active_days" ? days : String(detection.historyDays);
  const scale = denominator === 1 ? "" : ` * ${denominator}`;
  const test = raw(`${today} * ${divisor}${scale} > ${numerator} * ${history}`);
  return origin(rule.spans["detect.factor"], test);
}

function floorOf({ floor }: BaselineDetection, rule: RuleIr): Text {
  return origin(rule.spans["detect.floor"], raw(String(floor)));
}

function minDaysOf({ minDays }: BaselineDetection, rule: RuleIr): Text {
  return origin(rule.spans["detect.min_days"], raw(String(minDays)));
}

function limitOf(detection: BaselineDetection, days: string, history: string): Text {
  const divisor = detection.averageOver === "active_days" ? days : String(detection.historyDays);
  const allowed = `real(${detection.factor}) * ${history} / ${divisor}`;
  return raw(`max_of(real(${detection.floor}), ${allowed})`);
}

export function lowerBaseline(detection: BaselineDetection, rule: RuleIr): Lowered {
  const by = columnsOf(detection.by, "key");
  const columns = [TIME, ...by, DAY, VALUE, LIMIT];
  const keys = list(names(by));
  const local =
    detection.zone === "UTC"
      ? raw("TimeGenerated")
      : text`datetime_utc_to_local(TimeGenerated, ${value(detection.zone)})`;
  const inHistory = origin(
    rule.spans["detect.history_days"],
    raw(`PastDay < Day and PastDay >= Day - ${detection.historyDays}d`),
  );
  return {
    columns,
    query: text`${matchingAmounts(detection)}
let daily = matching
| extend Day = startofday(${local})
| summarize Value = ${total(detection.measure)}, TimeGenerated = max(TimeGenerated) by ${keys}, Day;
daily
| join kind=inner (daily | project ${keys}, PastDay = Day, PastValue = Value) on ${keys}
| summarize HistorySum = sumif(PastValue, ${inHistory}), ActiveDays = countif(${inHistory} and PastValue > 0) by ${keys}, Day, Value, TimeGenerated
| where Value > ${floorOf(detection, rule)} and ActiveDays >= ${minDaysOf(detection, rule)} and ${ratioTest(detection, rule, "Value", "ActiveDays", "HistorySum")}
| extend Limit = ${limitOf(detection, "ActiveDays", "HistorySum")}
| project ${list(names(columns))}`,
  };
}

/** The baseline as the connector's daily record has worked it out already. */
export function lowerRollup(detection: BaselineDetection, rule: RuleIr): Lowered {
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
| where ${name(tokens)} > ${floorOf(detection, rule)} and ${name(days)} >= ${minDaysOf(detection, rule)} and ${ratioTest(detection, rule, tokens, days, history)}
| extend Day = startofday(TimeGenerated), Value = ${name(tokens)}, Limit = ${limitOf(detection, days, history)}
| project ${list(names(columns))}`,
  };
}

/**
 * A rollup is written after its day and carries a time of that day: a run a day that reads three days
 * sees each at least once.
 */
export const rollupSchedule: RunSchedule = {
  everyMs: DAY_MS,
  lookbackMs: 3 * DAY_MS,
  freshMs: 3 * DAY_MS,
};
