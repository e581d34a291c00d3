/**
 * What a workbook may hold, as a JSON schema (draft 2020-12) written from the public schema of
 * microsoft/Application-Insights-Workbooks and the keys, numbers and words of the workbooks there.
 * Strict: a key that is not named here does not exist.
 */
import { Ajv2020 } from "ajv/dist/2020.js";

type JsonSchema = Readonly<Record<string, unknown>>;

function closed(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", properties, required, additionalProperties: false };
}

const text = { type: "string", minLength: 1 };
const identifier = { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" };
const uuid = {
  type: "string",
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
};
const list = (items: JsonSchema): JsonSchema => ({ type: "array", minItems: 1, items });
const workspace = { const: "microsoft.operationalinsights/workspaces" };
const timeContext = closed({ durationMs: { const: 0 } });

/** Names of colours that workbooks there use. */
const colour = {
  enum: [
    "blue",
    "orange",
    "green",
    "pink",
    "lightBlue",
    "orangeDark",
    "yellowDark",
    "gray",
    "redBright",
  ],
};

const numberFormat = closed(
  {
    unit: { enum: [0, 23] },
    options: closed(
      {
        style: { enum: ["decimal", "percent", "currency"] },
        currency: { const: "USD" },
        useGrouping: { type: "boolean" },
        minimumFractionDigits: { type: "integer", minimum: 0 },
        maximumFractionDigits: { type: "integer", minimum: 0 },
      },
      ["currency", "minimumFractionDigits", "maximumFractionDigits"],
    ),
    emptyValCustomText: text,
  },
  ["emptyValCustomText"],
);

const formatter = closed(
  {
    columnMatch: text,
    formatter: { enum: [0, 1, 3, 5, 6, 8, 12, 18] },
    formatOptions: closed(
      {
        min: { type: "number" },
        palette: { enum: ["blue"] },
        thresholdsOptions: { enum: ["colors", "icons"] },
        thresholdsGrid: list(
          closed(
            {
              operator: { enum: ["==", "Default"] },
              thresholdValue: text,
              representation: colour,
              text: { const: "{0}{1}" },
            },
            ["thresholdValue"],
          ),
        ),
      },
      ["min", "palette", "thresholdsOptions", "thresholdsGrid"],
    ),
    numberFormat,
    dateFormat: closed({
      showUtcTime: { const: true },
      formatName: { enum: ["shortDateTimePattern", "shortDatePattern"] },
    }),
  },
  ["formatOptions", "numberFormat", "dateFormat"],
);

const gridSettings = closed(
  {
    formatters: { type: "array", items: formatter },
    rowLimit: { type: "integer", minimum: 1, maximum: 10_000 },
    filter: { const: true },
    labelSettings: list(closed({ columnId: identifier, label: text })),
  },
  ["filter"],
);

const chartSettings = closed(
  {
    xAxis: identifier,
    yAxis: list(identifier),
    group: identifier,
    createOtherGroup: { type: "integer", minimum: 1, maximum: 100 },
    showLegend: { type: "boolean" },
    showMetrics: { type: "boolean" },
    seriesLabelSettings: list(
      closed({ seriesName: text, label: text, color: colour }, ["label", "color"]),
    ),
    ySettings: closed(
      {
        numberFormatSettings: numberFormat,
        min: { type: "number" },
        max: { type: "number" },
        label: text,
      },
      ["min", "max", "label"],
    ),
  },
  ["xAxis", "group", "createOtherGroup", "showLegend", "seriesLabelSettings"],
);

const query = closed(
  {
    version: { const: "KqlItem/1.0" },
    query: text,
    size: { enum: [0, 1, 4] },
    title: text,
    noDataMessage: text,
    timeContext,
    timeContextFromParameter: identifier,
    timeBrushParameterName: identifier,
    exportedParameters: list(
      closed({
        fieldName: { type: "string" },
        parameterName: identifier,
        parameterType: { const: 1 },
      }),
    ),
    showExportToExcel: { const: true },
    queryType: { const: 0 },
    resourceType: workspace,
    visualization: { enum: ["tiles", "timechart", "barchart", "piechart", "table"] },
    gridSettings,
    chartSettings,
    tileSettings: closed({
      leftContent: formatter,
      secondaryContent: formatter,
      showBorder: { type: "boolean" },
      size: { enum: ["fixed", "auto", "full"] },
    }),
  },
  [
    ...["timeContext", "timeContextFromParameter", "timeBrushParameterName", "exportedParameters"],
    ...["showExportToExcel", "gridSettings", "chartSettings", "tileSettings"],
  ],
);

const shared = {
  version: { const: "KqlParameterItem/1.0" },
  id: uuid,
  name: identifier,
  label: text,
};

const parameter = {
  oneOf: [
    closed({
      ...shared,
      type: { const: 4 },
      isRequired: { const: true },
      value: closed({ durationMs: { type: "integer", minimum: 1 } }),
      typeSettings: closed({
        selectableValues: list(closed({ durationMs: { type: "integer", minimum: 1 } })),
        allowCustom: { const: true },
      }),
    }),
    closed({
      ...shared,
      type: { const: 2 },
      isRequired: { const: true },
      multiSelect: { const: true },
      quote: { type: "string" },
      delimiter: text,
      query: text,
      typeSettings: closed({
        additionalResourceOptions: { const: ["value::all"] },
        selectAllValue: text,
        showDefault: { type: "boolean" },
      }),
      timeContext,
      timeContextFromParameter: identifier,
      value: { const: ["value::all"] },
      queryType: { const: 0 },
      resourceType: workspace,
    }),
    closed({ ...shared, type: { const: 1 }, description: text, value: { const: "" } }),
    closed(
      {
        ...shared,
        type: { const: 1 },
        isHiddenWhenLocked: { const: true },
        criteriaData: list(
          closed({
            criteriaContext: closed({
              operator: { const: "Default" },
              resultValType: { const: "static" },
              resultVal: text,
            }),
          }),
        ),
      },
      ["label"],
    ),
  ],
};

const placed = {
  name: text,
  customWidth: { type: "string", pattern: "^(100|[1-9][0-9])$" },
  conditionalVisibility: closed({
    parameterName: identifier,
    comparison: { const: "isNotEqualTo" },
  }),
};
const placement = ["customWidth", "conditionalVisibility"];

const schema = {
  $defs: {
    item: {
      oneOf: [
        closed({ ...placed, type: { const: 1 }, content: closed({ json: text }) }, placement),
        closed({ ...placed, type: { const: 3 }, content: query }, placement),
        closed(
          {
            ...placed,
            type: { const: 9 },
            content: closed({
              version: { const: "KqlParameterItem/1.0" },
              parameters: list(parameter),
              style: { enum: ["pills", "above", "formHorizontal", "formVertical"] },
              queryType: { const: 0 },
              resourceType: workspace,
            }),
          },
          placement,
        ),
        closed(
          {
            ...placed,
            type: { const: 12 },
            content: closed(
              {
                version: { const: "NotebookGroup/1.0" },
                groupType: { const: "editable" },
                exportParameters: { const: true },
                items: list({ $ref: "#/$defs/item" }),
              },
              ["exportParameters"],
            ),
          },
          placement,
        ),
      ],
    },
  },
  ...closed({
    version: { const: "Notebook/1.0" },
    items: list({ $ref: "#/$defs/item" }),
    fromTemplateId: { const: "sentinel-UserWorkbook" },
    $schema: {
      const:
        "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
    },
  }),
};

const validate = new Ajv2020({ allErrors: false, strict: true, strictTypes: false }).compile(
  schema,
);

/** What is wrong with a workbook. */
export function checkWorkbook(value: unknown): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
