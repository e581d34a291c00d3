/**
 * What the resource providers take, as JSON schemas (draft 2020-12) written from the public description
 * of their interfaces and the limits that Sentinel documents. Strict: a property that is not named here
 * does not exist. They judge resources after their expressions have been evaluated.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

type JsonSchema = Readonly<Record<string, unknown>>;

/** An object with just these properties. */
function closed(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", properties, required, additionalProperties: false };
}

const uuid = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
/** At least one component, whole minutes: seconds and weeks have no place in Sentinel's schedules. */
const isoDuration = {
  type: "string",
  pattern: "^P(?=\\d|T\\d)(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$",
};
const shortDuration = { type: "string", pattern: "^[1-9]\\d*[mhd]$" };
const columnName = { type: "string", pattern: "^[A-Za-z_]\\w*$" };
const lines = { type: "string", minLength: 1 };
const line = { type: "string", pattern: "^[^\\n]+$" };

const identifiers: Readonly<Record<string, readonly string[]>> = {
  Account: [
    "Name",
    "FullName",
    "NTDomain",
    "DnsDomain",
    "UPNSuffix",
    "Sid",
    "AadTenantId",
    "AadUserId",
    "PUID",
    "IsDomainJoined",
    "DisplayName",
    "ObjectGuid",
  ],
  CloudApplication: ["AppId", "Name", "InstanceName"],
  IP: ["Address"],
};

const entityMappings = {
  type: "array",
  minItems: 1,
  maxItems: 5,
  items: {
    oneOf: Object.entries(identifiers).map(([entityType, known]) =>
      closed({
        entityType: { const: entityType },
        fieldMappings: {
          type: "array",
          minItems: 1,
          maxItems: 3,
          items: closed({ identifier: { enum: known }, columnName }),
        },
      }),
    ),
  },
};

const customDetails = {
  type: "object",
  minProperties: 1,
  maxProperties: 20,
  propertyNames: { pattern: "^[a-zA-Z]\\w{0,19}$" },
  additionalProperties: columnName,
};

/** Up to three columns in double braces, and no brace besides. */
const upToThree = "^([^{]|\\{(?!\\{))*(\\{\\{\\w+\\}\\}([^{]|\\{(?!\\{))*){0,3}$";

const alertDetailsOverride = closed({
  alertDisplayNameFormat: { type: "string", minLength: 1, maxLength: 256, pattern: upToThree },
  alertDescriptionFormat: { type: "string", minLength: 1, maxLength: 5000, pattern: upToThree },
});

function incidentConfiguration(duration: JsonSchema): JsonSchema {
  return closed({
    createIncident: { type: "boolean" },
    groupingConfiguration: closed({
      enabled: { type: "boolean" },
      reopenClosedIncident: { type: "boolean" },
      lookbackDuration: duration,
      matchingMethod: { enum: ["AllEntities", "AnyAlert", "Selected"] },
      groupByEntities: { type: "array", items: { enum: Object.keys(identifiers) } },
      groupByAlertDetails: { type: "array", items: { enum: ["DisplayName", "Severity"] } },
      groupByCustomDetails: { type: "array", items: { type: "string" }, uniqueItems: true },
    }),
  });
}

const tactics = {
  type: "array",
  uniqueItems: true,
  items: {
    enum: [
      "Reconnaissance",
      "ResourceDevelopment",
      "InitialAccess",
      "Execution",
      "Persistence",
      "PrivilegeEscalation",
      "DefenseEvasion",
      "CredentialAccess",
      "Discovery",
      "LateralMovement",
      "Collection",
      "Exfiltration",
      "CommandAndControl",
      "Impact",
      "PreAttack",
      "ImpairProcessControl",
      "InhibitResponseFunction",
    ],
  },
};
const techniques = {
  type: "array",
  uniqueItems: true,
  items: { type: "string", pattern: "^T\\d{4}$" },
};
const severity = { enum: ["High", "Medium", "Low", "Informational"] };
const query = { type: "string", minLength: 1, maxLength: 10_000 };
const aggregation = closed({ aggregationKind: { enum: ["SingleAlert", "AlertPerResult"] } });

