/** Mapping YAML → `Mapping`. */
import {
  type Diagnostic,
  fail,
  isError,
  type Result,
  report,
  succeed,
} from "../diagnostic/diagnostic.ts";
import * as mappingMessage from "../diagnostic/message/mapping.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import type { EventField } from "../generated/event-fields.ts";
import { describeNode, type YamlNode, type YamlScalar } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { checkMapping } from "./check-mapping.ts";
import { type EventClass, eventClasses, selectClasses, selectors } from "./event-class.ts";
import { inDocumentOrder } from "./layout.ts";
import {
  type ClassOutput,
  type Constant,
  type ConstantOutput,
  type FieldOutput,
  type Mapping,
  plainTransforms,
  type Scalar,
  type Source,
  type Table,
  type Transform,
  transformNames,
} from "./mapping.ts";
import type { Schema } from "./schema.ts";
import { targetTypes, typeOfConstant } from "./target-type.ts";

/** What `from` may name. */
const sources: readonly Source[] = [
  ...eventFieldNames,
  "chain_seq",
  "chain_hash",
  "canonical_event",
];

/** A list of texts, or one text standing for a list of one. */
function readTexts(key: string, node: YamlNode, diagnostics: Diagnostic[]): readonly YamlScalar[] {
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.filter((item): item is YamlScalar => {
    if (item.kind === "scalar" && typeof item.value === "string") return true;
    const args = { key, expected: "a name or a list of names", found: describeNode(item) };
    diagnostics.push(report(yamlMessage.wrongType, item.span, args));
    return false;
  });
}

function readScalar(key: string, node: YamlNode, diagnostics: Diagnostic[]): Scalar | undefined {
  if (node.kind === "scalar" && node.value !== null) return node.value;
  const args = { key, expected: "text, a number or true/false", found: describeNode(node) };
  diagnostics.push(report(yamlMessage.wrongType, node.span, args));
  return undefined;
}

function readConstant(
  key: string,
  node: YamlNode,
  diagnostics: Diagnostic[],
): Constant | undefined {
  if (node.kind !== "list") return readScalar(key, node, diagnostics);
  return readTexts(key, node, diagnostics).map((item) => String(item.value));
}

function readTables(reader: MapReader, diagnostics: Diagnostic[]): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  const section = reader.optionalMap("tables");
  for (const name of section?.keys() ?? []) {
    const entries = new Map<string, Scalar>();
    const table = section?.map(name);
    for (const key of table?.keys() ?? []) {
      const node = table?.required(key, "a value");
      const value = node && readScalar(key, node, diagnostics);
      if (value !== undefined) entries.set(key, value);
    }
    tables.set(name, { name, entries });
  }
  return tables;
}

function readConstants(
  reader: MapReader,
  schema: Schema,
  diagnostics: Diagnostic[],
): readonly ConstantOutput[] {
  const section = reader.optionalMap("constants");
  return (section?.keys() ?? []).flatMap((to): ConstantOutput[] => {
    const node = section?.required(to, "a value");
    const value = node && readConstant(to, node, diagnostics);
    if (section === undefined || value === undefined) return [];
    const type = typeOfConstant(schema, value);
    return [
      { kind: "constant", to, path: to.split("."), type, value, span: section.keySpanOf(to) },
    ];
  });
}

function readSelector(node: YamlScalar, diagnostics: Diagnostic[]): readonly EventClass[] {
  const selector = String(node.value);
  const classes = selectClasses(selector);
  if (classes.length === 0)
    diagnostics.push(
      report(mappingMessage.unknownClass, node.span, { selector, known: selectors }),
    );
  return classes;
}

/**
 * The classification: selector → path → constant. Entries that select the same class add up; one
 * that writes a path again is reported by the checks through the outputs it is split into.
 */
function readClassification(
  reader: MapReader,
  schema: Schema,
  diagnostics: Diagnostic[],
): readonly ClassOutput[] {
  const merged = new Map<string, ClassOutput & { values: Map<EventClass, Constant> }>();
  const section = reader.optionalMap("classify");
  for (const selector of section?.keys() ?? []) {
    const span = section?.keySpanOf(selector) ?? reader.span;
    const classes = readSelector(
      { kind: "scalar", value: selector, span, within: () => span },
      diagnostics,
    );
    const row = section?.map(selector);
    for (const to of row?.keys() ?? []) {
      const node = row?.required(to, "a value");
      const value = node && readConstant(to, node, diagnostics);
      if (row === undefined || value === undefined) continue;
      const place = {
        to,
        path: to.split("."),
        type: typeOfConstant(schema, value),
        span: row.keySpanOf(to),
      };
      const output = merged.get(to) ?? { kind: "class" as const, ...place, values: new Map() };
      merged.set(to, output);
      for (const one of classes) {
        if (output.values.has(one)) {
          const args = { path: to, where: one, line: output.span.line };
          diagnostics.push(report(mappingMessage.pathWrittenTwice, place.span, args));
        } else output.values.set(one, value);
      }
    }
  }
  return [...merged.values()];
}

function readSources(
  key: "from" | "beside",
  node: YamlNode | undefined,
  diagnostics: Diagnostic[],
): readonly Source[] {
  if (node === undefined) return [];
  return readTexts(key, node, diagnostics).flatMap(({ value, span }) => {
    const known = sources.find((one) => one === value);
    if (known === undefined) {
      const args = { source: String(value), known: sources };
      diagnostics.push(report(mappingMessage.unknownSource, span, args));
    }
    return known ?? [];
  });
}

