/** What a reader has chosen of a dashboard: time, filters, and the session or user it is about. */

import type { Dashboard } from "../../dashboard/ir.ts";
import type { TimeRange } from "../../dashboard/query/duckdb.ts";
import { conjunction, groupPredicate } from "../../dashboard/row-predicate.ts";
import type { EventField } from "../../event/event.ts";
import { parseDate } from "../../event/time.ts";
import type { Predicate } from "../../rule/ir.ts";
import { formatDuration, parseDuration } from "../../yaml/reader.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RANGE_MS_MAX = 800 * DAY_MS;
/** Longer values are in no field that a dashboard filters by. */
const VALUE_CHARACTERS_MAX = 256;

export interface Selection {
  /** Milliseconds. */
  readonly rangeMs: number;
  /** The last day shown, `YYYY-MM-DD`; today when absent. */
  readonly until?: string;
  /** Chosen values of the dashboard's filters. */
  readonly filters: ReadonlyMap<EventField, string>;
  /** Given values of the dashboard's subject; those of users may be the beginning of a pseudonym. */
  readonly subject: ReadonlyMap<EventField, string>;
}

/** Names of the parameters that select, beside the fields. */
export const selectionNames = ["range", "until"] as const;

function chosen(
  fields: readonly EventField[],
  read: (field: EventField) => string | null | undefined,
): ReadonlyMap<EventField, string> {
  return new Map(
    fields.flatMap((field): [EventField, string][] => {
      const value = read(field) ?? "";
      return value === "" || value.length > VALUE_CHARACTERS_MAX ? [] : [[field, value]];
    }),
  );
}

/** Reads a selection; a text says what is wrong with it. */
export function parseSelection(
  { rangeMs: fallback, filters, subject }: Dashboard,
  parameters: URLSearchParams,
): Selection | string {
  const text = parameters.get("range") ?? "";
  const rangeMs = text === "" ? fallback : parseDuration(text);
  if (rangeMs === undefined || rangeMs < HOUR_MS || rangeMs > RANGE_MS_MAX)
    return "The time shown must be a duration from 1h to 800d, such as 7d.";
  const until = parameters.get("until") ?? "";
  if (until !== "" && (until.length !== 10 || parseDate(until) === undefined))
    return "The last day must be a day such as 2026-03-31.";
  return {
    rangeMs,
    ...(until !== "" && { until }),
    // Values of filters come out of lists, and one may be blank; the subject is typed or pasted.
    filters: chosen(filters, (field) => parameters.get(field)),
    subject: chosen(subject, (field) => parameters.get(field)?.trim()),
  };
}

/** The parameters that say the same again; what is as the dashboard has it is left out. */
export function selectionParameters(dashboard: Dashboard, selection: Selection): URLSearchParams {
  const parameters = new URLSearchParams();
  if (selection.rangeMs !== dashboard.rangeMs)
    parameters.set("range", formatDuration(selection.rangeMs));
  if (selection.until !== undefined) parameters.set("until", selection.until);
  for (const [field, value] of [...selection.filters, ...selection.subject])
    parameters.set(field, value);
  return parameters;
}

/**
 * The time shown. It ends with whole days, and with whole hours where it is shorter than two days, so
 * that the same look is computed once for all who look within the hour.
 */
export function rangeOfSelection({ rangeMs, until }: Selection, nowMs: number): TimeRange {
  const day = until === undefined ? undefined : parseDate(until);
  if (day !== undefined) return { fromMs: (day + 1) * DAY_MS - rangeMs, toMs: (day + 1) * DAY_MS };
  const step = rangeMs < 2 * DAY_MS ? HOUR_MS : DAY_MS;
  const toMs = (Math.floor(nowMs / step) + 1) * step;
  return { fromMs: toMs - rangeMs, toMs };
}

/** What the chosen filters leave of the events that match. */
export function filtered(where: Predicate, { filters }: Selection): Predicate {
  const chosen = [...filters].map(([field, value]) => groupPredicate(field, value));
  return conjunction([...chosen, where]);
}
