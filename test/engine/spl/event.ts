/** Events as a search finds them: what the HTTP Event Collector was given, with its fields extracted. */
import type { AuditEvent } from "../../../src/event/event.ts";
import { normalize } from "../../../src/mapping/normalize.ts";
import type { Event } from "../../oracle/evaluate.ts";
import type { Reading } from "./reading.ts";
import { oneOrMany, type Row, type Value } from "./value.ts";

/** Where the collector's token puts events; the app's macro looks there. */
const INDEX = "claude_audit";

/**
 * Fields of a JSON event (`KV_MODE = json`, Knowledge Manager Manual, Automatic key-value field
 * extraction): names joined by dots, `{}` after the name of an array, whose elements are the values of
 * one field. An empty array has no element and is no field.
 */
function extract(value: unknown, name: string, found: Map<string, string[]>): void {
  if (Array.isArray(value)) {
    for (const element of value) extract(element, `${name}{}`, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value))
      extract(one, name === "" ? key : `${name}.${key}`, found);
  } else if (value === null) throw new Error(`null in ${name}, whose extraction is not documented`);
  else found.set(name, [...(found.get(name) ?? []), String(value)]);
}

interface Envelope {
  readonly time: number;
  readonly source: string;
  readonly sourcetype: string;
  readonly event: object;
}

/** An event of the collector as a row of a search. */
export function indexed({ time, source, sourcetype, event }: Envelope, reading: Reading): Row {
  const found = new Map<string, string[]>();
  extract(event, "", found);
  const fields = [...found].flatMap(([name, texts]): readonly (readonly [string, Value])[] => {
    const kept = reading.emptyText === "value" ? texts : texts.filter((text) => text !== "");
    const value = oneOrMany(kept);
    return value === null ? [] : [[name, value]];
  });
  return new Map<string, Value>([
    ...fields,
    ["_time", time],
    ["_raw", JSON.stringify(event)],
    ["index", INDEX],
    ["source", source],
    ["sourcetype", sourcetype],
  ]);
}

/** Canonical events as our normalizer sends them and Splunk indexes them. */
export function indexedEvents(events: readonly Event[], reading: Reading): readonly Row[] {
  return events.map((event) => {
    const envelope = JSON.parse(normalize(event as unknown as AuditEvent, "splunk")) as Envelope;
    return indexed(envelope, reading);
  });
}
