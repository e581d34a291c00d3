/**
 * A panel's query as ES|QL over the data streams, in commands and functions of Elasticsearch 8.16.
 * Whatever runs it bounds its time range; only a comparison of two periods asks for the time itself.
 */
import { findUnmapped } from "../../dialect/capability.ts";
import { esqlLexicon } from "../../dialect/elastic/lexicon.ts";
import { esqlPredicate, fieldName, findLeafObstacle } from "../../dialect/elastic/predicate.ts";
import { amount, matchingRows, timespan } from "../../dialect/elastic/rows.ts";
import { lowerPredicate } from "../../dialect/predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import { leavesOf } from "../../rule/detection.ts";
import type { Fidelity, Predicate } from "../../rule/ir.ts";
import {
  type Dimension,
  dimensionName,
  type EventsQuery,
  type PanelQuery,
  type SimpleMeasure,
  SMALL_CELL_USERS,
} from "../ir.ts";
import {
  type CompiledPanel,
  countsDistinct,
  eventFieldsOf,
  fieldsOf,
  mayBeAbsent,
  measureParts,
  NONE,
  type Part,
  periodOf,
  predicatesOf,
  resultColumns,
  UNKNOWN,
} from "./result.ts";

/** Largest threshold of `COUNT_DISTINCT`; below it, counts are close to exact. */
const PRECISION = 40_000;

/** Most rows that a query may ask for; without a limit, ES|QL cuts at 1000 and tells nobody. */
const ROWS_MAX = 10_000;

const DISTINCT: Fidelity = {
  level: "degraded",
  reason: `Distinct counts of ES|QL are estimates; below ${PRECISION} values they are close to exact`,
};

/** What a product adds to a query, as text of the language. */
export interface EsqlOptions {
  /** A condition that events meet before anything is counted. */
  readonly narrowing?: Text;
  /** Commands over the rows of the result, in order, without pipes. */
  readonly after?: readonly Text[];
}

function column(field: EventField): Text {
  return name(fieldName(field));
}

/** The matching events, each once. */
function eventRows(where: Predicate, { narrowing }: EsqlOptions): Text {
  const rows = matchingRows(where, []);
  return narrowing === undefined ? rows : text`${rows}\n| WHERE ${narrowing}`;
}

function isList(one: Dimension): one is Dimension & { kind: "field" } {
  return one.kind === "field" && fieldInfo(one.field)?.kind === "keyword[]";
}

function keyOf(dimension: Dimension): Text {
  switch (dimension.kind) {
    case "time":
      // Weeks of DATE_TRUNC start on Monday.
      return text`DATE_TRUNC(${raw(`1 ${dimension.every}`)}, @timestamp)`;
    case "hour_of_day":
      return raw('DATE_EXTRACT("hour_of_day", @timestamp)');
    case "period":
      return text`CASE(@timestamp >= NOW() - ${timespan(dimension.ms)}, "current", "before")`;
    case "field": {
      const own = column(dimension.field);
      if (isList(dimension)) return text`COALESCE(${own}, ${value(NONE)})`;
      const words = fieldInfo(dimension.field)?.kind === "boolean" ? text`TO_STRING(${own})` : own;
      return text`CASE(COALESCE(${words}, "") == "", ${value(UNKNOWN)}, ${words})`;
    }
  }
}

/** What one event has of a measure. */
function amountOf(measure: SimpleMeasure): Text {
  switch (measure.kind) {
    case "count":
      return raw("1");
    case "distinct":
      return column(measure.field);
    case "sum":
      return measure.fields.every((field) => fieldInfo(field)?.kind === "integer")
        ? amount(measure)
        : join(
            measure.fields.map((field) => text`COALESCE(TO_DOUBLE(${column(field)}), 0.0)`),
            " + ",
          );
    case "latest":
      return raw("@timestamp");
    case "longest_delay":
      // DATE_DIFF counts in integers, which end at 24 days.
      return text`TO_LONG(${column("observed_at")}) - TO_LONG(@timestamp)`;
  }
}

/** What one event adds, as a column named after the part; a null adds nothing. */
function contribution({ name: part, measure, where }: Part): Text {
  const own = amountOf(measure);
  const counted =
    where === undefined ? own : text`CASE(${lowerPredicate(where, esqlPredicate)}, ${own}, NULL)`;
  return text`${raw(`part_${part}`)} = ${counted}`;
}

function aggregate({ name: part, measure }: Part): string {
  return measure.kind === "distinct"
    ? `${part} = COUNT_DISTINCT(part_${part}, ${PRECISION})`
    : `${part} = ${mayBeAbsent(measure) ? "MAX" : "SUM"}(part_${part})`;
}

