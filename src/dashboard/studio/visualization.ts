/**
 * How each kind of panel is drawn by Dashboard Studio. Names of options are those of the vendor's option
 * schemas (npm, @splunk/visualization-schemas), which tests hold them to; expressions that start with
 * ">" take a table apart (Dashboard Studio manual, "Dynamic options syntax").
 */
import type { ChartPanel, Dimension, EventsPanel, Unit } from "../ir.ts";
import { fixedColours, palette, seriesColours } from "../palette.ts";
import type { EventHandler } from "./drill-down.ts";
import { axisName, besides, valueColumn } from "./shape.ts";

/** Any value of JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = Readonly<Record<string, Json>>;

/** One entry of `visualizations`. */
export interface Visualization {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly dataSources?: Readonly<Record<string, string>>;
  readonly options: JsonObject;
  readonly context?: JsonObject;
  readonly eventHandlers?: readonly EventHandler[];
}

/** What a visualization is, apart from its place and its data. */
export type Drawing = Pick<Visualization, "type" | "options" | "context">;

const PRECISION: Readonly<Partial<Record<Unit, number>>> = { percent: 1, usd: 2 };

function quoted(column: string): string {
  return `"${column}"`;
}

function series(column: string): string {
  return `> primary | seriesByName(${quoted(column)})`;
}

function frame(column: string): string {
  return `> primary | frameBySeriesNames(${quoted(column)})`;
}

function cell(column: string): string {
  return `${series(column)} | lastPoint()`;
}

/** The word beside the numbers of an axis. */
function axisTitle(unit: Unit): string {
  return unit === "percent" ? "%" : valueColumn(unit);
}

/** Numbers as texts with separators and unit, by a configuration that `formatByType` reads. */
function numberFormat(unit: Unit): JsonObject {
  const sign: JsonObject =
    unit === "percent"
      ? { unit: "%", unitPosition: "after" }
      : unit === "usd"
        ? { unit: "$", unitPosition: "before" }
        : {};
  return { number: { thousandSeparated: true, precision: PRECISION[unit] ?? 0, ...sign } };
}

function coloursOf(dimension: Dimension | undefined): JsonObject {
  return dimension?.kind === "field" ? fixedColours(dimension.field) : {};
}

function drawSingle({ unit, query }: ChartPanel): Drawing {
  const compares = query.dimensions.some(({ kind }) => kind === "period");
  return {
    type: "splunk.singlevalue",
    options: {
      majorValue: cell("shown"),
      unit: cell("unit"),
      unitPosition: unit === "usd" ? "before" : "after",
      numberPrecision: PRECISION[unit] ?? 0,
      underLabel: cell("label"),
      sparklineDisplay: "off",
      ...(compares
        ? { trendDisplay: "absolute", trendValue: cell("change") }
        : { trendDisplay: "off" }),
    },
  };
}

function drawBars(panel: ChartPanel, first: Dimension): Drawing {
  return {
    type: "splunk.bar",
    options: {
      x: series(axisName(first)),
      y: frame(valueColumn(panel.unit)),
      additionalTooltipFields: besides(panel),
      seriesColors: [palette.k0],
      dataValuesDisplay: "all",
      legendDisplay: "off",
      xAxisTitleVisibility: "hide",
      yAxisTitleText: axisTitle(panel.unit),
    },
  };
}

function drawRing({ unit }: ChartPanel, first: Dimension): Drawing {
  return {
    type: "splunk.pie",
    options: {
      label: series(axisName(first)),
      value: series(valueColumn(unit)),
      showDonutHole: true,
      labelDisplay: "valuesAndPercentage",
      // Small parts are what a committee asks about; none is merged into "other".
      collapseThreshold: 0,
      seriesColors: seriesColours,
      seriesColorsByField: coloursOf(first),
    },
  };
}

