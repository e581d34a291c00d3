/**
 * Export requests as flat log records, whatever the encoding they came in.
 *
 * Tolerant of what real exporters write: integers as numbers or text, attributes of the resource on the
 * record or beside it, unknown members. Metrics and traces are recognised and left alone: they repeat
 * what the logs say.
 */
import type { Long } from "protobufjs/minimal.js";

/** A scalar attribute; other structured values than `lists` are dropped: content, or nothing we use. */
export type Attribute = string | number | boolean;

export interface LogRecord {
  /** Nanoseconds since the epoch as decimal digits; empty when the record has none. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  /** Text of the body, e.g. `claude_code.tool_result`. */
  readonly body: string;
  /** The member of newer clients (OTLP 1.5); those of today have an attribute `event.name`. */
  readonly eventName: string;
  /** The record's attributes over those of its resource. */
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export type DecodedRequest =
  | { readonly kind: "logs"; readonly records: readonly LogRecord[] }
  | { readonly kind: "metrics" | "traces" }
  | { readonly kind: "unknown"; readonly detail: string };

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A 64-bit integer of the binary encoding. */
function isLong(value: unknown): value is Long {
  return isObject(value) && typeof value["low"] === "number" && typeof value["high"] === "number";
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (isLong(value)) return value.high * 2 ** 32 + (value.low >>> 0);
  // 64-bit integers travel as text in JSON protobuf.
  return typeof value === "string" && value !== "" && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}

function decodeValue(value: unknown): Attribute | undefined {
  if (!isObject(value)) return undefined;
  // Members that are not set have a default in the binary encoding, so only own ones count.
  for (const member in value) {
    if (!Object.hasOwn(value, member)) continue;
    const held = value[member];
    if (member === "stringValue" && typeof held === "string") return held;
    if (member === "boolValue" && typeof held === "boolean") return held;
    if (member === "intValue" || member === "doubleValue") return numberOf(held);
  }
  return undefined;
}

/** Lists of texts that are read; their texts are joined by line feeds. */
const lists: ReadonlySet<string> = new Set(["workspace.host_paths"]);

function decodeList(value: unknown): string | undefined {
  const list = isObject(value) && isObject(value["arrayValue"]) ? value["arrayValue"] : undefined;
  const texts = objects(list?.["values"]).map(decodeValue);
  return list && texts.filter((text) => typeof text === "string").join("\n");
}

function decodeAttributes(list: unknown, into: Map<string, Attribute>): void {
  if (!Array.isArray(list)) return;
  for (const entry of list) {
    if (!isObject(entry)) continue;
    const { key, value } = entry;
    if (typeof key !== "string") continue;
    const decoded = decodeValue(value) ?? (lists.has(key) ? decodeList(value) : undefined);
    if (decoded !== undefined) into.set(key, decoded);
  }
}

/** Nanoseconds as digits; empty for 0, which means that the time is unknown. */
function digits(value: unknown): string {
  if (isLong(value)) {
    const { high, low } = value;
    return high === 0 && low === 0 ? "" : String((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  }
  const text = typeof value === "number" ? value.toFixed(0) : value;
  return typeof text === "string" && /^[0-9]{1,20}$/.test(text) && !/^0+$/.test(text) ? text : "";
}

function decodeRecord(record: Json, resource: ReadonlyMap<string, Attribute>): LogRecord {
  const attributes = new Map(resource);
  decodeAttributes(record["attributes"], attributes);
  const body = decodeValue(record["body"]);
  const eventName = record["eventName"];
  return {
    timeUnixNano: digits(record["timeUnixNano"]),
    observedTimeUnixNano: digits(record["observedTimeUnixNano"]),
    body: typeof body === "string" ? body : "",
    eventName: typeof eventName === "string" ? eventName : "",
    attributes,
  };
}

/** The records of a request to the path of logs. Never throws. */
export function decodeLogs(request: Json): readonly LogRecord[] {
  return objects(request["resourceLogs"]).flatMap((entry) => {
    const resource = new Map<string, Attribute>();
    if (isObject(entry["resource"])) decodeAttributes(entry["resource"]["attributes"], resource);
    const records = objects(entry["scopeLogs"]).flatMap((scope) => objects(scope["logRecords"]));
    return records.map((record) => decodeRecord(record, resource));
  });
}

/** One line of an OTLP file. Never throws. */
export function decodeRequest(text: string): DecodedRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "unknown", detail: "it is not JSON" };
  }
  const request =
    isObject(value) && isObject(value["body"]) && "path" in value ? value["body"] : value;
  if (!isObject(request)) return { kind: "unknown", detail: "it is no JSON object" };
  if (Array.isArray(request["resourceLogs"])) return { kind: "logs", records: decodeLogs(request) };
  if (Array.isArray(request["resourceMetrics"])) return { kind: "metrics" };
  if (Array.isArray(request["resourceSpans"])) return { kind: "traces" };
  return {
    kind: "unknown",
    detail: "it has neither resourceLogs, resourceMetrics nor resourceSpans",
  };
}
