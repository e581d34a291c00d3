import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventField } from "../../src/event/event.ts";
import { samePredicate, whyEquivalent } from "../../src/rule/mutate/equivalent.ts";
import { mutantsOf } from "../../src/rule/mutate/mutate.ts";
import { mutatePredicate } from "../../src/rule/mutate/predicate.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { checkGolden } from "../dialect/golden.ts";
import { burstLog, longLog, mixedLog, usageLog } from "../engine/random-log.ts";
import { loadRule, ruleNames, ruleText } from "../engine/rules.ts";
import { type Event, evaluate, holds } from "../oracle/evaluate.ts";
import { KINDS, randomPredicate, randomRule } from "./random-rule.ts";

const SHOWN = ["anomalous-mcp-volume", "high-volume-user", "prompt-injection", "self-approval"];

checkGolden(
  "mutate",
  new Map(
    [...SHOWN, "new-mcp-server", "source-silent", "unknown-classification-share"].map((name) => [
      `${name}.txt`,
      () =>
        mutantsOf(loadRule(name))
          .map(({ id, change, span }) => `${id}: ${change} (line ${span.line})\n`)
          .join(""),
    ]),
  ),
);

describe("mutants", () => {
  it.each(ruleNames)("of %s differ from it and from each other", (name) => {
    const rule = loadRule(name);
    const mutants = mutantsOf(rule);
    const texts = mutants.map((mutant) => JSON.stringify(mutant.rule));
    expect(new Set([JSON.stringify(rule), ...texts]).size).toBe(mutants.length + 1);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  });

  it("are known by the same names whatever the parameters", () => {
    const parsed = parseRule(ruleText("anomalous-mcp-volume"), "rule.yaml", {
      parameters: { limit: 3, window: "1h" },
    });
    if (!parsed.ok) throw new Error("rule");
    const ids = mutantsOf(parsed.value).map(({ id }) => id);
    expect(ids).toEqual(mutantsOf(loadRule("anomalous-mcp-volume")).map(({ id }) => id));
  });
});

/** Events with values that the random predicates can tell apart, and some that they cannot. */
const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    event_type: fc.constantFrom("activity_event", "session_end"),
    activity_type: fc.constantFrom(undefined, "mcp_query", "tool_use"),
    session_id: fc.constantFrom(undefined, "s'1\"", "s-2"),
    department: fc.constantFrom(undefined, "Finance", "finance", "hr", "42", "it"),
    data_classification: fc.constantFrom(undefined, "public", "internal", "restricted", "unknown"),
    within_business_hours: fc.constantFrom(undefined, true, false),
    security_flags: fc.constantFrom<readonly string[] | undefined>(
      undefined,
      [],
      ["x"],
      ["prompt_injection", "x"],
      ["y"],
    ),
    duration_ms: fc.constantFrom(undefined, 0, 1, 4, 5, 6, 7, 8, 90),
    token_output: fc.constantFrom(undefined, 0, 100, 101),
    cost_usd: fc.constantFrom(undefined, 0.4, 0.5, 1.2, 2.9, 3, 3.1),
    mcp_server: fc.constantFrom(undefined, "jira"),
    token_input: fc.constantFrom(undefined, 3),
    client_ip: fc.constantFrom(undefined, "192.0.2.9"),
  })
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  );

describe("equivalence", () => {
  it("of predicates is never claimed where an event tells them apart", () => {
    let claimed = 0;
    fc.assert(
      fc.property(
        randomPredicate,
        fc.nat(),
        fc.array(anyEvent, { minLength: 30 }),
        (where, pick, events) => {
          const mutants = mutatePredicate(where);
          const mutant = mutants[pick % Math.max(1, mutants.length)];
          if (mutant === undefined || !samePredicate(where, mutant.predicate)) return;
          claimed += 1;
          for (const event of events)
            expect(holds(mutant.predicate, event)).toBe(holds(where, event));
        },
      ),
      { numRuns: 1500 },
    );
    expect(claimed).toBeGreaterThan(20);
  });

  it("of predicates is seen where one clause repeats another", () => {
    const { span } = loadRule("prompt-injection");
    const leaf = (field: EventField, value: string) =>
      ({ kind: "equals", field, value, span }) as const;
    const hr = leaf("department", "hr");
    const absorbed = {
      kind: "any",
      of: [hr, { kind: "all", of: [hr, leaf("session_id", "s")], span }],
      span,
    } as const;
    expect(samePredicate(absorbed, hr)).toBe(true);
    expect(samePredicate(absorbed, leaf("department", "HR"))).toBe(false);
    expect(samePredicate(hr, { kind: "present", field: "department", span })).toBe(false);
  });

  it.each(KINDS)(
    "of rules of kind %s is never claimed where a log tells them apart",
    (kind) => {
      const logs = fc.oneof(mixedLog, longLog, burstLog(3), usageLog);
      fc.assert(
        fc.property(randomRule(kind), logs, (rule, events) => {
          const wanted = evaluate(rule, events, true);
          for (const mutant of mutantsOf(rule)) {
            if (whyEquivalent(rule, mutant.rule) === undefined) continue;
            expect(evaluate(mutant.rule, events, true), mutant.change).toEqual(wanted);
          }
        }),
        { numRuns: 30 },
      );
    },
    60_000,
  );
});
