/**
 * OTLP over HTTP in its two encodings, as far as a receiver needs it.
 *
 * Field names and numbers are those of opentelemetry-proto 1.x (Apache-2.0, the OpenTelemetry authors):
 * collector/{logs,metrics,trace}/v1/*_service.proto, {logs,metrics,trace,common,resource}/v1/*.proto, and
 * of google/rpc/status.proto. Only fields that are read are listed; the decoder skips all others. Data
 * points and spans are counted, so they are no more than bytes here.
 *
 * Texts are decoded without a check of their UTF-8, as the reference collector does: one prompt that was
 * cut inside a character must not cost the records beside it, and content is not copied anyway.
 */
import protobuf from "protobufjs/light.js";

export type Signal = "logs" | "metrics" | "traces";

const repeated = (type: string, id: number): protobuf.IField & { readonly rule: "repeated" } => ({
  rule: "repeated",
  type,
  id,
});

/** Texts of these messages are decoded without a check of their UTF-8, see above. */
const lenient = { edition: "proto2" } as const;

const points = { fields: { dataPoints: repeated("bytes", 1) } };

const descriptor = {
  nested: {
    AnyValue: {
      ...lenient,
      oneofs: {
        value: { oneof: ["stringValue", "boolValue", "intValue", "doubleValue"] },
      },
      fields: {
        stringValue: { type: "string", id: 1 },
        boolValue: { type: "bool", id: 2 },
        intValue: { type: "int64", id: 3 },
        doubleValue: { type: "double", id: 4 },
      },
    },
    KeyValue: {
      ...lenient,
      fields: { key: { type: "string", id: 1 }, value: { type: "AnyValue", id: 2 } },
    },
    Resource: { fields: { attributes: repeated("KeyValue", 1) } },
    LogRecord: {
      ...lenient,
      fields: {
        timeUnixNano: { type: "fixed64", id: 1 },
        body: { type: "AnyValue", id: 5 },
        attributes: repeated("KeyValue", 6),
        observedTimeUnixNano: { type: "fixed64", id: 11 },
        eventName: { type: "string", id: 12 },
      },
    },
    ScopeLogs: { fields: { logRecords: repeated("LogRecord", 2) } },
    ResourceLogs: {
      fields: { resource: { type: "Resource", id: 1 }, scopeLogs: repeated("ScopeLogs", 2) },
    },
    LogsRequest: { fields: { resourceLogs: repeated("ResourceLogs", 1) } },
    Points: points,
    Metric: {
      fields: {
        gauge: { type: "Points", id: 5 },
        sum: { type: "Points", id: 7 },
        histogram: { type: "Points", id: 9 },
        exponentialHistogram: { type: "Points", id: 10 },
        summary: { type: "Points", id: 11 },
      },
    },
    ScopeMetrics: { fields: { metrics: repeated("Metric", 2) } },
    ResourceMetrics: { fields: { scopeMetrics: repeated("ScopeMetrics", 2) } },
    MetricsRequest: { fields: { resourceMetrics: repeated("ResourceMetrics", 1) } },
    ScopeSpans: { fields: { spans: repeated("bytes", 2) } },
    ResourceSpans: { fields: { scopeSpans: repeated("ScopeSpans", 2) } },
    TracesRequest: { fields: { resourceSpans: repeated("ResourceSpans", 1) } },
    // The three responses have the same numbers; only the names in JSON differ.
    PartialSuccess: {
      fields: { rejected: { type: "int64", id: 1 }, errorMessage: { type: "string", id: 2 } },
    },
    Response: { fields: { partialSuccess: { type: "PartialSuccess", id: 1 } } },
    Status: { fields: { code: { type: "int32", id: 1 }, message: { type: "string", id: 2 } } },
  },
};

const root = protobuf.Root.fromJSON(descriptor).resolveAll();

const requests: Readonly<Record<Signal, protobuf.Type>> = {
  logs: root.lookupType("LogsRequest"),
  metrics: root.lookupType("MetricsRequest"),
  traces: root.lookupType("TracesRequest"),
};
const responseType = root.lookupType("Response");
const statusType = root.lookupType("Status");

/** The member of a request that holds its resources. */
const members: Readonly<Record<Signal, string>> = {
  logs: "resourceLogs",
  metrics: "resourceMetrics",
  traces: "resourceSpans",
};

/** A request as nested plain data, or why the body is none. */
export type ReadRequest =
  | { readonly ok: true; readonly request: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

function malformed(reason: string): ReadRequest {
  return { ok: false, reason };
}

/** Reads a body in the binary encoding. */
export function readBinary(signal: Signal, body: Uint8Array): ReadRequest {
  try {
    const request: unknown = requests[signal].decode(body);
    return { ok: true, request: request as Readonly<Record<string, unknown>> };
  } catch (cause) {
    // The decoder throws on what is no message: a length beyond the end, an unknown wire type.
    if (!(cause instanceof Error)) throw cause;
    return malformed("The body is no message of OTLP in the binary encoding of Protobuf");
  }
}

/** Reads a body in the JSON encoding (OTLP 1.x, "JSON Protobuf Encoding"). */
export function readJson(signal: Signal, text: string): ReadRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return malformed("The body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return malformed("The body is no JSON object");
  const request = value as Readonly<Record<string, unknown>>;
  const member = members[signal];
  // Unknown members are skipped, but a body of nothing else was meant for another path or program.
  if (!Array.isArray(request[member] ?? []) || !(member in request || isEmpty(request)))
    return malformed(`The body has no list "${member}"`);
  return { ok: true, request };
}

function isEmpty(request: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(request).length === 0;
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value)
    ? value.filter((one) => typeof one === "object" && one !== null && !Array.isArray(one))
    : [];
}

/** How many items of a kind a metrics or traces request holds. */
export function countItems(
  signal: "metrics" | "traces",
  request: Readonly<Record<string, unknown>>,
): number {
  const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
  let items = 0;
  for (const resource of list(request[members[signal]])) {
    if (signal === "traces")
      for (const scope of list(resource["scopeSpans"])) items += lengthOf(scope["spans"]);
    else
      for (const scope of list(resource["scopeMetrics"]))
        for (const metric of list(scope["metrics"]))
          for (const kind of [
            "gauge",
            "sum",
            "histogram",
            "exponentialHistogram",
            "summary",
          ] as const)
            for (const { dataPoints } of list([metric[kind]])) items += lengthOf(dataPoints);
  }
  return items;
}

/** What is told of items that were refused for good (OTLP 1.x, "Partial Success"). */
export interface PartialSuccess {
  readonly rejected: number;
  readonly errorMessage: string;
}

const rejectedNames: Readonly<Record<Signal, string>> = {
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
  traces: "rejectedSpans",
};

/** A response: an empty one says that everything was taken. */
export function writeResponse(
  signal: Signal,
  encoding: "binary" | "json",
  partial: PartialSuccess | undefined,
): string | Uint8Array {
  if (encoding === "binary")
    return responseType.encode(partial === undefined ? {} : { partialSuccess: partial }).finish();
  if (partial === undefined) return "{}";
  const { rejected, errorMessage } = partial;
  // 64-bit integers travel as text in the JSON encoding.
  return JSON.stringify({
    partialSuccess: { [rejectedNames[signal]]: String(rejected), errorMessage },
  });
}

/** A `google.rpc.Status`, the body of every answer that is no success (OTLP 1.x, "Failures"). */
export function writeStatus(
  encoding: "binary" | "json",
  code: number,
  message: string,
): string | Uint8Array {
  return encoding === "binary"
    ? statusType.encode({ code, message }).finish()
    : JSON.stringify({ code, message });
}
