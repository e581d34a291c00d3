/** Two steps in order. */
import type { RuleIr, SequenceDetection } from "../../rule/ir.ts";
import { columnOf } from "../capability.ts";
import { join, name, origin, raw, type Text, text } from "../text.ts";
import {
  bare,
  belongs,
  columnName,
  columnsOf,
  eventSteps,
  type Lowered,
  TIME,
  TIME_SLACK,
} from "./rows.ts";

/**
 * One row for each entity and time, with a mark for either step; then the latest first step before each
 * row.
 */
export function lowerSequence(
  { first, second, withinMs }: SequenceDetection,
  rule: RuleIr,
): Lowered {
  const by = columnsOf(second.by, "key");
  const columns = [TIME, ...by, { name: "first_time", role: "context" as const }];
  const isFirst = belongs(first.where, first.by) ?? raw("1=1");
  const isThen = belongs(second.where, second.by) ?? raw("1=1");
  const keys = second.by.flatMap((field, index): readonly Text[] => {
    const other = first.by[index] ?? field;
    if (other === field) return [];
    const own = columnName(field);
    return [
      text`${name(columnOf("cim", field).name)}=if(is_first=1, ${columnName(other)}, ${own})`,
    ];
  });
  const window = origin(rule.spans["detect.within"], raw(String(withinMs / 1000)));
  return {
    columns,
    steps: [
      ...eventSteps(text`(${isFirst}) OR (${isThen})`),
      text`eval is_first=if(${isFirst}, 1, 0), is_then=if(${isThen}, 1, 0)`,
      ...(keys.length === 0 ? [] : [text`eval ${join(keys, ", ")}`]),
      text`stats max(is_first) AS is_first max(is_then) AS is_then by ${bare(by)} _time`,
      raw("eval step_time=if(is_first=1, _time, 0)"),
      raw("sort 0 _time"),
      text`streamstats current=f max(step_time) AS first_time by ${bare(by)}`,
      text`where is_then=1 AND coalesce(first_time, 0)>0 AND _time-first_time<${window}+${raw(TIME_SLACK)}`,
      text`fields ${bare(columns)}`,
    ],
  };
}
