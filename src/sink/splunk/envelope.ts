/**
 * An event as a record for HEC. What decides where it goes (index, host, source, source type) comes from
 * the configuration alone: nothing that an event says may move it into another index or hide its origin.
 */
import type { EncodedRecord, JournaledEvent, Unencodable } from "../../delivery/sink.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { epochSecondsText } from "../../mapping/json-text.ts";
import { normalize } from "../../mapping/normalize.ts";
import { SOURCE_LABEL } from "../../mapping/schema.ts";
import { LEAN_SOURCETYPE } from "../../pack/splunk/app.ts";

export interface EnvelopeOptions {
  readonly index: string | undefined;
  readonly host: string | undefined;
  /** `full`: with CIM fields. `search`: the canonical event alone, the app computes the rest. */
  readonly form: "full" | "search";
  /** Largest record that is sent at all. */
  readonly bytesMax: number;
}

/** Whether Splunk can have an index of this name (indexes.conf), internal ones aside. */
export function isIndexName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,79}$/.test(name) && name !== "kvstore";
}

type Parts = (record: JournaledEvent) => string;

/** The record as the mapping writes it, from `"source"` on, but with no host taken from the event. */
const fullParts: Parts = ({ seq, hash, event }) => {
  const text = normalize(event, "splunk", { chain_seq: seq, chain_hash: hash });
  if (event.deployment === undefined) return text.slice(1);
  const host = `,"host":${JSON.stringify(event.deployment)}}`;
  if (!text.endsWith(host)) throw new Error("the mapping no longer ends a record with its host");
  return `${text.slice(1, -host.length)}}`;
};

const LEAN_LABELS: string = `"source":${JSON.stringify(SOURCE_LABEL)},"sourcetype":${JSON.stringify(LEAN_SOURCETYPE)}`;

/** The canonical event; its identity first, where searches find it however long the rest is. */
const searchParts: Parts = ({ seq, hash, event }) => {
  const { event_id, timestamp, ...rest } = event;
  const own = { event_id, timestamp, ...rest, chain_seq: seq, chain_hash: hash };
  return `${LEAN_LABELS},"event":${JSON.stringify(own)},"time":${epochSecondsText(timestamp)}}`;
};

/** Makes the function that encodes records. */
export function envelopeWriter(
  options: EnvelopeOptions,
): (record: JournaledEvent) => EncodedRecord | Unencodable {
  const { index, host, form, bytesMax } = options;
  const place = [
    ...(index === undefined ? [] : [`"index":${JSON.stringify(index)},`]),
    ...(host === undefined ? [] : [`"host":${JSON.stringify(host)},`]),
  ].join("");
  const parts = form === "full" ? fullParts : searchParts;
  return (record) => {
    const body = `{${place}${parts(record)}`;
    const bytes = Buffer.byteLength(body);
    if (bytes > bytesMax)
      return { reason: `${bytes} bytes as a record for Splunk, at most ${bytesMax} are sent` };
    const { seq, event } = record;
    return {
      seq,
      event_id: event.event_id,
      body,
      bytes,
      time: canonicalTimeMs(event.timestamp),
    };
  };
}
