/** Single events of the store: those behind a row of a panel, evidence of an alert, values to filter by. */
import type { TimeRange } from "../dashboard/query/duckdb.ts";
import type { RowEvents } from "../dashboard/row-predicate.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import { columns, duckdbPredicate } from "../dialect/duckdb/rows.ts";
import { lowerPredicate } from "../dialect/predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../dialect/text.ts";
import type { EventField } from "../event/event.ts";
import type { Predicate } from "../rule/ir.ts";
import type { EventTable } from "./event-reader.ts";
import type { Row } from "./store.ts";

const HOUR_MS = 3_600_000;

/** The place of an event in a list, newest first; the next page begins behind it. */
export interface EventPlace {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly eventId: string;
}

export interface EventPage {
  readonly rows: readonly Row[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: EventPlace;
}

function whole(number: number): Text {
  return raw(String(Math.trunc(number)));
}

function behind({ timeMs, eventId }: EventPlace): Text {
  const time = whole(timeMs);
  return text`(ts < ${time} OR (ts = ${time} AND event_id < ${value(eventId)}))`;
}

/**
 * A page of the events that were counted in a row, newest first.
 *
 * @param after The event that the page before ended with.
 */
export async function listEvents(
  table: EventTable,
  { where, fromMs, toMs, hourOfDay }: RowEvents,
  fields: readonly EventField[],
  limit: number,
  after?: EventPlace,
): Promise<EventPage> {
  const conditions = [
    lowerPredicate(where, duckdbPredicate, false),
    text`ts >= ${whole(fromMs)}`,
    text`ts < ${whole(toMs)}`,
    ...(hourOfDay === undefined
      ? []
      : [text`CAST(floor(ts / ${whole(HOUR_MS)}) AS BIGINT) % 24 = ${whole(hourOfDay)}`]),
    ...(after === undefined ? [] : [behind(after)]),
  ];
  const query = text`SELECT ts, event_id, ${columns(fields)}
FROM event
WHERE ${join(conditions, " AND ")}
ORDER BY ts DESC, event_id DESC
LIMIT ${whole(limit + 1)}
`;
  const rows = await table.query(renderText(query, duckdbLexicon));
  const last = rows[limit - 1];
  const isMore = rows.length > limit && last !== undefined;
  return {
    rows: rows.slice(0, limit),
    ...(isMore && { next: { timeMs: Number(last["ts"]), eventId: String(last["event_id"]) } }),
  };
}

/** Time of the last event that matches, milliseconds since the epoch; `undefined` where none does. */
export async function lastEventOf(
  table: EventTable,
  where: Predicate,
): Promise<number | undefined> {
  const condition = renderText(lowerPredicate(where, duckdbPredicate), duckdbLexicon);
  const [row] = await table.query(`SELECT max(ts) AS last FROM event WHERE ${condition}`);
  const last = row?.["last"];
  return last === null || last === undefined ? undefined : Number(last);
}

/** Events by their ids, oldest first; those that are not kept any more are missing. */
export function findEvents(
  table: EventTable,
  ids: readonly string[],
  fields: readonly EventField[],
): Promise<readonly Row[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const query = text`SELECT ts, event_id, ${columns(fields)}
FROM event
WHERE event_id IN (${join(ids.map(value), ", ")})
ORDER BY ts, event_id
`;
  return table.query(renderText(query, duckdbLexicon));
}

/** Values of a field within a time, most frequent first. */
export async function valuesOf(
  table: EventTable,
  field: EventField,
  { fromMs, toMs }: TimeRange,
  limit: number,
): Promise<readonly string[]> {
  const column = name(field);
  const query = text`SELECT CAST(${column} AS VARCHAR) AS found
FROM event
WHERE ${column} IS NOT NULL AND ts >= ${whole(fromMs)} AND ts < ${whole(toMs)}
GROUP BY found
ORDER BY count(*) DESC, found
LIMIT ${whole(limit)}
`;
  const rows = await table.query(renderText(query, duckdbLexicon));
  return rows.map((row) => String(row["found"]));
}

/** Values of a field that begin with a text; two are enough to tell that it is not one. */
export async function completionsOf(
  table: EventTable,
  field: EventField,
  start: string,
): Promise<readonly string[]> {
  const query = text`SELECT DISTINCT ${name(field)} AS found
FROM event
WHERE starts_with(${name(field)}, ${value(start)})
LIMIT 2
`;
  const rows = await table.query(renderText(query, duckdbLexicon));
  return rows.map((row) => String(row["found"]));
}
