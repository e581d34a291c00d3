/** The compiled KQL, evaluated by the words of its documentation, against the plain meaning of rules. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileElastic } from "../../../src/dialect/elastic/query.ts";
import { eventFieldNames } from "../../../src/event/field.ts";
import { resolveField } from "../../../src/mapping/field-name.ts";
import type { Predicate } from "../../../src/rule/ir.ts";
import { mixedLog } from "../../engine/random-log.ts";
import { type Event, holds } from "../../oracle/evaluate.ts";
import { ruleOver, shippedRules } from "../cases.ts";
import { compileKuery, type Document } from "./kuery.ts";

const span = { file: "rule.yaml", line: 1, column: 1, length: 1 };

/** The document of an event by dotted names; an empty list is no value to Lucene. */
function documentOf(event: Event): Document {
  const entries = eventFieldNames.flatMap((field) => {
    const resolved = resolveField("ecs", field);
    const value = event[field];
    if (resolved === undefined || value === undefined) return [];
    return [[resolved.name, value as string | number | boolean | readonly string[]] as const];
  });
  return new Map(entries);
}

function queryOf(where: Predicate): string {
  const { texts, fidelity } = compileElastic(ruleOver(where));
  expect(fidelity).toEqual({ level: "exact" });
  expect(texts[0]?.language).toBe("kuery");
  return texts[0]?.text ?? "";
}

const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  fc
    .constantFrom("s-1", "s-2", "s'3\"\\", "s-é中", "*", "s-?", "and")
    .map((value): Predicate => ({ kind: "equals", field: "session_id", value, span })),
  fc
    .constantFrom(true, false)
    .map((value): Predicate => ({ kind: "equals", field: "within_business_hours", value, span })),
  fc
    .uniqueArray(fc.constantFrom("public", "restricted", "unknown"), { minLength: 1 })
    .map((values): Predicate => ({ kind: "in", field: "data_classification", values, span })),
  fc
    .constantFrom("prompt_injection", "x", "Prompt_Injection")
    .map((value): Predicate => ({ kind: "has", field: "security_flags", value, span })),
  fc
    .tuple(fc.constantFrom("<", "<=", ">", ">="), fc.constantFrom(0, 7, 900))
    .map(
      ([operator, value]) =>
        ({ kind: "compare", field: "token_output", operator, value, span }) as Predicate,
    ),
  fc
    .constantFrom("session_id", "token_input", "within_business_hours", "security_flags")
    .map((field) => ({ kind: "present", field, span }) as Predicate),
);

const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc
      .tuple(fc.constantFrom("all", "any"), fc.array(tie("tree"), { minLength: 1, maxLength: 3 }))
      .map(([kind, of]) => ({ kind, of, span }) as Predicate),
    tie("tree").map((of): Predicate => ({ kind: "not", of, span })),
  ),
}));

describe("compiled KQL matches what the rule means", () => {
  it("for random predicates, negations, missing fields and lists", () => {
    fc.assert(
      fc.property(tree, mixedLog, (where, events) => {
        const matches = compileKuery(queryOf(where));
        for (const event of events) expect(matches(documentOf(event))).toBe(holds(where, event));
      }),
      { numRuns: 300 },
    );
  });

  it("for every shipped rule of single events", () => {
    const rules = shippedRules().filter(({ detection }) => detection.kind === "each");
    expect(rules.length).toBeGreaterThan(5);
    for (const { detection } of rules) {
      if (detection.kind !== "each") continue;
      const matches = compileKuery(queryOf(detection.where));
      fc.assert(
        fc.property(mixedLog, (events) => {
          for (const event of events)
            expect(matches(documentOf(event))).toBe(holds(detection.where, event));
        }),
        { numRuns: 30 },
      );
    }
  });

  it("whatever text a rule compares with", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), (value) => {
        const where: Predicate = { kind: "equals", field: "session_id", value, span };
        const matches = compileKuery(queryOf(where));
        for (const other of [value, `${value}x`, "*", value.toUpperCase()]) {
          const event = { session_id: other };
          expect(matches(documentOf(event))).toBe(holds(where, event));
        }
      }),
      { numRuns: 300 },
    );
  });
});
