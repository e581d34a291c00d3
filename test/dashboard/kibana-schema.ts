/**
 * What Kibana takes, as JSON Schemas of our own, written from Elastic's documentation: Lens charts over
 * ES|QL as dashboards of 8.18 to 9.x store them, and bodies of the Dashboards API that 9.4 and 9.5 share.
 * No key may be there that is not named here.
 */
import { Ajv, type ValidateFunction } from "ajv";

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const words: Schema = { type: "string", minLength: 1 };
const flag: Schema = { type: "boolean" };
const number: Schema = { type: "number" };
const colour: Schema = { type: "string", pattern: "^#[0-9a-f]{6}$" };
const uuid: Schema = { type: "string", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" };

const one = (...values: readonly unknown[]): Schema => ({ enum: values });
const list = (items: Schema, minItems = 0): Schema => ({ type: "array", items, minItems });

/** An object with these keys; those whose name ends in `?` may be absent. */
function object(shape: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(shape);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([key, of]) => [key.replace("?", ""), of])),
    required: entries.map(([key]) => key).filter((key) => !key.endsWith("?")),
    additionalProperties: false,
  };
}

const esql: Schema = object({ esql: { type: "string", pattern: "^FROM logs-claude" } });

const lensFormat: Schema = {
  oneOf: [
    object({ id: one("number"), params: object({ decimals: number, "suffix?": text }) }),
    object({ id: one("percent"), params: object({ decimals: number }) }),
    object({ id: one("custom"), params: object({ decimals: number, pattern: words }) }),
  ],
};

const lensColumn: Schema = object({
  columnId: words,
  fieldName: words,
  label: words,
  customLabel: flag,
  // Types of Kibana; those of Elasticsearch (keyword, long) break the chart.
  meta: object({ type: one("number", "string", "date", "boolean") }),
  "inMetricDimension?": flag,
  "params?": object({ format: lensFormat }),
});

const colourMapping: Schema = object({
  assignments: list(
    object({
      rule: object({ type: one("matchExactly"), values: list(text, 1) }),
      color: object({ type: one("colorCode"), colorCode: colour }),
      touched: flag,
    }),
  ),
  specialAssignments: list(
    object({
      rule: object({ type: one("other") }),
      color: object({ type: one("loop") }),
      touched: flag,
    }),
    1,
  ),
  paletteId: words,
  colorMode: object({ type: one("categorical") }),
});

const sides: Schema = object({ x: flag, yLeft: flag, yRight: flag });
const seriesType: Schema = one(
  "line",
  "bar_stacked",
  "bar_percentage_stacked",
  "bar_horizontal",
  "bar_horizontal_stacked",
);
const dataLayer = { layerId: words, layerType: one("data") };

const xyState: Schema = object({
  preferredSeriesType: seriesType,
  legend: object({ isVisible: flag, showSingleSeries: flag, position: one("right") }),
  valueLabels: one("show", "hide"),
  fittingFunction: one("None"),
  axisTitlesVisibilitySettings: sides,
  tickLabelsVisibilitySettings: sides,
  gridlinesVisibilitySettings: sides,
  yTitle: words,
  layers: list(
    object({
      ...dataLayer,
      seriesType,
      xAccessor: words,
      accessors: list(words, 1),
      "splitAccessor?": words,
      "colorMapping?": colourMapping,
      "yConfig?": list(
        object({ forAccessor: words, "axisMode?": one("right"), "color?": colour }),
        1,
      ),
    }),
    1,
  ),
});

