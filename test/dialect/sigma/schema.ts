/**
 * Our own JSON Schemas of Sigma 2.1 documents, written from the specification. The specification's own
 * schemas take unknown keys, any condition and any timespan; these do not.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { eventFieldNames } from "../../../src/event/field.ts";

const text = { type: "string", minLength: 2 } as const;
const texts = { type: "array", items: text, minItems: 1, uniqueItems: true } as const;
const date = {
  type: "string",
  pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
} as const;
const scalar = { type: ["string", "number", "boolean"] } as const;
const uuid = {
  type: "string",
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
} as const;
const eventField = { enum: eventFieldNames } as const;

const shared = {
  title: { type: "string", minLength: 5, maxLength: 256 },
  id: uuid,
  name: { type: "string", pattern: "^[a-z][a-z0-9_]*$", maxLength: 256 },
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

const logsource = { const: { product: "claude", service: "audit" } } as const;

/** Names that conditions or YAML 1.1 readers take for something else. */
const misreadNames = "and or not of all any them timeframe on off yes no y n true false null";

const fieldKey = `^(${eventFieldNames.join("|")})(\\|(expand|exists|lt|lte|gt|gte))?$`;

const selection = {
  type: "object",
  minProperties: 1,
  propertyNames: { pattern: fieldKey },
  patternProperties: {
    "\\|(lt|lte|gt|gte)$": { type: "number" },
    "\\|exists$": { type: "boolean" },
    "\\|expand$": {
      anyOf: [
        { type: "string", pattern: "^%[a-z_]+%$" },
        { type: "array", items: { type: "string", pattern: "^%[a-z_]+%$" }, minItems: 2 },
      ],
    },
  },
  additionalProperties: {
    anyOf: [scalar, { type: "array", items: scalar, minItems: 1, uniqueItems: true }],
  },
} as const;

const selectionNames = { pattern: "^[a-z][a-z0-9_]*$", not: { enum: misreadNames.split(" ") } };

const condition = { type: "string", pattern: "\\S" } as const;

const detectionRule = {
  type: "object",
  additionalProperties: false,
  required: [...required, "logsource", "detection"],
  properties: {
    ...shared,
    fields: texts,
    logsource,
    detection: {
      type: "object",
      required: ["condition"],
      properties: { condition },
      propertyNames: selectionNames,
      minProperties: 2,
      additionalProperties: selection,
    },
  },
} as const;

/** What a number is compared with: one bound, or a lower and an upper one. */
const bounds = {
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(
    ["gt", "gte", "lt", "lte", "eq", "neq"].map((operator) => [operator, { type: "integer" }]),
  ),
} as const;
const someBound = {
  anyOf: Object.keys(bounds.properties).map((operator) => ({ required: [operator] })),
} as const;

function correlationOf(type: string, rest: object, demanded: readonly string[]): object {
  return {
    type: "object",
    additionalProperties: false,
    required: ["type", "rules", "group-by", "timespan", ...demanded],
    properties: {
      type: { const: type },
      "group-by": { type: "array", items: text, minItems: 1, uniqueItems: true },
      timespan: { type: "string", pattern: "^[1-9]\\d*[smhd]$", maxLength: 10 },
      aliases: {
        type: "object",
        minProperties: 1,
        additionalProperties: {
          type: "object",
          minProperties: 1,
          additionalProperties: eventField,
        },
      },
      generate: { type: "boolean" },
      ...rest,
    },
  };
}

const counted = { ...bounds, ...someBound };
const measured = {
  ...bounds,
  ...someBound,
  properties: { ...bounds.properties, field: eventField },
  required: ["field"],
};

const correlationRule = {
  type: "object",
  additionalProperties: false,
  required: [...required, "correlation"],
  properties: {
    ...shared,
    correlation: {
      type: "object",
      discriminator: { propertyName: "type" },
      required: ["type"],
      oneOf: [
        correlationOf("event_count", { rules: texts, condition: counted }, ["condition"]),
        correlationOf("value_count", { rules: texts, condition: measured }, ["condition"]),
        correlationOf("value_sum", { rules: texts, condition: measured }, ["condition"]),
        correlationOf("temporal", { rules: { ...texts, minItems: 2 } }, []),
        correlationOf("temporal_ordered", { rules: { ...texts, minItems: 2 } }, []),
      ],
    },
  },
} as const;

/** A filter has neither level nor status: it belongs to the rules it names. */
const filter = {
  type: "object",
  additionalProperties: false,
  required: ["title", "id", "description", "date", "logsource", "filter"],
  properties: {
    title: shared.title,
    id: uuid,
    description: shared.description,
    date,
    modified: date,
    logsource,
    filter: {
      type: "object",
      required: ["rules", "selection", "condition"],
      properties: { rules: texts, condition },
      propertyNames: selectionNames,
      additionalProperties: selection,
    },
  },
} as const;

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
  discriminator: true,
});

export type SigmaKind = "detection" | "correlation" | "filter";

const validators: Readonly<Record<SigmaKind, ValidateFunction>> = {
  detection: ajv.compile(detectionRule),
  correlation: ajv.compile(correlationRule),
  filter: ajv.compile(filter),
};

/** Violations of the schema of a document's kind. */
export function schemaProblems(kind: SigmaKind, document: unknown): readonly string[] {
  const validate = validators[kind];
  return validate(document) ? [] : [ajv.errorsText(validate.errors)];
}
