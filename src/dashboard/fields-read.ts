/** The fields that a dashboard reads of events, whatever its reader chooses. */
import type { EventField } from "../event/event.ts";
import { leavesOf } from "../rule/detection.ts";
import type { Predicate } from "../rule/ir.ts";
import { chartsOf, type Dashboard, eventListsOf } from "./ir.ts";
import { fieldsOf } from "./query/result.ts";

export function predicateFields(predicate: Predicate): readonly EventField[] {
  return leavesOf(predicate).map(({ field }) => field);
}

/** Each field once; users are counted in every dashboard, to know whether a group is a small one. */
export function fieldsRead(dashboard: Dashboard): readonly EventField[] {
  const listed = eventListsOf(dashboard).flatMap(({ query }) => [
    ...query.columns,
    ...predicateFields(query.where),
  ]);
  const charted = chartsOf(dashboard).flatMap(({ query }) => fieldsOf(query));
  const { filters, subject } = dashboard;
  return [...new Set<EventField>(["user_id_hash", ...filters, ...subject, ...charted, ...listed])];
}
