/** Paths of a configuration: a relative one counts from the folder of the file it stands in. */
import { dirname, isAbsolute, join } from "node:path";
import type { MapReader } from "../yaml/reader.ts";
import type { Option } from "./option.ts";

const schema = { type: "string", minLength: 1 } as const;

/** The path as the process can open it, whatever folder it was started in. */
export function resolvePath(configurationFile: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(configurationFile), path);
}

function resolved(reader: MapReader, key: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolvePath(reader.spanOf(key).file, path);
}

/** A path to a file or folder; relative ones count from the folder of the configuration. */
export function path(row: {
  readonly doc: string;
  readonly fallback?: string;
  readonly example?: string;
}): Option<string> {
  const { fallback } = row;
  return {
    doc: row.doc,
    type: "path",
    schema,
    ...(fallback !== undefined && { fallback }),
    ...(row.example !== undefined && { example: row.example }),
    read: (reader, key) =>
      resolved(
        reader,
        key,
        fallback === undefined ? reader.string(key) : (reader.optionalString(key) ?? fallback),
      ),
  };
}

/** A path that may be absent. */
export function optionalPath(row: {
  readonly doc: string;
  readonly example?: string;
}): Option<string | undefined> {
  return {
    doc: row.doc,
    type: "path, optional",
    fallback: "none",
    schema,
    ...(row.example !== undefined && { example: row.example }),
    read: (reader, key) => resolved(reader, key, reader.optionalString(key)),
  };
}
