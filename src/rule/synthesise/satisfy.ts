/**
 * Finds events that a predicate accepts or refuses, by its structure.
 *
 * Every comparison can tell only a few values of its field apart, so a search over those is complete
 * for the predicates people write; it is bounded for those they generate.
 */
import type { EventField } from "../../event/event.ts";
import { type Leaf, leavesOf } from "../detection.ts";
import type { Predicate } from "../ir.ts";
import {
  type Choice,
  choicesOf,
  type FieldValue,
  leafHolds,
  otherValue,
  uniqueChoices,
} from "./value.ts";

/** Choices made so far; `undefined` means that the field must be missing. */
export type Assignment = ReadonlyMap<EventField, Choice>;

export type Fields = Readonly<Partial<Record<EventField, FieldValue>>>;

/** Partial solutions looked at before a search gives up. */
const SEARCH_MAX = 4000;

/** The choices of every field that the predicates read. */
export type Domain = ReadonlyMap<EventField, readonly Choice[]>;

export function domainOf(predicates: readonly Predicate[]): Domain {
  const domain = new Map<EventField, readonly Choice[]>();
  for (const leaf of predicates.flatMap(leavesOf)) {
    domain.set(leaf.field, [...(domain.get(leaf.field) ?? []), ...choicesOf(leaf)]);
  }
  for (const [field, choices] of domain) {
    // A value that none of the comparisons knows, where the field has more values than they name.
    const extra = choices.length === 0 ? undefined : otherValue(field, choices);
    const all = extra === undefined ? choices : [...choices, extra];
    domain.set(field, uniqueChoices(all));
  }
  return domain;
}

/** The value of a predicate, in the words of `Predicate`. */
export function truth(predicate: Predicate, choiceOf: (field: EventField) => Choice): boolean {
  switch (predicate.kind) {
    case "always":
      return true;
    case "all":
      return predicate.of.every((part) => truth(part, choiceOf));
    case "any":
      return predicate.of.some((part) => truth(part, choiceOf));
    case "not":
      return !truth(predicate.of, choiceOf);
    default:
      return leafHolds(predicate, choiceOf(predicate.field));
  }
}

function missingFirst(choices: readonly Choice[]): readonly Choice[] {
  return choices.includes(undefined)
    ? [undefined, ...choices.filter((choice) => choice !== undefined)]
    : choices;
}

function* solveLeaf(
  leaf: Leaf,
  want: boolean,
  given: Assignment,
  domain: Domain,
): Generator<Assignment> {
  if (given.has(leaf.field)) {
    if (leafHolds(leaf, given.get(leaf.field)) === want) yield given;
    return;
  }
  const own = choicesOf(leaf);
  const choices = uniqueChoices([...own, ...(domain.get(leaf.field) ?? [])]);
  for (const choice of want ? choices : missingFirst(choices)) {
    if (leafHolds(leaf, choice) === want) yield new Map([...given, [leaf.field, choice]]);
  }
}

function* solveEvery(
  goals: readonly Goal[],
  given: Assignment,
  domain: Domain,
): Generator<Assignment> {
  const [goal, ...rest] = goals;
  if (goal === undefined) yield given;
  else
    for (const one of solve(goal.predicate, goal.want, given, domain))
      yield* solveEvery(rest, one, domain);
}

/** Assignments that extend `given` and make the predicate `want`, simplest first. */
function* solve(
  predicate: Predicate,
  want: boolean,
  given: Assignment,
  domain: Domain,
): Generator<Assignment> {
  switch (predicate.kind) {
    case "always":
      if (want) yield given;
      return;
    case "not":
      yield* solve(predicate.of, !want, given, domain);
      return;
    case "all":
    case "any":
      if ((predicate.kind === "all") === want) {
        yield* solveEvery(
          predicate.of.map((part) => ({ predicate: part, want })),
          given,
          domain,
        );
      } else for (const part of predicate.of) yield* solve(part, want, given, domain);
      return;
    default:
      yield* solveLeaf(predicate, want, given, domain);
  }
}

/** A predicate and the value it shall have. */
export interface Goal {
  readonly predicate: Predicate;
  readonly want: boolean;
}

/** Assignments that reach all goals, simplest first; ends after a bounded search. */
export function* solutions(
  goals: readonly Goal[],
  given: Assignment = new Map(),
): Generator<Assignment> {
  const domain = domainOf(goals.map(({ predicate }) => predicate));
  let tried = 0;
  for (const solution of solveEvery(goals, given, domain)) {
    yield solution;
    tried += 1;
    if (tried >= SEARCH_MAX) return;
  }
}

/** Fields of an event from choices: what is missing is left out. */
export function toFields(assignment: Assignment): Fields {
  return Object.fromEntries(
    [...assignment].filter((entry): entry is [EventField, FieldValue] => entry[1] !== undefined),
  );
}

/** Values that the other parts of a predicate must have for a comparison to decide it. */
function siblingGoals(predicate: Predicate, leaf: Leaf): readonly Goal[] | undefined {
  if (predicate === leaf) return [];
  if (predicate.kind === "not") return siblingGoals(predicate.of, leaf);
  if (predicate.kind !== "all" && predicate.kind !== "any") return undefined;
  for (const part of predicate.of) {
    const inner = siblingGoals(part, leaf);
    if (inner === undefined) continue;
    const others = predicate.of.filter((other) => other !== part);
    const want = predicate.kind === "all";
    return [...inner, ...others.map((other) => ({ predicate: other, want }))];
  }
  return undefined;
}

/**
 * An assignment under which one comparison decides the whole predicate: with it and with another value
 * of its field the predicate differs. `undefined` when the rest decides whatever it says.
 */
export function decisiveAssignment(where: Predicate, leaf: Leaf): Assignment | undefined {
  const goals = siblingGoals(where, leaf);
  if (goals === undefined) return undefined;
  const choices = domainOf([where]).get(leaf.field) ?? [];
  for (const assignment of solutions([{ predicate: leaf, want: true }, ...goals])) {
    const value = truth(where, (field) => assignment.get(field));
    const flips = choices.some((choice) => {
      const changed = new Map([...assignment, [leaf.field, choice]]);
      return !leafHolds(leaf, choice) && truth(where, (field) => changed.get(field)) !== value;
    });
    if (flips) return assignment;
  }
  return undefined;
}
