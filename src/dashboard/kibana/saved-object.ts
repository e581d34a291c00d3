/**
 * A dashboard as the saved objects that Kibana imports (saved objects API, `_import`): the dashboard and
 * the data view of its controls. Everything else lives in the dashboard itself.
 *
 * Versions of the format are the oldest with these keys, so that every Kibana from 8.18 on migrates the
 * objects forward; it refuses objects that are newer than itself.
 */
import { ELASTIC_INDEX } from "../../dialect/elastic/rows.ts";
import { formatDuration } from "../../yaml/reader.ts";
import type { Dashboard } from "../ir.ts";
import { type Control, controlsOf } from "./control.ts";
import { ADHOC_DATA_VIEW_ID, DATA_VIEW_ID, dashboardId } from "./identity.ts";
import type { JsonObject } from "./json.ts";
import { lensAttributes } from "./lens.ts";
import { type KibanaPanel, kibanaPanels } from "./panel.ts";
import { aboutText } from "./prose.ts";

export interface SavedObjectReference {
  readonly name: string;
  readonly type: string;
  readonly id: string;
}

export interface SavedObject {
  readonly id: string;
  readonly type: string;
  readonly attributes: JsonObject;
  readonly references: readonly SavedObjectReference[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
}

/** Kibana stores parts of objects as texts of JSON. */
function encoded(value: JsonObject | readonly JsonObject[]): string {
  return JSON.stringify(value);
}

const NO_QUERY: JsonObject = { query: "", language: "kuery" };

function embeddable(panel: KibanaPanel): { readonly type: string; readonly config: JsonObject } {
  if (panel.kind === "prose") {
    const savedVis = {
      title: panel.title ?? "",
      description: "",
      type: "markdown",
      params: { fontSize: 12, openLinksInNewTab: false, markdown: panel.markdown },
      uiState: {},
      data: { aggs: [], searchSource: { query: NO_QUERY, filter: [] } },
    };
    const isHeading = panel.title === undefined;
    const config = { enhancements: {}, savedVis, hidePanelTitles: isHeading };
    return { type: "visualization", config };
  }
  const source = { query: panel.query, dataViewId: ADHOC_DATA_VIEW_ID, index: ELASTIC_INDEX };
  const config = {
    enhancements: {},
    ...(panel.description !== undefined && { description: panel.description }),
    ...(panel.timeFrom !== undefined && { timeRange: { from: panel.timeFrom, to: "now" } }),
    attributes: lensAttributes(panel.title, panel.drawing, source),
  };
  return { type: "lens", config };
}

function panelJson(panel: KibanaPanel): JsonObject {
  const { type, config } = embeddable(panel);
  return {
    type,
    panelIndex: panel.id,
    gridData: { ...panel.box, i: panel.id },
    ...(panel.title !== undefined && { title: panel.title }),
    embeddableConfig: config,
  };
}

function controlReference({ id }: Control): string {
  return `controlGroup_${id}:optionsListDataView`;
}

function controlInput(control: Control): JsonObject {
  const { id, title } = control;
  if (control.kind === "filter") {
    return {
      id,
      title,
      fieldName: control.fieldName,
      dataViewRefName: controlReference(control),
      selectedOptions: [],
      searchTechnique: "prefix",
      sort: { by: "_key", direction: "asc" },
    };
  }
  return {
    id,
    title,
    variableName: control.variable,
    variableType: "values",
    controlType: "VALUES_FROM_QUERY",
    esqlQuery: control.values,
    // What is offered until the query has run.
    availableOptions: [control.selected],
    selectedOptions: [control.selected],
    singleSelect: true,
  };
}

function controlGroup(controls: readonly Control[]): JsonObject {
  const panels = Object.fromEntries(
    controls.map((control, order) => [
      control.id,
      {
        type: control.kind === "filter" ? "optionsListControl" : "esqlControl",
        order,
        grow: true,
        width: "medium",
        explicitInput: controlInput(control),
      },
    ]),
  );
  return {
    chainingSystem: "HIERARCHICAL",
    controlStyle: "oneLine",
    ignoreParentSettingsJSON: encoded({
      ignoreFilters: false,
      ignoreQuery: false,
      ignoreTimerange: false,
      ignoreValidations: false,
    }),
    panelsJSON: encoded(panels),
  };
}

const OWN_DATA = { field: "event.module", value: "claude_deployment" } as const;
const FILTER_REFERENCE = "kibanaSavedObjectMeta.searchSourceJSON.filter[0].meta.index";

/** Only what the connector wrote, whatever else is in the data streams. */
function ownDataFilter(): JsonObject {
  const { field, value } = OWN_DATA;
  return {
    $state: { store: "appState" },
    meta: {
      alias: null,
      disabled: false,
      field,
      indexRefName: FILTER_REFERENCE,
      key: field,
      negate: false,
      params: { query: value },
      type: "phrase",
    },
    query: { match_phrase: { [field]: value } },
  };
}

/** The data view of the audit events. */
export function dataViewObject(): SavedObject {
  return {
    id: DATA_VIEW_ID,
    type: "index-pattern",
    attributes: {
      title: ELASTIC_INDEX,
      name: "Claude audit events",
      timeFieldName: "@timestamp",
      sourceFilters: "[]",
      fields: "[]",
      fieldFormatMap: "{}",
      fieldAttrs: "{}",
      runtimeFieldMap: "{}",
      typeMeta: "{}",
    },
    references: [],
    coreMigrationVersion: "8.8.0",
    typeMigrationVersion: "8.0.0",
  };
}

/** The dashboard as one saved object. */
export function dashboardObject(dashboard: Dashboard): SavedObject {
  const controls = controlsOf(dashboard);
  const toDataView = (name: string): SavedObjectReference => ({
    name,
    type: "index-pattern",
    id: DATA_VIEW_ID,
  });
  return {
    id: dashboardId(dashboard.name),
    type: "dashboard",
    attributes: {
      title: dashboard.title,
      description: aboutText(dashboard),
      kibanaSavedObjectMeta: {
        searchSourceJSON: encoded({ query: NO_QUERY, filter: [ownDataFilter()] }),
      },
      timeRestore: true,
      timeFrom: `now-${formatDuration(dashboard.rangeMs)}`,
      timeTo: "now",
      refreshInterval: { pause: true, value: 60_000 },
      optionsJSON: encoded({
        useMargins: true,
        syncColors: false,
        syncCursor: true,
        syncTooltips: false,
        hidePanelTitles: false,
      }),
      panelsJSON: encoded(kibanaPanels(dashboard).map(panelJson)),
      controlGroupInput: controlGroup(controls),
    },
    references: [
      toDataView(FILTER_REFERENCE),
      ...controls
        .filter(({ kind }) => kind === "filter")
        .map((control) => toDataView(controlReference(control))),
    ],
    coreMigrationVersion: "8.8.0",
    typeMigrationVersion: "8.9.0",
  };
}
