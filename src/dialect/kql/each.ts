/** One row per matching event. */
import { entityFields, leavesOf } from "../../rule/detection.ts";
import type { EachDetection, RuleIr } from "../../rule/ir.ts";
import type { ResultColumn } from "../compiled.ts";
import { text } from "../text.ts";
import { column } from "./predicate.ts";
import {
  columnsOf,
  contextFields,
  distinctEvents,
  type Lowered,
  list,
  matchingRows,
  names,
  TIME,
} from "./rows.ts";

export function lowerEach(detection: EachDetection, rule: RuleIr): Lowered {
  const keys = entityFields(rule);
  const compared = leavesOf(detection.where).map(({ field }) => field);
  const shown = [...contextFields, ...compared].filter(
    (field) => !keys.includes(field) && field !== "event_id" && field !== "timestamp",
  );
  const own = [...columnsOf(keys, "key"), ...columnsOf([...new Set(shown)], "context")];
  const id: ResultColumn = { name: column("event_id").name, role: "event_id", field: "event_id" };
  const columns = [TIME, id, ...own];
  return {
    columns,
    query: text`${matchingRows(detection.where, [])}${distinctEvents(names(own))}
| project ${list(names(columns))}`,
  };
}
