/** The meaning of the transforms over values. Generated serializers mean the same. */
import { canonicalTimeMs } from "../event/time.ts";
import type { Transform } from "./mapping.ts";

type FlatObject = Readonly<Record<string, unknown>>;

/** Human text of an object: its member `summary` when that is text, otherwise its JSON. */
export function summaryOf(object: FlatObject): string {
  const summary = Object.hasOwn(object, "summary") ? object["summary"] : undefined;
  return typeof summary === "string" ? summary : JSON.stringify(object);
}

/**
 * A flat object whose keys Elasticsearch's `flattened` type can store: that type separates keys from
 * values by U+0000, and refuses a document with such a key. Dots are harmless in it, unlike in objects.
 */
export function flatKeys(object: FlatObject): FlatObject {
  const keys = Object.keys(object);
  if (!keys.some((key) => key.includes("\0"))) return object;
  // fromEntries defines own properties, so a key such as __proto__ stays data.
  return Object.fromEntries(keys.map((key) => [key.replaceAll("\0", "\ufffd"), object[key]]));
}

/** The distinct texts among values that are text, lists of text or absent, in order. */
export function collectTexts(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.flat().filter((value) => typeof value === "string"))];
}

/**
 * Applies a transform to the values of its fields.
 *
 * @param values One per field of the rule, `undefined` where the event lacks it. Their kinds are those
 *   the checks of the mapping have proven.
 * @returns `undefined` when there is nothing to write.
 */
export function applyTransform(transform: Transform, values: readonly unknown[]): unknown {
  const present = values.find((value) => value !== undefined);
  if (present === undefined) return undefined;
  switch (transform.kind) {
    case "copy":
    case "first":
      return present;
    case "constant":
      return transform.value;
    case "lookup":
      return transform.table.entries.get(present as string);
    case "ms_to_ns":
      return (present as number) * 1_000_000;
    case "ms_to_s":
      return (present as number) / 1000;
    case "iso_to_epoch_seconds":
      return canonicalTimeMs(present as string) / 1000;
    case "array_wrap":
      return [present];
    case "collect":
      return collectTexts(values);
    case "summary":
      return summaryOf(present as FlatObject);
    case "json_string":
      return JSON.stringify(present);
    case "flat_keys":
      return flatKeys(present as FlatObject);
  }
}
