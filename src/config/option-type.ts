/** The types of settings: each makes one row of an `OptionTable`. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import type { YamlNode } from "../yaml/node.ts";
import { formatDuration, MapReader } from "../yaml/reader.ts";
import { judgeEndpoint } from "./endpoint.ts";
import type { JsonSchema, Option } from "./option.ts";
import { resolvePath } from "./path.ts";
import type { SecretReference } from "./secret.ts";

interface Row<T> {
  readonly doc: string;
  /** Used when the key is absent. Without it the key is required. */
  readonly fallback?: T;
  readonly example?: string;
}

interface OptionalRow {
  readonly doc: string;
  readonly example?: string;
}

function exampleOf(row: { readonly example?: string }): { readonly example?: string } {
  return row.example === undefined ? {} : { example: row.example };
}

/** Non-empty text. */
export function text(row: Row<string>): Option<string> {
  return {
    doc: row.doc,
    type: "text",
    schema: { type: "string", minLength: 1 },
    ...(row.fallback !== undefined && { fallback: JSON.stringify(row.fallback) }),
    ...exampleOf(row),
    read: (reader, key) =>
      row.fallback === undefined
        ? reader.string(key)
        : (reader.optionalString(key) ?? row.fallback),
  };
}

/** Text that may be absent. */
export function optionalText(row: OptionalRow): Option<string | undefined> {
  return {
    doc: row.doc,
    type: "text, optional",
    fallback: "none",
    schema: { type: "string", minLength: 1 },
    ...exampleOf(row),
    read: (reader, key) => reader.optionalString(key),
  };
}

/** A list of texts. */
export function texts(row: Row<readonly string[]>): Option<readonly string[]> {
  return {
    doc: row.doc,
    type: "list of texts",
    schema: { type: "array", items: { type: "string", minLength: 1 } },
    ...(row.fallback !== undefined && { fallback: JSON.stringify(row.fallback) }),
    ...exampleOf(row),
    read: (reader, key) =>
      row.fallback === undefined
        ? reader.strings(key)
        : (reader.optionalStrings(key) ?? row.fallback),
  };
}

/** A whole number within bounds. */
export function integer(
  row: Row<number> & { readonly min: number; readonly max: number },
): Option<number> {
  const range = { integer: true, min: row.min, max: row.max };
  return {
    doc: row.doc,
    type: `whole number ${row.min}–${row.max}`,
    schema: { type: "integer", minimum: row.min, maximum: row.max },
    ...(row.fallback !== undefined && { fallback: String(row.fallback) }),
    ...exampleOf(row),
    read: (reader, key) =>
      row.fallback === undefined
        ? reader.number(key, range)
        : (reader.optionalNumber(key, range) ?? row.fallback),
  };
}

/** A duration such as `30s`, in milliseconds, within bounds. */
export function duration(
  row: Row<number> & { readonly minMs: number; readonly maxMs: number },
): Option<number> {
  const bounds = `${formatDuration(row.minMs)}–${formatDuration(row.maxMs)}`;
  return {
    doc: row.doc,
    type: `duration ${bounds}`,
    schema: { type: "string", pattern: "^[0-9]{1,9}(ms|s|m|h|d)$" },
    ...(row.fallback !== undefined && { fallback: formatDuration(row.fallback) }),
    ...exampleOf(row),
    read: (reader, key, diagnostics) => {
      const value =
        row.fallback === undefined
          ? reader.duration(key)
          : (reader.optionalDuration(key) ?? row.fallback);
      if (value === undefined || (value >= row.minMs && value <= row.maxMs)) return value;
      const args = { key, value: formatDuration(value), range: bounds };
      diagnostics.push(report(configMessage.durationOutOfRange, reader.spanOf(key), args));
      return undefined;
    },
  };
}

/** True or false. */
export function flag(row: Row<boolean>): Option<boolean> {
  return {
    doc: row.doc,
    type: "true or false",
    schema: { type: "boolean" },
    fallback: String(row.fallback ?? false),
    ...exampleOf(row),
    read: (reader, key) => reader.optionalBoolean(key) ?? row.fallback ?? false,
  };
}

/** One of a closed list of words. */
export function choice<T extends string>(row: Row<T> & { readonly of: readonly T[] }): Option<T> {
  return {
    doc: row.doc,
    type: row.of.join(" | "),
    schema: { enum: [...row.of] },
    ...(row.fallback !== undefined && { fallback: row.fallback }),
    ...exampleOf(row),
    read: (reader, key) =>
      row.fallback === undefined
        ? reader.choice(key, row.of)
        : (reader.optionalChoice(key, row.of) ?? row.fallback),
  };
}

