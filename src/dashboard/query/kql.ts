/**
 * A panel's query as KQL over the Log Analytics table. Whatever runs it bounds its time range; only a
 * comparison of two periods asks for the time itself.
 */
import { findUnmapped } from "../../dialect/capability.ts";
import { kqlLexicon } from "../../dialect/kql/lexicon.ts";
import { column, columnName, findLeafObstacle, kqlPredicate } from "../../dialect/kql/predicate.ts";
import { distinctEvents, KQL_TABLE, rowSum, timespan } from "../../dialect/kql/rows.ts";
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
  SMALL_CELL_USERS,
} from "../ir.ts";
import {
  bucketOf,
  type CompiledPanel,
  countsDistinct,
  eventFieldsOf,
  fieldsOf,
  measureParts,
  NONE,
  type Part,
  periodOf,
  predicatesOf,
  resultColumns,
  UNKNOWN,
} from "./result.ts";

/** `dcount` at its most accurate: about 0.2 % off, and exact for small sets. */
const ACCURACY = 4;

/** What a product that runs a query narrows it to. */
export interface KqlScope {
  /** Conditions on columns of the table; the query asks them before everything else. */
  readonly conditions: readonly Text[];
  /** End of the time shown, a datetime: comparisons count back from it instead of from now. */
  readonly end?: Text;
}

const EVERYTHING: KqlScope = { conditions: [] };

const DISTINCT: Fidelity = {
  level: "degraded",
  reason: "Distinct counts of KQL are estimates, about 0.2 % off; small sets are counted exactly",
};

function isList(one: Dimension): one is Dimension & { kind: "field" } {
  return one.kind === "field" && fieldInfo(one.field)?.kind === "keyword[]";
}

/** `ms` before the end of the time shown. */
function before({ end }: KqlScope, ms: number): Text {
  return end === undefined ? text`ago(${timespan(ms)})` : text`${end} - ${timespan(ms)}`;
}

/** The group of an event by a field of one value. */
export function kqlGroup(field: EventField): Text {
  const own = columnName(field);
  const isBoolean = column(field).type === "boolean";
  const words = isBoolean ? text`iff(${own}, 'true', 'false')` : own;
  const missing = isBoolean ? text`isnull(${own})` : text`isempty(${own})`;
  return text`iff(${missing}, ${value(UNKNOWN)}, ${words})`;
}

/** The groups of an event by a field that holds a list, each once. */
export function kqlGroups(field: EventField): Text {
  const own = columnName(field);
  // A union with nothing removes repeated elements; without any it would lose the event.
  const list = text`set_union(${own}, dynamic([]))`;
  return text`iff(coalesce(array_length(${own}), 0) == 0, pack_array(${value(NONE)}), ${list})`;
}

/** The key of an event along a dimension; of a list, an array of its keys. */
export function kqlDimension(dimension: Dimension, scope: KqlScope): Text {
  switch (dimension.kind) {
    case "time": {
      const { lengthMs, startMs } = bucketOf(dimension);
      if (startMs === 0) return text`bin(TimeGenerated, ${timespan(lengthMs)})`;
      return text`bin_at(TimeGenerated, ${timespan(lengthMs)}, datetime(1970-01-05))`;
    }
    case "hour_of_day":
      return raw("hourofday(TimeGenerated)");
    case "period":
      return text`iff(TimeGenerated >= ${before(scope, dimension.ms)}, 'current', 'before')`;
    case "field":
      return isList(dimension) ? kqlGroups(dimension.field) : kqlGroup(dimension.field);
  }
}

function sumOf(fields: Part["measure"] & { kind: "sum" }): Text {
  if (fields.fields.every((field) => fieldInfo(field)?.kind === "integer"))
    return rowSum(fields.fields);
  return join(
    fields.fields.map((field) => text`coalesce(todouble(${columnName(field)}), 0.0)`),
    " + ",
  );
}

/**
 * Different values of a string column. `dcount` leaves nulls out, which strings never are and hashes can
 * be; Microsoft warns that `dcountif` may fail where no row, or every row, matches.
 */
function distinct(field: EventField, only?: Text): Text {
  const known = kqlPredicate.present(field);
  const matching = only === undefined ? known : text`${known} and (${only})`;
  return text`dcount(iff(${matching}, hash(${columnName(field)}), long(null)), ${raw(String(ACCURACY))})`;
}

function aggregate({ measure, where }: Part): Text {
  const only = where && lowerPredicate(where, kqlPredicate);
  switch (measure.kind) {
    case "count":
      return only === undefined ? raw("count()") : text`countif(${only})`;
    case "sum":
      return only === undefined
        ? text`sum(${sumOf(measure)})`
        : text`sumif(${sumOf(measure)}, ${only})`;
    case "distinct":
      return distinct(measure.field, only);
    case "latest":
      return raw("max(TimeGenerated)");
    case "longest_delay":
      return text`max((${columnName("observed_at")} - TimeGenerated) / 1ms)`;
  }
}

function shownValue({ measure, hidesSmallCells }: PanelQuery): Text {
  const amount = raw(measure.kind === "latest" ? "amount" : "todouble(amount)");
  const enough = measure.kind === "ratio" ? [raw(`n >= ${measure.atLeast}`)] : [];
  const many = hidesSmallCells ? [raw(`users >= ${SMALL_CELL_USERS}`)] : [];
  const shown = measure.kind === "ratio" ? text`${amount} / n` : amount;
  const conditions = [...many, ...enough];
  if (conditions.length === 0) return shown;
  const nothing = raw(measure.kind === "latest" ? "datetime(null)" : "real(null)");
  return text`iff(${join(conditions, " and ")}, ${shown}, ${nothing})`;
}

