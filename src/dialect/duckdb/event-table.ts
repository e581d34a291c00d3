/** The table of events in the embedded store. */
import { eventFieldNames, fieldInfo } from "../../event/field.ts";

const COLUMN_TYPES = {
  keyword: "VARCHAR",
  "keyword[]": "VARCHAR[]",
  integer: "BIGINT",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  time: "VARCHAR",
  object: "JSON",
} as const;

/** Columns of the store's tables: name and SQL type, fields in schema order. */
export function duckdbColumns(): readonly { readonly name: string; readonly type: string }[] {
  const fields = eventFieldNames.map((field) => {
    const info = fieldInfo(field);
    return { name: field, type: COLUMN_TYPES[info?.kind ?? "keyword"] };
  });
  return [{ name: "ord", type: "BIGINT" }, { name: "ts", type: "BIGINT" }, ...fields];
}
