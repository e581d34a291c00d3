// From the event's JSON Schema: the TypeScript union, the field table, and two validators.
import { readFileSync } from "node:fs";
import { _, Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { strictFormats, tolerantFormats } from "../../src/event/format.ts";

interface Property {
  readonly description: string;
  readonly type: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly "x-events"?: readonly string[];
  readonly "x-expected"?: boolean;
  readonly additionalProperties?: { readonly type: string | readonly string[] };
}

interface EventSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

const HEADER = "// Written by `npm run generate` from src/event/event.schema.json. Do not edit.\n";

function typeOf(property: Property): string {
  if (property.enum) return property.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (property.type === "array") return "readonly string[]";
  if (property.type === "integer") return "number";
  if (property.type === "object") {
    const value = property.additionalProperties?.type ?? "string";
    return `Readonly<Record<string, ${[value].flat().join(" | ")}>>`;
  }
  return property.type;
}

/** The kind a mapping or a dialect needs to know, one step richer than the JSON type. */
function kindOf(property: Property): string {
  if (property.format === "utc-milliseconds") return "time";
  if (property.enum) return "keyword";
  if (property.type === "array") return "keyword[]";
  if (property.type === "object") return "object";
  if (property.type === "string") return "keyword";
  return property.type;
}

function camel(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

function member(name: string, property: Property, required: boolean): string {
  return `  /** ${property.description} */\n  readonly ${name}${required ? "" : "?"}: ${typeOf(property)};\n`;
}

function renderTypes(schema: EventSchema): string {
  const entries = Object.entries(schema.properties);
  const eventTypes = schema.properties["event_type"]?.enum ?? [];
  let text = `${HEADER}\n`;
  text += "/** Fields every event type may carry. */\nexport interface CommonFields {\n";
  for (const [name, property] of entries) {
    if (name === "event_type" || property["x-events"]) continue;
    text += member(name, property, schema.required.includes(name));
  }
  text += "}\n\n";
  for (const eventType of eventTypes) {
    const interfaceName = eventType.startsWith("session")
      ? camel(`${eventType}_event`)
      : camel(eventType);
    text += `/** An event of type \`${eventType}\`. */\nexport interface ${interfaceName} extends CommonFields {\n`;
    text += `  readonly event_type: ${JSON.stringify(eventType)};\n`;
    for (const [name, property] of entries) {
      if (property["x-events"]?.includes(eventType)) text += member(name, property, false);
    }
    text += "}\n\n";
  }
  const names = eventTypes.map((type) =>
    type.startsWith("session") ? camel(`${type}_event`) : camel(type),
  );
  text += "/** One audit event of a Claude deployment. */\n";
  text += `export type AuditEvent = ${names.join(" | ")};\n\n`;
  for (const [name, property] of entries) {
    if (property.enum) text += `export type ${camel(name)} = ${typeOf(property)};\n`;
  }
  return text;
}

function renderFields(schema: EventSchema): string {
  let text = `${HEADER}\nimport type { FieldInfo } from "../event/field.ts";\n\n`;
  text += "/** Name of a field of the event schema. */\nexport type EventField =\n";
  text += `${Object.keys(schema.properties)
    .map((name) => `  | ${JSON.stringify(name)}`)
    .join("\n")};\n\n`;
  text += "/** Every field of the event schema, in schema order. */\n";
  text += "export const eventFields: Readonly<Record<EventField, FieldInfo>> = {\n";
  for (const [name, property] of Object.entries(schema.properties)) {
    const info = {
      kind: kindOf(property),
      ...(property.enum && { values: property.enum }),
      ...(property["x-events"] && { events: property["x-events"] }),
      ...(property["x-expected"] && { expected: true }),
      description: property.description,
    };
    text += `  ${name}: ${JSON.stringify(info)},\n`;
  }
  return `${text}};\n`;
}

function renderValidator(
  schema: object,
  name: string,
  formats: "strictFormats" | "tolerantFormats",
  all: boolean,
): string {
  const known = all ? tolerantFormats : strictFormats;
  const ajv = new Ajv2020({
    allErrors: all,
    verbose: false,
    strict: true,
    strictTypes: false,
    unicode: false,
    formats: { ...known },
    logger: false,
    code: {
      source: true,
      esm: true,
      formats: formats === "strictFormats" ? _`strictFormats` : _`tolerantFormats`,
    },
  });
  const validate = ajv.compile(schema);
  const generate = standaloneCode as unknown as (instance: Ajv2020, compiled: object) => string;
  const code = generate(ajv, validate)
    .replace(/^"use strict";/, "")
    .replace(/export const validate = (\w+);/, "")
    .replace(/export default (\w+);/, "");
  const main = /function (validate\d+)\(/.exec(code)?.[1];
  if (main === undefined) throw new Error("ajv changed the shape of its standalone code");
  return `const ${name} = (() => {\n${code}\nreturn ${main};\n})();\n`;
}

/**
 * A function that tells whether an object of so many members has only fields that belong to its type.
 * Others are unknown, or fields of other types: legal perhaps, but unusual, and off the hot path. It
 * counts the likely fields first and stops when they are all there is.
 */
function renderHasOnlyOwn(schema: EventSchema): string {
  const count = (names: readonly string[]): string =>
    names.map((name) => `(event.${name} === undefined ? 0 : 1)`).join(" +\n    ");
  const namesOf = (keep: (property: Property) => boolean): readonly string[] =>
    Object.entries(schema.properties)
      .filter(([, property]) => keep(property))
      .map(([name]) => name);
  const isCommon = (property: Property): boolean => property["x-events"] === undefined;
  const expected = namesOf((property) => isCommon(property) && property["x-expected"] === true);
  const optional = namesOf((property) => isCommon(property) && property["x-expected"] !== true);
  let text = "function hasOnlyOwn(event, members) {\n";
  text += `  let own =\n    ${count(expected)};\n  if (own === members) return true;\n`;
  text += "  switch (event.event_type) {\n";
  for (const eventType of schema.properties["event_type"]?.enum ?? []) {
    const own = namesOf((property) => property["x-events"]?.includes(eventType) === true);
    if (own.length === 0) continue;
    text += `    case ${JSON.stringify(eventType)}:\n      own += ${count(own)};\n      break;\n`;
  }
  text += "  }\n  if (own === members) return true;\n";
  return `${text}  return members === own +\n    ${count(optional)};\n}\n`;
}

/** Files this part of the generator writes: path under `src/generated` → content. */
export function generateEvent(): Record<string, string> {
  const source = readFileSync(
    new URL("../../src/event/event.schema.json", import.meta.url),
    "utf8",
  );
  const schema = JSON.parse(source) as EventSchema;
  const rules = JSON.parse(source, (key, value: unknown) =>
    typeof value === "string" && key === "description"
      ? undefined
      : key.startsWith("x-")
        ? undefined
        : value,
  ) as Readonly<Record<string, unknown>>;
  // Whether an object has other members is told by counting, which costs a third of looking each up.
  const { additionalProperties: _closed, ...open } = rules;
  const validators =
    `// @ts-nocheck\n${HEADER}` +
    `import { strictFormats, tolerantFormats } from "../event/format.ts";\n\n` +
    renderValidator(open, "strict", "strictFormats", false) +
    renderValidator(rules, "tolerant", "tolerantFormats", true) +
    "/** One problem as ajv reports it. */\n" +
    "export interface SchemaError { readonly instancePath: string; readonly keyword: string; " +
    "readonly params: Readonly<Record<string, unknown>>; readonly message?: string }\n" +
    renderHasOnlyOwn(schema) +
    "/** Whether a value is a canonical event in the strict formats. Allocates nothing. */\n" +
    "export function isStrictEvent(value: unknown): boolean {\n" +
    "  if (!strict(value)) return false;\n" +
    "  let members = 0;\n" +
    "  for (const _ in value) members += 1;\n" +
    "  return hasOnlyOwn(value, members);\n}\n" +
    "/** Every problem of a value under the tolerant formats; empty when it is an event. */\n" +
    "export function schemaErrors(value: unknown): readonly SchemaError[] {\n" +
    "  return tolerant(value) ? [] : tolerant.errors;\n}\n";
  return {
    "event-types.ts": renderTypes(schema),
    "event-fields.ts": renderFields(schema),
    "event-validator.ts": validators,
  };
}
