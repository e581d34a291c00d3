/** A share in a sliding window. */
import type { RatioDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { lowerPredicate } from "../predicate.ts";
import { origin, raw, type Text, text, value } from "../text.ts";
import { belongs, columns, duckdbPredicate, number, sameEntity } from "./rows.ts";

export function lowerRatio(detection: RatioDetection, rule: RuleIr): Text {
  const { where, of, by } = detection;
  const window = origin(rule.spans["detect.within"], number(detection.withinMs));
  const atLeast = origin(rule.spans["detect.at_least"], number(detection.atLeast));
  const { numerator, denominator } = rationalOf(detection.greaterThan);
  // `hits * denominator > numerator * total`: whole numbers only, so a share of 0.2 is exactly a fifth.
  const share = origin(
    rule.spans["detect.greater_than"],
    raw(`hits * ${denominator}::HUGEINT > ${numerator}::HUGEINT * total`),
  );
  return text`WITH matching AS (
  SELECT ts, event_id, ${columns(by)}, CASE WHEN ${lowerPredicate(of, duckdbPredicate)} THEN 1 ELSE 0 END AS hit
  FROM event
  WHERE ${belongs(where, by)}
),
measured AS (
  SELECT DISTINCT ${columns(by)}, ts, count(*) OVER recent AS total, sum(hit) OVER recent AS hits
  FROM matching
  WINDOW recent AS (
    PARTITION BY ${columns(by)} ORDER BY ts RANGE BETWEEN ${window} PRECEDING AND CURRENT ROW
  )
),
judged AS (
  SELECT *, total >= ${atLeast} AND ${share} AS above FROM measured
),
edged AS (
  SELECT *, lag(above, 1, false) OVER (PARTITION BY ${columns(by)} ORDER BY ts) AS before FROM judged
),
fired AS (
  SELECT * FROM edged WHERE above AND NOT before
)
SELECT fired.ts, ${columns(by, "fired")}, fired.hits::DOUBLE / fired.total AS value,
  ${value(detection.greaterThan)}::DOUBLE AS "limit",
  list(matching.event_id ORDER BY matching.ts, matching.event_id) FILTER (matching.hit = 1) AS event_ids
FROM fired JOIN matching
  ON ${sameEntity(by, "matching", "fired")}
  AND matching.ts BETWEEN fired.ts - ${window} AND fired.ts
GROUP BY fired.ts, ${columns(by, "fired")}, fired.hits, fired.total
ORDER BY fired.ts, ${columns(by, "fired")}`;
}
