/** Compiled rules of every kind with other numbers than ship, over random logs. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule } from "../../../src/dialect/compile.ts";
import type { Predicate, RuleIr, Scalar } from "../../../src/rule/ir.ts";
import { ruleOf } from "../../dialect/cases.ts";
import { type Event, evaluate } from "../../oracle/evaluate.ts";
import { burstLog, longLog, mixedLog, usageLog } from "../random-log.ts";
import { loadRule } from "../rules.ts";
import { foundBy, meantBy, millisecondsOf } from "./alert.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { usualReading } from "./reading.ts";
import { prepareSearch } from "./run.ts";

const { macros } = buildApp();

/**
 * A log without lines that repeat an id with other content: which of the two an index has, and so which
 * one a search means, nobody promises. True copies stay.
 */
function consistent(events: readonly Event[]): readonly Event[] {
  const first = new Map<unknown, string>();
  return events.filter((event) => {
    const text = JSON.stringify(event);
    const known = first.get(event["event_id"]) ?? text;
    first.set(event["event_id"], known);
    return known === text;
  });
}

/** A rule's search finds what it means, in any log. */
function agrees(rule: RuleIr, log: fc.Arbitrary<readonly Event[]>, numRuns = 30): void {
  const { texts, fidelity } = compileRule(rule, "splunk");
  expect(fidelity).toEqual({ level: "exact" });
  const search = prepareSearch(texts[0]?.text ?? "", macros);
  const lateMs = rule.detection.kind === "silence" ? rule.schedule.lateMs : 0;
  fc.assert(
    fc.property(log.map(consistent), (events) => {
      const times = events.map((event) => Date.parse(String(event["timestamp"])));
      const end = Math.max(...times);
      // now() has whole seconds; what the rest of the last one adds is not the log's.
      const now = Math.ceil((end + lateMs) / 1000);
      const rows = search(indexedEvents(events, usualReading), { now }).filter(
        (row) => millisecondsOf(row) <= end,
      );
      expect(foundBy(rule, rows)).toEqual(meantBy(rule, evaluate(rule, events, false)));
    }),
    { numRuns },
  );
}

