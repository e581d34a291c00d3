/** Resources in a Log Analytics workspace: their names, ids and versions. */
import { type ArmExpression, type ArmParameter, type ArmResource, call, parameter } from "./arm.ts";

/** Versions of the resource providers' interfaces. All are stable ones, no previews. */
export const API_VERSION = {
  table: "2025-07-01",
  dataCollectionRule: "2024-03-11",
  savedSearch: "2020-08-01",
  sentinel: "2025-09-01",
  workbook: "2023-06-01",
} as const;

export const WORKSPACE = "Microsoft.OperationalInsights/workspaces";
const SENTINEL = "Microsoft.SecurityInsights";

export const workspaceParameter: ArmParameter = {
  type: "string",
  description:
    "Name of the Log Analytics workspace, in the resource group of the deployment, with Microsoft Sentinel enabled.",
  minLength: 4,
};

/** Who deploys the rules switched off can read their queries before the first alert. */
export const enableParameter: ArmParameter = {
  type: "bool",
  description: "Whether the rules run as soon as they are deployed.",
  defaultValue: true,
};

export const workspaceId: ArmExpression = call("resourceId", WORKSPACE, parameter("workspace"));

type Rest = Pick<ArmResource, "condition" | "properties" | "dependsOn" | "kind" | "etag">;

/** A child of the workspace, such as a table or a function. */
export function childResource(
  kind: "tables" | "savedSearches",
  apiVersion: string,
  name: string,
  rest: Rest,
): ArmResource {
  const type = `${WORKSPACE}/${kind}`;
  return {
    type,
    apiVersion,
    name: call("concat", parameter("workspace"), `/${name}`),
    id: call("resourceId", type, parameter("workspace"), name),
    ...rest,
  };
}

/** A resource that Sentinel keeps on the workspace, such as a rule or a watchlist. */
export function sentinelResource(
  kind: "alertRules" | "watchlists",
  name: string,
  rest: Rest,
): ArmResource {
  const type = `${WORKSPACE}/providers/${kind}`;
  return {
    type,
    apiVersion: API_VERSION.sentinel,
    name: call("concat", parameter("workspace"), `/${SENTINEL}/${name}`),
    id: call("resourceId", type, parameter("workspace"), SENTINEL, name),
    ...rest,
  };
}
