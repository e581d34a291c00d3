/**
 * OTLP over HTTP (OTLP 1.x, section "OTLP/HTTP"): logs become events, metrics are taken and left alone,
 * spans are refused for good. A success is answered only when all records are durable.
 */
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { fileSpan, report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { type Refusal, refusal } from "../http/answer.ts";
import { type BodyLimits, judgeCoding, mediaType, tooMany } from "../http/body.ts";
import type { Reading, Reply, Service, Understood } from "../http/service.ts";
import type { Emitted, SourceRecord } from "../source.ts";
import { type IdentityOrder, type SourceEvent, toSourceEvent } from "./claude-code.ts";
import { decodeLogs } from "./decode.ts";
import {
  countItems,
  type PartialSuccess,
  readBinary,
  readJson,
  type Signal,
  writeResponse,
  writeStatus,
} from "./protocol.ts";
import type { Tally } from "./tally.ts";

type Encoding = "binary" | "json";

const signals: ReadonlyMap<string, Signal> = new Map([
  ["/v1/logs", "logs"],
  ["/v1/metrics", "metrics"],
  ["/v1/traces", "traces"],
]);
const encodings: ReadonlyMap<string, Encoding> = new Map([
  ["application/x-protobuf", "binary"],
  ["application/json", "json"],
]);
const mediaTypes: Readonly<Record<Encoding, string>> = {
  binary: "application/x-protobuf",
  json: "application/json",
};

/** Codes of gRPC for statuses of HTTP (google/rpc/code.proto). */
const rpcCodes: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  404: 5,
  405: 12,
  413: 8,
  415: 3,
  429: 8,
  503: 14,
};
const RPC_UNKNOWN = 2;

export interface OtlpServiceOptions {
  readonly limits: BodyLimits;
  readonly identity: IdentityOrder;
  readonly tally: Tally;
}

export function otlpService(options: OtlpServiceOptions): Service {
  return {
    scheme: "otlp",
    refusePath: (path) =>
      signals.has(path)
        ? undefined
        : refusal(404, "wrong-path", `Send to one of ${[...signals.keys()].join(", ")}.`),
    judge: (path, headers) => judge(signals.get(path) ?? "logs", headers, options),
    renderRefusal,
  };
}

function encodingOf(headers: IncomingHttpHeaders): Encoding | undefined {
  return encodings.get(mediaType(headers).type);
}

/** Failures are told in the encoding of the request; in JSON where that is none of the two. */
function renderRefusal(reason: Refusal, headers: IncomingHttpHeaders): Reply {
  const { status, message, headers: extra = {} } = reason;
  const encoding = encodingOf(headers) ?? "json";
  const body = writeStatus(encoding, rpcCodes[status] ?? RPC_UNKNOWN, message);
  return { status, type: mediaTypes[encoding], body, headers: extra };
}

function judge(
  signal: Signal,
  headers: IncomingHttpHeaders,
  options: OtlpServiceOptions,
): Reading | Refusal {
  const encoding = encodingOf(headers);
  if (encoding === undefined || !mediaType(headers).isUtf8Text)
    return refusal(
      415,
      "unsupported-type",
      "Send content-type application/x-protobuf or application/json (protocol http/protobuf or http/json).",
    );
  const coding = judgeCoding(headers);
  if (typeof coding !== "string") return coding;
  return {
    isGzip: coding === "gzip",
    parse: async (body, origin) => understand(signal, encoding, body, origin, options),
  };
}

function readRequest(
  signal: Signal,
  encoding: Encoding,
  body: Buffer,
): ReturnType<typeof readBinary> {
  if (encoding === "binary") return readBinary(signal, body);
  if (!isUtf8(body)) return { ok: false, reason: "The body is not UTF-8" };
  return readJson(signal, body.toString("utf8").replace(/^\ufeff/, ""));
}

function understand(
  signal: Signal,
  encoding: Encoding,
  body: Buffer,
  origin: string,
  options: OtlpServiceOptions,
): Understood | Refusal {
  const read = readRequest(signal, encoding, body);
  if (!read.ok)
    return refusal(
      400,
      "malformed",
      `${read.reason}. Nothing of it was taken; do not send it again.`,
    );
  const answer = (partial: PartialSuccess | undefined): Reply => ({
    status: 200,
    type: mediaTypes[encoding],
    body: writeResponse(signal, encoding, partial),
  });
  if (signal !== "logs")
    return leaveAlone(signal, countItems(signal, read.request), answer, options);
  const records = decodeLogs(read.request);
  if (records.length > options.limits.eventsMax) return tooMany(options.limits);
  const sources = records.map((record) => toSourceEvent(record, options.identity));
  return {
    records: sources.map((source, index) => recordOf(source, index + 1, origin)),
    cost: records.length,
    reply: (emitted) => {
      const refused = new Set(emitted.rejected.map(({ index }) => index));
      options.tally.addEvents(
        sources.filter((one, index) => one !== undefined && !refused.has(index)) as SourceEvent[],
      );
      return answer(partialSuccess(emitted));
    },
  };
}

/** Takes no records of a signal; metrics are as good as taken, spans have to go elsewhere. */
function leaveAlone(
  signal: "metrics" | "traces",
  items: number,
  answer: (partial: PartialSuccess | undefined) => Reply,
  { tally }: OtlpServiceOptions,
): Understood {
  if (signal === "metrics") tally.addPoints(items);
  else tally.addSpans(items);
  const errorMessage =
    "Spans are not taken; logs say what they say. Set OTEL_TRACES_EXPORTER=none or send them elsewhere.";
  const partial = signal === "traces" && items > 0 ? { rejected: items, errorMessage } : undefined;
  return { records: [], cost: items, reply: () => answer(partial) };
}

/** The record as the connector takes it. What is unusable is told without anything of its content. */
function recordOf(source: SourceEvent | undefined, position: number, origin: string): SourceRecord {
  if (source === undefined) {
    const span = { ...fileSpan(origin), line: position };
    return {
      position,
      problem: report(sourceMessage.unusableRecord, span, { what: "it has no time" }),
    };
  }
  return new MappedRecord(position, source);
}

/** Most records are right, and nobody needs their text then. */
class MappedRecord {
  readonly position: number;
  readonly event: SourceEvent["event"];
  readonly identity: string | undefined;
  readonly reach: SourceEvent["reach"];

  constructor(position: number, { event, identity, reach }: SourceEvent) {
    this.position = position;
    this.event = event;
    this.identity = identity;
    this.reach = reach;
  }

  get text(): string {
    return JSON.stringify(this.event);
  }
}

function partialSuccess({ rejected }: Emitted): PartialSuccess | undefined {
  if (rejected.length === 0) return undefined;
  const codes = new Set(rejected.map(({ diagnostics }) => diagnostics[0]?.code ?? "unknown"));
  return {
    rejected: rejected.length,
    errorMessage: `${rejected.length} records are no events and are in the reject file (${[...codes].join(", ")}). Do not send them again; claude-siem explain tells what a code means.`,
  };
}
