/** The entity a synthesised case is about: fields that match a predicate and name somebody. */
import type { EventField } from "../../event/event.ts";
import type { Predicate } from "../ir.ts";
import { typed } from "./event-type.ts";
import { type Assignment, domainOf, type Fields, solutions, toFields, truth } from "./satisfy.ts";
import { type Choice, type FieldValue, sampleValue } from "./value.ts";

/** Other values tried before a field counts as fixed by the predicate. */
const SAMPLES = 12;

export function matches(where: Predicate, fields: Fields): boolean {
  return truth(where, (field) => fields[field]);
}

/** The fields with what the entity lacks; a field that was chosen to be missing stays so. */
export function withEntity(
  fields: Fields,
  by: readonly EventField[],
  fixed: Assignment = new Map(),
): Fields {
  const added = by
    .filter((field) => fields[field] === undefined && !fixed.has(field))
    .map((field) => [field, sampleValue(field, 0)] as const);
  return { ...Object.fromEntries(added), ...fields };
}

/** The fields without one of them. */
export function without(fields: Fields, field: EventField): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
}

/** Fields that match and hold every field of `by`; `undefined` when no event does. */
export function* subjects(
  where: Predicate,
  by: readonly EventField[],
  given: Assignment = new Map(),
): Generator<Fields> {
  const present = by.map((field): Predicate => ({ kind: "present", field, span: where.span }));
  const goals = [where, ...present].map((predicate) => ({ predicate, want: true }));
  for (const assignment of solutions(goals, given)) yield typed(toFields(assignment));
}

export function subjectOf(where: Predicate, by: readonly EventField[]): Fields | undefined {
  for (const fields of subjects(where, by)) return fields;
  return undefined;
}

/** The same subject with another value of one field, still matching; `undefined` when there is none. */
export function variation(
  fields: Fields,
  where: Predicate,
  field: EventField,
  avoid: readonly Choice[] = [],
): Fields | undefined {
  const samples = Array.from({ length: SAMPLES }, (_, turn) => sampleValue(field, turn));
  const choices = [...samples, ...(domainOf([where]).get(field) ?? [])];
  const taken = [fields[field], ...avoid].map((choice) => JSON.stringify(choice));
  const fitting = choices
    .filter((choice): choice is FieldValue => choice !== undefined)
    .filter((choice) => !taken.includes(JSON.stringify(choice)))
    .map((choice): Fields => ({ ...fields, [field]: choice }));
  return fitting.find((changed) => matches(where, changed));
}
