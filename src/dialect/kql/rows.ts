/** What the queries of all kinds share: rows of the table that match, and columns of the result. */
import type { EventField } from "../../event/event.ts";
import { DAY_MS } from "../../rule/detection.ts";
import type { BaselineDetection, Measure, Predicate, ThresholdDetection } from "../../rule/ir.ts";
import type { ResultColumn } from "../compiled.ts";
import { lowerPredicate } from "../predicate.ts";
import { join, name, raw, type Text, text } from "../text.ts";
import { column, columnName, kqlPredicate } from "./predicate.ts";

/** Table of the audit events in the workspace. */
export const KQL_TABLE = "ClaudeAudit_CL";

/** A query and the columns of its result. */
export interface Lowered {
  readonly query: Text;
  readonly columns: readonly ResultColumn[];
}

export function names(columns: readonly ResultColumn[]): readonly string[] {
  return columns.map((one) => one.name);
}

export function list(parts: readonly string[]): Text {
  return join(parts.map(name), ", ");
}

export function columnsOf(
  fields: readonly EventField[],
  role: "key" | "context",
): readonly ResultColumn[] {
  return fields.map((field) => ({ name: column(field).name, role, field }));
}

export const TIME: ResultColumn = { name: "TimeGenerated", role: "time", field: "timestamp" };
export const VALUE: ResultColumn = { name: "Value", role: "value" };
export const LIMIT: ResultColumn = { name: "Limit", role: "limit" };
export const DAY: ResultColumn = { name: "Day", role: "key", field: "day" };

/** Fields an analyst wants to see beside the keys of an alert. */
export const contextFields: readonly EventField[] = ["session_id", "user_id_hash", "department"];

/** The table's rows that match and belong to an entity. */
export function matchingRows(where: Predicate, by: readonly EventField[]): Text {
  const known = by.map((field) => kqlPredicate.present(field));
  const conditions =
    where.kind === "always" ? known : [lowerPredicate(where, kqlPredicate, false), ...known];
  const filter = conditions.length === 0 ? [] : [text`\n| where ${join(conditions, " and ")}`];
  return join([raw(KQL_TABLE), ...filter], "");
}

/** One row for each event_id, because a delivery may be repeated. Copies hold the same values. */
export function distinctEvents(columns: readonly string[], amount?: Text): Text {
  const kept = amount === undefined ? columns : [...columns, "Amount"];
  const read = [raw("TimeGenerated"), columnName("event_id"), ...columns.map(name)];
  const computed = amount === undefined ? [] : [text`Amount = ${amount}`];
  const any = kept.map((one) => text`${name(one)} = take_any(${name(one)})`);
  return text`
| project ${join([...read, ...computed], ", ")}
| summarize ${join([raw("TimeGenerated = min(TimeGenerated)"), ...any], ", ")} by ${columnName("event_id")}`;
}

/** Sum of a measure's fields in one row; a missing field adds nothing. */
export function rowSum(fields: readonly EventField[]): Text {
  return join(
    // Columns of type int must become long: coalesce takes values of one type.
    fields.map((field) => text`coalesce(tolong(${columnName(field)}), long(0))`),
    " + ",
  );
}

/** The measure over rows of `matching`. */
export function total(measure: Measure): Text {
  return raw(measure.kind === "count" ? "count()" : "sum(Amount)");
}

/** Matching events, each once; with `Amount` where the measure is a sum. */
export function matchingAmounts(detection: ThresholdDetection | BaselineDetection): Text {
  const { by, measure, where } = detection;
  const kept = [...new Set([...by, "user_id_hash" as const])].map((field) => column(field).name);
  const amount = measure.kind === "sum" ? rowSum(measure.fields) : undefined;
  return text`let matching = ${matchingRows(where, by)}${distinctEvents(kept, amount)};`;
}

/** The user column where it is not a key already. */
export function userContext(by: readonly EventField[]): readonly ResultColumn[] {
  return by.includes("user_id_hash") ? [] : columnsOf(["user_id_hash"], "context");
}

/** A timespan literal in the largest unit that says it in whole numbers. */
export function timespan(ms: number): Text {
  const units: readonly (readonly [string, number])[] = [
    ["d", DAY_MS],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ];
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ["ms", 1];
  return raw(`${ms / size}${unit}`);
}

/** Names of columns with other names for the result: `New = Old`. */
export function renamed(pairs: readonly (readonly [string, string])[]): Text {
  return join(
    pairs.map(([to, from]) => (to === from ? name(to) : text`${name(to)} = ${name(from)}`)),
    ", ",
  );
}
