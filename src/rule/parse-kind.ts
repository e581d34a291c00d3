/** `detect` of a rule: one function for each kind of detection. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { openZone, zoneNames } from "../enrich/zone.ts";
import type { EventField } from "../event/event.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import type { MapReader } from "../yaml/reader.ts";
import type { Detection, Measure, Predicate, SequenceStep } from "./ir.ts";
import type { ParameterScope } from "./parameter.ts";
import { KIND_NAMES, parseExpression } from "./parse-expression.ts";

function parsePredicate(
  reader: MapReader,
  key: "where" | "of",
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): Predicate | undefined {
  const node = reader.textNode(key);
  if (node === undefined) return undefined;
  if (node.value === "always") return { kind: "always", span: node.span };
  const result = parseExpression(String(node.value), {
    parameters: scope.values,
    used: scope.used,
    spanAt: node.within,
  });
  diagnostics.push(...result.diagnostics);
  return result.ok ? result.value : undefined;
}

/** Reads a list of at least one field name; `extra` names are allowed beside fields. */
export function parseFields<Extra extends string>(
  reader: MapReader,
  key: string,
  extra: readonly Extra[],
  diagnostics: Diagnostic[],
): readonly (EventField | Extra)[] | undefined {
  const list = reader.list(key);
  if (list === undefined) return undefined;
  if (list.items.length === 0) {
    const args = { key, expected: "a list of at least one field", found: "an empty list" };
    diagnostics.push(report(yamlMessage.wrongType, list.span, args));
    return undefined;
  }
  const names: (EventField | Extra)[] = [];
  for (const item of list.items) {
    const name = item.kind === "scalar" ? String(item.value) : "";
    const info = fieldInfo(name);
    if ((extra as readonly string[]).includes(name) || info) names.push(name as EventField | Extra);
    else {
      const args = { field: name, known: [...extra, ...eventFieldNames] };
      diagnostics.push(report(ruleMessage.unknownField, item.span, args));
    }
  }
  return names;
}

function parseMeasure(reader: MapReader, diagnostics: Diagnostic[]): Measure | undefined {
  const measure = reader.required("measure", "count, or sum: [fields]");
  if (measure === undefined) return undefined;
  if (measure.kind === "scalar" && measure.value === "count") return { kind: "count" };
  const inner = reader.map("measure");
  const fields = inner && parseFields(inner, "sum", [], diagnostics);
  inner?.done();
  for (const field of fields ?? []) {
    if (fieldInfo(field)?.kind === "integer") continue;
    diagnostics.push(
      report(ruleMessage.notSummable, inner?.spanOf("sum") ?? reader.span, { field }),
    );
  }
  return fields && { kind: "sum", fields };
}

/** Whether a field can name an entity: it must hold one text. */
function checkEntityField(
  reader: MapReader,
  key: "by" | "field",
  field: EventField,
  diagnostics: Diagnostic[],
): void {
  const kind = fieldInfo(field)?.kind;
  if (kind === undefined || kind === "keyword") return;
  const use = "fields that hold one text, such as session_id";
  const args = { field, kind: KIND_NAMES[kind], operator: key, use };
  diagnostics.push(report(ruleMessage.wrongOperator, reader.spanOf(key), args));
}

/** Reads what events are grouped by. */
function parseBy(reader: MapReader, diagnostics: Diagnostic[]): readonly EventField[] | undefined {
  const fields: readonly EventField[] | undefined = parseFields(reader, "by", [], diagnostics);
  for (const field of fields ?? []) checkEntityField(reader, "by", field, diagnostics);
  return fields;
}

/** Reads the one field whose values are watched. */
function parseField(
  reader: MapReader,
  key: "field",
  diagnostics: Diagnostic[],
): EventField | undefined {
  const name = reader.string(key);
  if (name === undefined) return undefined;
  if (fieldInfo(name) === undefined) {
    const args = { field: name, known: eventFieldNames };
    diagnostics.push(report(ruleMessage.unknownField, reader.spanOf(key), args));
    return undefined;
  }
  checkEntityField(reader, key, name as EventField, diagnostics);
  return name as EventField;
}

/** The zone whose days a baseline counts. */
function parseZone(
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): string | undefined {
  const zone = scope.text(reader, "zone");
  if (zone === undefined || openZone(zone) !== undefined) return zone;
  const args = { zone, known: zoneNames() };
  diagnostics.push(report(contextMessage.unknownZone, reader.spanOf("zone"), args));
  return undefined;
}

/** Reads the keys of one kind; `undefined` when one of them is missing or wrong, which it reports. */
type KindParser = (
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
) => Detection | undefined;

const parseEach: KindParser = (reader, scope, diagnostics) => {
  const where = parsePredicate(reader, "where", scope, diagnostics);
  return where && { kind: "each", where };
};

const parseThreshold: KindParser = (reader, scope, diagnostics) => {
  const where = parsePredicate(reader, "where", scope, diagnostics);
  const by = parseBy(reader, diagnostics);
  const measure = parseMeasure(reader, diagnostics);
  const withinMs = scope.duration(reader, "within");
  const greaterThan = scope.number(reader, "greater_than", { integer: true, min: 0 });
  if (!where || !by || !measure || withinMs === undefined || greaterThan === undefined)
    return undefined;
  return { kind: "threshold", where, by, measure, withinMs, greaterThan };
};

