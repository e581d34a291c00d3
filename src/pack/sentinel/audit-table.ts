/** The table of audit events and the way into it: its columns are those of the mapping. */
import { KQL_TABLE } from "../../dialect/kql/rows.ts";
import { sentinelColumns } from "../../generated/target-fields.ts";
import {
  type ArmExpression,
  type ArmParameter,
  type ArmResource,
  call,
  member,
  parameter,
} from "./arm.ts";
import { API_VERSION, childResource, workspaceId } from "./workspace.ts";

/** What senders name as the stream of their records. */
export const STREAM = "Custom-ClaudeAudit";

const COLLECTION_TYPE = "Microsoft.Insights/dataCollectionRules";
const DESTINATION = "workspace";

export const tableParameters: Readonly<Record<string, ArmParameter>> = {
  retentionInDays: {
    type: "int",
    description: "Days in which events can be queried. Rules read up to 14 days.",
    defaultValue: 90,
    minValue: 14,
    maxValue: 730,
  },
  totalRetentionInDays: {
    type: "int",
    description:
      "Days after which events are deleted: up to 730, or one of 1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383.",
    defaultValue: 730,
    minValue: 14,
    maxValue: 4383,
  },
};

export const locationParameter: ArmParameter = {
  type: "string",
  description: "Region of the workspace; the data collection rule must be in the same.",
  defaultValue: member(call("resourceGroup"), "location"),
};

export const collectionParameters: Readonly<Record<string, ArmParameter>> = {
  location: locationParameter,
  dataCollectionRule: {
    type: "string",
    description: "Name of the data collection rule.",
    defaultValue: "dcr-claude-audit",
    minLength: 3,
  },
};

/** The table's API spells the type of times with a capital T; the data collection rule does not. */
function tableType(type: string): string {
  return type === "datetime" ? "dateTime" : type;
}

export function auditTable(): ArmResource {
  return childResource("tables", API_VERSION.table, KQL_TABLE, {
    dependsOn: [],
    properties: {
      // Scheduled rules cannot read the cheaper plans.
      plan: "Analytics",
      retentionInDays: parameter("retentionInDays"),
      totalRetentionInDays: parameter("totalRetentionInDays"),
      schema: {
        name: KQL_TABLE,
        columns: sentinelColumns.map(({ name, type }) => ({ name, type: tableType(type) })),
      },
    },
  });
}

const collectionId: ArmExpression = call(
  "resourceId",
  COLLECTION_TYPE,
  parameter("dataCollectionRule"),
);

/**
 * A rule with an endpoint of its own (kind Direct). Records come as the mapping makes them, so they
 * are not transformed on the way.
 *
 * Whoever sends needs the role Monitoring Metrics Publisher on this rule and nothing else.
 */
export function dataCollectionRule(dependsOn: readonly ArmExpression[]): ArmResource {
  return {
    type: COLLECTION_TYPE,
    apiVersion: API_VERSION.dataCollectionRule,
    name: parameter("dataCollectionRule"),
    id: collectionId,
    kind: "Direct",
    location: parameter("location"),
    dependsOn,
    properties: {
      description:
        "Audit events of Claude. Senders need the role Monitoring Metrics Publisher on this rule only.",
      streamDeclarations: {
        [STREAM]: { columns: sentinelColumns.map(({ name, type }) => ({ name, type })) },
      },
      destinations: {
        logAnalytics: [{ name: DESTINATION, workspaceResourceId: workspaceId }],
      },
      dataFlows: [
        {
          streams: [STREAM],
          destinations: [DESTINATION],
          transformKql: "source",
          outputStream: `Custom-${KQL_TABLE}`,
        },
      ],
    },
  };
}

/** What a sender must be told. */
export const collectionOutputs: Readonly<Record<string, ArmExpression>> = {
  dataCollectionRuleId: collectionId,
  immutableId: member(
    call("reference", collectionId, API_VERSION.dataCollectionRule),
    "immutableId",
  ),
  ingestionEndpoint: member(
    call("reference", collectionId, API_VERSION.dataCollectionRule),
    "endpoints",
    "logsIngestion",
  ),
};
