/** Runs a dashboard on the live store for one selection. */
import type { Dashboard } from "../../dashboard/ir.ts";
import { narrowQueries } from "../../dashboard/narrow.ts";
import type { ResultRow } from "../../dashboard/panel-result.ts";
import type { TimeRange } from "../../dashboard/query/duckdb.ts";
import { narrowToSubject } from "../../dashboard/subject.ts";
import type { EventTable } from "../../engine/event-reader.ts";
import { resolveSubject } from "../../engine/resolve-subject.ts";
import { valuesOf } from "../../engine/run-events.ts";
import { extentOf, runDashboard, runEventLists } from "../../engine/run-panel.ts";
import type { Row } from "../../engine/store.ts";
import type { EventField } from "../../event/event.ts";
import { filtered, type Selection } from "./selection.ts";

const FILTER_VALUES_MAX = 200;

export interface DashboardResult {
  /** Its panels within the subject; those that need another value say so. */
  readonly dashboard: Dashboard;
  readonly charts: ReadonlyMap<string, readonly ResultRow[]>;
  readonly lists: ReadonlyMap<string, readonly Row[]>;
  /** Values that each filter can be set to, most frequent first. */
  readonly values: ReadonlyMap<EventField, readonly string[]>;
  /** Time of the first event of the store; absent where it is empty. */
  readonly firstMs?: number;
  readonly events: number;
  /** Why there is nothing to show of the subject, in words for the reader. */
  readonly problem?: string;
}

/** Everything that the page of a dashboard shows. */
export async function runSelection(
  table: EventTable,
  dashboard: Dashboard,
  selection: Selection,
  range: TimeRange,
): Promise<DashboardResult> {
  const values = new Map<EventField, readonly string[]>();
  for (const field of dashboard.filters)
    values.set(field, await valuesOf(table, field, range, FILTER_VALUES_MAX));
  const extent = await extentOf(table);
  const base = {
    ...{ dashboard, values, events: extent?.events ?? 0 },
    charts: new Map<string, readonly ResultRow[]>(),
    lists: new Map<string, readonly Row[]>(),
    ...(extent !== undefined && { firstMs: extent.firstMs }),
  };
  if (dashboard.subject.length > 0 && selection.subject.size === 0) return base;
  const subject = await resolveSubject(table, selection.subject);
  if (typeof subject === "string") return { ...base, problem: subject };
  const narrow = narrowToSubject(dashboard, subject);
  const chosen = narrowQueries(narrow, (where) => filtered(where, selection));
  const charts = await runDashboard(table, chosen, range);
  const lists = await runEventLists(table, chosen, range);
  return { ...base, charts, lists, dashboard: narrow };
}
