/** Nothing where something should be. This one needs a clock: `now()`, less the time late events take. */
import type { RuleIr, SilenceDetection } from "../../rule/ir.ts";
import { origin, raw, text } from "../text.ts";
import {
  bare,
  belongs,
  columnsOf,
  eventSteps,
  type Lowered,
  previousOf,
  TIME,
  TIME_SLACK,
} from "./rows.ts";

/**
 * Within a slot as long as the allowed gap no gap is too long, so first and last of each slot say
 * everything. Rows go backwards: the row before is the slot after.
 */
export function lowerSilence({ where, by, forMs }: SilenceDetection, rule: RuleIr): Lowered {
  const keys = columnsOf(by, "key");
  const columns = [TIME, ...keys];
  const seconds = origin(rule.spans["detect.for"], raw(String(forMs / 1000)));
  const late = raw(String(rule.schedule.lateMs / 1000));
  return {
    columns,
    steps: [
      ...eventSteps(belongs(where, by)),
      text`eval slot=_time-(_time%${seconds})`,
      text`stats min(_time) AS first_time max(_time) AS last_time by ${bare(keys)} slot`,
      raw("sort 0 -first_time"),
      previousOf("first_time", "next_time", bare(keys)),
      text`where (isnull(next_time) AND last_time+${seconds}<=now()-${late}) OR coalesce(next_time, 0)>last_time+${seconds}+${raw(TIME_SLACK)}`,
      text`eval _time=last_time+${seconds}`,
      text`fields ${bare(columns)}`,
    ],
  };
}