const visualizations: Readonly<Record<string, Schema>> = {
  lnsXY: xyState,
  lnsMetric: object({
    ...dataLayer,
    metricAccessor: words,
    "secondaryMetricAccessor?": words,
    "secondaryPrefix?": text,
    "breakdownByAccessor?": words,
    "maxCols?": number,
    showBar: flag,
  }),
  lnsPie: object({
    shape: one("donut"),
    layers: list(
      object({
        ...dataLayer,
        primaryGroups: list(words, 1),
        metrics: list(words, 1),
        numberDisplay: one("percent", "value", "hidden"),
        categoryDisplay: one("default", "inside", "hide"),
        legendDisplay: one("default", "show", "hide"),
        nestedLegend: flag,
        "colorMapping?": colourMapping,
      }),
      1,
    ),
  }),
  lnsHeatmap: object({
    ...dataLayer,
    shape: one("heatmap"),
    xAccessor: words,
    yAccessor: words,
    valueAccessor: words,
    gridConfig: object({
      type: one("heatmap_grid"),
      isCellLabelVisible: flag,
      isXAxisLabelVisible: flag,
      isXAxisTitleVisible: flag,
      isYAxisLabelVisible: flag,
      isYAxisTitleVisible: flag,
    }),
    legend: object({ type: one("heatmap_legend"), isVisible: flag, position: one("right") }),
  }),
  lnsDatatable: object({
    ...dataLayer,
    columns: list(object({ columnId: words, isMetric: flag }), 1),
    paging: object({ enabled: flag, size: number }),
  }),
};

function lensAttributes(type: string, visualization: Schema): Schema {
  const source = object({
    index: uuid,
    query: esql,
    columns: list(lensColumn, 1),
    timeField: one("@timestamp"),
  });
  const dataView = object({
    id: uuid,
    title: words,
    name: words,
    type: one("esql"),
    timeFieldName: words,
    sourceFilters: list({}),
    fieldFormats: { type: "object" },
    runtimeFieldMap: { type: "object" },
    allowNoIndex: flag,
    allowHidden: flag,
  });
  return object({
    title: words,
    type: one("lens"),
    visualizationType: one(type),
    references: list({}),
    state: object({
      visualization,
      query: esql,
      filters: list({}),
      datasourceStates: object({
        textBased: object({ layers: { type: "object", additionalProperties: source } }),
      }),
      internalReferences: list(object({ type: one("index-pattern"), id: uuid, name: words }), 1),
      adHocDataViews: { type: "object", additionalProperties: dataView, minProperties: 1 },
    }),
  });
}

const box = { x: number, y: number, w: number, h: number };
const time: Schema = object({ from: words, to: words });

const storedPanel: Schema = {
  oneOf: [
    object({
      type: one("lens"),
      panelIndex: uuid,
      gridData: object({ ...box, i: uuid }),
      title: words,
      embeddableConfig: object({
        enhancements: { type: "object" },
        "description?": words,
        "timeRange?": time,
        attributes: {
          oneOf: Object.entries(visualizations).map(([type, of]) => lensAttributes(type, of)),
        },
      }),
    }),
    object({
      type: one("visualization"),
      panelIndex: uuid,
      gridData: object({ ...box, i: uuid }),
      "title?": words,
      embeddableConfig: object({
        enhancements: { type: "object" },
        hidePanelTitles: flag,
        savedVis: object({
          title: text,
          description: text,
          type: one("markdown"),
          params: object({ fontSize: number, openLinksInNewTab: flag, markdown: words }),
          uiState: { type: "object" },
          data: object({
            aggs: list({}),
            searchSource: object({ query: { type: "object" }, filter: list({}) }),
          }),
        }),
      }),
    }),
  ],
};

/** Attributes of the saved object `dashboard`, version 8.9.0: no other key is legal. */
const dashboardAttributes: Schema = object({
  title: words,
  description: text,
  kibanaSavedObjectMeta: object({ searchSourceJSON: words }),
  timeRestore: flag,
  timeFrom: words,
  timeTo: words,
  refreshInterval: object({ pause: flag, value: number }),
  optionsJSON: words,
  panelsJSON: words,
  controlGroupInput: object({
    chainingSystem: one("HIERARCHICAL", "NONE"),
    controlStyle: one("oneLine", "twoLine"),
    ignoreParentSettingsJSON: words,
    panelsJSON: words,
  }),
});

