/**
 * Why a mutant means the same as its rule, where that can be proved.
 *
 * Every answer follows from a computation over the two rules; nothing here knows a rule by name.
 */
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import { DAY_MS, leavesOf, predicatesOf } from "../detection.ts";
import type { Detection, Predicate, RuleIr } from "../ir.ts";
import { domainOf, truth } from "../synthesise/satisfy.ts";
import { type Choice, otherValue } from "../synthesise/value.ts";

/** Combinations of values that a proof by exhaustion may take. */
const COMBINATIONS_MAX = 200_000;

/** Array elements named by predicates of one field that a proof may combine. */
const ELEMENTS_MAX = 10;

/** Numbers between neighbours, where a field has any: a comparison may change its mind there. */
function withMiddles(choices: readonly Choice[]): readonly Choice[] {
  const numbers = choices.filter((choice) => typeof choice === "number").sort((a, b) => a - b);
  const middles = numbers.slice(1).map((value, index) => (value + (numbers[index] ?? value)) / 2);
  return [...choices, ...middles];
}

/** Every set of the elements, and the missing field. */
function subsets(elements: readonly string[]): readonly Choice[] {
  const lists: (readonly string[])[] = [[]];
  for (const element of elements) lists.push(...lists.map((list) => [...list, element]));
  return [...lists, undefined];
}

/**
 * One value for each class of values that the predicates cannot tell apart, by field; `undefined` when
 * there are too many, or a field whose values are not ours to choose.
 */
function classesOf(
  predicates: readonly Predicate[],
): ReadonlyMap<EventField, readonly Choice[]> | undefined {
  const classes = new Map<EventField, readonly Choice[]>();
  for (const [field, choices] of domainOf(predicates)) {
    if (choices.every((choice) => choice === undefined)) return undefined;
    const kind = fieldInfo(field)?.kind;
    const named = predicates.flatMap(leavesOf).flatMap((leaf) => {
      return leaf.field === field && leaf.kind === "has" ? [leaf.value] : [];
    });
    if (named.length > ELEMENTS_MAX) return undefined;
    // A list may hold what no predicate names, and is then not empty.
    const others = otherValue(field, named);
    if (kind === "keyword[]")
      classes.set(field, subsets([...new Set([...named, others ?? []].flat().map(String))]));
    else classes.set(field, kind === "number" ? withMiddles(choices) : choices);
  }
  const combinations = [...classes.values()].reduce((product, { length }) => product * length, 1);
  return combinations <= COMBINATIONS_MAX ? classes : undefined;
}

function agreeEverywhere(
  a: Predicate,
  b: Predicate,
  classes: readonly (readonly [EventField, readonly Choice[]])[],
  chosen: ReadonlyMap<EventField, Choice> = new Map(),
): boolean {
  const [next, ...rest] = classes;
  if (next === undefined) {
    const choiceOf = (field: EventField): Choice => chosen.get(field);
    return truth(a, choiceOf) === truth(b, choiceOf);
  }
  const [field, choices] = next;
  return choices.every((choice) =>
    agreeEverywhere(a, b, rest, new Map([...chosen, [field, choice]])),
  );
}

/** Whether two predicates accept the same events, by trying every combination that matters. */
export function samePredicate(a: Predicate, b: Predicate): boolean {
  const classes = classesOf([a, b]);
  return classes !== undefined && agreeEverywhere(a, b, [...classes]);
}

function includes(keys: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((key) => keys.includes(key));
}

/** A lower bound on the time between two alerts with one suppression key, in milliseconds. */
function leastGap({ detection, suppress }: RuleIr): number {
  const { by } = suppress;
  switch (detection.kind) {
    case "each":
      return 0;
    case "threshold": {
      if (!includes(by, detection.by)) return 0;
      const { measure, greaterThan: limit, withinMs } = detection;
      const least = measure.kind === "count" ? 1 : 0;
      // An edge rises only after a fall, and the event that rose is part of the amount until it expires.
      if (limit < least) return Number.POSITIVE_INFINITY;
      return limit === least ? withinMs + 2 : 2;
    }
    case "baseline":
      if (!includes(by, detection.by)) return 0;
      return by.includes("day") ? Number.POSITIVE_INFINITY : 1;
    case "sequence":
      return includes(by, detection.second.by) ? 1 : 0;
    case "first_seen":
      // The value is known for as many days after the day of its first event.
      return includes(by, [...detection.by, detection.field])
        ? detection.historyDays * DAY_MS + 1
        : 0;
    case "ratio":
      return includes(by, detection.by) ? 2 : 0;
    case "silence":
      return includes(by, detection.by) ? detection.forMs + 1 : 0;
  }
}

/** Suppression never withholds anything. */
function isIdle(rule: RuleIr): boolean {
  return leastGap(rule) >= rule.suppress.forMs;
}

/** The detection with its window set to nothing, where only the first event of an entity can fire. */
function withoutIdleWindow(detection: Detection): Detection {
  const idle =
    detection.kind === "threshold" &&
    detection.measure.kind === "count" &&
    detection.greaterThan === 0;
  return idle ? { ...detection, withinMs: 0 } : detection;
}

/** The predicate, for events that have the fields: others belong to nobody. */
function within(where: Predicate, by: readonly EventField[]): Predicate {
  const { span } = where;
  const present = by.map((field): Predicate => ({ kind: "present", field, span }));
  return { kind: "all", of: [where, ...present], span };
}

/** What decides which events count, one predicate for each part they play. */
function decidingPredicates(detection: Detection): readonly Predicate[] {
  switch (detection.kind) {
    case "each":
      return [detection.where];
    case "threshold":
    case "baseline":
    case "silence":
      return [within(detection.where, detection.by)];
    case "sequence": {
      const { first, second } = detection;
      return [within(first.where, first.by), within(second.where, second.by)];
    }
    case "first_seen":
      return [within(detection.where, [...detection.by, detection.field])];
    case "ratio": {
      const counted = within(detection.where, detection.by);
      return [counted, { kind: "all", of: [counted, detection.of], span: detection.of.span }];
    }
  }
}

/** A detection with its predicates blanked: what is left to compare. */
function shapeOf(detection: Detection): string {
  const predicates = new Set<unknown>(predicatesOf(detection));
  return JSON.stringify(detection, (key, value: unknown) =>
    key === "span" || predicates.has(value) ? undefined : value,
  );
}

/** The reason why the mutant raises the same alerts on every log, or `undefined` when none is known. */
export function whyEquivalent(rule: RuleIr, mutant: RuleIr): string | undefined {
  const sameSuppression = JSON.stringify(rule.suppress) === JSON.stringify(mutant.suppress);
  const idle = rule.detection.kind !== "each" && isIdle(rule) && isIdle(mutant);
  if (!sameSuppression && !idle) return undefined;
  const [before, after] = [withoutIdleWindow(rule.detection), withoutIdleWindow(mutant.detection)];
  if (shapeOf(before) !== shapeOf(after)) return undefined;
  const others = decidingPredicates(after);
  const pairs = decidingPredicates(before).map(
    (predicate, index) => [predicate, others[index]] as const,
  );
  const same = pairs.every(([a, b]) => b !== undefined && samePredicate(a, b));
  if (!same) return undefined;
  if (!sameSuppression)
    return "two alerts of one key are always further apart than suppression lasts";
  if (before !== rule.detection)
    return "an entity fires at its first event only, whatever the window";
  return "both accept the same events: every combination of the values they tell apart was tried";
}
