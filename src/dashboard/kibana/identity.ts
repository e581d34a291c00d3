/** Ids of what is imported: the same in every build, so importing again replaces. */
import { uuidV5 } from "../../dialect/uuid.ts";

/** Namespace of the names below. */
const NAMESPACE = "5a1bb3a5-5c7e-5f0c-8f0e-7f6d3a0c2b41";

/** The saved data view of the audit events. */
export const DATA_VIEW_ID: string = uuidV5(NAMESPACE, "data view");

/** The unsaved data view that charts over ES|QL bring along. */
export const ADHOC_DATA_VIEW_ID: string = uuidV5(NAMESPACE, "data view of ES|QL");

export function dashboardId(dashboard: string): string {
  return uuidV5(NAMESPACE, `dashboard ${dashboard}`);
}

/** @param part What the id is of: `panel active-users`, `heading Policy events`, `filter department`. */
export function partId(dashboard: string, part: string): string {
  return uuidV5(NAMESPACE, `dashboard ${dashboard} ${part}`);
}
