/** A measure in a sliding window. */
import type { RuleIr, ThresholdDetection } from "../../rule/ir.ts";
import { origin, type Text, text } from "../text.ts";
import { columns, matchingAmounts, number, sameEntity } from "./rows.ts";

export function lowerThreshold(detection: ThresholdDetection, rule: RuleIr): Text {
  const by = columns(detection.by);
  const window = origin(rule.spans["detect.within"], number(detection.withinMs));
  const limit = origin(rule.spans["detect.greater_than"], number(detection.greaterThan));
  const own = columns(detection.by, "fired");
  return text`WITH ${matchingAmounts(detection)},
measured AS (
  -- RANGE counts every event of the same time, and both ends of the window.
  SELECT DISTINCT ${by}, ts, sum(amount) OVER (
    PARTITION BY ${by} ORDER BY ts RANGE BETWEEN ${window} PRECEDING AND CURRENT ROW
  ) AS value
  FROM matching
),
edged AS (
  SELECT *, lag(value, 1, 0) OVER (PARTITION BY ${by} ORDER BY ts) AS before FROM measured
),
fired AS (
  SELECT * FROM edged WHERE value > ${limit} AND before <= ${limit}
)
SELECT fired.ts, ${own}, fired.value, ${limit} AS "limit",
  list(matching.event_id ORDER BY matching.ts, matching.event_id) AS event_ids
FROM fired JOIN matching
  ON ${sameEntity(detection.by, "matching", "fired")}
  AND matching.ts BETWEEN fired.ts - ${window} AND fired.ts
GROUP BY fired.ts, ${own}, fired.value
ORDER BY fired.ts, ${own}`;
}