/** Lines connect what they show, so single counts are columns: a day without events stays a gap. */
function drawOverTime(panel: ChartPanel, second: Dimension | undefined): Drawing {
  const isLine = second !== undefined || panel.query.measure.kind === "ratio";
  const single: JsonObject = {
    x: series("_time"),
    y: frame(valueColumn(panel.unit)),
    additionalTooltipFields: besides(panel),
    legendDisplay: "off",
  };
  return {
    type: isLine ? "splunk.line" : "splunk.column",
    options: {
      ...(second === undefined ? single : { legendDisplay: "bottom" }),
      ...(isLine && { markerDisplay: "filled", nullValueDisplay: "gaps" }),
      seriesColors: seriesColours,
      seriesColorsByField: coloursOf(second),
      xAxisTitleVisibility: "hide",
      yAxisTitleText: axisTitle(panel.unit),
      yAxisMin: 0,
    },
  };
}

function drawStacks(panel: ChartPanel, second: Dimension | undefined): Drawing {
  const isShare = panel.kind === "share";
  return {
    type: "splunk.column",
    options: {
      stackMode: isShare ? "stacked100" : "stacked",
      legendDisplay: "right",
      seriesColors: seriesColours,
      seriesColorsByField: coloursOf(second),
      xAxisTitleVisibility: "hide",
      yAxisTitleText: isShare ? `% of ${panel.unit}` : axisTitle(panel.unit),
    },
  };
}

/** Light for few, dark for many; a cell in words has no colour. */
const HEAT = ["#eaf2f8", palette.k0] as const;

function drawHeat({ unit }: ChartPanel): Drawing {
  return {
    type: "splunk.table",
    options: {
      count: 50,
      tableFormat: {
        data: "> table | formatByType(numbers)",
        rowBackgroundColors: "> table | gradient(heat)",
        rowColors: "> rowBackgroundColors | maxContrast(onHeat)",
      },
    },
    context: {
      numbers: numberFormat(unit),
      heat: { colors: HEAT },
      onHeat: { colors: ["#ffffff", "#1c2330"] },
    },
  };
}

/** Columns whose values have colours of their own, such as a severity. */
function colouredColumns(dimensions: readonly Dimension[]): {
  readonly format: JsonObject;
  readonly context: JsonObject;
} {
  const format: Record<string, Json> = {};
  const context: Record<string, Json> = {};
  for (const dimension of dimensions) {
    if (dimension.kind !== "field") continue;
    if (!["severity", "data_classification"].includes(dimension.field)) continue;
    const name = `colours_of_${dimension.field}`;
    format[dimension.field] = {
      rowColors: `> table | seriesByName(${quoted(dimension.field)}) | matchValue(${name})`,
    };
    context[name] = Object.entries(fixedColours(dimension.field)).map(([match, colour]) => ({
      match,
      value: colour,
    }));
  }
  return { format, context };
}

function drawTable({ unit, query }: ChartPanel): Drawing {
  const coloured = colouredColumns(query.dimensions);
  const column = valueColumn(unit);
  const data = `> table | seriesByName(${quoted(column)}) | formatByType(numbers)`;
  return {
    type: "splunk.table",
    options: {
      count: 20,
      columnFormat: { ...coloured.format, ...(unit !== "time" && { [column]: { data } }) },
    },
    context: { ...coloured.context, ...(unit !== "time" && { numbers: numberFormat(unit) }) },
  };
}

/** A chart or table, whose data is what `shapeOf` makes of the panel's query. */
export function drawingOf(panel: ChartPanel): Drawing {
  const [first, second] = panel.query.dimensions;
  if (panel.kind === "stat" || first === undefined) return drawSingle(panel);
  switch (panel.kind) {
    case "bar":
      return drawBars(panel, first);
    case "donut":
      return drawRing(panel, first);
    case "time_series":
      return drawOverTime(panel, second);
    case "stacked":
    case "share":
      return drawStacks(panel, second);
    case "heat_map":
      return drawHeat(panel);
    case "table":
      return drawTable(panel);
  }
}

/** A list of events. */
export function eventsDrawing({ query }: EventsPanel): Drawing {
  const coloured = colouredColumns(query.columns.map((field) => ({ kind: "field", field })));
  return {
    type: "splunk.table",
    options: { count: 20, columnFormat: coloured.format },
    context: coloured.context,
  };
}

/** Signs that would begin markup. All of ASCII's signs may follow a backslash (CommonMark 2.4). */
export function escapeMarkdown(words: string): string {
  return words.replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&");
}

export function proseDrawing(markdown: string): Drawing {
  return { type: "splunk.markdown", options: { markdown } };
}