/** Reports a number of days that is larger than the history it is part of. */
function checkWithinHistory(
  reader: MapReader,
  key: string,
  days: number | undefined,
  historyDays: number | undefined,
  diagnostics: Diagnostic[],
): void {
  if (days === undefined || historyDays === undefined || days <= historyDays) return;
  const args = { key, value: String(days), range: `at most history_days, ${historyDays}` };
  diagnostics.push(report(yamlMessage.outOfRange, reader.spanOf(key), args));
}

const parseBaseline: KindParser = (reader, scope, diagnostics) => {
  const where = parsePredicate(reader, "where", scope, diagnostics);
  const by = parseBy(reader, diagnostics);
  const measure = parseMeasure(reader, diagnostics);
  const zone = parseZone(reader, scope, diagnostics);
  const historyDays = scope.number(reader, "history_days", { integer: true, min: 1 });
  const minDays = scope.number(reader, "min_days", { integer: true, min: 1 });
  const floor = scope.number(reader, "floor", { integer: true, min: 0 });
  const factor = scope.number(reader, "factor", { min: 0 });
  const averageOver = reader.choice("average_over", ["active_days", "calendar_days"]);
  checkWithinHistory(reader, "min_days", minDays, historyDays, diagnostics);
  if (!where || !by || !measure || !zone || !averageOver) return undefined;
  if (historyDays === undefined || minDays === undefined) return undefined;
  if (floor === undefined || factor === undefined) return undefined;
  return {
    kind: "baseline",
    where,
    by,
    measure,
    zone,
    historyDays,
    minDays,
    floor,
    factor,
    averageOver,
  };
};

function parseStep(
  reader: MapReader,
  key: "first" | "then",
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): SequenceStep | undefined {
  const step = reader.map(key);
  if (step === undefined) return undefined;
  const where = parsePredicate(step, "where", scope, diagnostics);
  const by = parseBy(step, diagnostics);
  step.done();
  return where && by && { where, by };
}

const parseSequence: KindParser = (reader, scope, diagnostics) => {
  const first = parseStep(reader, "first", scope, diagnostics);
  const second = parseStep(reader, "then", scope, diagnostics);
  const withinMs = scope.duration(reader, "within");
  if (!first || !second || withinMs === undefined) return undefined;
  if (first.by.length !== second.by.length) {
    const args = { first: first.by.length, second: second.by.length };
    diagnostics.push(report(ruleMessage.unpairedKeys, reader.spanOf("then"), args));
    return undefined;
  }
  return { kind: "sequence", first, second, withinMs };
};

const parseFirstSeen: KindParser = (reader, scope, diagnostics) => {
  const where = parsePredicate(reader, "where", scope, diagnostics);
  const by = parseBy(reader, diagnostics);
  const field = parseField(reader, "field", diagnostics);
  const historyDays = scope.number(reader, "history_days", { integer: true, min: 1 });
  const learnDays = scope.number(reader, "learn_days", { integer: true, min: 1 });
  checkWithinHistory(reader, "learn_days", learnDays, historyDays, diagnostics);
  if (!where || !by || !field || historyDays === undefined || learnDays === undefined)
    return undefined;
  return { kind: "first_seen", where, by, field, historyDays, learnDays };
};

const parseRatio: KindParser = (reader, scope, diagnostics) => {
  const where = parsePredicate(reader, "where", scope, diagnostics);
  const of = parsePredicate(reader, "of", scope, diagnostics);
  const by = parseBy(reader, diagnostics);
  const withinMs = scope.duration(reader, "within");
  const atLeast = scope.number(reader, "at_least", { integer: true, min: 1 });
  const greaterThan = scope.number(reader, "greater_than", { min: 0 });
  if (greaterThan !== undefined && greaterThan >= 1) {
    const args = { key: "greater_than", value: String(greaterThan), range: "a share below 1" };
    diagnostics.push(report(yamlMessage.outOfRange, reader.spanOf("greater_than"), args));
    return undefined;
  }
  if (!where || !of || !by || withinMs === undefined) return undefined;
  if (atLeast === undefined || greaterThan === undefined) return undefined;
  return { kind: "ratio", where, of, by, withinMs, atLeast, greaterThan };
};

const parseSilence: KindParser = (reader, scope, diagnostics) => {
  const where = parsePredicate(reader, "where", scope, diagnostics);
  const by = parseBy(reader, diagnostics);
  const forMs = scope.duration(reader, "for");
  return where && by && forMs !== undefined ? { kind: "silence", where, by, forMs } : undefined;
};

const parsers: Readonly<Record<Detection["kind"], KindParser>> = {
  each: parseEach,
  threshold: parseThreshold,
  baseline: parseBaseline,
  sequence: parseSequence,
  first_seen: parseFirstSeen,
  ratio: parseRatio,
  silence: parseSilence,
};

const KINDS = Object.keys(parsers) as readonly Detection["kind"][];

/** Reads a detection and refuses every key that its kind does not have. */
export function parseKind(
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): Detection | undefined {
  const kind = reader.choice("kind", KINDS);
  if (kind === undefined) return undefined;
  const detection = parsers[kind](reader, scope, diagnostics);
  reader.done();
  return detection;
}
