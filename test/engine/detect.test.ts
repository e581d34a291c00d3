import { tmpdir } from "node:os";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detect } from "../../src/engine/detect.ts";
import { Store } from "../../src/engine/store.ts";
import { fieldInfo } from "../../src/event/field.ts";
import type { Predicate, RuleIr, Scalar } from "../../src/rule/ir.ts";
import { ruleOf } from "../dialect/cases.ts";
import { type Event, evaluate } from "../oracle/evaluate.ts";
import { MemoryStore } from "./memory-store.ts";
import { burstLog, longLog, mixedLog, usageLog } from "./random-log.ts";
import { loadRule } from "./rules.ts";

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

/** Alerts without an order that nobody promises: by time, entity and first event. */
function sorted(alerts: readonly object[]): readonly string[] {
  return alerts
    .map((alert) =>
      JSON.stringify(
        alert,
        Object.keys(alert)
          .concat("session_id", "user_id_hash", "day", "department", "mcp_server")
          .sort(),
      ),
    )
    .sort();
}

async function expectAgreement(rule: RuleIr, events: readonly Event[]): Promise<void> {
  for (const suppress of [true, false]) {
    const found = await detect(memory.store, [rule], { suppress });
    const wanted = evaluate(rule, events, suppress);
    expect(sorted(found)).toEqual(sorted(wanted));
  }
}

/** Suppression among events of one time depends on their order; keys there must not collide. */
function agreesOn(
  rule: RuleIr,
  log: fc.Arbitrary<readonly Event[]>,
  numRuns: number,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(log, async (events) => {
      await memory.load(events);
      await expectAgreement(rule, events);
    }),
    { numRuns },
  ) as Promise<void>;
}

