/** One page of the list of activities. */
import type { ApiClient, ApiFailure, Query } from "./client.ts";
import { textOf } from "./field.ts";
import type { Window } from "./progress.ts";

export const ACTIVITIES_PATH = "/v1/compliance/activities";

export interface PageFilter {
  readonly pageSize: number;
  readonly organizationIds: readonly string[];
  readonly activityTypes: readonly string[];
}

export interface Page {
  readonly ok: true;
  /** As they came, newest first. */
  readonly activities: readonly unknown[];
  /** The cursor of the next, older page; absent on the last. */
  readonly next?: string;
  readonly serverMs: number | undefined;
}

/** A cursor is opaque; it is only carried back. Its bound keeps a broken answer out of the checkpoint. */
const CURSOR_MAX = 4096;

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function queryOf({ fromMs, toMs, after }: Window, filter: PageFilter): Query {
  return [
    ["limit", String(filter.pageSize)],
    ["created_at.gte", timeText(fromMs)],
    ...(toMs === undefined ? [] : [["created_at.lt", timeText(toMs)] as const]),
    ...(after === undefined ? [] : [["after_id", after] as const]),
    ...filter.organizationIds.map((id) => ["organization_ids[]", id] as const),
    ...filter.activityTypes.map((type) => ["activity_types[]", type] as const),
  ];
}

/**
 * Reads the next page of a window.
 *
 * @returns The page, or why there is none; the window is then where it was.
 */
export async function readPage(
  client: ApiClient,
  window: Window,
  filter: PageFilter,
  signal: AbortSignal,
): Promise<Page | { readonly ok: false; readonly failure: ApiFailure }> {
  const result = await client.get(ACTIVITIES_PATH, queryOf(window, filter), signal);
  if (!result.ok) return result;
  const { data, has_more, last_id } = result.body;
  const activities = data as readonly unknown[];
  const { serverMs } = result;
  if (has_more !== true) return { ok: true, activities, serverMs };
  const next = textOf(last_id, CURSOR_MAX);
  if (next !== undefined && next !== window.after) return { ok: true, activities, next, serverMs };
  const reason = "the Compliance API says that there is more and names no next page";
  return { ok: false, failure: { kind: "temporary", reason } };
}
