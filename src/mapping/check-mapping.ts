/** What must hold of a mapping as a whole, beyond the shape of its parts. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as mappingMessage from "../diagnostic/message/mapping.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import type { EventField } from "../generated/event-fields.ts";
import type { YamlScalar } from "../yaml/node.ts";
import { describeClasses, type EventClass, eventClasses } from "./event-class.ts";
import {
  type FieldOutput,
  type Mapping,
  type Output,
  type Source,
  soleSource,
  type Table,
} from "./mapping.ts";
import { checkTargetName } from "./target-name.ts";
import { inputKinds, outputKind, takesKind, typesFor, type ValueKind } from "./target-type.ts";

/** Where the parts of the file stand that a `Mapping` does not keep. */
export interface MappingPlaces {
  readonly file: Span;
  /** Paths that must have a value on every class of event. */
  readonly required: readonly YamlScalar[];
  readonly unmappedSpan: (field: string) => Span;
  readonly tableSpan: (table: string) => Span;
}

/** All findings about a mapping whose parts were read without errors. */
export function checkMapping(mapping: Mapping, places: MappingPlaces): Diagnostic[] {
  return [
    ...mapping.outputs.flatMap((output) => checkTargetName(mapping.schema, output)),
    ...checkPaths(mapping.outputs),
    ...mapping.fields.flatMap((output) => checkKinds(mapping, output)),
    ...checkTables(mapping.fields, places),
    ...checkCompleteness(mapping, places),
    ...checkRequired(mapping.outputs, places.required),
  ];
}

/** The classes of event for which an output may write its path. */
function writes(output: Output): readonly EventClass[] {
  switch (output.kind) {
    case "constant":
      return eventClasses;
    case "class":
      return [...output.values.keys()];
    case "field":
      return output.classes === undefined ? eventClasses : [...output.classes];
  }
}

