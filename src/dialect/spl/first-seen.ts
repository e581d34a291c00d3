/** A value that is new for an entity, judged by days. */
import type { FirstSeenDetection, RuleIr } from "../../rule/ir.ts";
import { origin, raw, text } from "../text.ts";
import { bare, belongs, columnsOf, eventSteps, type Lowered, TIME } from "./rows.ts";

/**
 * One row for each entity, value and day. Windows are half a day longer than the days they hold: rows
 * are whole days apart, so it does not matter how their edges are read. The window of the value says
 * whether it was seen, the window of the entity how old its history is.
 */
export function lowerFirstSeen(detection: FirstSeenDetection, rule: RuleIr): Lowered {
  const { where, by, field, historyDays, learnDays } = detection;
  const keys = columnsOf([...by, field], "key");
  const columns = [TIME, ...keys];
  const window = origin(rule.spans["detect.history_days"], raw(`${historyDays * 24 + 12}h`));
  const learnt = origin(
    rule.spans["detect.learn_days"],
    raw(`day_start-oldest>${learnDays * 86_400 - 43_200}`),
  );
  return {
    columns,
    steps: [
      ...eventSteps(belongs(where, [...by, field])),
      raw("eval day_start=_time-(_time%86400)"),
      text`stats min(_time) AS first_time by ${bare(keys)} day_start`,
      raw("eval _time=day_start"),
      raw("sort 0 _time"),
      text`streamstats current=f time_window=${window} count AS seen by ${bare(keys)}`,
      text`streamstats time_window=${window} min(day_start) AS oldest by ${bare(columnsOf(by, "key"))}`,
      text`where coalesce(seen, 0)=0 AND ${learnt}`,
      raw("eval _time=first_time"),
      text`fields ${bare(columns)}`,
    ],
  };
}
