/** A mapping table of a product's records, YAML → `Adapter`. */
import { type Diagnostic, type Result, report, resultOf } from "../../diagnostic/diagnostic.ts";
import * as gatewayMessage from "../../diagnostic/message/gateway.ts";
import * as yamlMessage from "../../diagnostic/message/yaml.ts";
import type { EventField } from "../../event/event.ts";
import { eventFieldNames, fieldInfo } from "../../event/field.ts";
import type { YamlNode } from "../../yaml/node.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { MapReader } from "../../yaml/reader.ts";
import type { Adapter, Envelope, Template, ValueSpec } from "./adapter.ts";
import {
  complain,
  readConditions,
  readPath,
  readPaths,
  readValue,
  readValues,
} from "./parse-value.ts";
import { type Path, parsePath } from "./path.ts";

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const ENVELOPES = ["list", "object", "json", "packed"] as const;
/** These are made by the code for every event. */
const OWN: ReadonlySet<string> = new Set([
  ...["event_id", "timestamp", "schema_version", "source_kind", "labels", "details"],
  ...["user_id_hash", "approver_id_hash", "target_user_id_hash"],
]);

/** The values of fields, each a field of the event schema. */
function readFields(
  reader: MapReader | undefined,
  diagnostics: Diagnostic[],
): ReadonlyMap<EventField, ValueSpec> {
  const known = eventFieldNames.filter((name) => !OWN.has(name));
  for (const key of reader?.keys() ?? []) {
    if (reader === undefined || (known as readonly string[]).includes(key)) continue;
    const args = { key, where: "the fields of an event", known };
    diagnostics.push(report(yamlMessage.unknownKey, reader.keySpanOf(key), args));
  }
  return readValues(reader, diagnostics) as ReadonlyMap<EventField, ValueSpec>;
}

/** Whether a fixed value is one that the field takes. */
function checkFixed(
  fields: ReadonlyMap<EventField, ValueSpec>,
  reader: MapReader | undefined,
  diagnostics: Diagnostic[],
): void {
  for (const [field, { origin, map, otherwise, fallback }] of fields) {
    const allowed = fieldInfo(field)?.values;
    if (allowed === undefined || reader === undefined) continue;
    const fixed = origin.kind === "value" && map === undefined ? [String(origin.value)] : [];
    const given = [...fixed, ...(map?.values() ?? []), otherwise, fallback?.value];
    for (const value of given) {
      if (value === undefined || allowed.includes(String(value))) continue;
      const args = { key: field, value: String(value), known: allowed };
      diagnostics.push(report(yamlMessage.unknownValue, reader.spanOf(field), args));
    }
  }
}

function readEach(node: YamlNode | undefined, diagnostics: Diagnostic[]): Template["each"] {
  if (node === undefined) return [];
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((one) => {
    const text = one.kind === "scalar" ? String(one.value) : "";
    const path = parsePath(text.replace(/\.\*$/, ""));
    if (path?.root === "record") return { path, entries: text.endsWith(".*") };
    return (
      complain(one, `${JSON.stringify(text)} names no list or map of the record`, diagnostics) ?? []
    );
  });
}

function readTemplate(
  node: YamlNode | undefined,
  name: string,
  diagnostics: Diagnostic[],
): Template | undefined {
  const reader = node && MapReader.of(node, `the event ${name}`, diagnostics);
  if (node === undefined || reader === undefined) return undefined;
  if (!NAME.test(name))
    complain(node, `${JSON.stringify(name)} is no name of an event`, diagnostics);
  const each = readEach(reader.optional("each"), diagnostics);
  const when = readConditions(reader.optional("when"), diagnostics);
  const fieldReader = reader.map("fields");
  const fields = readFields(fieldReader, diagnostics);
  checkFixed(fields, fieldReader, diagnostics);
  if (!fields.has("event_type")) complain(node, `the event ${name} has no event_type`, diagnostics);
  const details = readValues(reader.optionalMap("details"), diagnostics);
  const labels = readPaths(reader.optional("labels"), diagnostics);
  const nameNode = reader.optional("named_by");
  const namedBy = nameNode && readPath(nameNode, diagnostics);
  reader.done();
  return { name, namedBy, each, when, fields, details, labels };
}

