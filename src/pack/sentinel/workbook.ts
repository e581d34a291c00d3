/** Dashboards as workbooks: gallery JSON to paste, and resources of a template. */
import type { Dashboard } from "../../dashboard/ir.ts";
import { renderWorkbookJson } from "../../dashboard/workbook/document.ts";
import { renderWorkbook } from "../../dashboard/workbook/workbook.ts";
import { uuidV5 } from "../../dialect/uuid.ts";
import type { Fidelity } from "../../rule/ir.ts";
import type { Artifact, PanelFidelity } from "../artifact.ts";
import { JSON_TYPE } from "../compiled-rule.ts";
import type { SourcedDashboard } from "../dashboard/pack.ts";
import {
  type ArmExpression,
  type ArmResource,
  type ArmTemplate,
  call,
  parameter,
  renderTemplate,
} from "./arm.ts";
import { locationParameter } from "./audit-table.ts";
import { API_VERSION, workspaceId, workspaceParameter } from "./workspace.ts";

const WORKBOOK_TYPE = "Microsoft.Insights/workbooks";

/** Ids of workbooks are made of this, the name of the dashboard and the workspace. */
const NAMESPACE = "0f5b8f3c-52f6-4b57-9b5e-6f8de1f0a3b7";

/**
 * The name of a workbook must be a GUID. A resource group can hold workbooks of several workspaces, so
 * the template makes it of the workspace as well; deployed again, it is the same.
 */
function workbookName({ name }: Dashboard): ArmExpression {
  return call("guid", workspaceId, uuidV5(NAMESPACE, name));
}

/**
 * A dashboard as a shared workbook of the workspace, where Sentinel lists it under "My workbooks".
 * Deployed again, it replaces what somebody changed in the portal.
 */
export function workbookResource(
  dashboard: Dashboard,
  dependsOn: readonly ArmExpression[],
): ArmResource {
  const name = workbookName(dashboard);
  return {
    type: WORKBOOK_TYPE,
    apiVersion: API_VERSION.workbook,
    name,
    id: call("resourceId", WORKBOOK_TYPE, name),
    kind: "shared",
    location: parameter("location"),
    dependsOn,
    properties: {
      displayName: dashboard.title,
      description: `${dashboard.description} Dashboard ${dashboard.name} ${dashboard.version} of claude-siem.`,
      serializedData: JSON.stringify(renderWorkbook(dashboard).workbook),
      version: "Notebook/1.0",
      category: "sentinel",
      sourceId: workspaceId,
    },
  };
}

function workbookTemplate(dashboard: Dashboard): ArmTemplate {
  return {
    parameters: { workspace: workspaceParameter, location: locationParameter },
    resources: [workbookResource(dashboard, [])],
  };
}

/** A workbook is as faithful as its panels are together. */
function together(panels: readonly PanelFidelity[]): Fidelity {
  const lesser = panels.filter(({ fidelity }) => fidelity.level !== "exact");
  if (lesser.length === 0) return { level: "exact" };
  const names = lesser.map(({ panel }) => panel).join(", ");
  return { level: "degraded", reason: `Panels differ from what they mean: ${names}` };
}

/** The files of one dashboard. */
function workbookArtifacts({ dashboard, source }: SourcedDashboard): readonly Artifact[] {
  const { workbook, panels } = renderWorkbook(dashboard);
  const shared = {
    mediaType: JSON_TYPE,
    target: "sentinel",
    kind: "dashboard",
    source,
    fidelity: together(panels),
    panels,
  } as const;
  const path = `sentinel/workbooks/${dashboard.name}`;
  return [
    { path: `${path}.workbook.json`, body: renderWorkbookJson(workbook), ...shared },
    { path: `${path}.arm.json`, body: renderTemplate(workbookTemplate(dashboard)), ...shared },
  ];
}

/** The files of the dashboards' workbooks. */
export function packWorkbooks(dashboards: readonly SourcedDashboard[]): readonly Artifact[] {
  return dashboards.flatMap(workbookArtifacts);
}
