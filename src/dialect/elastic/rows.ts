/** What the ES|QL queries of all kinds share. */
import type { EventField } from "../../event/event.ts";
import { DAY_MS } from "../../rule/detection.ts";
import type { Measure, Predicate } from "../../rule/ir.ts";
import type { ResultColumn } from "../compiled.ts";
import { lowerPredicate } from "../predicate.ts";
import { join, name, raw, type Text, text } from "../text.ts";
import { esqlPredicate, fieldName } from "./predicate.ts";

/** Data streams of the audit events: one dataset for each class of events, in any namespace. */
export const ELASTIC_INDEX = "logs-claude.*-*";

/** A query and the columns of its result. */
export interface Lowered {
  readonly query: Text;
  readonly columns: readonly ResultColumn[];
}

export const TIME: ResultColumn = { name: "@timestamp", role: "time", field: "timestamp" };
export const VALUE: ResultColumn = { name: "value", role: "value" };
export const LIMIT: ResultColumn = { name: "limit", role: "limit" };
export const DAY: ResultColumn = { name: "day", role: "key", field: "day" };

export function columnsOf(
  fields: readonly EventField[],
  role: "key" | "context",
): readonly ResultColumn[] {
  return fields.map((field) => ({ name: fieldName(field), role, field }));
}

export function list(columns: readonly ResultColumn[]): Text {
  return join(
    columns.map((one) => name(one.name)),
    ", ",
  );
}

/** Condition of events that match and belong to an entity. */
export function belongs(where: Predicate, by: readonly EventField[]): Text {
  const known = by.map((field) => esqlPredicate.present(field));
  const conditions =
    where.kind === "always" ? known : [lowerPredicate(where, esqlPredicate, false), ...known];
  return conditions.length === 0 ? raw("true") : join(conditions, " AND ");
}

/**
 * The matching events, each once: their document id is the event_id, and documents are only created.
 * Whatever runs the query bounds its time range.
 */
export function matchingRows(where: Predicate, by: readonly EventField[]): Text {
  return text`FROM ${raw(ELASTIC_INDEX)}
| WHERE ${belongs(where, by)}`;
}

/** Zero as a long: `CASE` and `COALESCE` take values of one type, and a bare 0 is an integer. */
export const LONG_ZERO: Text = raw("TO_LONG(0)");

/** What one event adds to the measure; a missing field adds nothing. */
export function amount(measure: Measure): Text {
  if (measure.kind === "count") return raw("1");
  return join(
    measure.fields.map((field) => text`COALESCE(TO_LONG(${name(fieldName(field))}), ${LONG_ZERO})`),
    " + ",
  );
}

/** A time span literal in the largest unit that says it in whole numbers. */
export function timespan(ms: number): Text {
  const units: readonly (readonly [string, number])[] = [
    ["days", DAY_MS],
    ["hours", 3_600_000],
    ["minutes", 60_000],
    ["seconds", 1000],
  ];
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ["milliseconds", 1];
  return raw(`${ms / size} ${unit}`);
}

/**
 * The two days that a run may judge, today and yesterday in UTC, as rows of their own: ES|QL cannot join
 * a table with itself, so every day's row is paired with both.
 */
export const JUDGED_DAYS: Text = raw(`| EVAL today = DATE_TRUNC(1 day, NOW())
| EVAL judged = MV_APPEND(today, today - 1 day)
| MV_EXPAND judged`);