describe("compiled searches find what rules mean", { timeout: 60_000 }, () => {
  it("for counts and sums in sliding windows, at the rising edge, with equal times", () => {
    agrees(loadRule("anomalous-mcp-volume"), burstLog(50));
    for (const limit of [0, 1, 3]) {
      const rule = ruleOf(
        `kind: threshold\nwhere: activity_type = mcp_query\nby: [session_id]\nmeasure: count\nwithin: 10m\ngreater_than: ${limit}`,
      );
      agrees(rule, burstLog(limit + 1));
      agrees(rule, mixedLog);
    }
    const sum = ruleOf(
      "kind: threshold\nwhere: always\nby: [session_id, user_id_hash]\nmeasure: { sum: [token_input, token_output] }\nwithin: 90m\ngreater_than: 1000",
      "session_id",
    );
    agrees(sum, mixedLog, 60);
    const short = ruleOf(
      "kind: threshold\nwhere: always\nby: [session_id]\nmeasure: count\nwithin: 1500ms\ngreater_than: 1",
    );
    agrees(short, burstLog(2));
    agrees(short, mixedLog);
  });

  it("for baselines with other factors, averages and minimum days", () => {
    const shipped = loadRule("high-volume-user");
    if (shipped.detection.kind !== "baseline") throw new Error("kind");
    const variants = [
      {},
      { factor: 1.5, minDays: 1, floor: 0 },
      { factor: 2.25, minDays: 2, averageOver: "calendar_days" as const },
      { minDays: 1, historyDays: 3 },
    ];
    for (const variant of variants)
      agrees({ ...shipped, detection: { ...shipped.detection, ...variant } }, usageLog);
  });

  it("for sequences under one name and two", () => {
    const steps = [
      "first: { where: event_type = policy_event, by: [target_user_id_hash] }\nthen: { where: event_type = session_start and data_classification = restricted, by: [user_id_hash] }",
      "first: { where: always, by: [department, user_id_hash] }\nthen: { where: data_classification = restricted, by: [department, user_id_hash] }",
    ];
    for (const text of steps)
      for (const within of ["1h", "2d"])
        agrees(ruleOf(`kind: sequence\n${text}\nwithin: ${within}`, "user_id_hash"), longLog);
  });

  it("for values that are new", () => {
    for (const [history, learn] of [
      [12, 3],
      [3, 1],
      [1, 1],
    ]) {
      const rule = ruleOf(
        `kind: first_seen\nwhere: event_type = activity_event\nby: [department]\nfield: mcp_server\nhistory_days: ${history}\nlearn_days: ${learn}`,
        "department, mcp_server",
      );
      agrees(rule, longLog, 60);
    }
  });

  it("for shares at the limit itself", () => {
    for (const [share, atLeast] of [
      [0.2, 3],
      [0.5, 2],
      [0, 1],
      [0.333333, 3],
    ]) {
      const rule = ruleOf(
        `kind: ratio\nwhere: exists department\nof: data_classification = unknown\nby: [department]\nwithin: 47h\nat_least: ${atLeast}\ngreater_than: ${share}`,
        "department",
      );
      agrees(rule, longLog);
    }
  });

  it("for silence, once the clock has passed lateness too", () => {
    for (const gap of ["1h", "1d", "5d"]) {
      const rule = ruleOf(
        `kind: silence\nwhere: exists mcp_server\nby: [department]\nfor: ${gap}`,
        "department",
      );
      agrees(rule, longLog);
    }
  });

  it("for random predicates, negations and missing fields included", () => {
    const shipped = loadRule("prompt-injection");
    const { span } = shipped;
    const leaf: fc.Arbitrary<Predicate> = fc.oneof(
      fc
        .constantFrom<[string, Scalar][]>(
          ["session_id", "s-1"],
          ["session_id", "s'3\"\\"],
          ["within_business_hours", false],
          ["token_input", 100],
        )
        .map(([field, value]) => ({ kind: "equals", field, value, span }) as Predicate),
      fc.constant<Predicate>({
        kind: "in",
        field: "data_classification",
        values: ["public", "restricted"],
        span,
      }),
      fc.constant<Predicate>({
        kind: "has",
        field: "security_flags",
        value: "prompt_injection",
        span,
      }),
      fc
        .constantFrom("<", "<=", ">", ">=")
        .map(
          (operator) =>
            ({ kind: "compare", field: "token_output", operator, value: 7, span }) as Predicate,
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
          .array(tie("tree"), { minLength: 1, maxLength: 3 })
          .map((of) => ({ kind: "all", of, span }) as Predicate),
        fc
          .array(tie("tree"), { minLength: 1, maxLength: 3 })
          .map((of) => ({ kind: "any", of, span }) as Predicate),
        tie("tree").map((of) => ({ kind: "not", of, span }) as Predicate),
      ),
    }));
    fc.assert(
      fc.property(tree, mixedLog.map(consistent), (where, events) => {
        const rule: RuleIr = { ...shipped, detection: { kind: "each", where } };
        const search = prepareSearch(compileRule(rule, "splunk").texts[0]?.text ?? "", macros);
        const rows = search(indexedEvents(events, usualReading), { now: 0 });
        expect(foundBy(rule, rows)).toEqual(meantBy(rule, evaluate(rule, events, false)));
      }),
      { numRuns: 300 },
    );
  });

  it("for lists that are there, which empty ones are not", () => {
    const rule = ruleOf("kind: each\nwhere: exists security_flags");
    const event = { event_type: "session_end", timestamp: "2026-03-01T00:00:00.000Z" };
    const events = [["x"], [], undefined].map((security_flags, index) => ({
      ...event,
      event_id: `00000000-0000-4000-8000-00000000000${index}`,
      ...(security_flags !== undefined && { security_flags }),
    }));
    const search = prepareSearch(compileRule(rule, "splunk").texts[0]?.text ?? "", macros);
    const rows = search(indexedEvents(events, usualReading), { now: 0 });
    const alerts = evaluate(rule, events, false);
    expect(alerts).toHaveLength(1);
    expect(foundBy(rule, rows)).toEqual(meantBy(rule, alerts));
  });
});
