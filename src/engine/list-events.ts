/** Single events of a store: the panels that list them, and the last of those that match. */
import type { ListedEvent } from "../dashboard/html/event-list.ts";
import { type Dashboard, eventListsOf } from "../dashboard/ir.ts";
import { duckdbEvents, type TimeRange } from "../dashboard/query/duckdb.ts";
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import { duckdbPredicate } from "../dialect/duckdb/rows.ts";
import { lowerPredicate } from "../dialect/predicate.ts";
import { renderText } from "../dialect/text.ts";
import type { Predicate } from "../rule/ir.ts";
import type { Store } from "./store.ts";

/** The events of every such panel by its name. */
export async function listEvents(
  store: Store,
  dashboard: Dashboard,
  range: TimeRange,
): Promise<ReadonlyMap<string, readonly ListedEvent[]>> {
  const lists = new Map<string, readonly ListedEvent[]>();
  for (const { name, query } of eventListsOf(dashboard))
    lists.set(name, await store.query(duckdbEvents(query, range)));
  return lists;
}

/** Time of the last event that matches, milliseconds since the epoch; `undefined` where none does. */
export async function lastEventOf(store: Store, where: Predicate): Promise<number | undefined> {
  const condition = renderText(lowerPredicate(where, duckdbPredicate), duckdbLexicon);
  const [row] = await store.query(`SELECT max(ts) AS last FROM event WHERE ${condition}`);
  const last = row?.["last"];
  return last === null || last === undefined ? undefined : Number(last);
}
