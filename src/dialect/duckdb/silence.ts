/** Nothing where something should be. */
import type { RuleIr, SilenceDetection } from "../../rule/ir.ts";
import { origin, raw, type Text, text } from "../text.ts";
import { belongs, columns, number } from "./rows.ts";

/**
 * Without a clock the last event of any kind is the clock: a file does not know what time it is.
 *
 * @param clockMs What time it is, milliseconds since the epoch.
 */
export function lowerSilence(
  { where, by, forMs }: SilenceDetection,
  rule: RuleIr,
  clockMs?: number,
): Text {
  const clock = clockMs === undefined ? raw("(SELECT max(ts) FROM event)") : number(clockMs);
  const gap = origin(rule.spans["detect.for"], number(forMs));
  return text`WITH heard AS (
  SELECT ts, ${columns(by)}, list(event_id ORDER BY event_id) AS event_ids
  FROM event
  WHERE ${belongs(where, by)}
  GROUP BY ts, ${columns(by)}
),
followed AS (
  SELECT *, lead(ts) OVER (PARTITION BY ${columns(by)} ORDER BY ts) AS next FROM heard
)
SELECT ts + ${gap} AS ts, ${columns(by)}, 0 AS value, 1 AS "limit", event_ids
FROM followed
WHERE CASE WHEN next IS NULL THEN ${clock} >= ts + ${gap} ELSE next > ts + ${gap} END
ORDER BY 1, ${columns(by)}`;
}
