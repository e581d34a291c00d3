/**
 * A drawing as the state of a Lens chart over ES|QL, the form in which dashboards are stored since 8.x.
 * Keys are those of Kibana's types of visualizations (kbn-lens-common, visualizations/*) and of its
 * text-based data source, which Kibana 8.19 and 9.2 write the same way.
 */

import { fixedColours, palette } from "../palette.ts";
import type { KibanaColumn, NumberFormat } from "./column.ts";
import type { Drawing, Split } from "./drawing.ts";
import type { JsonObject } from "./json.ts";

const LAYER = "layer";

/** What a chart reads: an unsaved data view of its own, whose id is the same in every panel. */
export interface LensSource {
  readonly query: string;
  readonly dataViewId: string;
  readonly index: string;
}

function formatOf(format: NumberFormat): JsonObject {
  switch (format.kind) {
    case "fraction":
      return { id: "percent", params: { decimals: 1 } };
    case "dollars":
      return { id: "custom", params: { decimals: 2, pattern: "$0,0.00" } };
    case "number": {
      const { decimals, suffix } = format;
      return { id: "number", params: { decimals, ...(suffix !== undefined && { suffix }) } };
    }
  }
}

function columnOf({ name, label, type, format }: KibanaColumn): JsonObject {
  return {
    columnId: name,
    fieldName: name,
    label,
    customLabel: true,
    meta: { type },
    ...(type === "number" && { inMetricDimension: true }),
    ...(format !== undefined && { params: { format: formatOf(format) } }),
  };
}

/** Every column that a drawing shows, each once, in order. */
export function columnsOf(drawing: Drawing): readonly KibanaColumn[] {
  switch (drawing.kind) {
    case "metric":
      return [drawing.period, drawing.value, drawing.cases].flatMap((one) => one ?? []);
    case "xy":
      return [drawing.x, drawing.split?.column, drawing.value, drawing.cases].flatMap(
        (one) => one ?? [],
      );
    case "donut":
      return [...drawing.groups.map(({ column }) => column), drawing.value];
    case "heat_map":
      return [drawing.x, drawing.y, drawing.value];
    case "table":
      return [...drawing.keys, ...drawing.values];
  }
}

/** Names with a meaning keep their colour; the rest takes Kibana's palette in turn. */
function colourMapping({ field }: Split): JsonObject {
  const assignments = Object.entries(fixedColours(field)).map(([value, colorCode]) => ({
    rule: { type: "matchExactly", values: [value] },
    color: { type: "colorCode", colorCode },
    touched: false,
  }));
  return {
    assignments,
    specialAssignments: [{ rule: { type: "other" }, color: { type: "loop" }, touched: false }],
    paletteId: "eui_amsterdam_color_blind",
    colorMode: { type: "categorical" },
  };
}

const seriesTypes = {
  line: "line",
  bar_stacked: "bar_stacked",
  bar_share: "bar_percentage_stacked",
  bar_horizontal: "bar_horizontal",
} as const;

function xyState(drawing: Drawing & { kind: "xy" }): JsonObject {
  const { series, x, value, cases, split } = drawing;
  const seriesType =
    split && series === "bar_horizontal" ? "bar_horizontal_stacked" : seriesTypes[series];
  const yConfig = [
    ...(split === undefined ? [{ forAccessor: value.name, color: palette.k0 }] : []),
    ...(cases === undefined
      ? []
      : [{ forAccessor: cases.name, axisMode: "right", color: palette.grey }]),
  ];
  return {
    preferredSeriesType: seriesType,
    legend: { isVisible: true, showSingleSeries: cases !== undefined, position: "right" },
    valueLabels: series === "bar_horizontal" ? "show" : "hide",
    fittingFunction: "None",
    axisTitlesVisibilitySettings: { x: false, yLeft: true, yRight: true },
    tickLabelsVisibilitySettings: { x: true, yLeft: true, yRight: true },
    gridlinesVisibilitySettings: { x: false, yLeft: true, yRight: false },
    yTitle: series === "bar_share" ? `share of ${value.label}` : value.label,
    layers: [
      {
        layerId: LAYER,
        layerType: "data",
        seriesType,
        xAccessor: x.name,
        accessors: [value.name, ...(cases === undefined ? [] : [cases.name])],
        ...(split !== undefined && {
          splitAccessor: split.column.name,
          colorMapping: colourMapping(split),
        }),
        ...(yConfig.length > 0 && { yConfig }),
      },
    ],
  };
}

