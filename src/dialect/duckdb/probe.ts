/**
 * Small queries about one event, made of the same parts as the rule's own query, so that they cannot
 * tell another story.
 */
import type { EventField } from "../../event/event.ts";
import type { Detection, Predicate, RuleIr } from "../../rule/ir.ts";
import { lowerPredicate } from "../predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../text.ts";
import { dayNumber } from "./baseline.ts";
import { duckdbLexicon } from "./lexicon.ts";
import {
  belongs,
  columns,
  duckdbPredicate,
  matchingAmounts,
  number,
  sameEntity,
  UTC_DAY_NUMBER,
} from "./rows.ts";

/**
 * Whether each predicate holds for an event: one row with a column `p0`, `p1`, … each; no row when the
 * store does not have the event.
 */
export function truthQuery(predicates: readonly Predicate[], eventId: string): string {
  const parts = predicates.map((predicate, index) => {
    const held = lowerPredicate(predicate, duckdbPredicate, false);
    return text`${held} AS ${name(`p${index}`)}`;
  });
  const query = text`SELECT ${join(parts, ", ")} FROM event WHERE event_id = ${value(eventId)}`;
  return renderText(query, duckdbLexicon);
}

/** Values of fields of an event, as text; null where missing. */
export function valueQuery(fields: readonly EventField[], eventId: string): string {
  const parts = fields.map((field) => text`CAST(${name(field)} AS VARCHAR) AS ${name(field)}`);
  const selected = parts.length === 0 ? raw("event_id") : join(parts, ", ");
  const query = text`SELECT ${selected} FROM event WHERE event_id = ${value(eventId)}`;
  return renderText(query, duckdbLexicon);
}

function here(by: readonly EventField[], eventId: string): Text {
  return text`here AS (
  SELECT ts, ${columns(by)} FROM event WHERE event_id = ${value(eventId)}
)`;
}

/** The measure of the window that ends at the event: columns `value` and `events`. */
function thresholdQuery(detection: Detection & { kind: "threshold" }, eventId: string): Text {
  return text`WITH ${matchingAmounts(detection)}, ${here(detection.by, eventId)}
SELECT coalesce(sum(amount), 0) AS value, count(*) AS events
FROM here JOIN matching ON ${sameEntity(detection.by, "matching", "here")}
  AND matching.ts BETWEEN here.ts - ${number(detection.withinMs)} AND here.ts`;
}

/** Counted events and hits of the window that ends at the event: columns `total` and `hits`. */
function ratioQuery(
  { where, of, by, withinMs }: Detection & { kind: "ratio" },
  eventId: string,
): Text {
  return text`WITH matching AS (
  SELECT ts, ${columns(by)}, ${lowerPredicate(of, duckdbPredicate, false)} AS hit
  FROM event WHERE ${belongs(where, by)}
), ${here(by, eventId)}
SELECT count(*) AS total, count(*) FILTER (hit) AS hits
FROM here JOIN matching ON ${sameEntity(by, "matching", "here")}
  AND matching.ts BETWEEN here.ts - ${number(withinMs)} AND here.ts`;
}

/** How many days before the event its value was last seen, and how old the history is, in days. */
function firstSeenQuery(detection: Detection & { kind: "first_seen" }, eventId: string): Text {
  const { where, by, field } = detection;
  const keys = [...by, field];
  const day = (table: string): Text => raw(`CAST(floor(${table}.ts / 86400000) AS BIGINT)`);
  return text`WITH matching AS (
  SELECT ts, ${columns(keys)}, ${UTC_DAY_NUMBER} AS day_number FROM event WHERE ${belongs(where, keys)}
), ${here(keys, eventId)}
SELECT min(${day("here")} - matching.day_number) FILTER (matching.${name(field)} = here.${name(field)}) AS last_seen,
  max(${day("here")} - matching.day_number) AS oldest
FROM here JOIN matching ON ${sameEntity(by, "matching", "here")}
  AND matching.day_number BETWEEN ${day("here")} - ${number(detection.historyDays)} AND ${day("here")} - 1`;
}

/** The event's day and the history before it: columns `today`, `active_days`, `history`. */
function baselineQuery(detection: Detection & { kind: "baseline" }, eventId: string): Text {
  const day = dayNumber(detection.zone);
  return text`WITH ${matchingAmounts(detection, text`, ${day} AS day_number`)}, here AS (
  SELECT ${columns(detection.by)}, ${day} AS day_number FROM event WHERE event_id = ${value(eventId)}
), daily AS (
  SELECT matching.day_number, here.day_number AS today, sum(amount) AS total
  FROM here JOIN matching ON ${sameEntity(detection.by, "matching", "here")}
    AND matching.day_number BETWEEN here.day_number - ${number(detection.historyDays)} AND here.day_number
  GROUP BY ALL
)
SELECT coalesce(sum(total) FILTER (day_number = today), 0) AS today,
  count(*) FILTER (day_number < today AND total > 0) AS active_days,
  coalesce(sum(total) FILTER (day_number < today), 0) AS history
FROM daily`;
}

/**
 * Facts about where an event stands for a detection that looks at more than one event: one row of
 * numbers. `undefined` for kinds that need none, or whose alerts say everything.
 */
export function standingQuery({ detection }: RuleIr, eventId: string): string | undefined {
  switch (detection.kind) {
    case "each":
    case "sequence":
    case "silence":
      return undefined;
    case "threshold":
      return renderText(thresholdQuery(detection, eventId), duckdbLexicon);
    case "baseline":
      return renderText(baselineQuery(detection, eventId), duckdbLexicon);
    case "ratio":
      return renderText(ratioQuery(detection, eventId), duckdbLexicon);
    case "first_seen":
      return renderText(firstSeenQuery(detection, eventId), duckdbLexicon);
  }
}