describe("detection agrees with a naive evaluation", { timeout: 120_000 }, () => {
  it.each(["restricted-data-access", "prompt-injection", "off-hours-sensitive-access"])(
    "of %s on mixed logs",
    async (name) => {
      await agreesOn(loadRule(name), mixedLog, 60);
    },
  );

  it("of anomalous-mcp-volume on bursts at its own limit", async () => {
    await agreesOn(loadRule("anomalous-mcp-volume"), burstLog(50), 60);
  });

  it("of thresholds with small limits and sums", async () => {
    const rule = loadRule("anomalous-mcp-volume");
    if (rule.detection.kind !== "threshold") throw new Error("kind");
    for (const greaterThan of [0, 1, 3]) {
      await agreesOn({ ...rule, detection: { ...rule.detection, greaterThan } }, burstLog(4), 25);
    }
    const span = rule.span;
    const sum = { kind: "sum" as const, fields: ["token_input", "token_output"] as const };
    const detection = {
      ...rule.detection,
      where: { kind: "always" as const, span },
      measure: sum,
      greaterThan: 5000,
    };
    await agreesOn({ ...rule, detection }, mixedLog, 40);
  });

  it("of high-volume-user on sparse days", async () => {
    await agreesOn(loadRule("high-volume-user"), usageLog, 60);
  });

  it("of baselines with other factors, zones, averages and minimum days", async () => {
    const rule = loadRule("high-volume-user");
    if (rule.detection.kind !== "baseline") throw new Error("kind");
    const variants = [
      { factor: 1.5, minDays: 1, floor: 0 },
      { factor: 2.25, minDays: 2, averageOver: "calendar_days" as const },
      { zone: "America/New_York", minDays: 2 },
      { zone: "Asia/Kolkata", minDays: 1, historyDays: 3 },
    ];
    for (const variant of variants) {
      await agreesOn({ ...rule, detection: { ...rule.detection, ...variant } }, usageLog, 25);
    }
  });

  it("of sequences whose entity has one name or two", async () => {
    const steps = [
      "first: { where: event_type = policy_event, by: [target_user_id_hash] }\nthen: { where: data_classification = restricted, by: [user_id_hash] }",
      "first: { where: always, by: [department, user_id_hash] }\nthen: { where: data_classification = restricted, by: [department, user_id_hash] }",
    ];
    for (const text of steps) {
      for (const within of ["1h", "1ms", "2d"]) {
        const rule = ruleOf(`kind: sequence\n${text}\nwithin: ${within}`, "user_id_hash");
        await agreesOn(rule, longLog, 30);
      }
    }
  });

  it("of values that are new for an entity", async () => {
    for (const [historyDays, learnDays] of [
      [12, 3],
      [3, 1],
      [1, 1],
      [20, 20],
    ]) {
      const rule = ruleOf(
        `kind: first_seen\nwhere: event_type = activity_event\nby: [department]\nfield: mcp_server\nhistory_days: ${historyDays}\nlearn_days: ${learnDays}`,
        "department, mcp_server",
      );
      await agreesOn(rule, longLog, 40);
    }
  });

  it("of shares at the limit itself", async () => {
    for (const [share, atLeast] of [
      [0.2, 3],
      [0.5, 2],
      [0, 1],
      [0.333333, 3],
    ]) {
      const rule = ruleOf(
        `kind: ratio\nwhere: exists department\nof: data_classification = unknown\nby: [department]\nwithin: 2d\nat_least: ${atLeast}\ngreater_than: ${share}`,
        "department",
      );
      await agreesOn(rule, longLog, 30);
    }
  });

  it("of silence, with the log's last event as the clock", async () => {
    for (const gap of ["1h", "1d", "5d"]) {
      const rule = ruleOf(
        `kind: silence\nwhere: exists mcp_server\nby: [department]\nfor: ${gap}`,
        "department",
      );
      await agreesOn(rule, longLog, 30);
    }
  });

  it("of random predicates, negations and missing fields included", async () => {
    const rule = loadRule("prompt-injection");
    const span = rule.span;
    const leaf: fc.Arbitrary<Predicate> = fc.oneof(
      fc
        .constantFrom<[string, Scalar][]>(
          ["session_id", "s-1"],
          ["session_id", "s'3\"\\"],
          ["session_id", "s-é中"],
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
        .constantFrom("session_id", "security_flags", "token_input", "within_business_hours")
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
    await fc.assert(
      fc.asyncProperty(tree, mixedLog, async (where, events) => {
        await memory.load(events);
        await expectAgreement({ ...rule, detection: { kind: "each", where } }, events);
      }),
      { numRuns: 80 },
    );
  });

  it("whatever text a rule compares with", async () => {
    const rule = loadRule("prompt-injection");
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
        async (value) => {
          const events = [value, `${value}x`, "'", "other"].map((session_id, index) => ({
            event_id: `e${index}`,
            event_type: "session_end",
            timestamp: "2026-03-01T00:00:00.000Z",
            session_id,
          }));
          await memory.load(events);
          const where: Predicate = { kind: "equals", field: "session_id", value, span: rule.span };
          await expectAgreement({ ...rule, detection: { kind: "each", where } }, events);
        },
      ),
      { numRuns: 150 },
    );
  });
});

it("keeps the vocabulary: every entity key of the shipped rules is a field or the day", () => {
  for (const name of ["anomalous-mcp-volume", "high-volume-user"]) {
    for (const key of loadRule(name).suppress.by)
      expect(key === "day" || fieldInfo(key) !== undefined).toBe(true);
  }
});

describe("the store", () => {
  it("counts records, distinct events and conflicting duplicates", async () => {
    const base = {
      event_id: "e1",
      event_type: "session_end",
      timestamp: "2026-03-01T00:00:00.000Z",
    };
    await memory.store.clear();
    const lines = [
      base,
      base,
      { ...base, department: "x" },
      { ...base, event_id: "e2" },
      { ...base, event_id: "e2" },
    ];
    await memory.store.load(lines.map((event) => ({ event, json: JSON.stringify(event) })));
    expect(await memory.store.seal()).toEqual({ records: 5, events: 2, conflicts: 1 });
  });

  it("says what to install when the engine is missing", async () => {
    const missing = await Store.open({ temporaryFolder: tmpdir() }, () =>
      Promise.reject(new Error("Cannot find package '@duckdb/node-api'")),
    );
    expect(missing).toMatchObject({
      ok: false,
      diagnostics: [{ code: "D811", help: expect.stringContaining("npm install") }],
    });
  });
});