/** Conditions that bound the time of a comparison, which looks further back than the time shown. */
function comparedTime(query: PanelQuery, scope: KqlScope): readonly Text[] {
  const period = periodOf(query);
  if (period === undefined) return [];
  const from = text`TimeGenerated >= ${before(scope, 2 * period.ms)}`;
  return scope.end === undefined ? [from] : [from, text`TimeGenerated < ${scope.end}`];
}

function filtered(conditions: readonly Text[], where: Predicate): Text {
  const all =
    where.kind === "always"
      ? conditions
      : [...conditions, lowerPredicate(where, kqlPredicate, false)];
  return all.length === 0 ? raw("") : text`\n| where ${join(all, " and ")}`;
}

/** The query of a panel within a scope, without a line end. Only for queries that are not refused. */
export function kqlPanel(query: PanelQuery, scope: KqlScope): Text {
  const { dimensions, measure, hidesSmallCells } = query;
  const conditions = [...scope.conditions, ...comparedTime(query, scope)];
  const filter = filtered(conditions, query.where);
  // Predicates inside of the measure read columns after this step as well.
  const kept = fieldsOf(query).filter((field) => field !== "event_id" && field !== "timestamp");
  const keys = dimensions.map((one) => name(dimensionName(one)));
  const extended = dimensions.map(
    (one, index) => text`${keys[index] ?? raw("")} = ${kqlDimension(one, scope)}`,
  );
  const lists = dimensions
    .filter(isList)
    .map((one) => text`\n| mv-expand ${name(one.field)} to typeof(string)`);
  const parts = measureParts(query).map((part) => text`${raw(part.name)} = ${aggregate(part)}`);
  const users = text`users = ${distinct("user_id_hash")}`;
  const by = keys.length === 0 ? raw("") : text` by ${join(keys, ", ")}`;
  const hidden = (shown: string): Text =>
    raw(hidesSmallCells ? `iff(users >= ${SMALL_CELL_USERS}, ${shown}, long(null))` : shown);
  const results = [
    text`value = ${shownValue(query)}`,
    ...(measure.kind === "ratio" ? [text`n = ${hidden("n")}`] : []),
    ...(hidesSmallCells ? [raw(`small = users < ${SMALL_CELL_USERS}`)] : []),
  ];
  const ascending = keys.map((key) => text`${key} asc`);
  const order = query.order === "value" ? [raw("value desc nulls last"), ...ascending] : ascending;
  return join(
    [
      text`${raw(KQL_TABLE)}${filter}${distinctEvents(kept.map((field) => column(field).name))}`,
      ...(extended.length === 0 ? [] : [text`\n| extend ${join(extended, ", ")}`]),
      ...lists,
      text`\n| summarize ${join([...parts, ...(hidesSmallCells ? [users] : [])], ", ")}${by}`,
      text`\n| project ${join([...keys, ...results], ", ")}`,
      ...(order.length === 0 ? [] : [text`\n| sort by ${join(order, ", ")}`]),
      ...(query.limit === undefined ? [] : [raw(`\n| take ${query.limit}`)]),
    ],
    "",
  );
}

/** The query for Microsoft Sentinel. */
export function compileKqlPanel(query: PanelQuery): CompiledPanel {
  const obstacle =
    findUnmapped(fieldsOf(query), "sentinel") ??
    findLeafObstacle(predicatesOf(query).flatMap(leavesOf));
  if (obstacle !== undefined) return { fidelity: { level: "refused", ...obstacle }, columns: [] };
  return {
    fidelity: countsDistinct(query) ? DISTINCT : { level: "exact" },
    text: `${renderText(kqlPanel(query, EVERYTHING), kqlLexicon)}\n`,
    columns: resultColumns(query),
  };
}

/** A list of events within a scope, without a line end. Only for queries that are not refused. */
export function kqlEvents({ where, columns, order, limit }: EventsQuery, scope: KqlScope): Text {
  const filter = filtered(scope.conditions, where);
  const kept = columns.filter((field) => field !== "event_id" && field !== "timestamp");
  const own = (field: EventField): Text =>
    field === "timestamp" ? raw("TimeGenerated") : columnName(field);
  const direction = raw(order === "newest" ? "desc" : "asc");
  return join(
    [
      text`${raw(KQL_TABLE)}${filter}${distinctEvents(kept.map((field) => column(field).name))}`,
      text`| sort by TimeGenerated ${direction}, ${columnName("event_id")} ${direction}`,
      raw(`| take ${limit}`),
      text`| project ${join(
        columns.map((field) => text`${name(field)} = ${own(field)}`),
        ", ",
      )}`,
    ],
    "\n",
  );
}

/** A list of events for Microsoft Sentinel. */
export function compileKqlEvents(query: EventsQuery): CompiledPanel {
  const obstacle =
    findUnmapped(eventFieldsOf(query), "sentinel") ?? findLeafObstacle(leavesOf(query.where));
  if (obstacle !== undefined) return { fidelity: { level: "refused", ...obstacle }, columns: [] };
  return {
    fidelity: { level: "exact" },
    text: `${renderText(kqlEvents(query, EVERYTHING), kqlLexicon)}\n`,
    columns: query.columns,
  };
}
