import type { EventField } from "../generated/event-fields.ts";
import { eventFields } from "../generated/event-fields.ts";

/** What a value of a field is: `time` is canonical UTC text, `keyword[]` a list of strings. */
export type FieldKind =
  | "keyword"
  | "keyword[]"
  | "integer"
  | "number"
  | "boolean"
  | "time"
  | "object";

/** One row of the field table generated from `event.schema.json`. */
export interface FieldInfo {
  readonly kind: FieldKind;
  /** Closed list of legal values, for enumerations. */
  readonly values?: readonly string[];
  /** Event types the field belongs to; absent: all. */
  readonly events?: readonly string[];
  /** Whether a complete producer sends it with every event. */
  readonly expected?: boolean;
  readonly description: string;
}

/** The field names in schema order. */
export const eventFieldNames: readonly EventField[] = Object.keys(eventFields) as EventField[];

/** Whether an event may carry several values in the field. One without any counts as missing. */
export function isList(name: string): boolean {
  return fieldInfo(name)?.kind === "keyword[]";
}

/** The field table's row, or `undefined` for a name the schema does not know. */
export function fieldInfo(name: string): FieldInfo | undefined {
  return Object.hasOwn(eventFields, name) ? eventFields[name as EventField] : undefined;
}
