/** A day against the entity's own history. */

import type { BaselineDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { origin, raw, type Text, text, value } from "../text.ts";
import { columns, matchingAmounts, number, sameEntity, UTC_DAY_NUMBER } from "./rows.ts";

/** Day number of an event in the rule's zone, counted from 1970-01-01. */
export function dayNumber(zone: string): Text {
  if (zone === "UTC") return UTC_DAY_NUMBER;
  return text`date_diff('day', DATE '1970-01-01', CAST(timezone(${value(zone)}, to_timestamp(ts / 1000)) AS DATE))`;
}

export function lowerBaseline(detection: BaselineDetection, rule: RuleIr): Text {
  const by = columns(detection.by);
  const { numerator, denominator } = rationalOf(detection.factor);
  const days =
    detection.averageOver === "active_days" ? "active_days" : String(detection.historyDays);
  // `today * days * denominator > numerator * history`: whole numbers only, so 3.0 is exactly 3.
  const scale = raw(`${days} * ${denominator}::HUGEINT`);
  const floor = origin(rule.spans["detect.floor"], number(detection.floor));
  const historyDays = origin(rule.spans["detect.history_days"], number(detection.historyDays));
  const minDays = origin(rule.spans["detect.min_days"], number(detection.minDays));
  const allowed = origin(rule.spans["detect.factor"], raw(`${numerator}::HUGEINT * history_sum`));
  const own = (table: string): Text => columns(detection.by, table);
  return text`WITH ${matchingAmounts(detection, text`, ${dayNumber(detection.zone)} AS day_number`)},
daily AS (
  SELECT ${by}, day_number, sum(amount)::HUGEINT AS total FROM matching GROUP BY ${by}, day_number
),
judged AS (
  SELECT ${own("today")}, today.day_number, today.total,
    count(past.day_number) AS active_days, coalesce(sum(past.total), 0)::HUGEINT AS history_sum
  FROM daily AS today LEFT JOIN daily AS past
    ON ${sameEntity(detection.by, "past", "today")} AND past.total > 0
    AND past.day_number BETWEEN today.day_number - ${historyDays} AND today.day_number - 1
  GROUP BY ${own("today")}, today.day_number, today.total
),
candidate AS (
  SELECT * FROM judged
  WHERE active_days >= ${minDays} AND total > ${floor} AND total * ${scale} > ${allowed}
),
running AS (
  SELECT matching.*, candidate.active_days, candidate.history_sum,
    sum(amount) OVER (PARTITION BY ${own("matching")}, matching.day_number ORDER BY ts)::HUGEINT AS value
  FROM matching JOIN candidate
    ON ${sameEntity(detection.by, "matching", "candidate")} AND matching.day_number = candidate.day_number
),
crossing AS (
  SELECT ${by}, day_number, ${allowed} AS allowed, ${scale} AS scale, min(ts) AS ts, min(value) AS value
  FROM running WHERE value > ${floor} AND value * ${scale} > ${allowed}
  GROUP BY ALL
)
SELECT crossing.ts, ${own("crossing")},
  strftime(DATE '1970-01-01' + CAST(crossing.day_number AS INTEGER), '%Y-%m-%d') AS day, crossing.value,
  greatest(${floor}, any_value(crossing.allowed / crossing.scale)) AS "limit",
  list(running.event_id ORDER BY running.ts, running.event_id) FILTER (running.amount > 0) AS event_ids
FROM crossing JOIN running
  ON ${sameEntity(detection.by, "running", "crossing")}
  AND running.day_number = crossing.day_number AND running.ts <= crossing.ts
GROUP BY crossing.ts, ${own("crossing")}, crossing.day_number, crossing.value
ORDER BY crossing.ts, ${own("crossing")}`;
}
