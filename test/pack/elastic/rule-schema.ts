/**
 * What Elastic's detections API takes for the two types of rule that we write, stated from its public
 * documentation: every key, its type and its limits, and nothing else.
 */

const text = { type: "string", minLength: 1 } as const;
const texts = { type: "array", items: text } as const;
const span = { type: "string", pattern: "^[1-9][0-9]*[smh]$" } as const;
const uuid = {
  type: "string",
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
} as const;

const strict = <Properties extends object>(
  properties: Properties,
  optional: readonly string[] = [],
) =>
  ({
    type: "object",
    additionalProperties: false,
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
  }) as const;

const technique = strict(
  {
    id: { type: "string", pattern: "^T[0-9]{4}$" },
    name: text,
    reference: { type: "string", pattern: "^https://attack\\.mitre\\.org/techniques/T[0-9]{4}/$" },
    subtechnique: {
      type: "array",
      minItems: 1,
      items: strict({
        id: { type: "string", pattern: "^T[0-9]{4}\\.[0-9]{3}$" },
        name: text,
        reference: {
          type: "string",
          pattern: "^https://attack\\.mitre\\.org/techniques/T[0-9]{4}/[0-9]{3}/$",
        },
      }),
    },
  },
  ["subtechnique"],
);

const common = {
  rule_id: uuid,
  name: { ...text, maxLength: 256 },
  description: text,
  severity: { enum: ["low", "medium", "high", "critical"] },
  severity_mapping: { type: "array", maxItems: 0 },
  risk_score: { type: "integer", minimum: 0, maximum: 100 },
  risk_score_mapping: { type: "array", maxItems: 0 },
  from: { type: "string", pattern: "^now-[1-9][0-9]*[smh]$" },
  to: { const: "now" },
  interval: span,
  max_signals: { type: "integer", minimum: 1, maximum: 1000 },
  enabled: { const: false },
  alert_suppression: strict({
    group_by: { type: "array", minItems: 1, maxItems: 3, items: text, uniqueItems: true },
    duration: strict({
      value: { type: "integer", minimum: 1 },
      unit: { enum: ["s", "m", "h"] },
    }),
    missing_fields_strategy: { enum: ["doNotSuppress", "suppress"] },
  }),
  author: { ...texts, minItems: 1 },
  license: text,
  version: { type: "integer", minimum: 1 },
  tags: { ...texts, uniqueItems: true },
  threat: {
    type: "array",
    items: strict({
      framework: { const: "MITRE ATT&CK" },
      tactic: strict({
        id: { type: "string", pattern: "^TA[0-9]{4}$" },
        name: text,
        reference: {
          type: "string",
          pattern: "^https://attack\\.mitre\\.org/tactics/TA[0-9]{4}/$",
        },
      }),
      technique: { type: "array", minItems: 1, items: technique },
    }),
  },
  references: { type: "array", items: { type: "string", pattern: "^https://" } },
  false_positives: texts,
  note: text,
  setup: text,
  investigation_fields: strict({ field_names: { ...texts, minItems: 1, uniqueItems: true } }),
  exceptions_list: { type: "array", maxItems: 0 },
  actions: { type: "array", maxItems: 0 },
};

const optional = ["alert_suppression"];

export const detectionRuleSchema: object = {
  oneOf: [
    strict(
      {
        ...common,
        type: { const: "query" },
        language: { const: "kuery" },
        query: text,
        index: { ...texts, minItems: 1 },
        timestamp_override: { const: "event.ingested" },
      },
      optional,
    ),
    // An ES|QL rule names its index in the query; the API refuses `index` beside it.
    strict(
      {
        ...common,
        type: { const: "esql" },
        language: { const: "esql" },
        query: { type: "string", pattern: "^FROM " },
      },
      optional,
    ),
  ],
};
