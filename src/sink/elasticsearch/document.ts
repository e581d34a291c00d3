/** An event as the two lines of a bulk request: what to do, and the document. */
import { createHash } from "node:crypto";
import type { EncodedRecord, JournaledEvent } from "../../delivery/sink.ts";
import { normalize } from "../../mapping/normalize.ts";
import { inNamespace, streamOf } from "./stream.ts";

/** Elasticsearch refuses longer document ids ("id is too long, must be no longer than 512 bytes"). */
const ID_BYTES_MAX = 512;

/** The document id of an event for ever: sent twice, the second is refused as a duplicate. */
export function documentId(eventId: string): string {
  if (Buffer.byteLength(eventId) <= ID_BYTES_MAX) return eventId;
  return `sha256-${createHash("sha256").update(eventId).digest("hex")}`;
}

/** The lines of one record, with a line break between them and none at the end. */
export function encodeDocument(record: JournaledEvent, namespace: string): EncodedRecord {
  const { seq, hash, event } = record;
  const type = event.event_type;
  const action = {
    create: { _index: streamOf(type, namespace), _id: documentId(event.event_id) },
  };
  const mapped = normalize(event, "elastic", { chain_seq: seq, chain_hash: hash });
  const body = `${JSON.stringify(action)}\n${inNamespace(mapped, type, namespace)}`;
  return {
    seq,
    event_id: event.event_id,
    body,
    bytes: Buffer.byteLength(body),
    time: Date.parse(event.timestamp),
  };
}
