/** One alert per matching event. */
import { entityFields } from "../../rule/detection.ts";
import type { EachDetection, RuleIr } from "../../rule/ir.ts";
import { lowerPredicate } from "../predicate.ts";
import { type Text, text } from "../text.ts";
import { columns, duckdbPredicate } from "./rows.ts";

export function lowerEach(detection: EachDetection, rule: RuleIr): Text {
  return text`SELECT ts, ${columns(entityFields(rule))}, 1 AS value, 0 AS "limit", [event_id] AS event_ids
FROM event
WHERE ${lowerPredicate(detection.where, duckdbPredicate)}
ORDER BY ts, event_id`;
}
