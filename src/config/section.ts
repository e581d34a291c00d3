/** A map of settings under one key, such as `delivery:`. */
import { type Diagnostic, isError, report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import { MapReader } from "../yaml/reader.ts";
import {
  type JsonSchema,
  type Option,
  type OptionTable,
  readOptions,
  type SettingConflict,
} from "./option.ts";

/** Rows by key, where nothing needs to know what each gives. */
export type OptionRows = Readonly<Record<string, Option<unknown>>>;

/** Whether the key must be written. */
export function isRequired(option: Option<unknown>): boolean {
  return option.fallback === undefined;
}

/** Whether the key has no value when it is not written. `none` can also be a value of its own. */
export function isAbsentByDefault(option: Option<unknown>): boolean {
  return option.fallback === "none" && !option.type.split(" | ").includes("none");
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

/** A schema that binds only values for which the condition holds. */
export function schemaWhen(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  // An object with a key `then` would look like a promise to the language, hence the other branch.
  return { if: { not: condition }, else: consequence };
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
  /** Settings of the map that do not go together. */
  readonly conflicts?: (value: T) => readonly SettingConflict[];
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
      const found: Diagnostic[] = [];
      const inner = MapReader.of(node ?? empty, `"${key}"`, found);
      const value = inner && readOptions(row.table, inner, found);
      inner?.done();
      // Only without errors the value is what its type promises.
      const isWhole = inner !== undefined && value !== undefined && !found.some(isError);
      for (const conflict of (isWhole && row.conflicts?.(value)) || [])
        found.push(
          report(
            configMessage.settingConflict,
            inner?.spanOf(conflict.key) ?? reader.span,
            conflict,
          ),
        );
      diagnostics.push(...found);
      return value;
    },
  };
}
