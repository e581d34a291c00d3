/**
 * Two steps in order: the times of both steps of an entity in two lists, and every pair of them in a
 * row. EQL has sequences of its own, but its first step is used up by the second, so that a repeated
 * second step would be missed, and its alerts cannot be suppressed by entity.
 */
import type { RuleIr, SequenceDetection } from "../../rule/ir.ts";
import type { ResultColumn } from "../compiled.ts";
import { join, name, origin, raw, type Text, text } from "../text.ts";
import { fieldName } from "./predicate.ts";
import { belongs, columnsOf, ELASTIC_INDEX, type Lowered, list, TIME } from "./rows.ts";

const FIRST_TIME: ResultColumn = { name: "first_time", role: "context" };

export function lowerSequence(
  { first, second, withinMs }: SequenceDetection,
  rule: RuleIr,
): Lowered {
  const by = columnsOf(second.by, "key");
  const keys = list(by);
  const columns = [TIME, ...by, FIRST_TIME];
  const isFirst = belongs(first.where, first.by);
  const isThen = belongs(second.where, second.by);
  const window = origin(rule.spans["detect.within"], raw(String(withinMs)));
  const renamed = second.by.flatMap((field, index): readonly Text[] => {
    const other = first.by[index] ?? field;
    if (other === field) return [];
    const [own, theirs] = [name(fieldName(field)), name(fieldName(other))];
    return [text`${own} = CASE(is_first, ${theirs}, ${own})`];
  });
  const rename = renamed.length === 0 ? text`` : text`\n| EVAL ${join(renamed, ", ")}`;
  return {
    columns,
    query: text`FROM ${raw(ELASTIC_INDEX)}
| WHERE (${isFirst}) OR (${isThen})
| EVAL is_first = ${isFirst}, is_then = ${isThen}, time = TO_LONG(@timestamp)${rename}
| STATS first_time = VALUES(CASE(is_first, time, NULL)), then_time = VALUES(CASE(is_then, time, NULL)) BY ${keys}
| MV_EXPAND then_time
| MV_EXPAND first_time
| WHERE first_time < then_time AND then_time - first_time <= ${window}
| STATS first_time = MAX(first_time) BY ${keys}, then_time
| EVAL @timestamp = TO_DATETIME(then_time), first_time = TO_DATETIME(first_time)
| KEEP ${list(columns)}`,
  };
}
