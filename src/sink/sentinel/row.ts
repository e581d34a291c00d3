/** A journaled event as a row of the audit table, and rows as the body of a request. */
import type {
  BatchLimits,
  EncodedRecord,
  JournaledEvent,
  Unencodable,
} from "../../delivery/sink.ts";
import { normalize } from "../../mapping/normalize.ts";
import { limitFields, type WholeValue } from "./field-limit.ts";

/**
 * Bytes of one request's body, brackets and commas included. The service refuses more than 1,048,576,
 * compressed or not, and the client starts a second request of its own at 1,000,000.
 */
export const BODY_BYTES_MAX = 950_000;

/** `[` and `]`, less the comma that the last row does not have. */
const BRACKETS_BYTES = 1;

/** Tables of the plan Auxiliary refuse records 30 minutes apart; this leaves room for skewed clocks. */
const AUXILIARY_SPAN_MS_MAX = 25 * 60_000;

/** A row, and the whole of values that it holds only the beginning of. */
export interface RowRecord extends EncodedRecord {
  readonly whole?: readonly WholeValue[];
}

export function rowLimits(plan: "analytics" | "auxiliary"): BatchLimits {
  return {
    recordsMax: 5000,
    bytesMax: BODY_BYTES_MAX - BRACKETS_BYTES,
    overheadBytes: 1,
    ...(plan === "auxiliary" && { spanMsMax: AUXILIARY_SPAN_MS_MAX }),
  };
}

/** Bytes of the body that holds these rows. */
export function bodyBytes(rows: readonly EncodedRecord[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes + 1, BRACKETS_BYTES);
}

export function encodeRow({ seq, hash, event }: JournaledEvent): RowRecord | Unencodable {
  const link = { chain_seq: seq, chain_hash: hash };
  const { row, whole, marks } = limitFields(normalize(event, "sentinel", link));
  const bytes = Buffer.byteLength(row);
  if (bytes + 2 > BODY_BYTES_MAX)
    return { reason: `the row has ${bytes} bytes; Azure Monitor takes no more than 1 MB` };
  return {
    seq,
    event_id: event.event_id,
    body: row,
    bytes,
    time: Date.parse(event.timestamp),
    ...(marks.length > 0 && { whole, marks }),
  };
}
