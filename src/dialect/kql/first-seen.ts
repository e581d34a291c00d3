/** A value that is new for an entity, judged by days: few rows, so a self-join is cheap. */
import type { FirstSeenDetection, RuleIr } from "../../rule/ir.ts";
import { name, origin, raw, text } from "../text.ts";
import { column } from "./predicate.ts";
import {
  columnsOf,
  distinctEvents,
  type Lowered,
  list,
  matchingRows,
  names,
  TIME,
} from "./rows.ts";

export function lowerFirstSeen(detection: FirstSeenDetection, rule: RuleIr): Lowered {
  const { where, by, field, historyDays, learnDays } = detection;
  const keys = columnsOf([...by, field], "key");
  const columns = [TIME, ...keys];
  const entity = list(names(columnsOf(by, "key")));
  const value = name(column(field).name);
  const inHistory = origin(
    rule.spans["detect.history_days"],
    raw(`PastDay < Day and PastDay >= Day - ${historyDays}d`),
  );
  const learnt = origin(rule.spans["detect.learn_days"], raw(`PastDay <= Day - ${learnDays}d`));
  return {
    columns,
    query: text`let daily = ${matchingRows(where, [...by, field])}${distinctEvents(names(keys))}
| summarize TimeGenerated = min(TimeGenerated) by ${list(names(keys))}, Day = startofday(TimeGenerated);
daily
| join kind=inner (daily | project ${entity}, PastDay = Day, PastValue = ${value}) on ${entity}
| where ${inHistory}
| summarize Seen = countif(PastValue == ${value}), Learnt = countif(${learnt}) by ${list(names(keys))}, Day, TimeGenerated
| where Seen == 0 and Learnt > 0
| project ${list(names(columns))}`,
  };
}