function shownValue({ measure, hidesSmallCells }: PanelQuery): string {
  const many = hidesSmallCells ? [`users >= ${SMALL_CELL_USERS}`] : [];
  const enough = measure.kind === "ratio" ? [`n >= ${measure.atLeast}`] : [];
  const shown = measure.kind === "ratio" ? "amount / n" : "amount";
  const conditions = [...many, ...enough];
  return conditions.length === 0 ? shown : `CASE(${conditions.join(" AND ")}, ${shown}, NULL)`;
}

function lower(query: PanelQuery, options: EsqlOptions): Text {
  const { dimensions, measure, hidesSmallCells } = query;
  const period = periodOf(query);
  const parts = measureParts(query);
  const keys = dimensions.map((one) => name(dimensionName(one)));
  const user = hidesSmallCells ? [text`part_user = ${column("user_id_hash")}`] : [];
  const computed = dimensions.map((one, index) => text`${keys[index] ?? raw("")} = ${keyOf(one)}`);
  const totals = [
    ...parts.map(aggregate),
    ...(hidesSmallCells ? [`users = COUNT_DISTINCT(part_user, ${PRECISION})`] : []),
  ];
  const by = keys.length === 0 ? raw("") : text` BY ${join(keys, ", ")}`;
  // A sum of nothing is null, and a division of whole numbers drops the fraction.
  const doubles = parts
    .filter((part) => !mayBeAbsent(part.measure))
    .map((part) => `${part.name} = COALESCE(TO_DOUBLE(${part.name}), 0.0)`);
  const results = [
    `value = ${shownValue(query)}`,
    ...(measure.kind === "ratio" && hidesSmallCells
      ? [`n = CASE(users >= ${SMALL_CELL_USERS}, n, NULL)`]
      : []),
    ...(hidesSmallCells ? [`small = users < ${SMALL_CELL_USERS}`] : []),
  ];
  const ascending = keys.map((key) => text`${key} ASC`);
  const order = query.order === "value" ? [raw("value DESC NULLS LAST"), ...ascending] : ascending;
  return join(
    [
      eventRows(query.where, options),
      ...(period === undefined
        ? []
        : [text`\n| WHERE @timestamp >= NOW() - ${timespan(2 * period.ms)}`]),
      // Before a list is expanded: predicates read the whole list.
      text`\n| EVAL ${join([...parts.map(contribution), ...user], ", ")}`,
      ...dimensions.filter(isList).map((one) => text`\n| MV_EXPAND ${column(one.field)}`),
      ...(computed.length === 0 ? [] : [text`\n| EVAL ${join(computed, ", ")}`]),
      text`\n| STATS ${raw(totals.join(", "))}${by}`,
      ...(doubles.length === 0 ? [] : [raw(`\n| EVAL ${doubles.join(", ")}`)]),
      raw(`\n| EVAL ${results.join(", ")}`),
      ...(order.length === 0 ? [] : [text`\n| SORT ${join(order, ", ")}`]),
      raw(`\n| LIMIT ${query.limit ?? ROWS_MAX}`),
      text`\n| KEEP ${join(resultColumns(query).map(name), ", ")}`,
      ...(options.after ?? []).map((command) => text`\n| ${command}`),
    ],
    "",
  );
}

/** The query for Elasticsearch. */
export function compileEsqlPanel(query: PanelQuery, options: EsqlOptions = {}): CompiledPanel {
  const obstacle =
    findUnmapped(fieldsOf(query), "ecs") ?? findLeafObstacle(predicatesOf(query).flatMap(leavesOf));
  if (obstacle !== undefined) return { fidelity: { level: "refused", ...obstacle }, columns: [] };
  return {
    fidelity: countsDistinct(query) ? DISTINCT : { level: "exact" },
    text: `${renderText(lower(query, options), esqlLexicon)}\n`,
    columns: resultColumns(query),
  };
}

function lowerEvents({ where, columns, order, limit }: EventsQuery, options: EsqlOptions): Text {
  const direction = raw(order === "newest" ? "DESC" : "ASC");
  const own = (field: EventField): Text =>
    field === "timestamp" ? raw("@timestamp") : column(field);
  return join(
    [
      eventRows(where, options),
      text`| SORT @timestamp ${direction}, ${column("event_id")} ${direction}`,
      raw(`| LIMIT ${limit}`),
      text`| EVAL ${join(
        columns.map((field) => text`${name(field)} = ${own(field)}`),
        ", ",
      )}`,
      text`| KEEP ${join(columns.map(name), ", ")}`,
    ],
    "\n",
  );
}

/** A list of events for Elasticsearch. */
export function compileEsqlEvents(query: EventsQuery, options: EsqlOptions = {}): CompiledPanel {
  const obstacle =
    findUnmapped(eventFieldsOf(query), "ecs") ?? findLeafObstacle(leavesOf(query.where));
  if (obstacle !== undefined) return { fidelity: { level: "refused", ...obstacle }, columns: [] };
  return {
    fidelity: { level: "exact" },
    text: `${renderText(lowerEvents(query, options), esqlLexicon)}\n`,
    columns: query.columns,
  };
}
