/** A value that is new for an entity. */
import type { FirstSeenDetection, RuleIr } from "../../rule/ir.ts";
import { name, origin, type Text, text } from "../text.ts";
import { belongs, columns, number, sameEntity, UTC_DAY_NUMBER } from "./rows.ts";

export function lowerFirstSeen(detection: FirstSeenDetection, rule: RuleIr): Text {
  const { where, by, field } = detection;
  const historyDays = origin(rule.spans["detect.history_days"], number(detection.historyDays));
  const learnDays = origin(rule.spans["detect.learn_days"], number(detection.learnDays));
  const keys = [...by, field];
  return text`WITH matching AS (
  SELECT ts, event_id, ${columns(keys)}, ${UTC_DAY_NUMBER} AS day_number
  FROM event
  WHERE ${belongs(where, keys)}
),
daily AS (
  SELECT ${columns(keys)}, day_number, min(ts) AS ts FROM matching GROUP BY ${columns(keys)}, day_number
),
judged AS (
  SELECT ${columns(keys, "today")}, today.ts,
    count(*) FILTER (past.${name(field)} = today.${name(field)}) AS seen,
    count(*) FILTER (past.day_number <= today.day_number - ${learnDays}) AS learnt
  FROM daily AS today JOIN daily AS past
    ON ${sameEntity(by, "past", "today")}
    AND past.day_number BETWEEN today.day_number - ${historyDays} AND today.day_number - 1
  GROUP BY ${columns(keys, "today")}, today.ts
)
SELECT judged.ts, ${columns(keys, "judged")}, 1 AS value, 0 AS "limit",
  list(matching.event_id ORDER BY matching.event_id) AS event_ids
FROM judged JOIN matching ON ${sameEntity(keys, "matching", "judged")} AND matching.ts = judged.ts
WHERE judged.seen = 0 AND judged.learnt > 0
GROUP BY judged.ts, ${columns(keys, "judged")}
ORDER BY judged.ts, ${columns(keys, "judged")}`;
}
