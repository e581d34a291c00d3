/**
 * What a panel shows, in the plainest TypeScript: one pass over the events per row, no SQL.
 *
 * Written from the words of the panel IR alone and shared with nothing that compiles.
 */
import type { Dimension, EventsQuery, PanelQuery, SimpleMeasure } from "../../src/dashboard/ir.ts";
import { type Event, holds } from "./evaluate.ts";

export interface PanelRow {
  readonly keys: readonly (string | number)[];
  readonly value: number | null;
  readonly n?: number | null;
  readonly small?: boolean;
}

function timeOf(event: Event): number {
  return Date.parse(String(event["timestamp"]));
}

/** Start of the hour, day or week of a time, by the calendar rather than by division. */
function startOf(every: "hour" | "day" | "week", time: number): number {
  const date = new Date(time);
  date.setUTCMinutes(0, 0, 0);
  if (every !== "hour") date.setUTCHours(0);
  while (every === "week" && date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1);
  return date.getTime();
}

/** The groups an event belongs to along one dimension. */
function groupsOf(dimension: Dimension, event: Event, endMs: number): readonly (string | number)[] {
  switch (dimension.kind) {
    case "time":
      return [startOf(dimension.every, timeOf(event))];
    case "hour_of_day":
      return [new Date(timeOf(event)).getUTCHours()];
    case "period":
      return [timeOf(event) >= endMs - dimension.ms ? "current" : "before"];
    case "field": {
      const found = event[dimension.field];
      const isList = ["mcp_integrations", "policy_flags", "security_flags", "notified_to"];
      if (isList.includes(dimension.field)) {
        const list = new Set((found ?? []) as readonly string[]);
        return list.size === 0 ? ["none"] : [...list];
      }
      return [found === undefined || found === "" ? "unknown" : String(found)];
    }
  }
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function total(measure: SimpleMeasure, events: readonly Event[]): number | null {
  switch (measure.kind) {
    case "count":
      return events.length;
    case "distinct":
      return new Set(events.map((event) => event[measure.field]).filter((one) => one !== undefined))
        .size;
    case "sum":
      return events
        .flatMap((event) => measure.fields.map((field) => Number(event[field] ?? 0)))
        .reduce((sum, one) => sum + one, 0);
    case "latest":
      return greatest(events.map(timeOf));
    case "longest_delay":
      return greatest(
        events.flatMap((event) =>
          event["observed_at"] === undefined
            ? []
            : [Date.parse(String(event["observed_at"])) - timeOf(event)],
        ),
      );
  }
}

function rowOf(query: PanelQuery, keys: PanelRow["keys"], events: readonly Event[]): PanelRow {
  const { measure } = query;
  const users = new Set(events.map(({ user_id_hash: user }) => user).filter(Boolean)).size;
  const small = query.hidesSmallCells && users < 5;
  const told = query.hidesSmallCells ? { small } : {};
  if (measure.kind !== "ratio")
    return { keys, value: small ? null : total(measure, events), ...told };
  const part = ({ where, measure: simple }: typeof measure.of): number =>
    total(
      simple,
      events.filter((event) => holds(where, event)),
    ) ?? 0;
  const n = part(measure.per);
  const rate = n >= measure.atLeast ? part(measure.of) / n : null;
  return { keys, value: small ? null : rate, n: small ? null : n, ...told };
}

function compareKeys(a: PanelRow, b: PanelRow): number {
  for (const [index, key] of a.keys.entries()) {
    const other = b.keys[index] ?? "";
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

/** The events of a list, by the columns it asks for; `null` where an event has no value. */
export function showEvents(
  { where, columns, order, limit }: EventsQuery,
  log: readonly Event[],
  range: { readonly fromMs: number; readonly toMs: number },
): readonly Readonly<Record<string, unknown>>[] {
  const seen = new Set<unknown>();
  const sign = order === "newest" ? -1 : 1;
  const idOf = (event: Event): string => String(event["event_id"]);
  return log
    .filter(({ event_id: id }) => !seen.has(id) && seen.add(id))
    .filter((event) => timeOf(event) >= range.fromMs && timeOf(event) < range.toMs)
    .filter((event) => holds(where, event))
    .sort((a, b) => sign * (timeOf(a) - timeOf(b) || (idOf(a) < idOf(b) ? -1 : 1)))
    .slice(0, limit)
    .map((event) => Object.fromEntries(columns.map((field) => [field, event[field] ?? null])));
}

/** The rows of a panel over the events in [fromMs, toMs); a comparison reads twice its period. */
export function showPanel(
  query: PanelQuery,
  log: readonly Event[],
  range: { readonly fromMs: number; readonly toMs: number },
): readonly PanelRow[] {
  const period = query.dimensions.find((one) => one.kind === "period");
  const fromMs = period === undefined ? range.fromMs : range.toMs - 2 * period.ms;
  const seen = new Set<unknown>();
  const events = log
    .filter(({ event_id: id }) => !seen.has(id) && seen.add(id))
    .filter((event) => timeOf(event) >= fromMs && timeOf(event) < range.toMs)
    .filter((event) => holds(query.where, event));
  const [first, second] = query.dimensions;
  if (first === undefined) return [rowOf(query, [], events)];
  const members = new Map<string, { keys: PanelRow["keys"]; events: Event[] }>();
  for (const event of events) {
    for (const one of groupsOf(first, event, range.toMs)) {
      for (const two of second === undefined ? [undefined] : groupsOf(second, event, range.toMs)) {
        const keys = two === undefined ? [one] : [one, two];
        const id = JSON.stringify(keys);
        const group = members.get(id) ?? { keys, events: [] };
        group.events.push(event);
        members.set(id, group);
      }
    }
  }
  const rows = [...members.values()].map((group) => rowOf(query, group.keys, group.events));
  const low = Number.NEGATIVE_INFINITY;
  rows.sort((a, b) => {
    const byValue = query.order === "value" ? (b.value ?? low) - (a.value ?? low) || 0 : 0;
    return byValue || compareKeys(a, b);
  });
  return rows.slice(0, query.limit ?? rows.length);
}
