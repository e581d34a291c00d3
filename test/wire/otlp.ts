/**
 * What an exporter of OTLP sends and reads, by the whole of the protocol's messages: the receiver knows
 * only the fields that it needs, so both sides share nothing. Field numbers are those of
 * opentelemetry-proto 1.x (Apache-2.0, the OpenTelemetry authors) and google/rpc/status.proto.
 */
import protobuf from "protobufjs";

const common = `
  message AnyValue {
    oneof value {
      string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4;
      ArrayValue arrayValue = 5; KeyValueList kvlistValue = 6; bytes bytesValue = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message Scope {
    string name = 1; string version = 2; repeated KeyValue attributes = 3;
    uint32 droppedAttributesCount = 4;
  }
  message Resource { repeated KeyValue attributes = 1; uint32 droppedAttributesCount = 2; }`;

const logs = `
  message LogRecord {
    fixed64 timeUnixNano = 1; int32 severityNumber = 2; string severityText = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; uint32 droppedAttributesCount = 7; fixed32 flags = 8;
    bytes traceId = 9; bytes spanId = 10; fixed64 observedTimeUnixNano = 11; string eventName = 12;
  }
  message ScopeLogs { Scope scope = 1; repeated LogRecord logRecords = 2; string schemaUrl = 3; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; string schemaUrl = 3; }
  message logs { repeated ResourceLogs resourceLogs = 1; }`;

const metrics = `
  message NumberDataPoint {
    fixed64 startTimeUnixNano = 2; fixed64 timeUnixNano = 3;
    oneof number { double asDouble = 4; sfixed64 asInt = 6; }
    repeated KeyValue attributes = 7; uint32 flags = 8;
  }
  message Gauge { repeated NumberDataPoint dataPoints = 1; }
  message Sum {
    repeated NumberDataPoint dataPoints = 1; int32 aggregationTemporality = 2; bool isMonotonic = 3;
  }
  message HistogramDataPoint { fixed64 timeUnixNano = 3; fixed64 count = 4; }
  message Histogram { repeated HistogramDataPoint dataPoints = 1; int32 aggregationTemporality = 2; }
  message Metric {
    string name = 1; string description = 2; string unit = 3;
    oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; }
  }
  message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; string schemaUrl = 3; }
  message ResourceMetrics {
    Resource resource = 1; repeated ScopeMetrics scopeMetrics = 2; string schemaUrl = 3;
  }
  message metrics { repeated ResourceMetrics resourceMetrics = 1; }`;

const traces = `
  message Span { bytes traceId = 1; bytes spanId = 2; string name = 5; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schemaUrl = 3; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; string schemaUrl = 3; }
  message traces { repeated ResourceSpans resourceSpans = 1; }`;

const answers = `
  message PartialSuccess { int64 rejected = 1; string errorMessage = 2; }
  message Answer { PartialSuccess partialSuccess = 1; }
  message Status { int32 code = 1; string message = 2; }`;

const { root } = protobuf.parse(
  `syntax = "proto3"; ${common}${logs}${metrics}${traces}${answers}`,
  {
    keepCase: true,
  },
);

export type Signal = "logs" | "metrics" | "traces";

/** A request in the JSON encoding as the same request in the binary one. */
export function encodeRequest(signal: Signal, request: object): Uint8Array {
  const type = root.lookupType(signal);
  return type.encode(type.fromObject(request)).finish();
}

/** An answer to a request that was taken, as plain data. */
export function decodeAnswer(bytes: Uint8Array): object {
  const type = root.lookupType("Answer");
  return type.toObject(type.decode(bytes), { longs: Number });
}

/** A `google.rpc.Status`, as plain data. */
export function decodeStatus(bytes: Uint8Array): {
  readonly code: number;
  readonly message: string;
} {
  const type = root.lookupType("Status");
  return type.toObject(type.decode(bytes)) as { readonly code: number; readonly message: string };
}

export type AttributeValue = string | number | boolean;

/** Attributes in the JSON encoding. */
export function attributesOf(
  values: Readonly<Record<string, AttributeValue>>,
): readonly { readonly key: string; readonly value: object }[] {
  const typed = (value: AttributeValue): object =>
    typeof value === "number"
      ? Number.isInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: value }
      : typeof value === "boolean"
        ? { boolValue: value }
        : { stringValue: value };
  return Object.entries(values).map(([key, value]) => ({ key, value: typed(value) }));
}
