/** A day against the entity's own history: sums by day, then every day beside the judged ones. */
import type { BaselineDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { origin, raw, text } from "../text.ts";
import {
  amount,
  columnsOf,
  DAY,
  JUDGED_DAYS,
  LIMIT,
  LONG_ZERO,
  type Lowered,
  list,
  matchingRows,
  TIME,
  VALUE,
} from "./rows.ts";

export function lowerBaseline(detection: BaselineDetection, rule: RuleIr): Lowered {
  const by = columnsOf(detection.by, "key");
  const keys = list(by);
  const columns = [TIME, ...by, DAY, VALUE, LIMIT];
  const { numerator, denominator } = rationalOf(detection.factor);
  const days =
    detection.averageOver === "active_days" ? "active_days" : String(detection.historyDays);
  const scale = denominator === 1 ? days : `${days} * ${denominator}`;
  const inHistory = origin(
    rule.spans["detect.history_days"],
    raw(`day < judged AND day >= judged - ${detection.historyDays} days AND total > 0`),
  );
  const floor = origin(rule.spans["detect.floor"], raw(String(detection.floor)));
  const minDays = origin(rule.spans["detect.min_days"], raw(String(detection.minDays)));
  const ratio = origin(
    rule.spans["detect.factor"],
    raw(`value * ${scale} > ${numerator} * history`),
  );
  return {
    columns,
    query: text`${matchingRows(detection.where, detection.by)}
| EVAL amount = ${amount(detection.measure)}, day = DATE_TRUNC(1 day, @timestamp)
| STATS total = SUM(amount), last_time = MAX(@timestamp) BY ${keys}, day
${JUDGED_DAYS}
| STATS value = SUM(CASE(day == judged, total, ${LONG_ZERO})),
    history = SUM(CASE(${inHistory}, total, ${LONG_ZERO})),
    active_days = SUM(CASE(${inHistory}, 1, 0)),
    @timestamp = MAX(CASE(day == judged, last_time, NULL)) BY ${keys}, judged
| WHERE value > ${floor} AND active_days >= ${minDays} AND ${ratio}
| EVAL day = DATE_FORMAT("yyyy-MM-dd", judged), allowed = ${raw(String(numerator))} * TO_DOUBLE(history) / (${raw(scale)})
| EVAL limit = GREATEST(allowed, TO_DOUBLE(${floor}))
| KEEP ${list(columns)}`,
  };
}
