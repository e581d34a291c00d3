/** What the searches of all kinds share: predicates, matching events, columns of the result. */
import type { EventField } from "../../event/event.ts";
import { SOURCE_LABEL } from "../../mapping/schema.ts";
import type { Measure, Predicate, Scalar } from "../../rule/ir.ts";
import { columnOf } from "../capability.ts";
import type { ResultColumn } from "../compiled.ts";
import { lowerPredicate, type PredicateLanguage } from "../predicate.ts";
import { join, name, raw, type Text, text, value } from "../text.ts";

/** Macro that names the index; the pack defines it. */
export const SPL_INDEX_MACRO = "claude_index";

/** Lookup of clearances by user, and the macro that uses it; the pack defines both. */
export const CLEARANCE_LOOKUP = "claude_clearances";

/** A search as its steps, and the columns of its result. */
export interface Lowered {
  readonly steps: readonly Text[];
  readonly columns: readonly ResultColumn[];
}

/** Splunk names the elements of a JSON list `name{}`; in expressions that needs quotes. */
export function columnName(field: EventField): Text {
  return name(columnOf("cim", field).name);
}

/** The field, with an empty string for a missing one, so that no comparison is null. */
function orEmpty(field: EventField): Text {
  return text`coalesce(${columnName(field)}, "")`;
}

export function isPresent(field: EventField): Text {
  return text`NOT isnull(${columnName(field)})`;
}

function equals(field: EventField, literal: Scalar): Text {
  const same = text`${orEmpty(field)}=${value(literal)}`;
  return literal === "" ? text`(${isPresent(field)} AND ${same})` : same;
}

export const splPredicate: PredicateLanguage = {
  always: raw("1=1"),
  equals,
  in: (field, literals) =>
    text`(${join(
      literals.map((literal) => equals(field, literal)),
      " OR ",
    )})`,
  // A comparison with a multivalue field is true if any of its values is equal.
  has: equals,
  compare: (field, operator, literal) =>
    text`if(isnull(${columnName(field)}), 0, if(${columnName(field)}${raw(operator)}${value(literal)}, 1, 0))=1`,
  present: isPresent,
  and: " AND ",
  or: " OR ",
  not: (inner) => text`NOT (${inner})`,
};

export const TIME: ResultColumn = { name: "_time", role: "time", field: "timestamp" };
export const VALUE: ResultColumn = { name: "value", role: "value" };
export const LIMIT: ResultColumn = { name: "limit", role: "limit" };
export const DAY: ResultColumn = { name: "day", role: "key", field: "day" };

/** Fields an analyst wants to see beside the keys of an alert. */
export const contextFields: readonly EventField[] = ["session_id", "user_id_hash", "department"];

export function columnsOf(
  fields: readonly EventField[],
  role: "key" | "context",
): readonly ResultColumn[] {
  return fields.map((field) => ({ name: columnOf("cim", field).name, role, field }));
}

/** Outside of expressions names stand bare, and lists of them are separated by blanks. */
export function bare(columns: readonly ResultColumn[]): Text {
  return raw(columns.map((one) => one.name).join(" "));
}

/** Condition of events that match and belong to an entity; `undefined` where every event does. */
export function belongs(where: Predicate, by: readonly EventField[]): Text | undefined {
  const known = by.map(isPresent);
  const conditions =
    where.kind === "always"
      ? known
      : [lowerPredicate(where, splPredicate, by.length === 0), ...known];
  return conditions.length === 0 ? undefined : join(conditions, " AND ");
}

/** The events for which a condition holds, each `event_id` once: a delivery may be repeated. */
export function eventSteps(condition: Text | undefined): readonly Text[] {
  return [
    text`${raw(`\`${SPL_INDEX_MACRO}\``)} source=${value(SOURCE_LABEL)}`,
    ...(condition === undefined ? [] : [text`where ${condition}`]),
    raw(`dedup ${columnOf("cim", "event_id").name}`),
  ];
}

/** What one event adds to the measure. */
export function amount(measure: Measure): Text {
  if (measure.kind === "count") return raw("1");
  return join(
    measure.fields.map((field) => text`coalesce(${columnName(field)}, 0)`),
    "+",
  );
}

/** The last value of a column before each row, among rows of the same entity. */
export function previousOf(column: string, as: string, by: Text): Text {
  return text`streamstats current=f window=1 global=f sum(${raw(column)}) AS ${raw(as)} by ${by}`;
}

/**
 * Times are seconds as floating point and sums of them are off by less than a microsecond; events
 * carry whole milliseconds. Half of one decides an edge as whole numbers would.
 */
export const TIME_SLACK = "0.0005";

/** Has `stats … by … sign` make two rows of one: one that adds and one that takes away. */
export const SIGN: Text = raw('sign=mvappend("1", "-1")');

/**
 * Sums in a sliding window, its start included: what a row has is added at the row's time and taken away
 * once it is older than the window, so that running sums are those of the window. The option
 * `time_window` of streamstats leaves open whether its edge belongs to it, and keeps 10,000 rows at most
 * (limits.conf, `max_stream_window`).
 *
 * @param time Column with the time of a row, seconds.
 * @param seconds Length of the window.
 * @param sums Columns with what a row has, and names of their sums.
 */
export function slidingSums(
  time: string,
  seconds: Text,
  sums: readonly (readonly [string, string])[],
  by: Text,
): readonly Text[] {
  const changes = sums.map(([column]) => `${column}_change=sign*${column}`).join(", ");
  const running = sums.map(([column, sum]) => `sum(${column}_change) AS ${sum}`).join(" ");
  return [
    text`eval ${raw(changes)}, change_time=if(sign=1, ${raw(time)}, ${raw(time)}+${seconds}+${raw(TIME_SLACK)})`,
    raw("sort 0 change_time"),
    text`streamstats ${raw(running)} by ${by}`,
    raw("where sign=1"),
  ];
}
