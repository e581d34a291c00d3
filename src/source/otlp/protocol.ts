/**
 * OTLP over HTTP in its two encodings, as far as a receiver needs it.
 *
 * Field names and numbers are those of opentelemetry-proto 1.x (Apache-2.0, the OpenTelemetry authors):
 * collector/{logs,metrics,trace}/v1/*_service.proto, {logs,metrics,trace,common,resource}/v1/*.proto, and
 * of google/rpc/status.proto. Only fields that are read are listed; all others are skipped. Data
 * points and spans are counted, so they are no more than bytes here.
 *
 * Texts are decoded without a check of their UTF-8, as the reference collector does: one prompt that was
 * cut inside a character must not cost the records beside it, and content is not copied anyway.
 */
import { Writer } from "protobufjs/minimal.js";
import { type Field, oneof, readMessage, type Shape, shape } from "./wire.ts";

export type Signal = "logs" | "metrics" | "traces";

const scalars = [
  [1, { name: "stringValue", type: "string" }],
  [2, { name: "boolValue", type: "bool" }],
  [3, { name: "intValue", type: "int64" }],
  [4, { name: "doubleValue", type: "double" }],
] as const satisfies readonly (readonly [number, Field])[];
/** Lists of lists are nothing that is read, so their depth needs no bound. */
const arrayValue = shape([1, { name: "values", type: oneof(...scalars), repeated: true }]);
const anyValue = oneof(...scalars, [5, { name: "arrayValue", type: arrayValue }]);
const keyValue = shape(
  [1, { name: "key", type: "string" }],
  [2, { name: "value", type: anyValue }],
);
const attributes = { name: "attributes", type: keyValue, repeated: true } satisfies Field;
const logRecord = shape(
  [1, { name: "timeUnixNano", type: "fixed64" }],
  [5, { name: "body", type: anyValue }],
  [6, attributes],
  [11, { name: "observedTimeUnixNano", type: "fixed64" }],
  [12, { name: "eventName", type: "string" }],
);
const points = shape([1, { name: "dataPoints", type: "bytes", repeated: true }]);
const metric = shape(
  [5, { name: "gauge", type: points }],
  [7, { name: "sum", type: points }],
  [9, { name: "histogram", type: points }],
  [10, { name: "exponentialHistogram", type: points }],
  [11, { name: "summary", type: points }],
);

/** The three requests are alike: resources, which hold scopes, which hold items. */
function request(resources: string, scopes: string, items: string, item: Field["type"]): Shape {
  const scope = shape([2, { name: items, type: item, repeated: true }]);
  const resource = shape(
    [1, { name: "resource", type: shape([1, attributes]) }],
    [2, { name: scopes, type: scope, repeated: true }],
  );
  return shape([1, { name: resources, type: resource, repeated: true }]);
}

const requests: Readonly<Record<Signal, Shape>> = {
  logs: request("resourceLogs", "scopeLogs", "logRecords", logRecord),
  metrics: request("resourceMetrics", "scopeMetrics", "metrics", metric),
  traces: request("resourceSpans", "scopeSpans", "spans", "bytes"),
};

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
    return { ok: true, request: readMessage(requests[signal], body) };
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

/** Tags of the fields of a response and of a status: the number times eight, plus the type. */
const PARTIAL_SUCCESS = 10;
const [REJECTED, ERROR_MESSAGE] = [8, 18];
const [CODE, MESSAGE] = [8, 18];

function writeBinary(partial: PartialSuccess | undefined): Uint8Array {
  const writer = Writer.create();
  if (partial === undefined) return writer.finish();
  const { rejected, errorMessage } = partial;
  writer.uint32(PARTIAL_SUCCESS).fork();
  writer.uint32(REJECTED).int64(rejected).uint32(ERROR_MESSAGE).string(errorMessage);
  return writer.ldelim().finish();
}

/** A response: an empty one says that everything was taken. */
export function writeResponse(
  signal: Signal,
  encoding: "binary" | "json",
  partial: PartialSuccess | undefined,
): string | Uint8Array {
  if (encoding === "binary") return writeBinary(partial);
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
    ? Writer.create().uint32(CODE).int32(code).uint32(MESSAGE).string(message).finish()
    : JSON.stringify({ code, message });
}
