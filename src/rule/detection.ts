/** What all kinds of detection have, each in its own place. */
import type { EventField } from "../event/event.ts";
import type { Detection, Predicate, RuleIr, SuppressKey } from "./ir.ts";

/** Every predicate of a detection, in reading order. */
export function predicatesOf(detection: Detection): readonly Predicate[] {
  switch (detection.kind) {
    case "each":
    case "threshold":
    case "baseline":
    case "first_seen":
    case "silence":
      return [detection.where];
    case "sequence":
      return [detection.first.where, detection.second.where];
    case "ratio":
      return [detection.where, detection.of];
  }
}

function eventFields(keys: readonly SuppressKey[]): readonly EventField[] {
  return keys.filter((key): key is EventField => key !== "day");
}

/** The fields that tell one alert of the rule from another. */
export function entityFields({ detection, suppress }: RuleIr): readonly EventField[] {
  switch (detection.kind) {
    case "each":
      return eventFields(suppress.by);
    case "threshold":
    case "baseline":
    case "ratio":
    case "silence":
      return detection.by;
    case "sequence":
      return detection.second.by;
    case "first_seen":
      return [...detection.by, detection.field];
  }
}

/** The entity of an alert: its fields, and the day of a baseline. */
export function entityKeys(rule: RuleIr): readonly SuppressKey[] {
  const fields = entityFields(rule);
  return rule.detection.kind === "baseline" ? [...fields, "day"] : fields;
}

/** Fields that a detection reads besides those of its predicates and its entity. */
function otherFields(detection: Detection): readonly EventField[] {
  switch (detection.kind) {
    case "threshold":
    case "baseline":
      return detection.measure.kind === "sum" ? detection.measure.fields : [];
    case "sequence":
      return detection.first.by;
    case "each":
    case "first_seen":
    case "ratio":
    case "silence":
      return [];
  }
}

/** A comparison of one field. */
export type Leaf = Exclude<Predicate, { kind: "always" | "all" | "any" | "not" }>;

/** The comparisons of a predicate, in reading order. */
export function leavesOf(predicate: Predicate): readonly Leaf[] {
  switch (predicate.kind) {
    case "always":
      return [];
    case "all":
    case "any":
      return predicate.of.flatMap(leavesOf);
    case "not":
      return leavesOf(predicate.of);
    case "equals":
    case "in":
    case "has":
    case "compare":
    case "present":
      return [predicate];
  }
}

/** The comparisons of all predicates of a detection. */
export function comparisonsOf(detection: Detection): readonly Leaf[] {
  return predicatesOf(detection).flatMap(leavesOf);
}

/** Every field the rule reads or returns as a key. */
export function fieldsOf(rule: RuleIr): readonly EventField[] {
  const compared = comparisonsOf(rule.detection).map(({ field }) => field);
  return [...new Set([...compared, ...entityFields(rule), ...otherFields(rule.detection)])];
}

export const DAY_MS = 86_400_000;

/** How far before an event a detection looks to judge it, in milliseconds. */
export function windowOf(detection: Detection): number {
  switch (detection.kind) {
    case "each":
      return 0;
    case "threshold":
    case "ratio":
      // A rising edge depends on the window of the event before as well.
      return 2 * detection.withinMs;
    case "sequence":
      return detection.withinMs;
    case "silence":
      return detection.forMs;
    case "first_seen":
    case "baseline":
      return (detection.historyDays + 1) * DAY_MS;
  }
}
