/**
 * Predicates as query text: the walk is the same for every language; a language supplies its words.
 */
import type { EventField } from "../event/event.ts";
import type { Predicate, Scalar } from "../rule/ir.ts";
import { join, origin, raw, sequence, type Text } from "./text.ts";

/**
 * How a language writes each leaf. Every leaf must be two-valued: false, never null, where the field
 * is missing, so that `not` around it is true.
 */
export interface PredicateLanguage {
  readonly always: Text;
  readonly equals: (field: EventField, value: Scalar) => Text;
  readonly in: (field: EventField, values: readonly Scalar[]) => Text;
  readonly has: (field: EventField, value: string) => Text;
  readonly compare: (field: EventField, operator: "<" | "<=" | ">" | ">=", value: number) => Text;
  readonly present: (field: EventField) => Text;
  readonly and: string;
  readonly or: string;
  readonly not: (inner: Text) => Text;
}

/**
 * The predicate in a language. Every combination is parenthesised: languages disagree on the
 * precedence of `and`, `or` and `not`, and nobody reads compiled text for its beauty.
 */
export function lowerPredicate(
  predicate: Predicate,
  language: PredicateLanguage,
  outermost = true,
): Text {
  const group = (text: Text): Text => (outermost ? text : sequence(raw("("), text, raw(")")));
  switch (predicate.kind) {
    case "always":
      return language.always;
    case "all":
    case "any": {
      const parts = predicate.of.map((part) => lowerPredicate(part, language, false));
      return group(join(parts, predicate.kind === "all" ? language.and : language.or));
    }
    case "not":
      return language.not(lowerPredicate(predicate.of, language, false));
    case "equals":
      return origin(predicate.span, language.equals(predicate.field, predicate.value));
    case "in":
      return origin(predicate.span, language.in(predicate.field, predicate.values));
    case "has":
      return origin(predicate.span, language.has(predicate.field, predicate.value));
    case "compare":
      return origin(
        predicate.span,
        language.compare(predicate.field, predicate.operator, predicate.value),
      );
    case "present":
      return origin(predicate.span, language.present(predicate.field));
  }
}