function readEnvelope(node: YamlNode, diagnostics: Diagnostic[]): Envelope | undefined {
  const reader = MapReader.of(node, "an envelope", diagnostics);
  const kind = ENVELOPES.find((one) => reader?.optional(one) !== undefined);
  if (reader === undefined) return undefined;
  const inner = kind && reader.optional(kind);
  reader.done();
  if (kind === undefined || inner === undefined)
    return complain(node, `an envelope has one of ${ENVELOPES.join(", ")}`, diagnostics);
  const path = readPath(inner, diagnostics);
  return path && { kind, path };
}

/** Where the facts of the table are from. */
function readReferences(root: MapReader, diagnostics: Diagnostic[]): void {
  const references = root.map("references");
  for (const key of references?.keys() ?? []) {
    const reference = references?.map(key);
    reference?.string("title");
    reference?.string("read");
    if (reference?.string("url")?.startsWith("https://") !== false) {
      reference?.done();
      continue;
    }
    const detail = `the reference ${key} has no https URL`;
    diagnostics.push(report(gatewayMessage.badAdapter, reference.spanOf("url"), { detail }));
  }
}

function readDropped(root: MapReader, diagnostics: Diagnostic[]): Adapter["dropped"] {
  const dropped = root.optionalMap("dropped");
  const reasons = dropped?.keys() ?? [];
  return new Map(
    reasons.map((why) => [why, readPaths(dropped?.required(why, "a list of paths"), diagnostics)]),
  );
}

function readGroups(root: MapReader, diagnostics: Diagnostic[]): readonly (readonly Path[])[] {
  return (root.optionalList("record")?.items ?? []).map((item) => readPaths(item, diagnostics));
}

function readTemplates(root: MapReader, diagnostics: Diagnostic[]): readonly Template[] {
  const events = root.map("events");
  return (events?.keys() ?? []).flatMap(
    (name) => readTemplate(events?.required(name, "an event"), name, diagnostics) ?? [],
  );
}

/**
 * Parses a table.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The table, or every problem with its place (codes S760, Y1xx).
 */
export function parseAdapter(text: string, file: string): Result<Adapter> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const root = MapReader.of(yaml.value, "a mapping table", diagnostics);
  if (root === undefined) return { ok: false, diagnostics };
  root.number("version", { integer: true, min: 1, max: 1 });
  const format = root.string("format") ?? "";
  if (!NAME.test(format)) complain(yaml.value, "the format has no plain name", diagnostics);
  const product = root.string("product") ?? "";
  readReferences(root, diagnostics);
  const envelopes = (root.optionalList("envelopes")?.items ?? []).flatMap(
    (item) => readEnvelope(item, diagnostics) ?? [],
  );
  const record = readGroups(root, diagnostics);
  const id = readPaths(root.optional("id"), diagnostics);
  const never: ValueSpec = { origin: { kind: "from", paths: [] } };
  const timeNode = root.required("time", "where the time is from");
  const personNode = root.required("person", "where the person is from");
  const time = (timeNode && readValue(timeNode, diagnostics)) ?? never;
  const person = (personNode && readValue(personNode, diagnostics, "person")) ?? never;
  const fieldReader = root.map("fields");
  const fields = readFields(fieldReader, diagnostics);
  checkFixed(fields, fieldReader, diagnostics);
  const events = readTemplates(root, diagnostics);
  const otherwise = readTemplate(root.required("otherwise", "an event"), "other", diagnostics);
  const labels = readPaths(root.optional("labels"), diagnostics);
  const dropped = readDropped(root, diagnostics);
  root.done();
  const whole = { format, product, envelopes, record, id, time, person, fields, events };
  if (otherwise === undefined) return { ok: false, diagnostics };
  return resultOf({ ...whole, otherwise, labels, dropped }, diagnostics);
}
