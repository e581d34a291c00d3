/** Where Sigma says less than a rule, in words for people. */
import { fieldInfo } from "../../event/field.ts";
import { comparisonsOf, fieldsOf, type Leaf } from "../../rule/detection.ts";
import type { Fidelity, RuleIr } from "../../rule/ir.ts";
import { type Compiled, type ContextMode, NO_RUN, refuse } from "../compiled.ts";

function list(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const last = unique.at(-1) ?? "";
  return unique.length > 1 ? `${unique.slice(0, -1).join(", ")} and ${last}` : last;
}

/** A legal value of an enumeration differs from the others by more than case; free text need not. */
function isFreeText(leaf: Leaf): boolean {
  if (leaf.kind !== "equals" && leaf.kind !== "in" && leaf.kind !== "has") return false;
  const values = leaf.kind === "in" ? leaf.values : [leaf.value];
  const hasLetters = values.some((one) => typeof one === "string" && /\p{L}/u.test(one));
  return hasLetters && fieldInfo(leaf.field)?.values === undefined;
}

/** What the comparisons of a rule lose. */
export function comparisonReasons(rule: RuleIr, context: ContextMode): readonly string[] {
  const leaves = comparisonsOf(rule.detection);
  const free = leaves.filter(isFreeText).map(({ field }) => field);
  const lists = leaves.filter(({ kind }) => kind === "has").map(({ field }) => field);
  const cleared = leaves.some(({ field }) => field === "user_clearance");
  return [
    ...(free.length === 0 ? [] : [`Sigma's backends match values of ${list(free)} in any case`]),
    ...(lists.length === 0
      ? []
      : [
          `Sigma says nothing about lists, so ${list(lists)} matches only where the backend tries every element`,
        ]),
    ...(context === "native" && cleared
      ? [
          "Sigma fills in the lists of cleared users when it converts the rule, so a clearance counts from the next conversion on",
        ]
      : []),
  ];
}

/** Clearance of a user whom no list names. */
const UNLISTED = "unknown";

const REMEDY = "Use the rule compiled for your product.";

/** Exact without reasons. */
export function fidelityFor(reasons: readonly string[], remedy: string = REMEDY): Fidelity {
  if (reasons.length === 0) return { level: "exact" };
  return { level: "degraded", reason: reasons.join("; "), remedy };
}

export function finish(fidelity: Fidelity, texts: Compiled["texts"]): Compiled {
  return { fidelity, texts, columns: [], schedule: NO_RUN };
}

/**
 * Why a rule has no form in which clearances are lists of the site (placeholders). Sigma can say that
 * a user is on a list, and nothing else.
 */
export function refuseNative(rule: RuleIr): Compiled | undefined {
  const stamped = "Build with the context stamped (--context stamped).";
  const leaves = comparisonsOf(rule.detection);
  if (fieldsOf(rule).includes("within_business_hours"))
    return refuse("Sigma has no calendar and no zones to judge business hours by", stamped);
  const onLists = leaves.filter(({ field }) => field === "user_clearance");
  const others = onLists.filter((leaf) => {
    if (leaf.kind === "equals") return leaf.value === UNLISTED;
    return leaf.kind !== "in" || leaf.values.includes(UNLISTED);
  });
  const isKey = fieldsOf(rule).includes("user_clearance") && onLists.length === 0;
  if (others.length > 0 || isKey)
    return refuse("A list of cleared users does not tell which clearance a user has", stamped);
  return undefined;
}
