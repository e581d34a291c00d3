/** Predicates over the fields of the data stream, in KQL (`kuery`) and in ES|QL. */
import type { EventField } from "../../event/event.ts";
import { comparisonsOf, type Leaf } from "../../rule/detection.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { columnOf, type Obstacle } from "../capability.ts";
import type { PredicateLanguage } from "../predicate.ts";
import { join, name, raw, type Text, text, value } from "../text.ts";

export function fieldName(field: EventField): string {
  return columnOf("ecs", field).name;
}

function column(field: EventField): Text {
  return name(fieldName(field));
}

/**
 * In KQL a missing field matches nothing, `not` of that is true, a value in quotes is one term of a
 * keyword field with its case, and a list matches by any element: the semantics of rules as they are.
 */
export const kueryPredicate: PredicateLanguage = {
  always: raw("*"),
  equals: (field, literal) => text`${column(field)}: ${value(literal)}`,
  in: (field, literals) => text`${column(field)}: (${join(literals.map(value), " or ")})`,
  has: (field, literal) => text`${column(field)}: ${value(literal)}`,
  compare: (field, operator, literal) => text`${column(field)} ${raw(operator)} ${value(literal)}`,
  present: (field) => text`${column(field)}: *`,
  and: " and ",
  or: " or ",
  not: (inner) => text`not (${inner})`,
};

/** Joins the elements of a list for a search in them; event fields hold no such character. */
const SEPARATOR = "\u001f";

/** A comparison with null is null, so every leaf turns that into false. */
function certain(comparison: Text): Text {
  return text`COALESCE(${comparison}, false)`;
}

/**
 * A comparison with a list is null in ES|QL. Joined with a separator around every element, the list has
 * the value if the text has it with its separators; this works since 8.14, `MV_CONTAINS` since 9.2.
 */
function contains(field: EventField, literal: string): Text {
  const separator = value(SEPARATOR);
  const listed = text`CONCAT(${separator}, MV_CONCAT(${column(field)}, ${separator}), ${separator})`;
  return certain(text`LOCATE(${listed}, ${value(`${SEPARATOR}${literal}${SEPARATOR}`)}) > 0`);
}

export const esqlPredicate: PredicateLanguage = {
  always: raw("true"),
  equals: (field, literal) => certain(text`${column(field)} == ${value(literal)}`),
  in: (field, literals) => certain(text`${column(field)} IN (${join(literals.map(value), ", ")})`),
  has: contains,
  compare: (field, operator, literal) =>
    certain(text`${column(field)} ${raw(operator)} ${value(literal)}`),
  present: (field) => text`${column(field)} IS NOT NULL`,
  and: " AND ",
  or: " OR ",
  not: (inner) => text`NOT (${inner})`,
};

/** What these languages cannot tell apart in the predicates of a rule. */
export function findPredicateObstacle(rule: RuleIr): Obstacle | undefined {
  return findLeafObstacle(comparisonsOf(rule.detection));
}

/** What these languages cannot tell apart in comparisons. */
export function findLeafObstacle(leaves: readonly Leaf[]): Obstacle | undefined {
  for (const leaf of leaves) {
    const values =
      leaf.kind === "in"
        ? leaf.values
        : leaf.kind === "equals" || leaf.kind === "has"
          ? [leaf.value]
          : [];
    if (values.includes("")) {
      return {
        reason: `KQL reads an empty value of ${leaf.field} as no value at all`,
        remedy: `Ask whether ${leaf.field} is present instead of comparing it with an empty string.`,
      };
    }
    if (leaf.kind === "has" && leaf.value.includes(SEPARATOR)) {
      return {
        reason: `A value of ${leaf.field} holds the character that separates elements of lists`,
        remedy: "Leave the control character U+001F out of the value.",
      };
    }
  }
  return undefined;
}
