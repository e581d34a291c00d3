/** One row per matching event. */
import { entityFields, leavesOf } from "../../rule/detection.ts";
import type { EachDetection, RuleIr } from "../../rule/ir.ts";
import { columnOf } from "../capability.ts";
import type { ResultColumn } from "../compiled.ts";
import { raw, text } from "../text.ts";
import { bare, belongs, columnsOf, contextFields, eventSteps, type Lowered, TIME } from "./rows.ts";

export function lowerEach(detection: EachDetection, rule: RuleIr): Lowered {
  const keys = entityFields(rule);
  const compared = leavesOf(detection.where).map(({ field }) => field);
  const shown = [...new Set([...contextFields, ...compared])].filter(
    (field) => !keys.includes(field) && field !== "event_id" && field !== "timestamp",
  );
  const id: ResultColumn = {
    name: columnOf("cim", "event_id").name,
    role: "event_id",
    field: "event_id",
  };
  const columns = [TIME, id, ...columnsOf(keys, "key"), ...columnsOf(shown, "context")];
  return {
    columns,
    steps: [
      ...eventSteps(belongs(detection.where, [])),
      raw("sort 0 _time"),
      text`fields ${bare(columns)}`,
    ],
  };
}
