/** Records out of what carries them: lists, objects, JSON in texts, compressed batches. */
import { gunzipSync } from "node:zlib";
import type { Envelope } from "./adapter.ts";
import { type Fields, isFields, valueAt } from "./path.ts";

/** Largest text that is unpacked from a compressed batch. */
const UNPACKED_BYTES_MAX = 16 * 1_048_576;
/** Envelopes within envelopes; a batch of a log service within its export needs three. */
const DEPTH_MAX = 6;
/** Nesting that every honest record stays far below. */
const NESTING_MAX = 64;

/** A record, or why there is none. */
export type Unwrapped =
  | { readonly record: Fields; readonly problem?: undefined }
  | { readonly problem: string; readonly raw: string };

/** What log collectors put before a line: a time, and which stream it is from (CRI, CloudWatch exports). */
const PREFIX =
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)\s+(?:(?:stdout|stderr)\s+[FP]\s+)?(?=\{)/;

export function parseText(text: string): unknown {
  const bare = text.trimStart();
  try {
    return JSON.parse(
      bare.startsWith("{") || bare.startsWith("[") ? bare : bare.replace(PREFIX, ""),
    );
  } catch {
    // The caller says what is wrong with the record; the engine's words would quote it.
    return undefined;
  }
}

function unpack(text: string): unknown {
  try {
    const bytes = gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: UNPACKED_BYTES_MAX });
    return parseText(bytes.toString("utf8"));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (!code.startsWith("Z_") && code !== "ERR_BUFFER_TOO_LARGE") throw cause;
    return undefined;
  }
}

/** What an envelope holds; `undefined` when the value is none of its kind. */
function open(value: Fields, { kind, path }: Envelope): unknown {
  const held = valueAt({ record: value }, path);
  switch (kind) {
    case "list":
      return Array.isArray(held) ? held : undefined;
    case "object":
      return isFields(held) ? held : undefined;
    case "json":
      return typeof held === "string" && /^\s*[{[]/.test(held) ? parseText(held) : undefined;
    case "packed":
      return typeof held === "string" ? unpack(held) : undefined;
  }
}

/** Looks level by level, so that depth costs no stack. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > NESTING_MAX) return true;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

function* walk(
  value: unknown,
  text: string,
  envelopes: readonly Envelope[],
  depth: number,
): Generator<Unwrapped, void, undefined> {
  if (Array.isArray(value) && depth < DEPTH_MAX) {
    for (const one of value) yield* walk(one, text, envelopes, depth + 1);
    return;
  }
  // Walking and writing such a value could exhaust the stack, so it is kept as the text that it was.
  if (isTooDeep(value)) {
    yield { problem: `it is nested more than ${NESTING_MAX} deep`, raw: text };
    return;
  }
  if (!isFields(value)) {
    yield { problem: "it is no JSON object", raw: JSON.stringify(value) ?? "null" };
    return;
  }
  if (depth < DEPTH_MAX) {
    for (const envelope of envelopes) {
      const inner = open(value, envelope);
      if (inner === undefined) continue;
      yield* walk(inner, text, envelopes, depth + 1);
      return;
    }
  }
  yield { record: value };
}

/** The records of one text. Never throws. */
export function* unwrap(
  text: string,
  envelopes: readonly Envelope[],
): Generator<Unwrapped, void, undefined> {
  const value = parseText(text);
  if (value === undefined) yield { problem: "it is not JSON", raw: text };
  else yield* walk(value, text, envelopes, 0);
}
