/** A measure in a sliding window, as a self-join: its result does not depend on row order. */
import type { RuleIr, ThresholdDetection } from "../../rule/ir.ts";
import { join, name, origin, text, value } from "../text.ts";
import {
  columnsOf,
  LIMIT,
  type Lowered,
  list,
  matchingAmounts,
  names,
  TIME,
  timespan,
  total,
  userContext,
  VALUE,
} from "./rows.ts";

export function lowerThreshold(detection: ThresholdDetection, rule: RuleIr): Lowered {
  const by = columnsOf(detection.by, "key");
  const user = userContext(detection.by);
  const columns = [TIME, ...by, ...user, VALUE, LIMIT];
  const keys = list(names(by));
  const users = user.map((one) => text`, ${name(one.name)} = take_any(${name(one.name)})`);
  const window = origin(rule.spans["detect.within"], timespan(detection.withinMs));
  const limit = origin(rule.spans["detect.greater_than"], value(detection.greaterThan));
  return {
    columns,
    query: text`${matchingAmounts(detection)}
let times = matching
| summarize Amount = ${total(detection.measure)}${join(users, "")} by ${keys}, TimeGenerated;
let windows = times
| join kind=inner (times | project ${keys}, Earlier = TimeGenerated, EarlierAmount = Amount) on ${keys}
| where Earlier <= TimeGenerated
| summarize Value = sumif(EarlierAmount, Earlier >= TimeGenerated - ${window}), Previous = maxif(Earlier, Earlier < TimeGenerated)${join(users, "")} by ${keys}, TimeGenerated;
windows
| where Value > ${limit}
| join kind=leftouter (windows | project ${keys}, Previous = TimeGenerated, Before = Value) on ${keys}, Previous
| where coalesce(Before, long(0)) <= ${limit}
| extend Limit = ${limit}
| project ${list(names(columns))}`,
  };
}
