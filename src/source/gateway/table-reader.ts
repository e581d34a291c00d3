/** Reads records as a mapping table says. */
import { type Diagnostic, fileSpan, report } from "../../diagnostic/diagnostic.ts";
import * as gatewayMessage from "../../diagnostic/message/gateway.ts";
import type { SourceRecord } from "../source.ts";
import type { Adapter } from "./adapter.ts";
import { convert } from "./convert.ts";
import { unwrap } from "./envelope.ts";
import { KnownFields } from "./known-field.ts";
import type { Fields } from "./path.ts";
import type { FormatReader, RawRecord, Reading } from "./reading.ts";

export interface TableReaderOptions {
  /** Brings the members that a table cannot reach into reach; the table sees what this returns. */
  readonly prepare?: (record: Fields) => Fields;
  /** Texts that are no records and are left alone. */
  readonly passOver?: (text: string) => boolean;
}

/** A reader over a table. */
export function tableReader(adapter: Adapter, options: TableReaderOptions = {}): FormatReader {
  const known = new KnownFields(adapter);
  const { prepare, passOver } = options;

  function refusal(detail: string, raw: string, position: number, origin: string): SourceRecord {
    const span = { ...fileSpan(origin), line: Math.max(1, position) };
    const args = { product: adapter.product, detail };
    const problem: Diagnostic = report(gatewayMessage.notGatewayRecord, span, args);
    return { problem, position, raw };
  }

  function read({ text, position }: RawRecord, origin: string): Reading {
    if (passOver?.(text) === true) return { records: [], passedOver: 1 };
    const records: SourceRecord[] = [];
    const unknownFields: string[] = [];
    let unknownRecords = 0;
    for (const one of unwrap(text, adapter.envelopes)) {
      if (one.problem !== undefined) {
        records.push(refusal(one.problem, one.raw, position, origin));
        continue;
      }
      const conversion = convert(adapter, prepare?.(one.record) ?? one.record);
      if (conversion.refused !== undefined) {
        const raw = JSON.stringify(one.record);
        records.push(refusal(conversion.refused, raw, position, origin));
        continue;
      }
      if (conversion.isUnknown) unknownRecords += 1;
      for (const name of known.unknown(one.record)) unknownFields.push(name);
      for (const { event, identity } of conversion.events)
        records.push({ text: JSON.stringify(event), position, identity });
    }
    return { records, unknownFields, unknownRecords };
  }

  return { read };
}
