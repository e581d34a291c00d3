/**
 * Settings of a configuration as tables: one row per key says its type, its default and what it is
 * for. The parser, the JSON Schema of the file, the reference page and the commented file that `init`
 * writes are all read from these rows, so that none of them can say something else.
 */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { MapReader } from "../yaml/reader.ts";

/** A JSON Schema (2020-12) of one value. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One key of a configuration. */
export interface Option<T> {
  /** What the key is for, one or two sentences. */
  readonly doc: string;
  /** Type in words for the reference page, such as `duration` or `whole number 1–10000`. */
  readonly type: string;
  /** The default as it would be written in YAML, `none` for no value; absent when the key is required. */
  readonly fallback?: string;
  readonly schema: JsonSchema;
  /** A value for the commented file of `init`, as YAML. */
  readonly example?: string;
  /** Rows of the map under this key, when it is one. */
  readonly rows?: Readonly<Record<string, Option<unknown>>>;
  /**
   * Reads the key. `undefined` without a diagnostic only for options whose default is to be absent;
   * otherwise the reader has reported why there is no value.
   */
  readonly read: (reader: MapReader, key: string, diagnostics: Diagnostic[]) => T | undefined;
}

/** One row for each key of `T`. A key that may be absent has the type `X | undefined` in `T`. */
export type OptionTable<T> = { readonly [Key in keyof T]-?: Option<T[Key]> };

/** Settings that are each right and do not go together. */
export interface SettingConflict {
  /** The key it is shown at. */
  readonly key: string;
  /** What is wrong, without a final stop: `0.0.0.0:8080 is open to the network and nothing asks for a token`. */
  readonly problem: string;
  /** What to do: `Set tokens, or listen on 127.0.0.1.` */
  readonly instruction: string;
}

/**
 * Reads all keys of a table from a map. Every problem is reported, and unknown keys are errors when
 * the caller ends with `reader.done()`. The result is complete only when no diagnostic is an error.
 */
export function readOptions<T>(
  table: OptionTable<T>,
  reader: MapReader,
  diagnostics: Diagnostic[],
): T {
  const entries = (Object.entries(table) as [string, Option<unknown>][]).map(([key, option]) => [
    key,
    option.read(reader, key, diagnostics),
  ]);
  return Object.fromEntries(entries) as T;
}
