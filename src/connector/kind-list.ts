/** The lists `sources:` and `sinks:`: each item names its kind and has the settings of that kind. */
import { type JsonSchema, type Option, type OptionTable, readOptions } from "../config/option.ts";
import { type OptionRows, schemaOf, schemaWhen } from "../config/section.ts";
import { type Diagnostic, isError, report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { describeNode, plainValue, type YamlNode } from "../yaml/node.ts";
import { MapReader } from "../yaml/reader.ts";
import type { KindEntry } from "./kind.ts";

/** An item that is right, before it is opened. */
export interface Configured<Tools, Made> {
  readonly name: string;
  readonly kind: string;
  /** Equal as long as nothing about the item changed, so that a reload can leave it running. */
  readonly fingerprint: string;
  readonly open: (tools: Tools) => Promise<Made>;
}

/** What is the same for every kind of a list. */
export interface KindList<Tools, Made, Shared> {
  readonly what: "source" | "sink";
  readonly doc: string;
  readonly example: string;
  readonly entries: readonly KindEntry<Tools, Made>[];
  readonly shared: OptionTable<Shared>;
  /** Whether the list may be absent or empty. */
  readonly optional: boolean;
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Rows of an item beside those of its kind. */
export function itemRows(
  what: "source" | "sink",
  entry: KindEntry<never, unknown>,
  shared: OptionRows,
): OptionRows {
  const text = { type: "text", read: () => undefined };
  return {
    name: {
      ...text,
      doc: `Name of the ${what} in files, metrics and logs. Unique among the ${what}s; ${what === "sink" ? "a new name starts again from the oldest record" : "a new name forgets how far it has read"}.`,
      schema: { type: "string", pattern: NAME.source },
      example: entry.kind.replaceAll("_", "-"),
    },
    kind: {
      ...text,
      doc: entry.summary,
      schema: { const: entry.kind },
      example: entry.kind,
    },
    ...shared,
    ...entry.rows,
  };
}

function itemSchema<Tools, Made, Shared>(list: KindList<Tools, Made, Shared>): JsonSchema {
  return {
    type: "object",
    required: ["name", "kind"],
    properties: {
      kind: {
        description: list.entries.map(({ kind, summary }) => `${kind}: ${summary}`).join("\n"),
        enum: list.entries.map(({ kind }) => kind),
      },
    },
    allOf: list.entries.map((entry) =>
      schemaWhen(
        { properties: { kind: { const: entry.kind } }, required: ["kind"] },
        schemaOf(itemRows(list.what, entry, list.shared)),
      ),
    ),
  };
}

function readName<Tools, Made, Shared>(
  list: KindList<Tools, Made, Shared>,
  reader: MapReader,
  taken: Set<string>,
  diagnostics: Diagnostic[],
): string | undefined {
  const name = reader.string("name");
  if (name === undefined) return undefined;
  const definition = NAME.test(name)
    ? taken.has(name) && configMessage.duplicateName
    : configMessage.badName;
  taken.add(name);
  if (definition === false) return name;
  diagnostics.push(report(definition, reader.spanOf("name"), { where: list.what, name }));
  return undefined;
}

function readItem<Tools, Made, Shared>(
  list: KindList<Tools, Made, Shared>,
  node: YamlNode,
  taken: Set<string>,
  diagnostics: Diagnostic[],
): (Configured<Tools, Made> & Shared) | undefined {
  const reader = MapReader.of(node, `a ${list.what}`, diagnostics);
  if (reader === undefined) return undefined;
  const name = readName(list, reader, taken, diagnostics);
  const kind = reader.string("kind");
  if (kind === undefined) return undefined;
  const entry = list.entries.find((one) => one.kind === kind);
  if (entry === undefined) {
    const args = { where: list.what, kind, known: list.entries.map((one) => one.kind) };
    diagnostics.push(report(configMessage.unknownKind, reader.spanOf("kind"), args));
    return undefined;
  }
  const shared = readOptions(list.shared, reader, diagnostics);
  const open = entry.read(reader, diagnostics);
  reader.done();
  if (diagnostics.some(isError)) return undefined;
  if (name === undefined || open === undefined) return undefined;
  return { ...shared, name, kind, fingerprint: JSON.stringify(plainValue(node)), open };
}

/** The option for the whole list. */
export function kindList<Tools, Made, Shared>(
  list: KindList<Tools, Made, Shared>,
): Option<readonly (Configured<Tools, Made> & Shared)[]> {
  return {
    doc: list.doc,
    type: "list",
    schema: { type: "array", minItems: 1, items: itemSchema(list) },
    read: (reader, key, diagnostics) => {
      const node = reader.optional(key);
      if (node === undefined || (node.kind === "list" && node.items.length === 0)) {
        if (list.optional) return [];
        const args = { where: list.what, example: list.example };
        diagnostics.push(report(configMessage.nothingConfigured, reader.spanOf(key), args));
        return undefined;
      }
      if (node.kind !== "list") {
        const args = { key, expected: `a list of ${list.what}s`, found: describeNode(node) };
        diagnostics.push(report(yamlMessage.wrongType, node.span, args));
        return undefined;
      }
      const taken = new Set<string>();
      return node.items.flatMap((item) => {
        // Each item reports to its own list, so that one bad item does not hide the next.
        const found: Diagnostic[] = [];
        const configured = readItem(list, item, taken, found);
        diagnostics.push(...found);
        return configured ?? [];
      });
    },
  };
}
