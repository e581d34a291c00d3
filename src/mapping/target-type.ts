/** Types of the target schemas, and which kinds of value each takes. */
import type { FieldKind } from "../event/field.ts";
import type { Constant, Transform } from "./mapping.ts";
import type { Schema } from "./schema.ts";

/** What a rule yields. Kinds of event fields, plus the event as a whole. */
export type ValueKind = FieldKind | "event";

const ecsTypes: Readonly<Record<string, readonly ValueKind[]>> = {
  keyword: ["keyword", "keyword[]"],
  constant_keyword: ["keyword"],
  match_only_text: ["keyword"],
  ip: ["keyword", "keyword[]"],
  long: ["integer"],
  integer: ["integer"],
  float: ["integer", "number"],
  double: ["integer", "number"],
  boolean: ["boolean"],
  date: ["time"],
  flattened: ["object"],
};

/** Column types of a Log Analytics table that a data collection rule can declare (there is no guid). */
const sentinelTypes: Readonly<Record<string, readonly ValueKind[]>> = {
  string: ["keyword"],
  int: ["integer"],
  long: ["integer"],
  real: ["integer", "number"],
  boolean: ["boolean"],
  dynamic: ["keyword[]", "object"],
  datetime: ["time"],
};

/** Splunk extracts text; the types say what a search may do with a field. */
const cimTypes: Readonly<Record<string, readonly ValueKind[]>> = {
  string: ["keyword", "time"],
  number: ["integer", "number"],
  boolean: ["boolean"],
  multivalue: ["keyword[]"],
  object: ["object"],
};

const typesOf: Readonly<Record<Schema, Readonly<Record<string, readonly ValueKind[]>>>> = {
  ecs: ecsTypes,
  sentinel: sentinelTypes,
  cim: cimTypes,
};

/** The types of a schema. */
export function targetTypes(schema: Schema): readonly string[] {
  return Object.keys(typesOf[schema]);
}

/** Whether a type of the schema takes values of a kind. */
export function takesKind(schema: Schema, type: string, kind: ValueKind): boolean {
  return typesOf[schema][type]?.includes(kind) ?? false;
}

/** The types that take values of a kind. */
export function typesFor(schema: Schema, kind: ValueKind): readonly string[] {
  return targetTypes(schema).filter((type) => takesKind(schema, type, kind));
}

export function kindOfConstant(value: Constant): ValueKind {
  if (typeof value === "string") return "keyword";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return "keyword[]";
}

/** The type a constant has where a mapping does not say: the first that takes it. */
export function typeOfConstant(schema: Schema, value: Constant): string {
  return typesFor(schema, kindOfConstant(value))[0] ?? "";
}

/** The kinds a transform reads. */
export function inputKinds(transform: Transform["kind"]): readonly ValueKind[] {
  switch (transform) {
    case "copy":
      return ["keyword", "keyword[]", "integer", "number", "boolean", "time", "object"];
    case "constant":
      return ["keyword", "keyword[]", "integer", "number", "boolean", "time", "object"];
    case "ms_to_ns":
    case "ms_to_s":
      return ["integer"];
    case "iso_to_epoch_seconds":
      return ["time"];
    case "array_wrap":
    case "first":
    case "lookup":
      return ["keyword"];
    case "collect":
      return ["keyword", "keyword[]"];
    case "summary":
    case "flat_keys":
      return ["object"];
    case "json_string":
      return ["object", "event"];
  }
}

/** The kind a transform yields for a value of kind `input`. */
export function outputKind(transform: Transform, input: ValueKind): ValueKind {
  switch (transform.kind) {
    case "copy":
    case "flat_keys":
      return input;
    case "constant":
      return kindOfConstant(transform.value);
    case "lookup": {
      const kinds = [...transform.table.entries.values()].map(kindOfConstant);
      return kinds.find((kind) => kind !== "integer") ?? "integer";
    }
    case "ms_to_ns":
      return "integer";
    case "ms_to_s":
    case "iso_to_epoch_seconds":
      return "number";
    case "array_wrap":
    case "collect":
      return "keyword[]";
    case "first":
    case "summary":
    case "json_string":
      return "keyword";
  }
}
