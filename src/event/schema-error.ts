/** The validator's errors in the words of the message catalogue. */
import * as eventMessage from "../diagnostic/message/event.ts";
import type { SchemaError } from "../generated/event-validator.ts";
import { type Finding, find } from "./finding.ts";

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list of texts",
  object: "a map of keys and values",
};

const FORMAT_NAMES: Readonly<Record<string, string>> = {
  identifier: "printable ASCII without spaces, quotes and backslashes",
  pseudonym: "a pseudonym: printable ASCII without spaces, quotes and backslashes",
  "utc-milliseconds": "an RFC 3339 time with a zone",
  "offset-date-time": "an RFC 3339 time with an offset",
  ip: "an IPv4 or IPv6 address",
};

function nameType(type: unknown): string {
  const names = [type].flat().map((one) => TYPE_NAMES[String(one)] ?? String(one));
  return names.join(" or ");
}

function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "true or false" : "a number";
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const token of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}

function lengthLimit(keyword: string, limit: unknown): string {
  const unit = keyword.endsWith("Items")
    ? "items"
    : keyword.endsWith("Properties")
      ? "keys"
      : "characters";
  return `${keyword.startsWith("max") ? "at most" : "at least"} ${String(limit)} ${unit}`;
}

/** One schema error as a finding with path, message and advice. */
export function explainSchemaError(error: SchemaError, event: unknown): Finding {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const field = path.join(".") || "The event";
  const value = valueAt(event, path);
  const { params, keyword } = error;
  switch (keyword) {
    case "required": {
      const missing = String(params["missingProperty"]);
      return find(eventMessage.missingField, { field: missing }, path);
    }
    case "enum":
      return typeof value === "string"
        ? find(
            eventMessage.notAllowed,
            { field, value: value.slice(0, 64), allowed: params["allowedValues"] as string[] },
            path,
          )
        : find(
            eventMessage.wrongType,
            { field, expected: "text", found: describeValue(value) },
            path,
          );
    case "type": {
      const expected = nameType(params["type"]);
      return find(eventMessage.wrongType, { field, expected, found: describeValue(value) }, path);
    }
    case "minimum":
    case "maximum": {
      const limit = `${keyword === "minimum" ? "at least" : "at most"} ${String(params["limit"])}`;
      return find(eventMessage.outOfRange, { field, limit }, path);
    }
    case "minLength":
    case "maxLength":
    case "minItems":
    case "maxItems":
    case "maxProperties":
      return find(
        eventMessage.wrongLength,
        { field, limit: lengthLimit(keyword, params["limit"]) },
        path,
      );
    case "propertyNames":
      return find(
        eventMessage.wrongLength,
        { field: `a key of ${field}`, limit: "1 to 256 characters" },
        path,
      );
    case "format": {
      const expected = FORMAT_NAMES[String(params["format"])] ?? String(params["format"]);
      return find(eventMessage.badFormat, { field, expected }, path);
    }
    default:
      return find(
        eventMessage.badFormat,
        { field, expected: error.message ?? `valid (${keyword})` },
        path,
      );
  }
}
