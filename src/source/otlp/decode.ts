/**
 * OTLP/JSON export requests as flat records (OTLP 1.x, JSON protobuf encoding).
 *
 * Tolerant of what real exporters write: integers as numbers or text, attributes of the resource on the
 * record or beside it, unknown members. Metrics and traces are recognised and left alone: they repeat
 * what the logs say.
 */

/** A scalar attribute; structured values are dropped, they hold content or nothing we use. */
export type Attribute = string | number | boolean;

export interface LogRecord {
  /** Nanoseconds since the epoch as decimal digits; empty when the record has none. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  /** Text of the body, e.g. `claude_code.tool_result`. */
  readonly body: string;
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

function decodeValue(value: unknown): Attribute | undefined {
  if (!isObject(value)) return undefined;
  const { stringValue, intValue, doubleValue, boolValue } = value;
  if (typeof stringValue === "string" || typeof boolValue === "boolean")
    return (stringValue as string) ?? boolValue;
  const number = intValue ?? doubleValue;
  if (typeof number === "number") return number;
  // 64-bit integers travel as text in JSON protobuf.
  return typeof number === "string" && number !== "" && Number.isFinite(Number(number))
    ? Number(number)
    : undefined;
}

function decodeAttributes(list: unknown, into: Map<string, Attribute>): void {
  for (const { key, value } of objects(list)) {
    const decoded = decodeValue(value);
    if (typeof key === "string" && decoded !== undefined) into.set(key, decoded);
  }
}

function digits(value: unknown): string {
  const text = typeof value === "number" ? value.toFixed(0) : value;
  return typeof text === "string" && /^[0-9]{1,20}$/.test(text) && !/^0+$/.test(text) ? text : "";
}

function decodeRecord(record: Json, resource: ReadonlyMap<string, Attribute>): LogRecord {
  const attributes = new Map(resource);
  decodeAttributes(record["attributes"], attributes);
  const body = decodeValue(record["body"]);
  return {
    timeUnixNano: digits(record["timeUnixNano"]),
    observedTimeUnixNano: digits(record["observedTimeUnixNano"]),
    body: typeof body === "string" ? body : "",
    attributes,
  };
}

function decodeLogs(resourceLogs: unknown): readonly LogRecord[] {
  return objects(resourceLogs).flatMap((entry) => {
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
  if (Array.isArray(request["resourceLogs"]))
    return { kind: "logs", records: decodeLogs(request["resourceLogs"]) };
  if (Array.isArray(request["resourceMetrics"])) return { kind: "metrics" };
  if (Array.isArray(request["resourceSpans"])) return { kind: "traces" };
  return {
    kind: "unknown",
    detail: "it has neither resourceLogs, resourceMetrics nor resourceSpans",
  };
}
