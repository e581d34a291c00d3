/**
 * An event that a program holds as a value, as the record it would be on a line. JSON.stringify leaves
 * out, empties or replaces what JSON cannot say; an audit event must not change like that in silence, so
 * such values are refused.
 */
import { fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as sourceMessage from "../diagnostic/message/source.ts";
import type { SourceRecord } from "../source/source.ts";

/** Deeper values are no event; the vocabulary is three levels deep. */
const DEPTH_MAX = 16;

/** Where in a value something stands that JSON cannot say, and what; `undefined` when there is nothing. */
function unsayable(value: unknown, path: string, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${path} is ${value}`;
    case "object":
      return value === null ? undefined : unsayableInside(value, path, depth);
    default:
      return `${path} is a ${typeof value}`;
  }
}

function unsayableInside(value: object, path: string, depth: number): string | undefined {
  if (depth >= DEPTH_MAX) return `${path} is nested too deeply or refers to itself`;
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) {
      const found = unsayable(inner, `${path}[${index}]`, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return `${path} is no plain object (${value.constructor?.name ?? "unknown class"})`;
  for (const [key, inner] of Object.entries(value)) {
    // A key with nothing is how programs leave a field out.
    const found =
      inner === undefined
        ? undefined
        : unsayable(inner, path === "" ? key : `${path}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value's JSON text, or a problem (S751). Getters and proxies that throw are problems too. */
export function recordOf(value: unknown, position: number): SourceRecord {
  const refuse = (detail: string): SourceRecord => ({
    position,
    problem: report(sourceMessage.notPlainValue, fileSpan("the event"), { detail }),
  });
  try {
    if (typeof value !== "object" || value === null) return refuse("it is no object");
    const found = unsayable(value, "", 0);
    if (found !== undefined) return refuse(found.replace(/^ /, "it "));
    return { position, text: JSON.stringify(value) };
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause));
  }
}
