/** Files and messages of OTLP/JSON: what a collector's file and Kafka exporters write, one request each. */
import { fileSpan, report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { toSourceEvent } from "../otlp/claude-code.ts";
import { decodeRequest } from "../otlp/decode.ts";
import { recordKinds } from "../otlp/record-kind.ts";
import type { SourceRecord } from "../source.ts";
import type { FormatReader, RawRecord, Reading } from "./reading.ts";

function read({ text, position }: RawRecord, origin: string): Reading {
  const span = { ...fileSpan(origin), line: Math.max(1, position) };
  const request = decodeRequest(text);
  if (request.kind === "unknown") {
    const problem = report(sourceMessage.notOtlp, span, { detail: request.detail });
    return { records: [{ problem, position, raw: text }] };
  }
  // Metrics and spans repeat what logs say.
  if (request.kind !== "logs") return { records: [], passedOver: 1 };
  let unknownRecords = 0;
  const records = request.records.map((record): SourceRecord => {
    const source = toSourceEvent(record);
    if (source === undefined) {
      const problem = report(sourceMessage.unusableRecord, span, { what: "it has no time" });
      return { problem, position };
    }
    if (!recordKinds.has(source.name)) unknownRecords += 1;
    return { text: JSON.stringify(source.event), position, identity: source.identity };
  });
  return { records, unknownRecords };
}

/** A reader of export requests. Which numbers of a session are missing is for the receiver to tell. */
export function otlpReader(): FormatReader {
  return { read };
}
