/** Runs the panels of a dashboard that list single events. */
import type { ListedEvent } from "../dashboard/html/event-list.ts";
import { type Dashboard, eventListsOf } from "../dashboard/ir.ts";
import { duckdbEvents, type TimeRange } from "../dashboard/query/duckdb.ts";
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
