/** A map of settings under one key, such as `delivery:`. */
import { MapReader } from "../yaml/reader.ts";
import { type JsonSchema, type Option, type OptionTable, readOptions } from "./option.ts";

/** Rows by key, where nothing needs to know what each gives. */
export type OptionRows = Readonly<Record<string, Option<unknown>>>;

/** Whether the key must be written. */
export function isRequired(option: Option<unknown>): boolean {
  return option.fallback === undefined;
}

/** The schema of a map with these rows and no other keys. */
export function schemaOf(rows: OptionRows): JsonSchema {
  const required = Object.keys(rows).filter((key) => isRequired(rows[key] as Option<unknown>));
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(rows).map(([key, option]) => [key, describedSchema(option)]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** The schema of one value with what an editor shows beside it. */
function describedSchema(option: Option<unknown>): JsonSchema {
  const isShown = option.rows === undefined && option.fallback !== undefined;
  const suffix = isShown ? ` Default: ${option.fallback}.` : "";
  return { description: `${option.doc}${suffix}`, ...option.schema };
}

/** Settings of their own map. Without the key every row has its default; required rows make it required. */
export function section<T>(row: {
  readonly doc: string;
  readonly table: OptionTable<T>;
}): Option<T> {
  const rows: OptionRows = row.table;
  const mustBeThere = Object.values(rows).some(isRequired);
  return {
    doc: row.doc,
    type: "map",
    ...(!mustBeThere && { fallback: "{}" }),
    schema: schemaOf(rows),
    rows,
    read: (reader, key, diagnostics) => {
      const node = mustBeThere
        ? reader.required(key, "a map of keys and values")
        : reader.optional(key);
      if (node === undefined && mustBeThere) return undefined;
      const empty = { kind: "map", entries: [], span: reader.spanOf(key) } as const;
      const inner = MapReader.of(node ?? empty, `"${key}"`, diagnostics);
      if (inner === undefined) return undefined;
      const value = readOptions(row.table, inner, diagnostics);
      inner.done();
      return value;
    },
  };
}