function checkPaths(outputs: readonly Output[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const byPath = new Map<string, Output[]>();
  for (const output of outputs) {
    const earlier = byPath.get(output.to) ?? [];
    for (const other of earlier) {
      const both = new Set(writes(output)).intersection(new Set(writes(other)));
      if (both.size > 0) {
        const args = { path: output.to, where: describeClasses([...both]), line: other.span.line };
        diagnostics.push(report(mappingMessage.pathWrittenTwice, output.span, args));
      }
    }
    byPath.set(output.to, [...earlier, output]);
  }
  for (const output of outputs) {
    for (let depth = 1; depth < output.path.length; depth += 1) {
      const inside = output.path.slice(0, depth).join(".");
      const value = byPath.get(inside)?.[0];
      if (value === undefined) continue;
      const args = { path: output.to, inside, line: value.span.line };
      diagnostics.push(report(mappingMessage.pathConflict, output.span, args));
    }
  }
  return diagnostics;
}

function kindOfSource(source: Source): ValueKind {
  if (source === "chain_seq") return "integer";
  if (source === "chain_hash") return "keyword";
  if (source === "canonical_event") return "event";
  return fieldInfo(source)?.kind ?? "keyword";
}

function describeKind(kind: ValueKind): string {
  const words: Readonly<Record<ValueKind, string>> = {
    keyword: "text",
    "keyword[]": "a list of texts",
    integer: "an integer",
    number: "a number",
    boolean: "true or false",
    time: "a time",
    object: "an object",
    event: "the whole event",
  };
  return words[kind];
}

/** Whether a rule's transform takes its fields, and its target type the result. */
function checkKinds(mapping: Mapping, output: FieldOutput): Diagnostic[] {
  const { transform, span } = output;
  const kinds = output.from.map(kindOfSource);
  const takes = inputKinds(transform.kind);
  const wrong = kinds.find((kind) => !takes.includes(kind));
  const misfit = (needs: string, found: string): Diagnostic[] => [
    report(mappingMessage.transformMisfit, span, { transform: transform.kind, needs, found }),
  ];
  if (wrong !== undefined) {
    return misfit(takes.map(describeKind).join(" or "), describeKind(wrong));
  }
  const several = transform.kind === "first" || transform.kind === "collect";
  if (!several && kinds.length > 1) return misfit("one field", `${kinds.length} fields`);
  const isEnum = fieldInfo(output.from[0] ?? "")?.values !== undefined;
  if (transform.kind === "lookup" && !isEnum) return misfit("an enumeration", "free text");
  const yielded = outputKind(transform, kinds[0] ?? "keyword");
  if (takesKind(mapping.schema, output.type, yielded)) return [];
  const known = typesFor(mapping.schema, yielded);
  const args = { path: output.to, type: output.type, found: describeKind(yielded), known };
  return [report(mappingMessage.typeMismatch, span, args)];
}

/** Every table has exactly the legal values of each field it translates. */
function checkTables(fields: readonly FieldOutput[], places: MappingPlaces): Diagnostic[] {
  return fields.flatMap((output) => {
    if (output.transform.kind !== "lookup") return [];
    const table: Table = output.transform.table;
    const known = fieldInfo(soleSource(output) ?? "")?.values;
    if (known === undefined) return [];
    const missing = known.filter((value) => !table.entries.has(value));
    const excess = [...table.entries.keys()].filter((key) => !known.includes(key));
    const details = [
      ...missing.map((value) => `has no entry for "${value}"`),
      ...excess.map((key) => `has an entry for "${key}", which ${output.from[0]} never is`),
    ];
    return details.map((detail) =>
      report(mappingMessage.tableMisfit, places.tableSpan(table.name), {
        table: table.name,
        detail,
        known,
      }),
    );
  });
}

/** Every field is written on every class of event, or left out for a reason. */
function checkCompleteness(mapping: Mapping, places: MappingPlaces): Diagnostic[] {
  return eventFieldNames.flatMap((field): Diagnostic[] => {
    const rules = mapping.fields.filter((output) => output.from.includes(field));
    const first = rules[0];
    if (mapping.unmapped.has(field)) {
      if (first === undefined) return [];
      const args = { field, line: first.span.line };
      return [report(mappingMessage.mappedAndUnmapped, places.unmappedSpan(field), args)];
    }
    const covered = new Set(rules.filter(keepsValue).flatMap(writes));
    const missing = eventClasses.filter((one) => !covered.has(one));
    if (missing.length === 0) return [];
    const args = { field, where: describeClasses(missing) };
    return [report(mappingMessage.fieldNotMapped, first?.span ?? places.file, args)];
  });
}

/** Whether a rule carries the value over: a fixed value or the first of several fields may lose it. */
function keepsValue(output: FieldOutput): boolean {
  return output.transform.kind !== "constant" && soleSource(output) !== undefined;
}

/** Fields that every event has. */
export const certainFields: ReadonlySet<EventField> = new Set<EventField>([
  "event_id",
  "event_type",
  "timestamp",
]);

/** Whether an output always has a value where it applies, given fields that every event has. */
export function isCertain(output: Output, certain: ReadonlySet<Source> = certainFields): boolean {
  if (output.kind !== "field") return true;
  if (output.beside !== undefined) return false;
  if (output.otherwise !== undefined) return true;
  return output.from.some((source) => certain.has(source) || source === "canonical_event");
}

function checkRequired(outputs: readonly Output[], required: readonly YamlScalar[]): Diagnostic[] {
  return required.flatMap(({ value, span }) => {
    const path = String(value);
    const written = outputs.filter((output) => output.to === path && isCertain(output));
    const covered = new Set(written.flatMap(writes));
    const missing = eventClasses.filter((one) => !covered.has(one));
    if (missing.length === 0) return [];
    const args = { path, where: describeClasses(missing) };
    return [report(mappingMessage.classificationIncomplete, span, args)];
  });
}
