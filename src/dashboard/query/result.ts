/**
 * What every compiler of panel queries agrees on.
 *
 * A result has a column for each dimension, named by `dimensionName`; then `value`, which is null where
 * it is withheld; for a ratio `n`, the denominator; and, where small cells are hidden, `small`, which
 * tells rows about too few users from rates over too few cases. A value that is a time has the
 * language's own type of times, as buckets have. A list of events has a column for each field, named
 * like the field.
 */
import type { EventField } from "../../event/event.ts";
import { leavesOf } from "../../rule/detection.ts";
import type { Fidelity, Predicate } from "../../rule/ir.ts";
import {
  type Dimension,
  dimensionName,
  type EventsQuery,
  type PanelQuery,
  type SimpleMeasure,
} from "../ir.ts";
import { partsOf } from "../parse-measure.ts";

/** The products and languages a panel's query compiles to. */
export type PanelTarget = "duckdb" | "sentinel" | "splunk" | "elastic";

export const panelTargets: readonly PanelTarget[] = ["sentinel", "splunk", "elastic", "duckdb"];

/** Group of events whose field is missing or empty. */
export const UNKNOWN = "unknown";

/** Group of events whose list is missing or empty. */
export const NONE = "none";

/** A panel's query in one language. A refused one has no text. */
export interface CompiledPanel {
  readonly fidelity: Fidelity;
  /** With a final line end. */
  readonly text?: string;
  readonly columns: readonly string[];
}

/** Columns of the result, in order. */
export function resultColumns(query: PanelQuery): readonly string[] {
  return [
    ...query.dimensions.map(dimensionName),
    "value",
    ...(query.measure.kind === "ratio" ? ["n"] : []),
    ...(query.hidesSmallCells ? ["small"] : []),
  ];
}

/** A simple measure over events that match, as the one or two columns of a query. */
export interface Part {
  /** `amount` is what is shown or the numerator, `n` the denominator. */
  readonly name: "amount" | "n";
  readonly measure: SimpleMeasure;
  /** Absent where every event of the row counts. */
  readonly where?: Predicate;
}

export function measureParts({ measure }: PanelQuery): readonly Part[] {
  if (measure.kind !== "ratio") return [{ name: "amount", measure }];
  const part = (name: Part["name"], { where, measure: simple }: typeof measure.of): Part =>
    where.kind === "always" ? { name, measure: simple } : { name, measure: simple, where };
  return [part("amount", measure.of), part("n", measure.per)];
}

/** Every predicate of a query. */
export function predicatesOf(query: PanelQuery): readonly Predicate[] {
  return [query.where, ...measureParts(query).flatMap(({ where }) => where ?? [])];
}

function measuredFields(measure: SimpleMeasure): readonly EventField[] {
  switch (measure.kind) {
    case "count":
    case "latest":
      return [];
    case "distinct":
      return [measure.field];
    case "sum":
      return measure.fields;
    case "longest_delay":
      return ["observed_at"];
  }
}

/** Every field that a list of events reads, each once. */
export function eventFieldsOf({ where, columns }: EventsQuery): readonly EventField[] {
  return [...new Set([...columns, ...leavesOf(where).map(({ field }) => field)])];
}

/** Every field a query reads, each once; the user comes with hidden small cells. */
export function fieldsOf(query: PanelQuery): readonly EventField[] {
  const compared = predicatesOf(query).flatMap((one) => leavesOf(one).map(({ field }) => field));
  const measured = partsOf(query.measure).flatMap(measuredFields);
  const grouped = query.dimensions.flatMap((one) => (one.kind === "field" ? [one.field] : []));
  const user: readonly EventField[] = query.hidesSmallCells ? ["user_id_hash"] : [];
  return [...new Set([...compared, ...grouped, ...measured, ...user])];
}

/** Whether a measure is one that a row without such events has no value of, instead of 0. */
export function mayBeAbsent({ kind }: SimpleMeasure): boolean {
  return kind === "latest" || kind === "longest_delay";
}

/** Whether the value itself is a count of distinct values. */
export function countsDistinct(query: PanelQuery): boolean {
  return partsOf(query.measure).some(({ kind }) => kind === "distinct");
}

/** The period dimension, where the query compares. */
export function periodOf(query: PanelQuery): (Dimension & { kind: "period" }) | undefined {
  return query.dimensions.find((one) => one.kind === "period");
}

export const HOUR_MS = 3_600_000;
export const DAY_MS: number = 24 * HOUR_MS;
/** 1970-01-05, the first Monday. */
export const MONDAY_MS: number = 4 * DAY_MS;

/** Length and start of the buckets of a time dimension, in milliseconds since the epoch. */
export function bucketOf({ every }: Dimension & { kind: "time" }): {
  readonly lengthMs: number;
  readonly startMs: number;
} {
  if (every === "week") return { lengthMs: 7 * DAY_MS, startMs: MONDAY_MS };
  return { lengthMs: every === "day" ? DAY_MS : HOUR_MS, startMs: 0 };
}
