/** Runs the panels of a dashboard on a store; one that was loaded must be sealed. */
import { type ChartPanel, chartsOf, type Dashboard, eventListsOf } from "../dashboard/ir.ts";
import { type ResultRow, toResult } from "../dashboard/panel-result.ts";
import { duckdbEvents, duckdbPanel, type TimeRange } from "../dashboard/query/duckdb.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import { duckdbPredicate } from "../dialect/duckdb/rows.ts";
import { lowerPredicate } from "../dialect/predicate.ts";
import { renderText } from "../dialect/text.ts";
import type { Predicate } from "../rule/ir.ts";
import type { EventTable } from "./event-reader.ts";
import type { Row, Store } from "./store.ts";

const DAY_MS = 86_400_000;

/** Forgets the events that do not match, so that no panel counts them. */
export async function keepOnly(store: Store, where: Predicate): Promise<void> {
  const condition = renderText(lowerPredicate(where, duckdbPredicate), duckdbLexicon);
  await store.run(`DELETE FROM record WHERE NOT (${condition})`);
}

/** The rows of one panel. */
export async function runPanel(
  table: EventTable,
  { query }: ChartPanel,
  range: TimeRange,
): Promise<readonly ResultRow[]> {
  return toResult(query, await table.query(duckdbPanel(query, range)));
}

/** The rows of every panel of a dashboard by its name. */
export async function runDashboard(
  table: EventTable,
  dashboard: Dashboard,
  range: TimeRange,
): Promise<ReadonlyMap<string, readonly ResultRow[]>> {
  const results = new Map<string, readonly ResultRow[]>();
  for (const panel of chartsOf(dashboard))
    results.set(panel.name, await runPanel(table, panel, range));
  return results;
}

/** The events of every panel that lists some, by its name. */
export async function runEventLists(
  table: EventTable,
  dashboard: Dashboard,
  range: TimeRange,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const lists = new Map<string, readonly Row[]>();
  for (const { name, query } of eventListsOf(dashboard))
    lists.set(name, await table.query(duckdbEvents(query, range)));
  return lists;
}

export interface LogExtent {
  readonly events: number;
  /** Times of the first and the last event, milliseconds since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** How much the store holds, or `undefined` where it is empty. */
export async function extentOf(table: EventTable): Promise<LogExtent | undefined> {
  const [row] = await table.query(
    "SELECT count(*) AS events, min(ts) AS first, max(ts) AS last FROM event",
  );
  const events = Number(row?.["events"] ?? 0);
  if (events === 0) return undefined;
  return { events, firstMs: Number(row?.["first"]), lastMs: Number(row?.["last"]) };
}

/** The `rangeMs` before the end of the UTC day of a time. */
export function rangeOf(lastMs: number, rangeMs: number): TimeRange {
  const toMs = (Math.floor(lastMs / DAY_MS) + 1) * DAY_MS;
  return { fromMs: toMs - rangeMs, toMs };
}