const apiFormat: Schema = {
  oneOf: [
    object({ type: one("number"), decimals: number, "suffix?": text }),
    object({ type: one("percent"), decimals: number }),
    object({ type: one("custom"), pattern: words }),
  ],
};
const apiColumn = { column: words, "label?": words, "format?": apiFormat };
const apiColour: Schema = object({
  mode: one("categorical"),
  palette: words,
  mapping: list(
    object({ values: list(text, 1), color: object({ type: one("color_code"), value: colour }) }),
  ),
});
const apiSource: Schema = object({ type: one("esql"), query: words });
const shown = { title: words, "description?": words, "time_range?": time };

const apiConfigs: readonly Schema[] = [
  object({
    ...shown,
    type: one("metric"),
    data_source: apiSource,
    metrics: list(object({ type: one("primary", "secondary"), ...apiColumn }), 1),
    "breakdown_by?": object({ column: words }),
  }),
  object({
    ...shown,
    type: one("xy"),
    "axis?": object({ x: object({ scale: one("temporal") }) }),
    layers: list(
      object({
        type: one(
          "line",
          "bar_stacked",
          "bar_percentage",
          "bar_horizontal",
          "bar_horizontal_stacked",
        ),
        data_source: apiSource,
        x: object(apiColumn),
        y: list(object(apiColumn), 1),
        "breakdown_by?": object({ ...apiColumn, "color?": apiColour }),
      }),
      1,
    ),
  }),
  object({
    ...shown,
    type: one("pie"),
    donut_hole: one("none", "s", "m", "l"),
    data_source: apiSource,
    metrics: list(object(apiColumn), 1),
    group_by: list(object({ column: words, "color?": apiColour }), 1),
  }),
  object({
    ...shown,
    type: one("heatmap"),
    data_source: apiSource,
    x: object({ column: words }),
    y: object({ column: words }),
    metric: object({ column: words }),
  }),
  object({
    ...shown,
    type: one("data_table"),
    data_source: apiSource,
    "rows?": list(object(apiColumn), 1),
    "metrics?": list(object(apiColumn), 1),
  }),
];

const apiPanel: Schema = {
  oneOf: [
    object({ type: one("vis"), id: uuid, grid: object(box), config: { oneOf: apiConfigs } }),
    object({
      type: one("markdown"),
      id: uuid,
      grid: object(box),
      config: object({
        content: words,
        settings: object({ open_links_in_new_tab: flag }),
        "title?": words,
        "hide_title?": flag,
      }),
    }),
  ],
};

const apiControl: Schema = {
  oneOf: [
    object({
      type: one("options_list_control"),
      config: object({ data_view_id: uuid, field_name: words, title: words }),
    }),
    object({
      type: one("esql_control"),
      config: object({
        title: words,
        variable_name: words,
        variable_type: one("values"),
        control_type: one("VALUES_FROM_QUERY", "STATIC_VALUES"),
        esql_query: words,
        selected_options: list(text),
        single_select: flag,
      }),
    }),
  ],
};

const apiBody: Schema = object({
  title: words,
  description: words,
  time_range: time,
  refresh_interval: object({ pause: flag, value: number }),
  query: object({ language: one("kql"), expression: text }),
  options: object({
    use_margins: flag,
    sync_colors: flag,
    sync_cursor: flag,
    sync_tooltips: flag,
    hide_panel_titles: flag,
  }),
  pinned_panels: { ...list(apiControl), maxItems: 100 },
  panels: { ...list(apiPanel, 1), maxItems: 1000 },
});

const ajv = new Ajv({ allErrors: true });

export const isStoredPanel: ValidateFunction = ajv.compile(storedPanel);
export const isDashboardAttributes: ValidateFunction = ajv.compile(dashboardAttributes);
export const isApiBody: ValidateFunction = ajv.compile(apiBody);