function donutState({ groups, value }: Drawing & { kind: "donut" }): JsonObject {
  const [first] = groups;
  return {
    shape: "donut",
    layers: [
      {
        layerId: LAYER,
        layerType: "data",
        primaryGroups: groups.map(({ column }) => column.name),
        metrics: [value.name],
        numberDisplay: "percent",
        categoryDisplay: "default",
        legendDisplay: "show",
        nestedLegend: false,
        ...(first !== undefined && { colorMapping: colourMapping(first) }),
      },
    ],
  };
}

function stateOf(drawing: Drawing): { readonly type: string; readonly state: JsonObject } {
  const layer = { layerId: LAYER, layerType: "data" };
  switch (drawing.kind) {
    case "metric": {
      const { value, cases, period } = drawing;
      const state = {
        ...layer,
        metricAccessor: value.name,
        ...(cases !== undefined && {
          secondaryMetricAccessor: cases.name,
          secondaryPrefix: "n =",
        }),
        ...(period !== undefined && { breakdownByAccessor: period.name, maxCols: 2 }),
        showBar: false,
      };
      return { type: "lnsMetric", state };
    }
    case "xy":
      return { type: "lnsXY", state: xyState(drawing) };
    case "donut":
      return { type: "lnsPie", state: donutState(drawing) };
    case "heat_map": {
      const state = {
        ...layer,
        shape: "heatmap",
        xAccessor: drawing.x.name,
        yAccessor: drawing.y.name,
        valueAccessor: drawing.value.name,
        gridConfig: {
          type: "heatmap_grid",
          isCellLabelVisible: true,
          isXAxisLabelVisible: true,
          isXAxisTitleVisible: true,
          isYAxisLabelVisible: true,
          isYAxisTitleVisible: true,
        },
        legend: { type: "heatmap_legend", isVisible: true, position: "right" },
      };
      return { type: "lnsHeatmap", state };
    }
    case "table": {
      const state = {
        ...layer,
        columns: [
          ...drawing.keys.map(({ name }) => ({ columnId: name, isMetric: false })),
          ...drawing.values.map(({ name }) => ({ columnId: name, isMetric: true })),
        ],
        paging: { enabled: true, size: 20 },
      };
      return { type: "lnsDatatable", state };
    }
  }
}

/** The attributes of a Lens chart that lives in its dashboard. */
export function lensAttributes(
  title: string,
  drawing: Drawing,
  { query, dataViewId, index }: LensSource,
): JsonObject {
  const { type, state } = stateOf(drawing);
  const esql = { esql: query };
  const reference = {
    type: "index-pattern",
    id: dataViewId,
    name: `indexpattern-datasource-layer-${LAYER}`,
  };
  return {
    title,
    type: "lens",
    visualizationType: type,
    references: [],
    state: {
      visualization: state,
      query: esql,
      filters: [],
      datasourceStates: {
        textBased: {
          layers: {
            [LAYER]: {
              index: dataViewId,
              query: esql,
              columns: columnsOf(drawing).map(columnOf),
              // With it, Kibana bounds the query by the time that is chosen.
              timeField: "@timestamp",
            },
          },
        },
      },
      internalReferences: [reference],
      adHocDataViews: {
        [dataViewId]: {
          id: dataViewId,
          title: index,
          name: index,
          type: "esql",
          timeFieldName: "@timestamp",
          sourceFilters: [],
          fieldFormats: {},
          runtimeFieldMap: {},
          allowNoIndex: false,
          allowHidden: false,
        },
      },
    },
  };
}
