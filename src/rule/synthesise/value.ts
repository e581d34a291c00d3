/** Values of one field that a rule can tell apart, for events made up to test it. */
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import { formatTime } from "../../event/time.ts";
import type { Leaf } from "../detection.ts";
import type { Scalar } from "../ir.ts";
import { digest, PSEUDONYMS } from "../parse-tests.ts";

export type FieldValue = Scalar | readonly string[];

/** A value, or `undefined` for a field that is missing. */
export type Choice = FieldValue | undefined;

/** Fields every event has; leaving them out would not be an event. */
const ALWAYS_THERE: ReadonlySet<EventField> = new Set(["event_type", "event_id", "timestamp"]);

/** Fields that the synthesiser sets itself, so that no predicate can choose them. */
const TAKEN: ReadonlySet<EventField> = new Set(["event_id", "timestamp"]);

/** Whether the comparison holds, in the words of `Predicate`: a missing field equals nothing. */
export function leafHolds(leaf: Leaf, value: Choice): boolean {
  switch (leaf.kind) {
    case "equals":
      return value === leaf.value;
    case "in":
      return leaf.values.some((one) => one === value);
    case "has":
      return Array.isArray(value) && value.includes(leaf.value);
    case "compare":
      if (typeof value !== "number") return false;
      if (leaf.operator === "<") return value < leaf.value;
      if (leaf.operator === "<=") return value <= leaf.value;
      return leaf.operator === ">" ? value > leaf.value : value >= leaf.value;
    case "present":
      return Array.isArray(value) ? value.length > 0 : value !== undefined;
  }
}

/** A legal value of a field; equal turns give equal values, and `undefined` says there are no more. */
export function sampleValue(field: EventField, turn: number): Choice {
  const info = fieldInfo(field);
  switch (info?.kind) {
    case "keyword[]":
      return [`value-${turn + 1}`];
    case "integer":
      return turn + 1;
    case "number":
      return turn + 0.5;
    case "boolean":
      return turn > 1 ? undefined : turn === 0;
    case "time":
      return formatTime(Date.UTC(2026, 0, 1 + turn));
    case "keyword":
      if (info.values) return info.values[turn];
      if (PSEUDONYMS.has(field)) return digest(`synthetic-${turn + 1}`);
      if (field === "client_ip") return `192.0.2.${turn + 1}`;
      return `${field.replaceAll("_", "-")}-${turn + 1}`;
    default:
      return undefined;
  }
}

/** The first sample that none of the values equals; lists count by their elements. */
export function otherValue(field: EventField, values: readonly Choice[]): Choice {
  const taken = new Set(values.flatMap((value) => (Array.isArray(value) ? value : [value])));
  for (let turn = 0; turn <= taken.size; turn += 1) {
    const sample = sampleValue(field, turn);
    const bare = Array.isArray(sample) ? sample[0] : sample;
    if (sample !== undefined && !taken.has(bare)) return sample;
  }
  return undefined;
}

/** The same text in the other case of letters, where it has letters. */
function otherCase(text: string): string | undefined {
  const changed = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
  return changed === text ? undefined : changed;
}

/** Numbers around a boundary that the field can hold. */
function aroundNumber(field: EventField, value: number): readonly number[] {
  const whole = fieldInfo(field)?.kind === "integer";
  const near = whole
    ? [Math.floor(value) - 1, Math.floor(value), Math.ceil(value), Math.ceil(value) + 1]
    : [value - 1, value / 2, value, value + 1];
  return [...new Set(near)].filter((one) => one >= 0 || value < 0);
}

function scalarChoices(field: EventField, values: readonly Scalar[]): readonly Choice[] {
  return values.flatMap((value): readonly Choice[] => {
    if (typeof value === "string") return [value, otherCase(value)];
    return typeof value === "number" ? [value, ...aroundNumber(field, value)] : [value, !value];
  });
}

function choicesBySyntax(leaf: Leaf): readonly Choice[] {
  const { field } = leaf;
  switch (leaf.kind) {
    case "equals":
      return [...scalarChoices(field, [leaf.value]), otherValue(field, [leaf.value])];
    case "in":
      return [...leaf.values, ...scalarChoices(field, leaf.values), otherValue(field, leaf.values)];
    case "has": {
      const other = String(otherValue(field, [leaf.value]));
      const changed = otherCase(leaf.value);
      const lists = [[leaf.value], [other, leaf.value], [other], []];
      return changed === undefined ? lists : [...lists, [changed]];
    }
    case "compare":
      return aroundNumber(field, leaf.value);
    case "present":
      return fieldInfo(field)?.kind === "keyword[]"
        ? [sampleValue(field, 0), []]
        : [sampleValue(field, 0)];
  }
}

export function uniqueChoices(choices: readonly Choice[]): readonly Choice[] {
  const byText = new Map(choices.map((choice) => [JSON.stringify(choice) ?? "missing", choice]));
  return [...byText.values()];
}

/**
 * The values worth trying for one comparison: what meets it, what just misses it, the other case of
 * letters, the empty list and the missing field. None for fields that no event can choose.
 */
export function choicesOf(leaf: Leaf): readonly Choice[] {
  if (TAKEN.has(leaf.field)) return [];
  const present = choicesBySyntax(leaf).filter((choice) => choice !== undefined);
  return uniqueChoices(ALWAYS_THERE.has(leaf.field) ? present : [...present, undefined]);
}

/** A choice in words, for names of cases. */
export function choiceText(choice: Choice): string {
  if (choice === undefined) return "missing";
  if (!Array.isArray(choice)) return String(choice).slice(0, 40);
  return choice.length === 0 ? "an empty list" : `[${choice.join(", ")}]`;
}
