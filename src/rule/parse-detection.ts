/** The parts of a rule that carry meaning: `detect`, `suppress`, `schedule`. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { openZone, zoneNames } from "../enrich/zone.ts";
import type { EventField } from "../event/event.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import type { MapReader } from "../yaml/reader.ts";
import type { Detection, Measure, Predicate, Schedule, Suppression, SuppressKey } from "./ir.ts";
import { type ParameterScope, readPositiveDuration } from "./parameter.ts";
import { KIND_NAMES, parseExpression } from "./parse-expression.ts";

const KINDS = ["each", "threshold", "baseline"] as const;

export interface Meaning {
  readonly detection: Detection | undefined;
  readonly suppress: Suppression | undefined;
  readonly schedule: Schedule | undefined;
}

function parseWhere(
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): Predicate | undefined {
  const node = reader.textNode("where");
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
function parseFields<Extra extends string>(
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

/** Reads what events are grouped by: fields that hold one text, since they name an entity. */
function parseBy(reader: MapReader, diagnostics: Diagnostic[]): readonly EventField[] | undefined {
  const fields: readonly EventField[] | undefined = parseFields(reader, "by", [], diagnostics);
  for (const field of fields ?? []) {
    const kind = fieldInfo(field)?.kind;
    if (kind === undefined || kind === "keyword") continue;
    const use = "fields that hold one text, such as session_id";
    const args = { field, kind: KIND_NAMES[kind], operator: "by", use };
    diagnostics.push(report(ruleMessage.wrongOperator, reader.spanOf("by"), args));
  }
  return fields;
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

function parseThreshold(
  reader: MapReader,
  scope: ParameterScope,
  where: Predicate | undefined,
  diagnostics: Diagnostic[],
): Detection | undefined {
  const by = parseBy(reader, diagnostics);
  const measure = parseMeasure(reader, diagnostics);
  const withinMs = scope.duration(reader, "within");
  const greaterThan = scope.number(reader, "greater_than", { integer: true, min: 0 });
  if (!where || !by || !measure || withinMs === undefined || greaterThan === undefined)
    return undefined;
  return { kind: "threshold", where, by, measure, withinMs, greaterThan };
}

function parseBaseline(
  reader: MapReader,
  scope: ParameterScope,
  where: Predicate | undefined,
  diagnostics: Diagnostic[],
): Detection | undefined {
  const by = parseBy(reader, diagnostics);
  const measure = parseMeasure(reader, diagnostics);
  const zone = parseZone(reader, scope, diagnostics);
  const historyDays = scope.number(reader, "history_days", { integer: true, min: 1 });
  const minDays = scope.number(reader, "min_days", { integer: true, min: 1 });
  const floor = scope.number(reader, "floor", { integer: true, min: 0 });
  const factor = scope.number(reader, "factor", { min: 0 });
  const averageOver = reader.choice("average_over", ["active_days", "calendar_days"]);
  if (historyDays !== undefined && minDays !== undefined && minDays > historyDays) {
    const range = `at most history_days, ${historyDays}`;
    const args = { key: "min_days", value: String(minDays), range };
    diagnostics.push(report(yamlMessage.outOfRange, reader.spanOf("min_days"), args));
  }
  const numbers = [historyDays, minDays, floor, factor];
  if (!where || !by || !measure || !zone || !averageOver || numbers.includes(undefined))
    return undefined;
  return {
    kind: "baseline",
    where,
    by,
    measure,
    zone,
    historyDays: historyDays as number,
    minDays: minDays as number,
    floor: floor as number,
    factor: factor as number,
    averageOver,
  };
}

function parseDetect(
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): Detection | undefined {
  const kind = reader.choice("kind", KINDS);
  const where = parseWhere(reader, scope, diagnostics);
  let detection: Detection | undefined;
  if (kind === "each") detection = where && { kind: "each", where };
  if (kind === "threshold") detection = parseThreshold(reader, scope, where, diagnostics);
  if (kind === "baseline") detection = parseBaseline(reader, scope, where, diagnostics);
  if (kind !== undefined) reader.done();
  return detection;
}

/** What an alert of a detection carries, so what suppression may tell apart. */
function carriedKeys(detection: Detection): readonly SuppressKey[] {
  switch (detection.kind) {
    case "each":
      return eventFieldNames.filter((name) => fieldInfo(name)?.kind === "keyword");
    case "threshold":
      return detection.by;
    case "baseline":
      return [...detection.by, "day"];
  }
}

function parseSuppress(
  reader: MapReader,
  scope: ParameterScope,
  detection: Detection | undefined,
  diagnostics: Diagnostic[],
): Suppression | undefined {
  const by = parseFields(reader, "by", ["day" as const], diagnostics);
  const forMs = scope.duration(reader, "for");
  reader.done();
  const carried = detection ? carriedKeys(detection) : undefined;
  for (const key of by ?? []) {
    if (carried === undefined || carried.includes(key)) continue;
    diagnostics.push(report(ruleMessage.badSuppression, reader.spanOf("by"), { key, carried }));
  }
  return by && forMs !== undefined ? { by, forMs } : undefined;
}

export function parseDetection(
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): Meaning {
  const detect = reader.map("detect");
  const detection = detect && parseDetect(detect, scope, diagnostics);
  const suppressing = reader.map("suppress");
  const suppress = suppressing && parseSuppress(suppressing, scope, detection, diagnostics);
  const scheduling = reader.map("schedule");
  const everyMs = scheduling && readPositiveDuration(scheduling, "every", diagnostics);
  const lateMs = scheduling?.duration("late");
  scheduling?.done();
  const schedule = everyMs !== undefined && lateMs !== undefined ? { everyMs, lateMs } : undefined;
  return { detection, suppress, schedule };
}
