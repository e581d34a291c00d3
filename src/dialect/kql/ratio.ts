/** A share in a sliding window, as a self-join over the distinct times of each entity. */
import type { RatioDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { lowerPredicate } from "../predicate.ts";
import { origin, raw, text, value } from "../text.ts";
import { kqlPredicate } from "./predicate.ts";
import {
  columnsOf,
  distinctEvents,
  LIMIT,
  type Lowered,
  list,
  matchingRows,
  names,
  TIME,
  timespan,
  VALUE,
} from "./rows.ts";

export function lowerRatio(detection: RatioDetection, rule: RuleIr): Lowered {
  const { where, of, by } = detection;
  const keyColumns = columnsOf(by, "key");
  const columns = [TIME, ...keyColumns, VALUE, LIMIT];
  const keys = list(names(keyColumns));
  const window = origin(rule.spans["detect.within"], timespan(detection.withinMs));
  const atLeast = origin(rule.spans["detect.at_least"], value(detection.atLeast));
  const { numerator, denominator } = rationalOf(detection.greaterThan);
  const share = origin(
    rule.spans["detect.greater_than"],
    raw(`Hits * ${denominator} > ${numerator === 1 ? "" : `${numerator} * `}Total`),
  );
  // As a long: what distinctEvents keeps of it is summed.
  const hit = text`iff(${lowerPredicate(of, kqlPredicate)}, long(1), long(0))`;
  return {
    columns,
    query: text`let times = ${matchingRows(where, by)}${distinctEvents(names(keyColumns), hit)}
| summarize Events = count(), Amount = sum(Amount) by ${keys}, TimeGenerated;
let windows = times
| join kind=inner (times | project ${keys}, Earlier = TimeGenerated, EarlierEvents = Events, EarlierAmount = Amount) on ${keys}
| where Earlier <= TimeGenerated
| summarize Total = sumif(EarlierEvents, Earlier >= TimeGenerated - ${window}), Hits = sumif(EarlierAmount, Earlier >= TimeGenerated - ${window}), Previous = maxif(Earlier, Earlier < TimeGenerated) by ${keys}, TimeGenerated
| extend Above = iff(Total >= ${atLeast} and ${share}, 1, 0);
windows
| where Above == 1
| join kind=leftouter (windows | project ${keys}, Previous = TimeGenerated, Before = Above) on ${keys}, Previous
| where coalesce(Before, 0) == 0
| extend Value = todouble(Hits) / Total, Limit = todouble(${value(detection.greaterThan)})
| project ${list(names(columns))}`,
  };
}
