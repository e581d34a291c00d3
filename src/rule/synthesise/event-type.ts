/** The type of a made-up event. */
import { fieldInfo } from "../../event/field.ts";
import type { Fields } from "./satisfy.ts";

/**
 * The fields with an event type that may carry all of them, where they have none: no event is without
 * one, and a predicate may read it.
 */
export function typed(fields: Fields): Fields {
  if (fields.event_type !== undefined) return fields;
  const types = fieldInfo("event_type")?.values ?? [];
  const fitting = types.filter((type) =>
    Object.keys(fields).every((field) => fieldInfo(field)?.events?.includes(type) ?? true),
  );
  const usual = "activity_event";
  return { event_type: fitting.includes(usual) ? usual : (fitting[0] ?? usual), ...fields };
}
