/** A predicate as a function, for what decides about single events while they pass: filters of sinks. */
import type { AuditEvent, EventField } from "../event/event.ts";
import type { Predicate } from "./ir.ts";

export type EventTest = (event: AuditEvent) => boolean;

/** A field of any event type; absent fields are `undefined`. */
function fieldOf(event: AuditEvent, field: EventField): unknown {
  return (event as Readonly<Partial<Record<EventField, unknown>>>)[field];
}

function compared(
  { field, value: limit }: Extract<Predicate, { kind: "compare" }>,
  test: (value: number, limit: number) => boolean,
): EventTest {
  return (event) => {
    const value = fieldOf(event, field);
    // A missing field compares with nothing, whatever the operator.
    return typeof value === "number" && test(value, limit);
  };
}

function comparison(predicate: Extract<Predicate, { kind: "compare" }>): EventTest {
  switch (predicate.operator) {
    case "<":
      return compared(predicate, (value, limit) => value < limit);
    case "<=":
      return compared(predicate, (value, limit) => value <= limit);
    case ">":
      return compared(predicate, (value, limit) => value > limit);
    case ">=":
      return compared(predicate, (value, limit) => value >= limit);
  }
}

/**
 * Compiles a predicate once; the result is called for every event. The meaning is that of rules:
 * two-valued, case-sensitive, a list matches by any of its elements.
 */
export function compilePredicate(predicate: Predicate): EventTest {
  switch (predicate.kind) {
    case "always":
      return () => true;
    case "all": {
      const parts = predicate.of.map(compilePredicate);
      return (event) => parts.every((holds) => holds(event));
    }
    case "any": {
      const parts = predicate.of.map(compilePredicate);
      return (event) => parts.some((holds) => holds(event));
    }
    case "not": {
      const holds = compilePredicate(predicate.of);
      return (event) => !holds(event);
    }
    case "equals": {
      const { field, value } = predicate;
      return (event) => fieldOf(event, field) === value;
    }
    case "in": {
      const { field } = predicate;
      const values = new Set<unknown>(predicate.values);
      return (event) => values.has(fieldOf(event, field));
    }
    case "has": {
      const { field, value } = predicate;
      return (event) => {
        const list = fieldOf(event, field);
        return Array.isArray(list) && list.includes(value);
      };
    }
    case "compare":
      return comparison(predicate);
    case "present": {
      const { field } = predicate;
      return (event) => {
        const value = fieldOf(event, field);
        // A list without elements is no more than a missing one.
        return Array.isArray(value) ? value.length > 0 : value !== undefined;
      };
    }
  }
}
