/** The canonical event as text, for sinks that send it without a mapping. */
import type { JournaledEvent } from "../delivery/sink.ts";
import type { AuditEvent } from "../event/event.ts";
import type { ChainLink } from "../mapping/schema.ts";

/** Where the record stands in the journal's chain, as it travels with the event. */
export function chainLink({ seq, hash }: JournaledEvent): ChainLink {
  return { chain_seq: seq, chain_hash: hash };
}

/** The event with its place in the chain: what a mapping would start from. */
export function canonicalRecord(record: JournaledEvent): AuditEvent & ChainLink {
  return { ...record.event, ...chainLink(record) };
}

/** The same as one line of JSON. */
export function canonicalJson(record: JournaledEvent): string {
  return JSON.stringify(canonicalRecord(record));
}