/** Tells about an option that is missing where needed, or present where it means nothing. */
function checkOption(
  rule: MapReader,
  option: "table" | "value",
  transform: string,
  diagnostics: Diagnostic[],
): YamlNode | undefined {
  const node = rule.optional(option);
  const needed = transform === (option === "table" ? "lookup" : "constant");
  if (needed === (node !== undefined)) return node;
  const span = needed ? rule.spanOf("transform") : rule.keySpanOf(option);
  diagnostics.push(report(mappingMessage.strayOption, span, { option, transform, needed }));
  return undefined;
}

function readTransform(
  rule: MapReader,
  tables: ReadonlyMap<string, Table>,
  diagnostics: Diagnostic[],
): Transform | undefined {
  const name = rule.optionalString("transform") ?? "copy";
  const kind = transformNames.find((one) => one === name);
  if (kind === undefined) {
    const args = { transform: name, known: transformNames };
    diagnostics.push(report(mappingMessage.unknownTransform, rule.spanOf("transform"), args));
    return undefined;
  }
  const tableNode = checkOption(rule, "table", kind, diagnostics);
  const valueNode = checkOption(rule, "value", kind, diagnostics);
  const plain = plainTransforms.find((one) => one === kind);
  if (plain !== undefined) return { kind: plain };
  if (valueNode !== undefined) {
    const value = readScalar("value", valueNode, diagnostics);
    return value === undefined ? undefined : { kind: "constant", value };
  }
  if (tableNode === undefined) return undefined;
  const tableName = rule.string("table") ?? "";
  const table = tables.get(tableName);
  if (table !== undefined) return { kind: "lookup", table };
  const args = { table: tableName, known: [...tables.keys()] };
  diagnostics.push(report(mappingMessage.unknownTable, tableNode.span, args));
  return undefined;
}

function readRule(
  node: YamlNode,
  schema: Schema,
  tables: ReadonlyMap<string, Table>,
  diagnostics: Diagnostic[],
): FieldOutput | undefined {
  const rule = MapReader.of(node, "a field rule", diagnostics);
  if (rule === undefined) return undefined;
  const from = readSources(
    "from",
    rule.required("from", "the name of an event field"),
    diagnostics,
  );
  const [beside] = readSources("beside", rule.optional("beside"), diagnostics);
  const to = rule.string("to");
  const type = rule.choice("type", targetTypes(schema));
  const transform = readTransform(rule, tables, diagnostics);
  const whenNode = rule.optional("when");
  const classes =
    whenNode &&
    readTexts("when", whenNode, diagnostics).flatMap((one) => readSelector(one, diagnostics));
  const elseNode = rule.optional("else");
  const otherwise = elseNode && readScalar("else", elseNode, diagnostics);
  const query = rule.optionalString("query");
  rule.done();
  if (from.length === 0 || to === undefined || type === undefined || transform === undefined)
    return undefined;
  const all = classes === undefined || new Set(classes).size === eventClasses.length;
  return {
    kind: "field",
    from,
    to,
    path: to.split("."),
    type,
    transform,
    ...(!all && { classes: new Set(classes) }),
    ...(beside !== undefined && { beside }),
    ...(otherwise !== undefined && { otherwise }),
    ...(query !== undefined && { query }),
    span: rule.spanOf("to"),
  };
}

function readUnmapped(
  reader: MapReader,
  diagnostics: Diagnostic[],
): { reasons: ReadonlyMap<EventField, string>; reader: MapReader | undefined } {
  const section = reader.optionalMap("unmapped");
  const reasons = new Map<EventField, string>();
  for (const field of section?.keys() ?? []) {
    const reason = section?.string(field);
    if (fieldInfo(field) === undefined) {
      const args = { source: field, known: eventFieldNames };
      const span = section?.keySpanOf(field) ?? reader.span;
      diagnostics.push(report(mappingMessage.unknownSource, span, args));
    } else if (reason !== undefined) reasons.set(field as EventField, reason);
  }
  return { reasons, reader: section };
}

/**
 * Parses and checks one mapping file.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The mapping, or every problem: Y1xx for its YAML and shape, M4xx for its meaning.
 */
export function parseMapping(text: string, file: string): Result<Mapping> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const reader = MapReader.of(yaml.value, "a mapping", diagnostics);
  if (reader === undefined) return fail(diagnostics);
  const schema = reader.choice<Schema>("schema", ["ecs", "sentinel", "cim"]);
  const schemaVersion = reader.string("schema_version");
  if (schema === undefined || schemaVersion === undefined) return fail(diagnostics);
  const required = readTexts(
    "required",
    reader.optional("required") ?? emptyList(reader),
    diagnostics,
  );
  const constants = readConstants(reader, schema, diagnostics);
  const classification = readClassification(reader, schema, diagnostics);
  const tables = readTables(reader, diagnostics);
  const fields = (reader.list("fields")?.items ?? []).flatMap(
    (node) => readRule(node, schema, tables, diagnostics) ?? [],
  );
  const unmapped = readUnmapped(reader, diagnostics);
  reader.done();
  const outputs = inDocumentOrder([...constants, ...classification, ...fields]);
  const mapping: Mapping = { schema, schemaVersion, outputs, fields, unmapped: unmapped.reasons };
  // A rule that could not be read would make the checks complain about its absence as well.
  if (diagnostics.some(isError)) return fail(diagnostics);
  diagnostics.push(
    ...checkMapping(mapping, {
      file: reader.span,
      required,
      unmappedSpan: (field) => unmapped.reader?.keySpanOf(field) ?? reader.span,
      tableSpan: (name) => reader.optionalMap("tables")?.keySpanOf(name) ?? reader.span,
    }),
  );
  return diagnostics.some(isError) ? fail(diagnostics) : succeed(mapping, diagnostics);
}

function emptyList(reader: MapReader): YamlNode {
  return { kind: "list", items: [], span: reader.span };
}
