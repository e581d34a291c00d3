/** Rows of a rule's search and alerts of the embedded engine, as texts that can be compared. */
import type { Alert, RuleIr } from "../../../src/rule/ir.ts";
import { columnsOf } from "./app.ts";
import { numberOf, type Row } from "./value.ts";

/** Splunk counts seconds. */
export function millisecondsOf(row: Row): number {
  return Math.round((numberOf(row.get("_time") ?? null) ?? Number.NaN) * 1000);
}

function told(number: unknown): string | null {
  return number === undefined ? null : Number(number).toPrecision(12);
}

/**
 * A baseline's search tells the whole day and its last event, the engine the event that crossed: time
 * and value of the two are not the same by design.
 */
function tellsMoment(rule: RuleIr): boolean {
  return rule.detection.kind !== "baseline";
}

function hasColumn(rule: RuleIr, role: string): boolean {
  return columnsOf(rule).some((column) => column.role === role);
}

/** What a search found, sorted. */
export function foundBy(rule: RuleIr, rows: readonly Row[]): readonly string[] {
  const keys = columnsOf(rule).filter(({ role }) => role === "key");
  const hasMoment = tellsMoment(rule);
  return rows
    .map((row) =>
      JSON.stringify({
        time: hasMoment ? millisecondsOf(row) : null,
        entity: keys.map(({ name }) => row.get(name) ?? null),
        event: row.get("event_id") ?? null,
        value: hasColumn(rule, "value") && hasMoment ? told(row.get("value")) : null,
        limit: hasColumn(rule, "limit") ? told(row.get("limit")) : null,
      }),
    )
    .sort();
}

/** What alerts of a rule say, in the same words, sorted. */
export function meantBy(rule: RuleIr, alerts: readonly Alert[]): readonly string[] {
  const keys = columnsOf(rule).filter(({ role }) => role === "key");
  const hasMoment = tellsMoment(rule);
  return alerts
    .map(({ time, entity, value, limit, event_ids: ids }) =>
      JSON.stringify({
        time: hasMoment ? Date.parse(time) : null,
        entity: keys.map(({ field }) => entity[field ?? ""] ?? null),
        event: hasColumn(rule, "event_id") ? ids[0] : null,
        value: hasColumn(rule, "value") && hasMoment ? told(value) : null,
        limit: hasColumn(rule, "limit") ? told(limit) : null,
      }),
    )
    .sort();
}
