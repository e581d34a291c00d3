/** How Kibana draws a chart of the panel IR, before it is written in either of its two formats. */
import type { EventField } from "../../event/event.ts";
import { type ChartPanel, type Dimension, isChart, type Panel } from "../ir.ts";
import {
  casesColumn,
  eventColumns,
  type KibanaColumn,
  keyColumn,
  valueColumn,
  withheldColumn,
} from "./column.ts";
import { withholds } from "./query.ts";

/** A group of rows whose names may have colours of their own. */
export interface Split {
  readonly column: KibanaColumn;
  readonly field: EventField;
}

export type Drawing =
  | {
      readonly kind: "metric";
      readonly value: KibanaColumn;
      /** The number of cases behind a rate. */
      readonly cases?: KibanaColumn;
      /** One number for each period. */
      readonly period?: KibanaColumn;
    }
  | {
      readonly kind: "xy";
      readonly series: "line" | "bar_stacked" | "bar_share" | "bar_horizontal";
      readonly x: KibanaColumn;
      readonly value: KibanaColumn;
      /** On an axis of its own. */
      readonly cases?: KibanaColumn;
      readonly split?: Split;
    }
  | { readonly kind: "donut"; readonly groups: readonly Split[]; readonly value: KibanaColumn }
  | {
      readonly kind: "heat_map";
      readonly x: KibanaColumn;
      readonly y: KibanaColumn;
      readonly value: KibanaColumn;
    }
  | {
      readonly kind: "table";
      readonly keys: readonly KibanaColumn[];
      readonly values: readonly KibanaColumn[];
    };

/** A drawing, and what of the panel is lost in it. */
export interface Drawn {
  readonly drawing: Drawing;
  readonly losses: readonly string[];
}

const NO_CASES = "The chart has no room for the number of cases behind a rate";

function splitOf(dimension: Dimension | undefined): Split | undefined {
  if (dimension?.kind !== "field") return undefined;
  return { column: keyColumn(dimension), field: dimension.field };
}

function tableOf(panel: ChartPanel): Drawing {
  const isRate = panel.query.measure.kind === "ratio";
  return {
    kind: "table",
    keys: panel.query.dimensions.map(keyColumn),
    values: [
      valueColumn(panel),
      ...(isRate ? [casesColumn()] : []),
      ...(panel.kind === "table" && withholds(panel) ? [withheldColumn()] : []),
    ],
  };
}

function statOf(panel: ChartPanel): Drawn {
  if (panel.unit === "time") {
    // Metric charts of Lens show numbers.
    return { drawing: tableOf(panel), losses: ["A time is drawn as a table with one cell"] };
  }
  const period = panel.query.dimensions.find(({ kind }) => kind === "period");
  const drawing: Drawing = {
    kind: "metric",
    value: valueColumn(panel),
    ...(panel.query.measure.kind === "ratio" && { cases: casesColumn() }),
    ...(period !== undefined && { period: keyColumn(period) }),
  };
  return { drawing, losses: [] };
}

const series = {
  time_series: "line",
  stacked: "bar_stacked",
  share: "bar_share",
  bar: "bar_horizontal",
} as const;

function xyOf(panel: ChartPanel, kind: keyof typeof series): Drawn {
  const [first, second] = panel.query.dimensions;
  if (first === undefined) return { drawing: tableOf(panel), losses: [] };
  const split = splitOf(second);
  const isRate = panel.query.measure.kind === "ratio";
  // The names of bars say how many cases there are; a line has a second line beside it.
  const hasOwnAxis = isRate && split === undefined && kind === "time_series";
  const isNamed = kind === "bar" && split === undefined;
  const drawing: Drawing = {
    kind: "xy",
    series: series[kind],
    x: keyColumn(first),
    value: valueColumn(panel),
    ...(hasOwnAxis && { cases: casesColumn() }),
    ...(split !== undefined && { split }),
  };
  return { drawing, losses: isRate && !hasOwnAxis && !isNamed ? [NO_CASES] : [] };
}

function chartOf(panel: ChartPanel): Drawn {
  const { kind, query } = panel;
  const losses = query.measure.kind === "ratio" ? [NO_CASES] : [];
  const [first, second] = query.dimensions;
  switch (kind) {
    case "stat":
      return statOf(panel);
    case "table":
      return { drawing: tableOf(panel), losses: [] };
    case "donut": {
      const groups = query.dimensions.flatMap((one) => splitOf(one) ?? []);
      return { drawing: { kind: "donut", groups, value: valueColumn(panel) }, losses };
    }
    case "heat_map": {
      if (first === undefined || second === undefined)
        return { drawing: tableOf(panel), losses: [] };
      const axes = { x: keyColumn(first), y: keyColumn(second) };
      return { drawing: { kind: "heat_map", ...axes, value: valueColumn(panel) }, losses };
    }
    default:
      return xyOf(panel, kind);
  }
}

/** The drawing of a panel that asks something; prose and state have none. */
export function drawingOf(panel: Panel): Drawn | undefined {
  if (isChart(panel)) return chartOf(panel);
  if (panel.kind !== "events") return undefined;
  return { drawing: { kind: "table", keys: eventColumns(panel), values: [] }, losses: [] };
}
