/**
 * Nothing where something should be. Within a slot as long as the allowed gap no gap is too long, so
 * first and last of each slot say everything; every pair of them goes into a row.
 */
import type { RuleIr, SilenceDetection } from "../../rule/ir.ts";
import { origin, raw, text } from "../text.ts";
import { columnsOf, type Lowered, list, matchingRows, TIME } from "./rows.ts";

export function lowerSilence({ where, by, forMs }: SilenceDetection, rule: RuleIr): Lowered {
  const keyColumns = columnsOf(by, "key");
  const keys = list(keyColumns);
  const columns = [TIME, ...keyColumns];
  const gap = origin(rule.spans["detect.for"], raw(String(forMs)));
  const late = raw(String(rule.schedule.lateMs));
  return {
    columns,
    query: text`${matchingRows(where, by)}
| EVAL time = TO_LONG(@timestamp)
| EVAL slot = time / ${gap}
| STATS first_time = MIN(time), last_time = MAX(time) BY ${keys}, slot
| STATS first_time = VALUES(first_time), last_time = VALUES(last_time) BY ${keys}
| MV_EXPAND last_time
| MV_EXPAND first_time
| STATS next_time = MIN(CASE(first_time > last_time, first_time, NULL)) BY ${keys}, last_time
| WHERE CASE(next_time IS NULL, last_time + ${gap} <= TO_LONG(NOW()) - ${late}, next_time > last_time + ${gap})
| EVAL @timestamp = TO_DATETIME(last_time + ${gap})
| KEEP ${list(columns)}`,
  };
}