const secretSchema: JsonSchema = {
  oneOf: [
    {
      type: "object",
      properties: { env: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" } },
      required: ["env"],
      additionalProperties: false,
    },
    {
      type: "object",
      properties: { file: { type: "string", minLength: 1 } },
      required: ["file"],
      additionalProperties: false,
    },
  ],
};

function readReference(
  node: YamlNode,
  key: string,
  diagnostics: Diagnostic[],
): SecretReference | undefined {
  if (node.kind !== "map") {
    diagnostics.push(report(configMessage.literalSecret, node.span, { key }));
    return undefined;
  }
  const inner = MapReader.of(node, `"${key}"`, diagnostics);
  const name = inner?.optionalString("env");
  const path = inner?.optionalString("file");
  inner?.done();
  if (name !== undefined && path === undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { from: "env", name };
  if (path !== undefined && name === undefined)
    return { from: "file", path: resolvePath(node.span.file, path) };
  diagnostics.push(report(configMessage.badSecretReference, node.span, { key }));
  return undefined;
}

function readSecret(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
): SecretReference | undefined {
  const node = reader.optional(key);
  return node === undefined ? undefined : readReference(node, key, diagnostics);
}

/** A secret, as a reference to an environment variable or a file. */
export function secret(row: {
  readonly doc: string;
  readonly example?: string;
}): Option<SecretReference> {
  return {
    doc: row.doc,
    type: "secret: {env: NAME} or {file: PATH}",
    schema: secretSchema,
    ...exampleOf(row),
    read: (reader, key, diagnostics) => {
      if (reader.required(key, "{env: NAME} or {file: PATH}") === undefined) return undefined;
      return readSecret(reader, key, diagnostics);
    },
  };
}

/** A secret that may be absent. */
export function optionalSecret(row: OptionalRow): Option<SecretReference | undefined> {
  return {
    doc: row.doc,
    type: "secret, optional: {env: NAME} or {file: PATH}",
    fallback: "none",
    schema: secretSchema,
    ...exampleOf(row),
    read: readSecret,
  };
}

/** A list of secrets, none by default. Several are valid at once, so that one can be rotated in. */
export function secrets(row: OptionalRow): Option<readonly SecretReference[]> {
  return {
    doc: row.doc,
    type: "list of secrets: {env: NAME} or {file: PATH}",
    fallback: "[]",
    schema: { type: "array", items: secretSchema },
    ...exampleOf(row),
    read: (reader, key, diagnostics) =>
      (reader.optionalList(key)?.items ?? []).flatMap(
        (item) => readReference(item, key, diagnostics) ?? [],
      ),
  };
}

/** A list of endpoints; see `endpoint` for what is taken. */
export function endpoints(row: {
  readonly doc: string;
  readonly example?: string;
}): Option<readonly URL[]> {
  return {
    doc: row.doc,
    type: "list of https URLs",
    schema: { type: "array", minItems: 1, items: { type: "string", pattern: "^https?://" } },
    ...exampleOf(row),
    read: (reader, key, diagnostics) => {
      const given = reader.strings(key);
      if (given === undefined) return undefined;
      if (given.length === 0) {
        const args = { key, value: "[]", problem: "the list is empty" };
        diagnostics.push(report(configMessage.badEndpoint, reader.spanOf(key), args));
      }
      return given.flatMap((one) => judged(reader, key, one, diagnostics) ?? []);
    },
  };
}

function judged(
  reader: MapReader,
  key: string,
  value: string,
  diagnostics: Diagnostic[],
): URL | undefined {
  const verdict = judgeEndpoint(value, reader.optionalBoolean("allow_plain_http") ?? false);
  if (verdict instanceof URL) return verdict;
  const args = { key, value: verdict.shown, problem: verdict.problem };
  diagnostics.push(report(configMessage.badEndpoint, reader.spanOf(key), args));
  return undefined;
}

/**
 * An https URL. A plain http URL is taken only when it points to this machine and the same map says
 * `allow_plain_http: true`; a URL with user name or password in it never is.
 */
export function endpoint(row: { readonly doc: string; readonly example?: string }): Option<URL> {
  return {
    doc: row.doc,
    type: "https URL",
    schema: { type: "string", pattern: "^https?://" },
    ...exampleOf(row),
    read: (reader, key, diagnostics) => {
      const value = reader.string(key);
      return value === undefined ? undefined : judged(reader, key, value, diagnostics);
    },
  };
}

/** An endpoint that may be absent. */
export function optionalEndpoint(row: OptionalRow): Option<URL | undefined> {
  const required = endpoint(row);
  return {
    ...required,
    type: "https URL, optional",
    fallback: "none",
    read: (reader, key, diagnostics) =>
      reader.optional(key) === undefined ? undefined : required.read(reader, key, diagnostics),
  };
}

/** The row every map with endpoints has. */
export const allowPlainHttp: Option<boolean> = flag({
  doc: "Take http:// URLs that point to this machine (127.0.0.0/8, ::1, localhost). Tokens then travel unencrypted on loopback only.",
});
