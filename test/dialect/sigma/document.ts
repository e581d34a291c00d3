/**
 * What a Sigma 2.1 document may hold, stricter than the specification's own schema: that one takes
 * unknown keys, any condition and any timespan.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const text = { type: "string", minLength: 2 } as const;
const texts = { type: "array", items: text, minItems: 1, uniqueItems: true } as const;
const date = {
  type: "string",
  pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
} as const;
const scalar = { type: ["string", "number", "boolean"] } as const;

const shared = {
  title: { type: "string", minLength: 5, maxLength: 256 },
  id: {
    type: "string",
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
  },
  name: { type: "string", pattern: "^[a-z][a-z0-9_]*$" },
  status: { enum: ["stable", "test", "experimental", "deprecated", "unsupported"] },
  description: { type: "string", maxLength: 65_535 },
  author: text,
  references: texts,
  date,
  modified: date,
  level: { enum: ["informational", "low", "medium", "high", "critical"] },
  tags: {
    type: "array",
    uniqueItems: true,
    items: { type: "string", pattern: "^(attack|atlas|owasp)\\.[a-z0-9._-]+$" },
  },
  falsepositives: texts,
} as const;

const required = ["title", "id", "name", "status", "description", "date", "modified", "level"];

const detectionRule = {
  type: "object",
  additionalProperties: false,
  required: [...required, "logsource", "detection"],
  properties: {
    ...shared,
    fields: texts,
    logsource: { const: { product: "claude", service: "audit" } },
    detection: {
      type: "object",
      required: ["condition"],
      properties: { condition: { type: "string", minLength: 1 } },
      // Names that conditions or YAML 1.1 readers take for something else.
      propertyNames: {
        pattern: "^[a-z][a-z0-9_]*$",
        not: {
          enum: "and or not of all them timeframe on off yes no y n true false null".split(" "),
        },
      },
      minProperties: 2,
      additionalProperties: {
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: "^[a-z][a-z0-9_]*(\\|(cased|exists|lt|lte|gt|gte))?$" },
        additionalProperties: {
          anyOf: [scalar, { type: "array", items: scalar, minItems: 1, uniqueItems: true }],
        },
      },
    },
  },
} as const;

const correlationRule = {
  type: "object",
  additionalProperties: false,
  required: [...required, "correlation"],
  properties: {
    ...shared,
    correlation: {
      type: "object",
      additionalProperties: false,
      required: ["type", "rules", "group-by", "timespan", "condition"],
      properties: {
        type: { enum: ["event_count", "value_sum"] },
        rules: texts,
        "group-by": texts,
        timespan: { type: "string", pattern: "^[1-9]\\d*[smhd]$" },
        condition: {
          type: "object",
          additionalProperties: false,
          required: ["gt"],
          properties: { gt: { type: "number" }, field: text },
        },
      },
      if: { properties: { type: { const: "value_sum" } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
      then: { properties: { condition: { required: ["field"] } } },
      else: { properties: { condition: { properties: { field: false } } } },
    },
  },
} as const;

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTypes: false });
const validators: Readonly<Record<"detection" | "correlation", ValidateFunction>> = {
  detection: ajv.compile(detectionRule),
  correlation: ajv.compile(correlationRule),
};

/** Names that a condition refers to. */
export function conditionNames(condition: string): readonly string[] {
  return condition.split(/[\s()]+/).filter((word) => !["", "and", "or", "not"].includes(word));
}

/** Problems of some documents that belong together, such as a base rule and its correlation. */
export function checkSigmaDocuments(documents: readonly unknown[]): readonly string[] {
  const problems: string[] = [];
  const names = documents.map((document) => (document as { name?: unknown }).name);
  if (new Set(names).size < names.length) problems.push("two documents share a name");
  for (const document of documents) {
    const { correlation, detection } = document as {
      correlation?: { rules?: readonly string[] };
      detection?: Readonly<Record<string, unknown>>;
    };
    const validate = correlation === undefined ? validators.detection : validators.correlation;
    if (!validate(document)) problems.push(ajv.errorsText(validate.errors));
    for (const name of correlation?.rules ?? []) {
      if (!names.includes(name)) problems.push(`no rule is named ${name}`);
    }
    const used = conditionNames(String(detection?.["condition"] ?? ""));
    const defined = Object.keys(detection ?? {}).filter((name) => name !== "condition");
    for (const name of used) if (!defined.includes(name)) problems.push(`no selection ${name}`);
    for (const name of defined) if (!used.includes(name)) problems.push(`${name} is not used`);
  }
  return problems;
}
