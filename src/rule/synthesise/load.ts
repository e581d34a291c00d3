/** Events that add a wanted amount to a measure. */
import type { EventField } from "../../event/event.ts";
import { eventFieldNames, fieldInfo } from "../../event/field.ts";
import { leavesOf } from "../detection.ts";
import type { Measure, Predicate } from "../ir.ts";
import { CASE_EVENTS_MAX } from "../parse-tests.ts";
import type { Draft } from "./case-list.ts";
import type { Fields } from "./satisfy.ts";

/** How a measure is filled with events of one time. */
export interface Load {
  /** Events that add `units` together; `undefined` when none can. */
  readonly fill: (units: number, atMs: number, fields: Fields) => readonly Draft[] | undefined;
  /** Whether an event can match and add nothing. */
  readonly canAddNothing: boolean;
  /** Fields that are added up and that the predicate leaves free; none when events are counted. */
  readonly free: readonly EventField[];
  /** Whole-number fields that neither the measure nor the predicate reads. */
  readonly unread: readonly EventField[];
}

/** The loader of a measure, or why the predicate leaves no room for one. */
export function loadOf(measure: Measure, where: Predicate): Load | string {
  const compared = new Set(leavesOf(where).map(({ field }) => field));
  const measured: readonly EventField[] = measure.kind === "sum" ? measure.fields : [];
  const free = measured.filter((field) => !compared.has(field));
  const unread = eventFieldNames.filter(
    (field) =>
      fieldInfo(field)?.kind === "integer" && !compared.has(field) && !measured.includes(field),
  );
  if (measure.kind === "count") {
    const fill: Load["fill"] = (units, atMs, fields) =>
      units > CASE_EVENTS_MAX ? undefined : Array.from({ length: units }, () => ({ atMs, fields }));
    return { fill, canAddNothing: false, free, unread };
  }
  const [main] = free;
  if (main === undefined) return "the predicate compares every field that is added up";
  const already = (fields: Fields): number =>
    measured.reduce((sum, field) => sum + Number(field === main ? 0 : (fields[field] ?? 0)), 0);
  const fill: Load["fill"] = (units, atMs, fields) => {
    const rest = units - already(fields);
    return rest < 0 ? undefined : [{ atMs, fields: { ...fields, [main]: rest } }];
  };
  return { fill, canAddNothing: true, free, unread };
}

/** Drafts from parts, or the reason when one of the parts cannot be made. */
export function joinDrafts(
  ...parts: readonly (readonly Draft[] | undefined)[]
): readonly Draft[] | string {
  const drafts: Draft[] = [];
  for (const part of parts) {
    if (part === undefined)
      return `it takes an amount that at most ${CASE_EVENTS_MAX} matching events cannot add up to`;
    drafts.push(...part);
  }
  return drafts;
}
