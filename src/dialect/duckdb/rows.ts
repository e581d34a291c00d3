/** What the queries of all kinds share: predicates over the table `event`, and its matching rows. */
import type { EventField } from "../../event/event.ts";
import { isList } from "../../event/field.ts";
import type { BaselineDetection, Measure, Predicate, ThresholdDetection } from "../../rule/ir.ts";
import { lowerPredicate, type PredicateLanguage } from "../predicate.ts";
import { join, name, raw, type Text, text, value } from "../text.ts";

/** Comparison with a null yields null in SQL; every leaf turns that into false. */
export const duckdbPredicate: PredicateLanguage = {
  always: raw("true"),
  equals: (field, literal) => text`coalesce(${name(field)} = ${value(literal)}, false)`,
  in: (field, literals) =>
    text`coalesce(${name(field)} IN (${join(literals.map(value), ", ")}), false)`,
  has: (field, literal) => text`coalesce(list_contains(${name(field)}, ${value(literal)}), false)`,
  compare: (field, operator, literal) =>
    text`coalesce(${name(field)} ${raw(operator)} ${value(literal)}, false)`,
  present: (field) =>
    isList(field)
      ? text`coalesce(len(${name(field)}) > 0, false)`
      : text`${name(field)} IS NOT NULL`,
  and: " AND ",
  or: " OR ",
  not: (inner) => text`NOT ${inner}`,
};

/** Names of columns, separated by commas; `table` qualifies them. */
export function columns(fields: readonly string[], table?: string): Text {
  const qualified = (field: string): Text =>
    table === undefined ? name(field) : text`${raw(`${table}.`)}${name(field)}`;
  return join(fields.map(qualified), ", ");
}

/** What one event adds to the measure; always a whole number. */
function amount(measure: Measure): Text {
  if (measure.kind === "count") return raw("1::BIGINT");
  return join(
    measure.fields.map((field) => text`coalesce(${name(field)}, 0)`),
    " + ",
  );
}

/** Condition of rows that match and belong to an entity. */
export function belongs(where: Predicate, by: readonly EventField[]): Text {
  const known = by.map((field) => duckdbPredicate.present(field));
  return join([lowerPredicate(where, duckdbPredicate, false), ...known], " AND ");
}

/** The common table expression `matching`: events with their entity and what they add to the measure. */
export function matchingAmounts(
  { where, by, measure }: ThresholdDetection | BaselineDetection,
  extra: Text = raw(""),
): Text {
  return text`matching AS (
  SELECT ts, event_id, ${columns(by)}, ${amount(measure)} AS amount${extra}
  FROM event
  WHERE ${belongs(where, by)}
)`;
}

/** The rows of `left` and `right` are about the same entity. */
export function sameEntity(by: readonly string[], left: string, right: string): Text {
  return join(
    by.map((field) => text`${raw(`${left}.`)}${name(field)} = ${raw(`${right}.`)}${name(field)}`),
    " AND ",
  );
}

/** A whole number written by the compiler. */
export function number(amountOf: number): Text {
  return raw(String(amountOf));
}

/** The day number of a column of milliseconds, counted from 1970-01-01 in UTC. */
export const UTC_DAY_NUMBER: Text = raw("CAST(floor(ts / 86400000) AS BIGINT)");
