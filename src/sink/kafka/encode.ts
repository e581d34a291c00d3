/** An event as a Kafka message. */
import type { EncodedRecord, JournaledEvent } from "../../delivery/sink.ts";
import { normalize } from "../../mapping/normalize.ts";
import { canonicalJson, chainLink } from "../canonical-json.ts";
import type { KafkaFormat } from "./options.ts";
import type { KafkaMessage } from "./producer.ts";

/** Key, headers and framing of a record: a session's id, an event's id, a hash, a sequence number. */
export const OVERHEAD_BYTES = 256;

/** The record, with what stands beside the value in the message. */
export interface KafkaRecord extends EncodedRecord {
  readonly key: string;
  readonly hash: string;
}

/**
 * A session's events belong together, so they share a partition and keep their order there; events
 * without a session go by user, and by themselves when there is no user either.
 */
function keyOf({ event }: JournaledEvent): string {
  return event.session_id ?? event.user_id_hash ?? event.event_id;
}

function textOf(record: JournaledEvent, format: KafkaFormat): string {
  return format === "canonical"
    ? canonicalJson(record)
    : normalize(record.event, format, chainLink(record));
}

export function encodeKafka(record: JournaledEvent, format: KafkaFormat): KafkaRecord {
  const body = textOf(record, format);
  const { event_id, timestamp } = record.event;
  return {
    seq: record.seq,
    event_id,
    body,
    bytes: Buffer.byteLength(body),
    time: Date.parse(timestamp),
    key: keyOf(record),
    hash: record.hash,
  };
}

/** Headers let a consumer deduplicate and check the chain without parsing the value. */
export function messageOf(record: KafkaRecord): KafkaMessage {
  return {
    key: record.key,
    value: record.body,
    headers: [
      ["event_id", record.event_id],
      ["chain_seq", String(record.seq)],
      ["chain_hash", record.hash],
    ],
  };
}
