/** Random rules of every kind, as fast-check arbitraries: small numbers, awkward predicates. */
import * as fc from "fast-check";
import type { Span } from "../../src/diagnostic/diagnostic.ts";
import type { EventField } from "../../src/event/event.ts";
import { entityKeys } from "../../src/rule/detection.ts";
import type { Detection, Measure, Predicate, RuleIr, Scalar } from "../../src/rule/ir.ts";
import { loadRule } from "../engine/rules.ts";

const span: Span = { file: "random/rule.yaml", line: 1, column: 1, length: 1 };

const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  fc
    .constantFrom<[EventField, Scalar]>(
      ["event_type", "activity_event"],
      ["activity_type", "mcp_query"],
      ["session_id", "s'1\""],
      ["department", "Finance"],
      ["data_classification", "restricted"],
      ["within_business_hours", false],
      ["token_output", 100],
    )
    .map(([field, value]): Predicate => ({ kind: "equals", field, value, span })),
  fc
    .subarray(["public", "internal", "restricted", "unknown"], { minLength: 1 })
    .map((values): Predicate => ({ kind: "in", field: "data_classification", values, span })),
  fc
    .subarray(["finance", "hr", "42"], { minLength: 1 })
    .map((values): Predicate => ({ kind: "in", field: "department", values, span })),
  fc
    .constantFrom("prompt_injection", "x")
    .map((value): Predicate => ({ kind: "has", field: "security_flags", value, span })),
  fc
    .tuple(fc.constantFrom("<", "<=", ">", ">="), fc.constantFrom(0, 5, 7.5))
    .map(([operator, value]): Predicate => {
      return { kind: "compare", field: "duration_ms", operator, value, span };
    }),
  fc
    .tuple(fc.constantFrom("<", ">="), fc.constantFrom(0.5, 3))
    .map(([operator, value]): Predicate => {
      return { kind: "compare", field: "cost_usd", operator, value, span };
    }),
  fc
    .constantFrom<EventField>(
      "session_id",
      "mcp_server",
      "security_flags",
      "token_input",
      "client_ip",
    )
    .map((field): Predicate => ({ kind: "present", field, span })),
);

export const randomPredicate: fc.Arbitrary<Predicate> = fc.letrec<{ tree: Predicate }>((tie) => {
  const several = fc.array(tie("tree"), { minLength: 1, maxLength: 3 });
  return {
    tree: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.constant<Predicate>({ kind: "always", span }),
      several.map((of): Predicate => ({ kind: "all", of, span })),
      several.map((of): Predicate => ({ kind: "any", of, span })),
      tie("tree").map((of): Predicate => ({ kind: "not", of, span })),
    ),
  };
}).tree;

const KEYS: readonly EventField[] = [
  "session_id",
  "user_id_hash",
  "department",
  "mcp_server",
  "data_classification",
  "event_type",
];

const by = fc.shuffledSubarray([...KEYS], { minLength: 1, maxLength: 2 });

const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.constant<Measure>({ kind: "count" }),
  fc
    .subarray<EventField>(["token_input", "token_output", "duration_ms"], { minLength: 1 })
    .map((fields): Measure => ({ kind: "sum", fields })),
);

const duration = fc.constantFrom(0, 1, 2, 999, 600_000, 3_600_000, 86_400_000);
const where = randomPredicate;

/** One arbitrary for each kind of detection. */
export const randomDetections: Readonly<Record<Detection["kind"], fc.Arbitrary<Detection>>> = {
  each: where.map((predicate) => ({ kind: "each", where: predicate })),
  threshold: fc.record({
    kind: fc.constant("threshold" as const),
    where,
    by,
    measure,
    withinMs: duration,
    greaterThan: fc.constantFrom(0, 1, 2, 3, 10),
  }),
  baseline: fc
    .record({
      kind: fc.constant("baseline" as const),
      where,
      by,
      measure,
      zone: fc.constantFrom("UTC", "America/New_York", "Asia/Kolkata", "Africa/Cairo"),
      historyDays: fc.integer({ min: 1, max: 9 }),
      minDays: fc.integer({ min: 1, max: 9 }),
      floor: fc.constantFrom(0, 1, 20),
      factor: fc.constantFrom(0, 0.5, 1, 2.25, 3),
      averageOver: fc.constantFrom("active_days" as const, "calendar_days" as const),
    })
    .map((one) => ({ ...one, minDays: Math.min(one.minDays, one.historyDays) })),
  sequence: fc.tuple(where, where, by, by, duration).map(([one, two, first, second, withinMs]) => {
    const length = Math.min(first.length, second.length);
    return {
      kind: "sequence",
      first: { where: one, by: first.slice(0, length) },
      second: { where: two, by: second.slice(0, length) },
      withinMs,
    };
  }),
  first_seen: fc
    .record({
      kind: fc.constant("first_seen" as const),
      where,
      by: fc.shuffledSubarray<EventField>(["session_id", "user_id_hash", "department"], {
        minLength: 1,
        maxLength: 2,
      }),
      field: fc.constantFrom<EventField>("mcp_server", "client_ip", "data_classification"),
      historyDays: fc.integer({ min: 1, max: 9 }),
      learnDays: fc.integer({ min: 1, max: 9 }),
    })
    .map((one) => ({ ...one, learnDays: Math.min(one.learnDays, one.historyDays) })),
  ratio: fc.record({
    kind: fc.constant("ratio" as const),
    where,
    of: randomPredicate,
    by,
    withinMs: duration,
    atLeast: fc.constantFrom(1, 2, 5),
    greaterThan: fc.constantFrom(0, 0.2, 0.5, 0.99),
  }),
  silence: fc.record({ kind: fc.constant("silence" as const), where, by, forMs: duration }),
};

/** A rule around the detection, with a suppression that its alerts can carry. */
export function randomRule(kind: Detection["kind"]): fc.Arbitrary<RuleIr> {
  const shape = loadRule("prompt-injection");
  return randomDetections[kind].chain((detection) => {
    const base: RuleIr = { ...shape, detection, span };
    const carried = kind === "each" ? [...KEYS] : [...entityKeys(base)];
    const keys = fc.shuffledSubarray(carried, { minLength: 1 });
    return fc.tuple(keys, duration).map(([suppressBy, forMs]): RuleIr => {
      return { ...base, suppress: { by: suppressBy, forMs } };
    });
  });
}

export const KINDS = Object.keys(randomDetections) as readonly Detection["kind"][];