/** The YAML of the Azure-Sentinel repository. */
const analyticsRule = closed({
  id: { type: "string", pattern: uuid },
  name: { ...line, maxLength: 256 },
  description: { ...lines, maxLength: 5000 },
  severity,
  status: { const: "Available" },
  requiredDataConnectors: {
    type: "array",
    items: closed({ connectorId: line, dataTypes: { type: "array", items: line } }),
  },
  queryFrequency: shortDuration,
  queryPeriod: shortDuration,
  triggerOperator: { enum: ["gt", "lt", "eq", "ne"] },
  triggerThreshold: { type: "integer", minimum: 0, maximum: 10_000 },
  tactics,
  relevantTechniques: techniques,
  query,
  entityMappings,
  customDetails,
  alertDetailsOverride,
  eventGroupingSettings: aggregation,
  incidentConfiguration: incidentConfiguration(shortDuration),
  version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+$", maxLength: 20 },
  kind: { const: "Scheduled" },
});

/** Type, name and version of a resource around its properties. */
function resource(
  type: string,
  apiVersion: string,
  name: string,
  properties: JsonSchema,
  more: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return closed(
    {
      type: { const: type },
      apiVersion: { const: apiVersion },
      name: { type: "string", pattern: name },
      condition: { type: "boolean" },
      dependsOn: { type: "array", minItems: 1, uniqueItems: true, items: { type: "string" } },
      ...more,
      properties,
    },
    ["condition", "dependsOn"],
  );
}

const WORKSPACE = "Microsoft.OperationalInsights/workspaces";

const alertRule = resource(
  `${WORKSPACE}/providers/alertRules`,
  "2025-09-01",
  `^[\\w-]+/Microsoft\\.SecurityInsights/${uuid.slice(1)}`,
  closed({
    displayName: { ...line, maxLength: 256 },
    description: { ...lines, maxLength: 5000 },
    severity,
    enabled: { type: "boolean" },
    query,
    queryFrequency: isoDuration,
    queryPeriod: isoDuration,
    triggerOperator: { enum: ["GreaterThan", "LessThan", "Equal", "NotEqual"] },
    triggerThreshold: { type: "integer", minimum: 0, maximum: 10_000 },
    suppressionDuration: isoDuration,
    suppressionEnabled: { const: false },
    tactics,
    techniques,
    entityMappings,
    customDetails,
    alertDetailsOverride,
    eventGroupingSettings: aggregation,
    incidentConfiguration: incidentConfiguration(isoDuration),
  }),
  { kind: { const: "Scheduled" } },
);

const columnOf = (types: readonly string[]): JsonSchema => ({
  type: "array",
  minItems: 1,
  maxItems: 500,
  contains: { properties: { name: { const: "TimeGenerated" } } },
  items: closed({
    name: { type: "string", pattern: "^[A-Za-z]\\w{0,44}$" },
    type: { enum: types },
  }),
});
const tableTypes = ["string", "int", "long", "real", "boolean", "dateTime", "guid", "dynamic"];
const streamTypes = ["string", "int", "long", "real", "boolean", "datetime", "dynamic"];

/** Days beyond two years come in whole years only. */
const totalRetention = {
  type: "integer",
  anyOf: [
    { minimum: 4, maximum: 730 },
    { enum: [-1, 1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383] },
  ],
};

const table = resource(
  `${WORKSPACE}/tables`,
  "2025-07-01",
  "^[\\w-]+/\\w{1,60}_CL$",
  closed({
    plan: { enum: ["Analytics", "Basic", "Auxiliary"] },
    retentionInDays: { type: "integer", minimum: 4, maximum: 730 },
    totalRetentionInDays: totalRetention,
    schema: closed({
      name: { type: "string", pattern: "^\\w{1,60}_CL$" },
      columns: columnOf(tableTypes),
    }),
  }),
);

const stream = "^Custom-\\w+$";

const dataCollectionRule = resource(
  "Microsoft.Insights/dataCollectionRules",
  "2024-03-11",
  "^[A-Za-z0-9][\\w-]{2,63}$",
  closed({
    description: line,
    streamDeclarations: {
      type: "object",
      minProperties: 1,
      propertyNames: { pattern: stream },
      additionalProperties: closed({ columns: columnOf(streamTypes) }),
    },
    destinations: closed({
      logAnalytics: {
        type: "array",
        minItems: 1,
        items: closed({
          name: line,
          workspaceResourceId: { type: "string", pattern: `/providers/${WORKSPACE}/[\\w-]+$` },
        }),
      },
    }),
    dataFlows: {
      type: "array",
      minItems: 1,
      items: closed({
        streams: { type: "array", minItems: 1, items: { type: "string", pattern: stream } },
        destinations: { type: "array", minItems: 1, items: line },
        transformKql: line,
        outputStream: { type: "string", pattern: "^(Custom-\\w+_CL|Microsoft-\\w+)$" },
      }),
    },
  }),
  { kind: { const: "Direct" }, location: { type: "string", pattern: "^[a-z0-9]+$" } },
);

