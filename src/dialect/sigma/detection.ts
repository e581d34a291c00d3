/** Predicates as Sigma selections and a condition over their names. */
import { isList } from "../../event/field.ts";
import { type Leaf, leavesOf } from "../../rule/detection.ts";
import type { Predicate, Scalar } from "../../rule/ir.ts";
import type { ContextMode } from "../compiled.ts";

export type SigmaValue = string | number | boolean;

/** Fields with modifiers, and the values they are compared with. */
export type SigmaSelection = Readonly<Record<string, SigmaValue | readonly SigmaValue[]>>;

/** Selections by name, and `condition`. */
export type SigmaDetection = Readonly<Record<string, string | SigmaSelection>>;

/** Words of the condition language, and words that YAML 1.1 readers take for booleans. */
const reserved: readonly string[] = [
  ..."condition timeframe and or not of all them".split(" "),
  ..."on off yes no y n true false null".split(" "),
];

/** A value that matches only itself: in Sigma `*` and `?` are wildcards and `\` escapes them. */
export function escapeSigma(value: string): string {
  return value.replace(/[\\*?]/g, "\\$&");
}

function sigmaValue(value: Scalar): SigmaValue {
  return typeof value === "string" ? escapeSigma(value) : value;
}

const operators = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" } as const;

/** The site's list of users with a clearance, which whoever converts the rule fills in. */
function clearedUsers(clearance: Scalar): string {
  return `%claude_${clearance}_cleared_users%`;
}

/**
 * A comparison. Strings have no modifier `cased`: the backends for Splunk, Kusto, Lucene and ES|QL
 * refuse it (pySigma 1.5), so that no rule would convert.
 */
function selectionOf(leaf: Leaf): SigmaSelection {
  switch (leaf.kind) {
    case "equals":
    case "has":
      return { [leaf.field]: sigmaValue(leaf.value) };
    case "in":
      return { [leaf.field]: leaf.values.map(sigmaValue) };
    case "compare":
      return { [`${leaf.field}|${operators[leaf.operator]}`]: leaf.value };
    case "present":
      // A list without elements has none that is like anything; to `exists` it would be there.
      return isList(leaf.field) ? { [leaf.field]: "*" } : { [`${leaf.field}|exists`]: true };
  }
}

/** The same where clearances are lists of the site instead of a field of the event. */
function nativeSelectionOf(leaf: Leaf): SigmaSelection {
  if (leaf.field !== "user_clearance") return selectionOf(leaf);
  const lists = leaf.kind === "in" ? leaf.values : leaf.kind === "equals" ? [leaf.value] : [];
  const [only, ...others] = lists.map(clearedUsers);
  if (only === undefined) return selectionOf(leaf);
  return { "user_id_hash|expand": others.length === 0 ? only : [only, ...others] };
}

/** A name for each leaf: its field, numbered from the second on. */
function nameLeaves(leaves: readonly Leaf[]): ReadonlyMap<Leaf, string> {
  const names = new Map<Leaf, string>();
  const taken = new Set<string>(reserved);
  for (const leaf of leaves) {
    let name: string = leaf.field;
    for (let turn = 2; taken.has(name); turn += 1) name = `${leaf.field}_${turn}`;
    taken.add(name);
    names.set(leaf, name);
  }
  return names;
}

/** Sigma has no condition that is always true; every audit event has a type. */
const ALWAYS = "any_event";

function conditionOf(
  predicate: Predicate,
  names: ReadonlyMap<Leaf, string>,
  outermost: boolean,
): string {
  switch (predicate.kind) {
    case "always":
      return ALWAYS;
    case "all":
    case "any": {
      const parts = predicate.of.map((part) => conditionOf(part, names, false));
      const text = parts.join(predicate.kind === "all" ? " and " : " or ");
      return outermost ? text : `(${text})`;
    }
    case "not":
      return `not ${conditionOf(predicate.of, names, false)}`;
    case "equals":
    case "in":
    case "has":
    case "compare":
    case "present":
      return names.get(predicate) ?? "";
  }
}

/** The predicate as the `detection` part of a Sigma rule. */
export function lowerPredicateToSigma(
  predicate: Predicate,
  context: ContextMode = "stamped",
): SigmaDetection {
  const leaves = leavesOf(predicate);
  const names = nameLeaves(leaves);
  const condition = conditionOf(predicate, names, true);
  const select = context === "native" ? nativeSelectionOf : selectionOf;
  const selections = leaves.map((leaf) => [names.get(leaf) ?? "", select(leaf)] as const);
  const always = condition.includes(ALWAYS) ? { [ALWAYS]: { "event_type|exists": true } } : {};
  return { ...Object.fromEntries(selections), ...always, condition };
}
