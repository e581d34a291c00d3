/** Predicates over columns of the Log Analytics table. */
import type { EventField } from "../../event/event.ts";
import { isList } from "../../event/field.ts";
import type { ResolvedField } from "../../mapping/schema.ts";
import { comparisonsOf, type Leaf } from "../../rule/detection.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { columnOf, type Obstacle } from "../capability.ts";
import type { PredicateLanguage } from "../predicate.ts";
import { join, name, raw, type Text, text, value } from "../text.ts";

export function column(field: EventField): ResolvedField {
  return columnOf("sentinel", field);
}

export function columnName(field: EventField): Text {
  return name(column(field).name);
}

/**
 * A comparison that is false where the column is null. String columns need no guard: Log Analytics
 * stores an empty string for a missing one, never null, and a bare `==` can use the term index.
 */
function guarded(field: EventField, comparison: Text): Text {
  if (column(field).type === "string") return comparison;
  return text`(isnotnull(${columnName(field)}) and ${comparison})`;
}

/** `==` and `in` compare case-sensitively; `=~`, `in~` and `has` would not. */
export const kqlPredicate: PredicateLanguage = {
  always: raw("true"),
  equals: (field, literal) => guarded(field, text`${columnName(field)} == ${value(literal)}`),
  in: (field, literals) =>
    guarded(field, text`${columnName(field)} in (${join(literals.map(value), ", ")})`),
  has: (field, literal) =>
    text`coalesce(set_has_element(${columnName(field)}, ${value(literal)}), false)`,
  compare: (field, operator, literal) =>
    guarded(field, text`${columnName(field)} ${raw(operator)} ${value(literal)}`),
  present: (field) => {
    if (isList(field)) return guarded(field, text`array_length(${columnName(field)}) > 0`);
    return column(field).type === "string"
      ? text`isnotempty(${columnName(field)})`
      : text`isnotnull(${columnName(field)})`;
  },
  and: " and ",
  or: " or ",
  not: (inner) => text`not(${inner})`,
};

/** What KQL cannot tell apart in the predicates of a rule. */
export function findPredicateObstacle(rule: RuleIr): Obstacle | undefined {
  return findLeafObstacle(comparisonsOf(rule.detection));
}

/** What KQL cannot tell apart in comparisons. */
export function findLeafObstacle(leaves: readonly Leaf[]): Obstacle | undefined {
  for (const leaf of leaves) {
    const values = leaf.kind === "in" ? leaf.values : leaf.kind === "equals" ? [leaf.value] : [];
    if (!values.includes("")) continue;
    return {
      reason: `Log Analytics keeps no difference between an empty ${leaf.field} and a missing one`,
      remedy: `Ask whether ${leaf.field} is present instead of comparing it with an empty string.`,
    };
  }
  return undefined;
}