const savedSearch = resource(
  `${WORKSPACE}/savedSearches`,
  "2020-08-01",
  "^[\\w-]+/\\w+$",
  closed(
    {
      category: line,
      displayName: line,
      functionAlias: { type: "string", pattern: "^[A-Za-z_]\\w*$" },
      functionParameters: {
        type: "string",
        pattern:
          "^(\\w+:(string|datetime|dynamic|bool|int|long|real)(=[^,]+)?)(, ?\\w+:(string|datetime|dynamic|bool|int|long|real)(=[^,]+)?)*$",
      },
      query: lines,
      version: { const: 2 },
    },
    ["functionParameters"],
  ),
  { etag: { const: "*" } },
);

const watchlist = resource(
  `${WORKSPACE}/providers/watchlists`,
  "2025-09-01",
  "^[\\w-]+/Microsoft\\.SecurityInsights/\\w+$",
  closed({
    watchlistAlias: { type: "string", pattern: "^[A-Za-z]\\w{2,63}$" },
    displayName: line,
    description: line,
    provider: line,
    source: line,
    sourceType: { enum: ["Local", "AzureStorage"] },
    itemsSearchKey: { type: "string", pattern: "^\\w+$" },
    contentType: { const: "text/csv" },
    numberOfLinesToSkip: { type: "integer", minimum: 0 },
    rawContent: { type: "string", minLength: 1, maxLength: 3_800_000 },
  }),
);

/** A resource takes 1 MB of properties; the portal reads category, source and the text. */
const workbook = resource(
  "Microsoft.Insights/workbooks",
  "2023-06-01",
  uuid,
  closed({
    displayName: { ...line, maxLength: 256 },
    description: lines,
    serializedData: { type: "string", pattern: "^\\{", maxLength: 1_000_000 },
    version: { const: "Notebook/1.0" },
    category: { const: "sentinel" },
    sourceId: { type: "string", pattern: `/providers/${WORKSPACE}/[\\w-]+$` },
  }),
  { kind: { const: "shared" }, location: { type: "string", pattern: "^[a-z0-9]+$" } },
);

const byType: Readonly<Record<string, JsonSchema>> = {
  "Microsoft.Insights/workbooks": workbook,
  [`${WORKSPACE}/providers/alertRules`]: alertRule,
  [`${WORKSPACE}/providers/watchlists`]: watchlist,
  [`${WORKSPACE}/tables`]: table,
  [`${WORKSPACE}/savedSearches`]: savedSearch,
  "Microsoft.Insights/dataCollectionRules": dataCollectionRule,
};

/** The file around resources. */
const template = closed(
  {
    $schema: {
      const: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    },
    contentVersion: { type: "string", pattern: "^\\d+(\\.\\d+){3}$" },
    parameters: {
      type: "object",
      maxProperties: 256,
      additionalProperties: closed(
        {
          type: { enum: ["string", "int", "bool"] },
          defaultValue: {},
          minLength: { type: "integer" },
          minValue: { type: "integer" },
          maxValue: { type: "integer" },
          metadata: closed({ description: line }),
        },
        ["defaultValue", "minLength", "minValue", "maxValue"],
      ),
    },
    resources: { type: "array", minItems: 1, maxItems: 800 },
    outputs: {
      type: "object",
      maxProperties: 64,
      additionalProperties: closed({ type: { const: "string" }, value: { type: "string" } }),
    },
  },
  ["outputs"],
);

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
});
const validators = new Map<JsonSchema, ValidateFunction>();

function problemsOf(schema: JsonSchema, value: unknown): readonly string[] {
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

/** What is wrong with the YAML of an analytics rule, parsed. */
export function checkAnalyticsRule(value: unknown): readonly string[] {
  return problemsOf(analyticsRule, value);
}

/** What is wrong with a template as a file, apart from its resources. */
export function checkTemplate(value: unknown): readonly string[] {
  return problemsOf(template, value);
}

/** What is wrong with an evaluated resource. */
export function checkResource(value: { readonly type: string }): readonly string[] {
  const schema = byType[value.type];
  return schema === undefined ? [`no resource type ${value.type}`] : problemsOf(schema, value);
}
