/**
 * From the rows of a panel's query to the table that a visualization of Dashboard Studio reads: numbers
 * in the unit that is shown, series as columns, words where a number is withheld.
 */
import { raw, type Text, text, value } from "../../dialect/text.ts";
import { fieldInfo } from "../../event/field.ts";
import { formatLength } from "../html/format.ts";
import {
  type ChartPanel,
  type Dimension,
  dimensionName,
  SMALL_CELL_USERS,
  type Unit,
} from "../ir.ts";
import { mayBeAbsent, periodOf } from "../query/result.ts";

/** Steps of a search after those of the panel's query. */
export type Steps = readonly Text[];

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

/** What a time looks like where it cannot be an axis: with its offset, for Splunk shows local times. */
const TIME_FORMAT = "%Y-%m-%d %H:%M:%S %z";

const SMALL_WORDS = `< ${SMALL_CELL_USERS} users`;
const FEW_WORDS = "too few cases";

/** Column of the value in what a visualization reads: named by its unit, as charts name series. */
export function valueColumn(unit: Unit): string {
  return unit === "usd" ? "USD" : unit;
}

/** Column of the words that stand for a withheld number. */
export const WITHHELD = "withheld";

/** The number as it is shown; rates are shown in percent. */
function scaled(unit: Unit, column = "value"): Text {
  if (unit === "percent") return raw(`100*${column}`);
  if (unit === "time") return raw(`strftime(${column}, "${TIME_FORMAT}")`);
  return raw(column);
}

function isRate({ query }: ChartPanel): boolean {
  return query.measure.kind === "ratio";
}

/** Whether a row may have no number. */
export function mayWithhold(panel: ChartPanel): boolean {
  return panel.query.hidesSmallCells || isRate(panel);
}

/** Why a row has no number. */
function words(panel: ChartPanel): Text {
  const small = panel.query.hidesSmallCells ? text`small="true", ${value(SMALL_WORDS)}, ` : raw("");
  const rest = isRate(panel) ? FEW_WORDS : "none";
  return text`case(${small}isnull(value), ${value(rest)})`;
}

/** The columns that stand beside the number of a row. */
export function besides(panel: ChartPanel): readonly string[] {
  return [...(isRate(panel) ? ["n"] : []), ...(mayWithhold(panel) ? [WITHHELD] : [])];
}

/** Name of a dimension's column in what a visualization reads; Splunk knows `_time` to be a time. */
export function axisName(dimension: Dimension): string {
  return dimension.kind === "time" ? "_time" : dimensionName(dimension);
}

function toAxis(dimension: Dimension): Steps {
  return dimension.kind === "time" ? [raw("eval _time=bucket")] : [];
}

/** One row for each row of the query. */
function rowsOf(panel: ChartPanel): Steps {
  const column = valueColumn(panel.unit);
  const { dimensions } = panel.query;
  const told = mayWithhold(panel) ? text`, ${raw(WITHHELD)}=${words(panel)}` : raw("");
  const names = [...dimensions.map(axisName), column, ...besides(panel)];
  return [
    ...dimensions.flatMap(toAxis),
    text`eval ${raw(column)}=${scaled(panel.unit)}${told}`,
    raw(`table ${names.join(" ")}`),
  ];
}

/** Columns that are known beforehand, in order; others follow. */
function knownColumns(dimension: Dimension): readonly string[] {
  if (dimension.kind === "hour_of_day") return HOURS;
  return dimension.kind === "field" ? (fieldInfo(dimension.field)?.values ?? []) : [];
}

/** Without known columns all stay as they are: a wildcard would miss names that start with "_". */
function ordered(first: string, known: readonly string[]): Steps {
  return known.length === 0 ? [] : [raw(`table ${[first, ...known, "*"].join(" ")}`)];
}

/** A column for each group of the second dimension. A cell without a number is empty. */
function seriesOf(panel: ChartPanel, first: Dimension, second: Dimension): Steps {
  const axis = axisName(first);
  return [
    ...toAxis(first),
    text`eval shown=${scaled(panel.unit)}`,
    raw(`xyseries ${axis} ${dimensionName(second)} shown`),
    raw(`sort 0 ${axis}`),
    ...ordered(axis, knownColumns(second)),
  ];
}

/** A row for each group of the second dimension, a column for each key of the first. */
function heatOf(panel: ChartPanel, across: Dimension, down: Dimension): Steps {
  const key =
    across.kind === "hour_of_day"
      ? // Columns sort as texts.
        raw('if(hour<10, "0".hour, hour)')
      : across.kind === "time"
        ? raw('strftime(bucket, "%Y-%m-%d %H:%M %z")')
        : raw(dimensionName(across));
  const shown = mayWithhold(panel)
    ? text`coalesce(${words(panel)}, ${scaled(panel.unit)})`
    : scaled(panel.unit);
  return [
    text`eval across=${key}, shown=${shown}`,
    raw(`xyseries ${dimensionName(down)} across shown`),
    ...ordered(dimensionName(down), knownColumns(across)),
  ];
}

