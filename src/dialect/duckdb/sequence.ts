/** Two steps in order. */
import type { RuleIr, SequenceDetection } from "../../rule/ir.ts";
import { join, name, origin, raw, type Text, text } from "../text.ts";
import { belongs, columns, number, sameEntity } from "./rows.ts";

export function lowerSequence({ first, second, withinMs }: SequenceDetection, rule: RuleIr): Text {
  const by = columns(second.by);
  const window = origin(rule.spans["detect.within"], number(withinMs));
  // The entity of both steps goes by the names of the second.
  const renamed = join(
    first.by.map((field, index) => text`${name(field)} AS ${name(second.by[index] ?? field)}`),
    ", ",
  );
  const positions = raw(second.by.map((_, index) => String(index + 2)).join(", "));
  return text`WITH earlier AS (
  SELECT ts, ${renamed}, list(event_id ORDER BY event_id) AS event_ids
  FROM event
  WHERE ${belongs(first.where, first.by)}
  GROUP BY 1, ${positions}
),
later AS (
  SELECT ts, ${by}, list(event_id ORDER BY event_id) AS event_ids
  FROM event
  WHERE ${belongs(second.where, second.by)}
  GROUP BY 1, ${positions}
)
-- The latest first step before each second one decides, because every other is older.
SELECT later.ts, ${columns(second.by, "later")}, 1 AS value, 0 AS "limit",
  list_concat(earlier.event_ids, later.event_ids) AS event_ids
FROM later ASOF JOIN earlier
  ON ${sameEntity(second.by, "later", "earlier")} AND later.ts > earlier.ts
WHERE earlier.ts >= later.ts - ${window}
ORDER BY later.ts, ${columns(second.by, "later")}`;
}
