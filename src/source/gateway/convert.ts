/**
 * One record of a product → audit events, as its mapping table says.
 *
 * Only what the table names comes out: content, names, addresses and secrets of the record do not. Who
 * acted goes beside the event, raw, and becomes a pseudonym before anything is written.
 */
import { type EventField, SCHEMA_VERSION } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import type { Adapter, Template, ValueSpec } from "./adapter.ts";
import { canonicalText, eventIdOf } from "./event-id.ts";
import { type Fields, isFields, type Path, type Scope, valueAt } from "./path.ts";
import { allHold, resolve } from "./resolve.ts";
import { textOf, word } from "./transform.ts";

/** An event before policy, with who acted beside it. */
export interface GatewayEvent {
  readonly event: Fields;
  readonly identity: string | undefined;
}

export type Conversion =
  | {
      readonly events: readonly GatewayEvent[];
      /** No template fitted; the event says only that there was a record. */
      readonly isUnknown: boolean;
      readonly refused?: undefined;
    }
  | { readonly refused: string };

/** A record with more elements than that was made to cost memory: each becomes an event. */
const EVENTS_MAX = 5000;
/** An event has 256 labels at most. */
const LABELS_MAX = 200;
const LABEL_LENGTH_MAX = 1024;

/** What a template is applied to, and where in the record that stands. */
interface Found {
  readonly template: Template;
  readonly scope: Scope;
  readonly place: string;
}

/** The record as it stands for a template: as a whole, or element by element. */
function findAll(template: Template, record: Fields): readonly Found[] {
  if (template.each.length === 0) return [{ template, scope: { record }, place: "" }];
  return template.each.flatMap(({ path, entries }) => {
    const value = valueAt({ record }, path);
    const found = (item: unknown, key: string): Found => {
      return { template, scope: { record, item, key }, place: `${path.text}/${key}` };
    };
    if (Array.isArray(value)) return value.map((item: unknown, index) => found(item, `${index}`));
    if (!isFields(value)) return [];
    return entries
      ? Object.entries(value).map(([key, item]) => found(item, key))
      : [found(value, "0")];
  });
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : isFields(value) && Object.keys(value).length === 0;
}

function labelsOf(
  template: Template,
  scope: Scope,
  common: readonly Path[],
): Readonly<Record<string, string>> {
  const given = template.namedBy && word(valueAt(scope, template.namedBy));
  const labels: [string, string][] = [["event_name", given ?? template.name]];
  const leftOut: string[] = [];
  for (const path of [...common, ...template.labels]) {
    const value = valueAt(scope, path);
    if (value === undefined) continue;
    const label = (path.root === "item" ? path.parts.join(".") : path.text) || "item";
    const held = labels.length < LABELS_MAX ? word(value) : undefined;
    if (held !== undefined) labels.push([label, held.slice(0, LABEL_LENGTH_MAX)]);
    else if (!isEmpty(value)) leftOut.push(label);
  }
  // Texts may hold anything, so only their names stay.
  if (leftOut.length > 0)
    labels.push(["fields_left_out", leftOut.join(",").slice(0, LABEL_LENGTH_MAX)]);
  return Object.fromEntries(labels);
}

function detailsOf(template: Template, scope: Scope): Fields | undefined {
  const details = [...template.details].flatMap(([name, spec]) => {
    const value = resolve(spec, "object", scope);
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value]];
  });
  return details.length === 0 ? undefined : Object.fromEntries(details);
}

/**
 * `token_input` is the sum of uncached, read and written tokens. Products that pass Anthropic's own
 * numbers on count the uncached ones alone, which shows when the parts do not fit into the sum.
 */
function addCacheTokens(event: Record<string, unknown>): void {
  const { token_input: input, token_cache_read: read, token_cache_write: write } = event;
  if (typeof input !== "number") return;
  const cached = (typeof read === "number" ? read : 0) + (typeof write === "number" ? write : 0);
  if (cached > input) event["token_input"] = input + cached;
}

function build(
  adapter: Adapter,
  template: Template,
  scope: Scope,
  id: string,
  timestamp: string,
): Fields {
  const event: Record<string, unknown> = {
    schema_version: SCHEMA_VERSION,
    event_id: id,
    timestamp,
    source_kind: adapter.format,
  };
  const specs = new Map<EventField, ValueSpec>([...adapter.fields, ...template.fields]);
  for (const [field, spec] of specs) {
    const value = resolve(spec, fieldInfo(field)?.kind ?? "keyword", scope);
    if (value !== undefined) event[field] = value;
  }
  const details = detailsOf(template, scope);
  if (details !== undefined) event["details"] = details;
  event["labels"] = labelsOf(template, scope, adapter.labels);
  addCacheTokens(event);
  const type = String(event["event_type"]);
  for (const field of Object.keys(event)) {
    const events = fieldInfo(field)?.events;
    if (events !== undefined && !events.includes(type)) delete event[field];
  }
  return event;
}

/**
 * What tells the record from others of its product. Members that it lacks leave no trace, so that a table
 * which later looks at one more gives old records the ids that they had.
 */
function recordId(adapter: Adapter, record: Fields): string | undefined {
  const parts = adapter.id.flatMap((path) => {
    const value = textOf(valueAt({ record }, path));
    return value === undefined ? [] : [[path.text, value]];
  });
  return parts.length === 0 ? undefined : JSON.stringify(parts);
}

/** Converts one record. Never throws. */
export function convert(adapter: Adapter, record: Fields): Conversion {
  for (const group of adapter.record) {
    if (group.some((path) => valueAt({ record }, path) !== undefined)) continue;
    return { refused: `it has no ${group.map(({ text }) => text).join(" or ")}` };
  }
  const timestamp = resolve(adapter.time, "time", { record });
  if (typeof timestamp !== "string") return { refused: "it has no time that can be read" };
  const id = recordId(adapter, record) ?? canonicalText(record);
  const found = adapter.events
    .flatMap((template) => findAll(template, record))
    .filter(({ template, scope }) => allHold(template.when, scope));
  if (found.length > EVENTS_MAX)
    return { refused: `it would become more than ${EVENTS_MAX} events` };
  const isUnknown = found.length === 0;
  const whole: Found = { template: adapter.otherwise, scope: { record }, place: "" };
  const events = (isUnknown ? [whole] : found).map(({ template, scope, place }) => {
    const eventId = eventIdOf([adapter.format, id, timestamp, template.name, place]);
    const person = resolve(adapter.person, "keyword", scope);
    return {
      event: build(adapter, template, scope, eventId, timestamp),
      identity: typeof person === "string" ? person : undefined,
    };
  });
  return { events, isUnknown };
}