/** Both periods in one row; a period without events has none in the query's result. */
function comparedRow(panel: ChartPanel): Steps {
  const { measure, hidesSmallCells } = panel.query;
  const of = (column: string, period: string): string =>
    `if(period="${period}", ${column}, null())`;
  const columns: readonly (readonly [string, string])[] = [
    ["value", of("value", "current")],
    ["before", of("value", "before")],
    ...(isRate(panel) ? [["n", of("n", "current")] as const] : []),
    ...(hidesSmallCells
      ? [
          ["small_now", 'if(period="current" AND small="true", 1, 0)'] as const,
          ["small_before", 'if(period="before" AND small="true", 1, 0)'] as const,
        ]
      : []),
  ];
  const isCounted = measure.kind !== "ratio" && !mayBeAbsent(measure);
  // Nothing was counted in a period without events; of a rate or a delay nothing can be told.
  const filled = (column: string, small: string): string =>
    `${column}=${hidesSmallCells ? `if(${small}=1, null(), coalesce(${column}, 0))` : `coalesce(${column}, 0)`}`;
  return [
    raw(`eval ${columns.map(([name, expression]) => `of_${name}=${expression}`).join(", ")}`),
    // The count makes a row even of no rows.
    raw(
      `stats count AS periods ${columns.map(([name]) => `max(of_${name}) AS ${name}`).join(" ")}`,
    ),
    ...(isCounted
      ? [raw(`eval ${filled("value", "small_now")}, ${filled("before", "small_before")}`)]
      : []),
    ...(hidesSmallCells ? [raw('eval small=if(small_now=1, "true", "false")')] : []),
  ];
}

/** One row even of none: over no events at all, a search may have no result. */
function onlyRow(panel: ChartPanel): Steps {
  const { measure, hidesSmallCells } = panel.query;
  const isCounted = measure.kind !== "ratio" && !mayBeAbsent(measure) && !hidesSmallCells;
  const columns = ["value", ...(isRate(panel) ? ["n"] : []), ...(hidesSmallCells ? ["few"] : [])];
  return [
    ...(hidesSmallCells ? [raw('eval few=if(small="true", 1, 0)')] : []),
    raw(`stats count AS results ${columns.map((name) => `max(${name}) AS ${name}`).join(" ")}`),
    ...(isCounted ? [raw("eval value=coalesce(value, 0)")] : []),
    ...(hidesSmallCells ? [raw('eval small=if(results=0 OR few=1, "true", "false")')] : []),
  ];
}

/** A number in words, for the line below a single value; `commas` keeps two decimal places. */
function inWords({ unit }: ChartPanel, column: string): string {
  if (unit === "percent") return `tostring(100*${column}, "commas")."%"`;
  if (unit === "usd") return `"$".tostring(${column}, "commas")`;
  return `tostring(${column}, "commas")`;
}

/** One row: `shown` the number or words, `unit`, `label` the line below it, and `change`. */
function singleRow(panel: ChartPanel): Steps {
  const period = periodOf(panel.query);
  const unit = panel.unit === "percent" ? "%" : panel.unit === "usd" ? "$" : panel.unit;
  const before =
    period &&
    `coalesce(${inWords(panel, "before")}, "no number")." in the ${formatLength(period.ms)} before"`;
  const label = [
    ...(isRate(panel)
      ? [
          `"n = ".coalesce(tostring(n, "commas"), "${panel.query.hidesSmallCells ? "withheld" : 0}")`,
        ]
      : []),
    ...(before === undefined ? [] : [before]),
  ];
  const shownUnit = panel.unit === "time" ? text`""` : text`if(isnull(value), "", ${value(unit)})`;
  return [
    ...(period === undefined ? onlyRow(panel) : comparedRow(panel)),
    text`eval shown=coalesce(${words(panel)}, ${scaled(panel.unit)}), unit=${shownUnit}`,
    raw(`eval label=${label.length === 0 ? '""' : label.join('."; ".')}`),
    ...(period === undefined ? [] : [text`eval change=${scaled(panel.unit, "(value-before)")}`]),
    raw(`table shown unit label${period === undefined ? "" : " change"}`),
  ];
}

/** The steps that follow a panel's query. */
export function shapeOf(panel: ChartPanel): Steps {
  const [first, second] = panel.query.dimensions;
  if (panel.kind === "stat" || first === undefined) return singleRow(panel);
  if (panel.kind === "table" || second === undefined) return rowsOf(panel);
  return panel.kind === "heat_map" ? heatOf(panel, first, second) : seriesOf(panel, first, second);
}
