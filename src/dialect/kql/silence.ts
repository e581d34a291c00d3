/**
 * Nothing where something should be. This one needs a clock: `now()`, less the time that late events
 * may take. Within a slot as long as the allowed gap no gap is too long, so first and last of each slot
 * say everything, and the self-join has few rows.
 */
import type { RuleIr, SilenceDetection } from "../../rule/ir.ts";
import { origin, text } from "../text.ts";
import { columnsOf, type Lowered, list, matchingRows, names, TIME, timespan } from "./rows.ts";

export function lowerSilence({ where, by, forMs }: SilenceDetection, rule: RuleIr): Lowered {
  const keyColumns = columnsOf(by, "key");
  const columns = [TIME, ...keyColumns];
  const keys = list(names(keyColumns));
  const gap = origin(rule.spans["detect.for"], timespan(forMs));
  return {
    columns,
    query: text`let slots = ${matchingRows(where, by)}
| summarize First = min(TimeGenerated), Last = max(TimeGenerated) by ${keys}, Slot = bin(TimeGenerated, ${gap});
slots
| join kind=inner (slots | project ${keys}, Later = First) on ${keys}
| summarize Next = minif(Later, Later > Last) by ${keys}, Last
| where iff(isnull(Next), Last + ${gap} <= now() - ${timespan(rule.schedule.lateMs)}, Next > Last + ${gap})
| extend TimeGenerated = Last + ${gap}
| project ${list(names(columns))}`,
  };
}
