/**
 * The events behind a row of a panel, as what every product can be asked for: a predicate, a stretch
 * of time and, for charts over the hours of the day, an hour.
 */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { EventField } from "../event/event.ts";
import { fieldInfo } from "../event/field.ts";
import type { Predicate } from "../rule/ir.ts";
import type { Dimension, PanelQuery } from "./ir.ts";
import { bucketOf, NONE, UNKNOWN } from "./query/result.ts";

/** Keys of rows, one for each dimension; an absent one stands for every key of that dimension. */
export type RowKeys = readonly (string | number | undefined)[];

/** A stretch of time: from (included) to (excluded), milliseconds since the epoch. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The events that were counted. Each counts once per `event_id`. */
export interface RowEvents extends TimeSpan {
  readonly where: Predicate;
  /** Only events of this hour of their UTC day, 0 to 23. */
  readonly hourOfDay?: number;
}

const NOWHERE: Span = { file: "", line: 1, column: 1, length: 1 };

/** The events that match every predicate. */
export function conjunction(predicates: readonly Predicate[]): Predicate {
  const of = predicates
    .flatMap((one) => (one.kind === "all" ? one.of : [one]))
    .filter(({ kind }) => kind !== "always");
  const [first] = of;
  if (first === undefined) return { kind: "always", span: NOWHERE };
  return of.length === 1 ? first : { kind: "all", of, span: first.span };
}

/** Events without a value; a list without elements has none. */
function absentPredicate(field: EventField): Predicate {
  return { kind: "not", of: { kind: "present", field, span: NOWHERE }, span: NOWHERE };
}

/** Events without a value, and those whose value is the word that stands for it. */
function unknownPredicate(field: EventField): Predicate {
  const info = fieldInfo(field);
  const words =
    info?.kind !== "keyword"
      ? []
      : info.values === undefined
        ? ["", UNKNOWN]
        : info.values.filter((one) => one === UNKNOWN);
  const named = words.map((value): Predicate => ({ kind: "equals", field, value, span: NOWHERE }));
  const absent = absentPredicate(field);
  return named.length === 0 ? absent : { kind: "any", of: [absent, ...named], span: NOWHERE };
}

/** The events of one group of a field, as dimensions group them. */
export function groupPredicate(field: EventField, group: string): Predicate {
  const kind = fieldInfo(field)?.kind;
  if (kind === "keyword[]" && group === NONE) return absentPredicate(field);
  if (kind === "keyword[]") return { kind: "has", field, value: group, span: NOWHERE };
  if (group === UNKNOWN) return unknownPredicate(field);
  const value =
    kind === "boolean"
      ? group === "true"
      : kind === "integer" || kind === "number"
        ? Number(group)
        : group;
  return { kind: "equals", field, value, span: NOWHERE };
}

function narrowTime(dimension: Dimension, key: string | number, { toMs }: TimeSpan): TimeSpan {
  switch (dimension.kind) {
    case "time": {
      const start = Number(key);
      return { fromMs: start, toMs: start + bucketOf(dimension).lengthMs };
    }
    case "period": {
      const back = key === "current" ? 0 : dimension.ms;
      return { fromMs: toMs - back - dimension.ms, toMs: toMs - back };
    }
    default:
      return { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  }
}

/** Of a rate, the events that its numerator or its denominator counts. */
function countedBy({ measure }: PanelQuery): readonly Predicate[] {
  if (measure.kind !== "ratio") return [];
  const of = [measure.of.where, measure.per.where];
  return of.some(({ kind }) => kind === "always") ? [] : [{ kind: "any", of, span: NOWHERE }];
}

/**
 * The events behind the rows with these keys.
 *
 * @param range The time shown. A comparison looks further back than it.
 * @param chosen What the reader has narrowed the page to, beside the time.
 */
export function rowEvents(
  query: PanelQuery,
  keys: RowKeys,
  range: TimeSpan,
  chosen: readonly Predicate[] = [],
): RowEvents {
  const where: Predicate[] = [...chosen, query.where, ...countedBy(query)];
  const compares = query.dimensions.find((one) => one.kind === "period");
  let { fromMs, toMs } =
    compares === undefined ? range : { fromMs: range.toMs - 2 * compares.ms, toMs: range.toMs };
  let hourOfDay: number | undefined;
  for (const [index, dimension] of query.dimensions.entries()) {
    const key = keys[index];
    if (key === undefined) continue;
    if (dimension.kind === "field") where.push(groupPredicate(dimension.field, String(key)));
    else if (dimension.kind === "hour_of_day") hourOfDay = Number(key);
    else {
      const narrow = narrowTime(dimension, key, range);
      fromMs = Math.max(fromMs, narrow.fromMs);
      toMs = Math.min(toMs, narrow.toMs);
    }
  }
  return { where: conjunction(where), fromMs, toMs, ...(hourOfDay !== undefined && { hourOfDay }) };
}
