/**
 * One line of an event log → one audit event.
 *
 * Hot path: `JSON.parse` and the generated strict validator, nothing else. Cold path, taken by lines
 * that are not canonical: repair what needs no guessing, then report every remaining problem.
 */
import { createHash } from "node:crypto";
import {
  type Diagnostic,
  fail,
  isError,
  type Result,
  report,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as eventMessage from "../diagnostic/message/event.ts";
import { isStrictEvent } from "../generated/event-validator.ts";
import type { AuditEvent } from "./event.ts";
import { locatePointer, pointerTo } from "./locate.ts";
import { repairEvent } from "./repair.ts";
import { formatTime, isCanonicalTime, parseTime } from "./time.ts";

export interface ParseOptions {
  /** Name of the source in diagnostics. */
  readonly file: string;
  /** Reject what would otherwise be accepted with a warning about unknown fields. */
  readonly strict?: boolean;
}

type JsonObject = Record<string, unknown>;

const noDiagnostics: readonly Diagnostic[] = [];

/** A lone half of a surrogate pair can only enter valid UTF-8 through an escape. */
function mayHoldSurrogate(text: string): boolean {
  return text.includes("\\ud") || text.includes("\\uD");
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner));
}

/** Nesting that any honest producer stays far below; walking deeper could exhaust the stack. */
const DEPTH_MAX = 64;

/** Looks level by level, so that depth costs no stack. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return true;
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

function adviseSyntax(text: string): string {
  if (!/^\s*[{[]/.test(text)) return "Write one JSON object per line, as RFC 8259 defines it.";
  if (/^\s*\{\s*'/.test(text))
    return "Keys and strings take double quotes; this looks like a Python literal.";
  if (/[:[,]\s*-?(NaN|Infinity)/.test(text))
    return "JSON has no NaN and no Infinity; leave the field out.";
  if (/,\s*[}\]]/.test(text)) return "Remove the comma before the closing bracket.";
  if (/\}\s*\{/.test(text)) return "Two objects share the line; write one object per line.";
  if (!/[}\]]\s*$/.test(text))
    return "The line ends in the middle; a writer was interrupted or a line was split.";
  return "Write one JSON object per line, as RFC 8259 defines it.";
}

function parseJson(
  text: string,
  spanAt: (column: number, length: number) => Span,
): Result<unknown> {
  try {
    return { ok: true, value: JSON.parse(text), diagnostics: noDiagnostics };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const unknown = message.includes("end of JSON") ? text.length : 0;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? unknown);
    // The engine quotes the text around the error; a log line must not leak through a diagnostic.
    const detail = message
      .replace(/,? ?(\.{3})?"[\s\S]*"(\.{3})? is not valid JSON$/, "")
      .replace(/( in JSON| after JSON)? at position.*$/s, "");
    const column = Math.min(position, Math.max(0, text.length - 1)) + 1;
    return fail([
      report(eventMessage.notJson, spanAt(column, 1), { detail, help: adviseSyntax(text) }),
    ]);
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return `a ${typeof value}`;
}

/** An id for an event that has none: the line's SHA-256, shaped as an RFC 9562 version 8 UUID. */
function deriveId(text: string): string {
  const hex = createHash("sha256").update("claude-siem/event-id\n").update(text).digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function parseCold(
  text: string,
  value: unknown,
  line: number,
  options: ParseOptions,
): Result<AuditEvent> {
  const spanAt = (column: number, length: number): Span => ({
    file: options.file,
    line,
    column,
    length,
  });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail([
      report(eventMessage.notAnObject, spanAt(1, text.length), { found: describe(value) }),
    ]);
  }
  if (isTooDeep(value)) {
    return fail([report(eventMessage.tooDeep, spanAt(1, 1), { limit: DEPTH_MAX })]);
  }
  if (mayHoldSurrogate(text) && !isWellFormed(value)) {
    const column = Math.max(0, text.search(/\\ud[89a-f]/i)) + 1;
    return fail([report(eventMessage.loneSurrogate, spanAt(column, 6), {})]);
  }
  const { event, findings } = repairEvent(value as JsonObject, () => deriveId(text));
  const diagnostics = findings.map(({ definition, args, path, atKey }) => {
    const pointer = pointerTo(...path);
    const { column, length } = locatePointer(text, pointer, atKey);
    const diagnostic = report(definition, spanAt(column, length), args, pointer);
    const refused = options.strict === true && diagnostic.code === eventMessage.unknownField.code;
    return refused ? { ...diagnostic, severity: "error" as const } : diagnostic;
  });
  if (diagnostics.some(isError)) return fail(diagnostics);
  return { ok: true, value: event as unknown as AuditEvent, diagnostics };
}

/** An event and whether its line is the canonical JSON of it: nothing was repaired or left out. */
export type ParsedLine = Result<AuditEvent> & { readonly isVerbatim?: boolean };

/**
 * Parses and validates one line.
 *
 * @param line Number of the line in its source, from 1.
 * @returns The event in canonical form with warnings about what was repaired or is unusual, or every
 *   reason why the line is no event. Never throws, whatever the text.
 */
export function parseEventLine(text: string, line: number, options: ParseOptions): ParsedLine {
  const parsed = parseJson(text, (column, length) => ({
    file: options.file,
    line,
    column,
    length,
  }));
  if (!parsed.ok) return parsed;
  const value = parsed.value as JsonObject | null;
  // Whole seconds and offsets are common and harmless; they must not cost the cold path.
  const timestamp = value?.["timestamp"];
  let isVerbatim = true;
  if (typeof timestamp === "string" && !isCanonicalTime(timestamp)) {
    const time = parseTime(timestamp);
    const year = time && new Date(time.epochMs).getUTCFullYear();
    if (time && !time.leapSecond && year !== undefined && year >= 0 && year <= 9999 && value) {
      value["timestamp"] = formatTime(time.epochMs);
      isVerbatim = false;
    }
  }
  if (isStrictEvent(value) && !mayHoldSurrogate(text)) {
    const event = value as unknown as AuditEvent;
    return { ok: true, value: event, diagnostics: noDiagnostics, isVerbatim };
  }
  return parseCold(text, value, line, options);
}
