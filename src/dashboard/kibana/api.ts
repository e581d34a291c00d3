/**
 * A dashboard as the body of Kibana's Dashboards API (`PUT /api/dashboards/{id}`), experimental in 9.4 and
 * stable from 9.5. Keys are those of Elastic's documentation of the API and of the schemas behind it
 * (kbn-lens-embeddable-utils, config_builder/schema); only keys that both versions have are used.
 */
import { formatDuration } from "../../yaml/reader.ts";
import type { Dashboard } from "../ir.ts";
import { fixedColours } from "../palette.ts";
import type { KibanaColumn, NumberFormat } from "./column.ts";
import { type Control, controlsOf } from "./control.ts";
import type { Drawing, Split } from "./drawing.ts";
import { DATA_VIEW_ID } from "./identity.ts";
import type { JsonObject } from "./json.ts";
import { type KibanaPanel, kibanaPanels } from "./panel.ts";
import { aboutText } from "./prose.ts";

function formatOf(format: NumberFormat): JsonObject {
  switch (format.kind) {
    case "fraction":
      return { type: "percent", decimals: 1 };
    case "dollars":
      return { type: "custom", pattern: "$0,0.00" };
    case "number": {
      const { decimals, suffix } = format;
      return { type: "number", decimals, ...(suffix !== undefined && { suffix }) };
    }
  }
}

function columnOf({ name, label, format }: KibanaColumn): JsonObject {
  return { column: name, label, ...(format !== undefined && { format: formatOf(format) }) };
}

function bare({ name }: KibanaColumn): JsonObject {
  return { column: name };
}

function colourOf({ field }: Split): JsonObject {
  const mapping = Object.entries(fixedColours(field)).map(([name, value]) => ({
    values: [name],
    color: { type: "color_code", value },
  }));
  return { mode: "categorical", palette: "default", mapping };
}

const layerTypes = {
  line: "line",
  bar_stacked: "bar_stacked",
  bar_share: "bar_percentage",
  bar_horizontal: "bar_horizontal",
} as const;

function xyConfig(drawing: Drawing & { kind: "xy" }, source: JsonObject): JsonObject {
  const { series, x, value, cases, split } = drawing;
  const type = split && series === "bar_horizontal" ? "bar_horizontal_stacked" : layerTypes[series];
  const isTime = x.type === "date";
  return {
    type: "xy",
    // Without it, Kibana writes times as names.
    ...(isTime && { axis: { x: { scale: "temporal" } } }),
    layers: [
      {
        type,
        data_source: source,
        x: columnOf(x),
        y: [value, ...(cases === undefined ? [] : [cases])].map(columnOf),
        ...(split !== undefined && {
          breakdown_by: { ...columnOf(split.column), color: colourOf(split) },
        }),
      },
    ],
  };
}

function config(drawing: Drawing, query: string): JsonObject {
  const source = { type: "esql", query };
  switch (drawing.kind) {
    case "metric": {
      const { value, cases, period } = drawing;
      const metrics = [
        { type: "primary", ...columnOf(value) },
        ...(cases === undefined ? [] : [{ type: "secondary", ...columnOf(cases) }]),
      ];
      return {
        type: "metric",
        data_source: source,
        metrics,
        ...(period !== undefined && { breakdown_by: bare(period) }),
      };
    }
    case "xy":
      return xyConfig(drawing, source);
    case "donut":
      return {
        type: "pie",
        donut_hole: "m",
        data_source: source,
        metrics: [columnOf(drawing.value)],
        group_by: drawing.groups.map((split) => ({
          ...bare(split.column),
          color: colourOf(split),
        })),
      };
    case "heat_map":
      return {
        type: "heatmap",
        data_source: source,
        x: bare(drawing.x),
        y: bare(drawing.y),
        metric: bare(drawing.value),
      };
    case "table":
      return {
        type: "data_table",
        data_source: source,
        ...(drawing.keys.length > 0 && { rows: drawing.keys.map(columnOf) }),
        ...(drawing.values.length > 0 && { metrics: drawing.values.map(columnOf) }),
      };
  }
}

function panelBody(panel: KibanaPanel): JsonObject {
  const { id, box } = panel;
  if (panel.kind === "prose") {
    const content = {
      content: panel.markdown,
      settings: { open_links_in_new_tab: false },
      ...(panel.title === undefined ? { hide_title: true } : { title: panel.title }),
    };
    return { type: "markdown", id, grid: { ...box }, config: content };
  }
  const { title, description, timeFrom, drawing, query } = panel;
  const shown = {
    title,
    ...(description !== undefined && { description }),
    ...(timeFrom !== undefined && { time_range: { from: timeFrom, to: "now" } }),
    ...config(drawing, query),
  };
  return { type: "vis", id, grid: { ...box }, config: shown };
}

function controlBody(control: Control): JsonObject {
  const { title } = control;
  if (control.kind === "filter") {
    return {
      type: "options_list_control",
      config: { data_view_id: DATA_VIEW_ID, field_name: control.fieldName, title },
    };
  }
  return {
    type: "esql_control",
    config: {
      title,
      variable_name: control.variable,
      variable_type: "values",
      control_type: "VALUES_FROM_QUERY",
      esql_query: control.values,
      selected_options: [control.selected],
      single_select: true,
    },
  };
}

/** The body of the request that creates or replaces the dashboard. */
export function dashboardBody(dashboard: Dashboard): JsonObject {
  return {
    title: dashboard.title,
    description: aboutText(dashboard),
    time_range: { from: `now-${formatDuration(dashboard.rangeMs)}`, to: "now" },
    refresh_interval: { pause: true, value: 60_000 },
    query: { language: "kql", expression: "" },
    options: {
      use_margins: true,
      sync_colors: false,
      sync_cursor: true,
      sync_tooltips: false,
      hide_panel_titles: false,
    },
    pinned_panels: controlsOf(dashboard).map(controlBody),
    panels: kibanaPanels(dashboard).map(panelBody),
  };
}
