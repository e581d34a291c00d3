/** A value that is new for an entity, judged by days. */
import type { FirstSeenDetection, RuleIr } from "../../rule/ir.ts";
import { origin, raw, text } from "../text.ts";
import { bare, belongs, columnsOf, eventSteps, type Lowered, TIME } from "./rows.ts";

/**
 * One row for each entity, value and day, and for each of three moments: the day itself; when it is old
 * enough for the entity to count as known; when it is too old to count for anything. Running sums of what
 * changes at each moment say whether the value was seen within the history and how often the entity was
 * known. All but the days themselves are half a day off, so no two moments coincide.
 */
export function lowerFirstSeen(detection: FirstSeenDetection, rule: RuleIr): Lowered {
  const { where, by, field, historyDays, learnDays } = detection;
  const keys = columnsOf([...by, field], "key");
  const columns = [TIME, ...keys];
  const learnt = origin(rule.spans["detect.learn_days"], raw(String((learnDays - 0.5) * 86_400)));
  const forgotten = origin(
    rule.spans["detect.history_days"],
    raw(String((historyDays + 0.5) * 86_400)),
  );
  return {
    columns,
    steps: [
      ...eventSteps(belongs(where, [...by, field])),
      raw('eval day_start=_time-(_time%86400), moment=mvappend("seen", "learnt", "forgotten")'),
      text`stats min(_time) AS first_time by ${bare(keys)} day_start moment`,
      text`eval moment_time=day_start+case(moment="seen", 0, moment="learnt", ${learnt}, moment="forgotten", ${forgotten})`,
      raw(
        'eval seen_change=case(moment="seen", 1, moment="learnt", 0, moment="forgotten", 0-1), learnt_change=case(moment="seen", 0, moment="learnt", 1, moment="forgotten", 0-1)',
      ),
      raw("sort 0 moment_time"),
      text`streamstats sum(seen_change) AS seen by ${bare(keys)}`,
      text`streamstats sum(learnt_change) AS learnt by ${bare(columnsOf(by, "key"))}`,
      raw('where moment="seen" AND seen=1 AND learnt>0'),
      raw("eval _time=first_time"),
      text`fields ${bare(columns)}`,
    ],
  };
}
