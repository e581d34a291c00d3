/** Dashboards as the files that Kibana imports or its API takes. */

import { panelsOf } from "../../dashboard/ir.ts";
import { dashboardBody } from "../../dashboard/kibana/api.ts";
import { dashboardFidelity, panelFidelity } from "../../dashboard/kibana/fidelity.ts";
import { dashboardObject, dataViewObject } from "../../dashboard/kibana/saved-object.ts";
import type { Artifact } from "../artifact.ts";
import { JSON_TYPE } from "../compiled-rule.ts";
import type { SourcedDashboard } from "./pack.ts";

const NDJSON_TYPE = "application/x-ndjson";

function ndjson(objects: readonly object[]): string {
  return objects.map((one) => `${JSON.stringify(one)}\n`).join("");
}

function dashboardFiles({ dashboard, source }: SourcedDashboard): readonly Artifact[] {
  const shared = {
    target: "elastic",
    kind: "dashboard",
    source,
    fidelity: dashboardFidelity(dashboard),
    panels: panelsOf(dashboard).map((panel) => ({
      panel: panel.name,
      fidelity: panelFidelity(dashboard, panel),
    })),
  } as const;
  const path = `elastic/dashboards/${dashboard.name}`;
  return [
    {
      ...shared,
      path: `${path}.ndjson`,
      mediaType: NDJSON_TYPE,
      body: ndjson([dataViewObject(), dashboardObject(dashboard)]),
    },
    {
      ...shared,
      path: `${path}.dashboard-api.json`,
      mediaType: JSON_TYPE,
      body: `${JSON.stringify(dashboardBody(dashboard), null, 2)}\n`,
    },
  ];
}

/** Two files for each dashboard, and the data view that both need. */
export function kibanaFiles(dashboards: readonly SourcedDashboard[]): readonly Artifact[] {
  const [first] = dashboards;
  if (first === undefined) return [];
  return [
    ...dashboards.flatMap(dashboardFiles),
    {
      path: "elastic/dashboards/data-view.ndjson",
      mediaType: NDJSON_TYPE,
      body: ndjson([dataViewObject()]),
      target: "elastic",
      kind: "data_view",
      source: "mappings/ecs.yaml",
      fidelity: { level: "exact" },
    },
  ];
}
