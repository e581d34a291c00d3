import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageDays, type UsageDaysOptions } from "../../../src/connector/derived/usage-days.ts";
import { rollUp, type UsageRollup } from "../../../src/engine/rollup.ts";
import type { AuditEvent } from "../../../src/event/event.ts";
import { formatTime } from "../../../src/event/time.ts";
import { isStrictEvent } from "../../../src/generated/event-validator.ts";
import { MemoryStore } from "../../engine/memory-store.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const START = Date.parse("2026-03-01T00:00:00.000Z");
const QUIET = 300_000;
const options: UsageDaysOptions = {
  lateMs: HOUR,
  quietMs: QUIET,
  usersMax: 100,
  seenMax: 1000,
  givenMax: 2,
};

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

const user = (name: string): string => name.repeat(64);
const uuid = (index: number): string =>
  `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

const drawn = fc.record({
  user_id_hash: fc.option(fc.constantFrom(user("a"), user("b"), user("c")), { nil: undefined }),
  day: fc.oneof(fc.constantFrom(0, 1, 29, 30, 31, 32, 61), fc.nat(70)),
  department: fc.option(fc.constantFrom("finance", "legal"), { nil: undefined }),
  token_input: fc.option(fc.nat(10_000), { nil: undefined }),
  token_output: fc.option(fc.nat(10_000), { nil: undefined }),
  activity_type: fc.constantFrom("model_request", "model_request", "usage_rollup"),
});

/** Every event has a time of its own, so that one department is the last. */
const usageEvents = fc.array(drawn, { minLength: 1, maxLength: 60 }).map((events) =>
  events.map(({ day, ...fields }, index) => {
    const stated = Object.entries(fields).filter(([, value]) => value !== undefined);
    return {
      ...Object.fromEntries(stated),
      event_id: uuid(index),
      event_type: "activity_event",
      timestamp: formatTime(START + day * DAY + index * 1000),
    } as AuditEvent;
  }),
);

function restarted(usage: UsageDays): UsageDays {
  return new UsageDays(options, JSON.parse(JSON.stringify(usage.save())));
}

/** What is written after a quiet while. */
function takeAll(usage: UsageDays, now: number): readonly UsageRollup[] {
  usage.pass(QUIET);
  const records: UsageRollup[] = [];
  for (let due = usage.takeDue(now); due.length > 0; due = usage.takeDue(now)) records.push(...due);
  return records;
}

const END = START + 400 * DAY;

function event(index: number, day: number, fields: object = {}): AuditEvent {
  return {
    event_id: uuid(index),
    event_type: "activity_event",
    activity_type: "model_request",
    timestamp: formatTime(START + day * DAY + 12 * HOUR),
    user_id_hash: user("a"),
    token_input: 100,
    ...fields,
  } as AuditEvent;
}

describe("the daily usage rollup of the connector", () => {
  it("is that of the rollup command, for every order, with repeats, after the fact", async () => {
    const property = fc.asyncProperty(
      usageEvents.chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events], { minLength: events.length }),
        ),
      ),
      async ([events, shuffled]) => {
        await memory.load(events);
        const wanted = await rollUp(memory.store);
        const usage = new UsageDays(options);
        for (const one of [...shuffled, ...shuffled]) usage.take(one, END);
        expect(takeAll(usage, END)).toEqual(wanted);
        expect(takeAll(usage, END + DAY)).toEqual([]);
        for (const one of wanted) expect(isStrictEvent(one)).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  it("is the same written day by day, with a restart between any two records", async () => {
    const property = fc.asyncProperty(usageEvents, async (events) => {
      await memory.load(events);
      const wanted = await rollUp(memory.store);
      let usage = new UsageDays(options);
      const written: UsageRollup[] = [];
      for (let day = 0; day <= 75; day += 1) {
        const now = START + day * DAY + HOUR;
        usage.pass(QUIET);
        for (let due = usage.takeDue(now); due.length > 0; due = usage.takeDue(now)) {
          written.push(...due);
          usage = restarted(usage);
          usage.pass(QUIET);
        }
        for (const one of events)
          if (Math.floor((Date.parse(one.timestamp) - START) / DAY) === day)
            usage.take(one, now + DAY);
      }
      expect(written).toEqual(wanted);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("waits until the day is over and its late events have come", () => {
    const usage = new UsageDays(options);
    usage.take(event(1, 0), END);
    usage.pass(QUIET);
    expect(usage.takeDue(START + DAY + HOUR - 1)).toEqual([]);
    expect(usage.takeDue(START + DAY + HOUR)).toMatchObject([{ usage_tokens: 100 }]);
  });

  it("reads what piled up as a whole before it writes", () => {
    const usage = new UsageDays(options);
    for (let day = 0; day < 60; day += 1) {
      usage.take(event(day, day), END);
      usage.pass(1000);
      expect(usage.takeDue(END)).toEqual([]);
    }
    const records = takeAll(usage, END);
    expect(records).toHaveLength(60);
    expect(records.at(-1)).toMatchObject({ baseline_days: 30, baseline_tokens_sum: 3000 });
  });

  it("is quiet again for a while after a restart", () => {
    const before = new UsageDays(options);
    before.take(event(1, 0), END);
    before.pass(QUIET);
    const usage = restarted(before);
    usage.pass(QUIET - 1);
    expect(usage.takeDue(END)).toEqual([]);
    usage.take(event(2, 0), END);
    expect(takeAll(usage, END)).toMatchObject([{ usage_tokens: 200 }]);
  });

  it("does not wait for ever for a day whose events never stop", () => {
    const usage = new UsageDays(options);
    let written = 0;
    for (let index = 0; index < 13 && written === 0; index += 1) {
      usage.take(event(index, 0), END);
      written += usage.takeDue(END).length;
      usage.pass(QUIET - 1);
    }
    expect(written).toBe(0);
    usage.take(event(99, 0), END);
    expect(usage.takeDue(END)).toHaveLength(1);
  });

  it("writes the record of a user whose events of a day come later than those of others", () => {
    const usage = new UsageDays(options);
    usage.take(event(1, 5), END);
    expect(takeAll(usage, START + 6 * DAY + HOUR)).toHaveLength(1);
    usage.take(event(2, 5, { user_id_hash: user("b") }), END);
    expect(takeAll(usage, START + 7 * DAY)).toMatchObject([{ user_id_hash: user("b") }]);
  });

  it("counts what comes after its day was written, for the days that follow", () => {
    const usage = new UsageDays(options);
    usage.take(event(1, 0), END);
    takeAll(usage, START + DAY + HOUR);
    usage.take(event(2, 0), END);
    usage.take(event(3, 1), END);
    expect(takeAll(usage, START + 2 * DAY + HOUR)).toMatchObject([
      { usage_tokens: 100, baseline_tokens_sum: 200, baseline_days: 1 },
    ]);
    expect(usage.counts.late).toBe(1);
  });

  it("forgets days that nothing looks back to, and users without days", () => {
    const usage = new UsageDays(options);
    for (let day = 0; day < 200; day += 1) {
      usage.take(event(day, day, { user_id_hash: user(day < 100 ? "a" : "b") }), END);
      takeAll(usage, START + (day + 1) * DAY + HOUR);
    }
    const { users } = usage.save();
    expect(users.map(([name, days]) => [name[0], days.length])).toEqual([["b", 30]]);
  });

  it("takes so many users and counts the events of others", () => {
    const usage = new UsageDays({ ...options, usersMax: 1 });
    usage.take(event(1, 0), END);
    usage.take(event(2, 0, { user_id_hash: user("b") }), END);
    expect(usage.users).toBe(1);
    expect(usage.counts.beyond).toBe(1);
  });

  it("does not believe in days to come", () => {
    const usage = new UsageDays(options);
    usage.take(event(1, 9), START + 7 * DAY);
    expect(usage.users).toBe(0);
    expect(usage.counts.ahead).toBe(1);
  });

  it("does not add rollups of others to the tokens of events", () => {
    const usage = new UsageDays(options);
    usage.take(event(1, 0), END);
    usage.take(event(2, 0, { activity_type: "usage_rollup", usage_tokens: 900 }), END);
    expect(takeAll(usage, END)).toMatchObject([{ usage_tokens: 100 }]);
  });
});
