/** `where` and `measure` of a panel. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import type { EventField } from "../event/event.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import type { Predicate } from "../rule/ir.ts";
import { KIND_NAMES, parseExpression } from "../rule/parse-expression.ts";
import type { YamlList, YamlNode } from "../yaml/node.ts";
import type { MapReader } from "../yaml/reader.ts";
import type { PanelMeasure, RatioPart, SimpleMeasure } from "./ir.ts";

/** Rates over fewer are withheld when a panel does not say otherwise. */
const DEFAULT_AT_LEAST = 30;

/** Reads a predicate; absent means `always`, which is what a panel without `where` shows. */
export function parseWhere(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
): Predicate | undefined {
  if (reader.optional(key) === undefined) return { kind: "always", span: reader.span };
  const node = reader.textNode(key);
  if (node === undefined) return undefined;
  if (node.value === "always") return { kind: "always", span: node.span };
  const result = parseExpression(String(node.value), {
    parameters: new Map(),
    used: new Set(),
    spanAt: node.within,
  });
  diagnostics.push(...result.diagnostics);
  return result.ok ? result.value : undefined;
}

/** The field a node names, or `undefined` with a diagnostic. */
export function parseField(node: YamlNode, diagnostics: Diagnostic[]): EventField | undefined {
  const name = node.kind === "scalar" ? String(node.value) : "";
  if (fieldInfo(name) !== undefined) return name as EventField;
  const args = { field: name, known: eventFieldNames };
  diagnostics.push(report(ruleMessage.unknownField, node.span, args));
  return undefined;
}

/** A field of a list, and its place. */
interface ListedField {
  readonly field: EventField;
  readonly item: YamlNode;
}

/** The fields that a list names. One that stands there twice is reported. */
export function parseFields(
  list: YamlList | undefined,
  diagnostics: Diagnostic[],
): readonly ListedField[] {
  const seen = new Set<EventField>();
  return (list?.items ?? []).flatMap((item) => {
    const field = parseField(item, diagnostics);
    if (field === undefined) return [];
    if (seen.has(field))
      diagnostics.push(report(dashboardMessage.fieldTwice, item.span, { field }));
    seen.add(field);
    return [{ field, item }];
  });
}

function parseDistinct(reader: MapReader, diagnostics: Diagnostic[]): SimpleMeasure | undefined {
  const node = reader.textNode("distinct");
  const field = node && parseField(node, diagnostics);
  if (node === undefined || field === undefined) return undefined;
  const kind = fieldInfo(field)?.kind ?? "keyword";
  if (kind !== "keyword") {
    const use = "a field that holds one text, such as session_id";
    const args = { field, kind: KIND_NAMES[kind], operator: "distinct", use };
    diagnostics.push(report(ruleMessage.wrongOperator, node.span, args));
  }
  return { kind: "distinct", field };
}

function parseSum(reader: MapReader, diagnostics: Diagnostic[]): SimpleMeasure | undefined {
  const listed = parseFields(reader.filledList("sum"), diagnostics);
  const fields = listed.map(({ field, item }) => {
    const kind = fieldInfo(field)?.kind;
    if (kind !== "integer" && kind !== "number")
      diagnostics.push(report(dashboardMessage.notAddable, item.span, { field }));
    return field;
  });
  return fields.length === 0 ? undefined : { kind: "sum", fields };
}

/** Measures that need no field. */
const WORDS = ["count", "latest", "longest_delay"] as const;

function parseSimple(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
): SimpleMeasure | undefined {
  const node = reader.required(key, "count, { distinct: field } or { sum: [fields] }");
  if (node === undefined) return undefined;
  if (node.kind === "scalar") {
    const word = WORDS.find((one) => one === node.value);
    if (word !== undefined) return { kind: word };
  }
  const inner = reader.map(key);
  if (inner === undefined) return undefined;
  const measure =
    inner.optional("sum") === undefined
      ? parseDistinct(inner, diagnostics)
      : parseSum(inner, diagnostics);
  inner.done();
  return measure;
}

function parsePart(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
): RatioPart | undefined {
  const part = reader.map(key);
  if (part === undefined) return undefined;
  const where = parseWhere(part, "where", diagnostics);
  const measure =
    part.optional("measure") === undefined
      ? ({ kind: "count" } as const)
      : parseSimple(part, "measure", diagnostics);
  part.done();
  return where && measure && { where, measure };
}

function parseRatio(
  outer: MapReader,
  panel: string,
  diagnostics: Diagnostic[],
): PanelMeasure | undefined {
  const reader = outer.map("ratio");
  outer.done();
  if (reader === undefined) return undefined;
  if (reader.optional("per") === undefined) {
    diagnostics.push(report(dashboardMessage.noDenominator, reader.span, { panel }));
    return undefined;
  }
  const of = parsePart(reader, "of", diagnostics);
  const per = parsePart(reader, "per", diagnostics);
  for (const [key, part] of [["of", of] as const, ["per", per] as const])
    if (part?.measure.kind === "latest" || part?.measure.kind === "longest_delay")
      diagnostics.push(report(dashboardMessage.notCountable, reader.spanOf(key), { panel }));
  const atLeast = reader.optionalNumber("at_least", { integer: true, min: 1 }) ?? DEFAULT_AT_LEAST;
  reader.done();
  return of && per && { kind: "ratio", of, per, atLeast };
}

/** Reads a panel's measure: a simple one, or a ratio with its denominator. */
export function parseMeasure(
  reader: MapReader,
  panel: string,
  diagnostics: Diagnostic[],
): PanelMeasure | undefined {
  const node = reader.required(
    "measure",
    "count, latest, longest_delay, { distinct: field }, { sum: [fields] } or { ratio: { of, per } }",
  );
  const isRatio = node?.kind === "map" && node.entries.some(({ key }) => key === "ratio");
  if (node === undefined) return undefined;
  if (!isRatio) return parseSimple(reader, "measure", diagnostics);
  const inner = reader.map("measure");
  return inner && parseRatio(inner, panel, diagnostics);
}

/** The simple measures of a measure. */
export function partsOf(measure: PanelMeasure): readonly SimpleMeasure[] {
  return measure.kind === "ratio" ? [measure.of.measure, measure.per.measure] : [measure];
}
