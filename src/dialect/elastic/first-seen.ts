/**
 * A value that is new for an entity, judged by days. What is new is known by value, what is learnt by
 * entity: the values go into a list of their entity, each with its time before it, and come out again.
 */
import type { FirstSeenDetection, RuleIr } from "../../rule/ir.ts";
import { name, origin, raw, text } from "../text.ts";
import { fieldName } from "./predicate.ts";
import { columnsOf, JUDGED_DAYS, type Lowered, list, matchingRows, TIME } from "./rows.ts";

export function lowerFirstSeen(detection: FirstSeenDetection, rule: RuleIr): Lowered {
  const { where, by, field, historyDays, learnDays } = detection;
  const keys = columnsOf([...by, field], "key");
  const columns = [TIME, ...keys];
  const entity = list(columnsOf(by, "key"));
  const watched = name(fieldName(field));
  const inHistory = origin(
    rule.spans["detect.history_days"],
    raw(`day < judged AND day >= judged - ${historyDays} days`),
  );
  const learnt = origin(
    rule.spans["detect.learn_days"],
    raw(`oldest <= judged - ${learnDays} days`),
  );
  return {
    columns,
    query: text`${matchingRows(where, [...by, field])}
| EVAL day = DATE_TRUNC(1 day, @timestamp)
| STATS first_time = MIN(@timestamp) BY ${list(keys)}, day
${JUDGED_DAYS}
| STATS first_time = MIN(CASE(day == judged, first_time, NULL)), oldest = MIN(CASE(${inHistory}, day, NULL)) BY ${list(keys)}, judged
| EVAL new = CASE(first_time IS NOT NULL AND oldest IS NULL, CONCAT(TO_STRING(TO_LONG(first_time)), ",", ${watched}), NULL)
| STATS new = VALUES(new), oldest = MIN(oldest) BY ${entity}, judged
| WHERE new IS NOT NULL AND ${learnt}
| MV_EXPAND new
| DISSECT new "%{first_time},%{value}"
| EVAL @timestamp = TO_DATETIME(TO_LONG(first_time)), ${watched} = value
| KEEP ${list(columns)}`,
  };
}
