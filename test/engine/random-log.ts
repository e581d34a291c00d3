/** Random logs that sit on the edges of the rules, as fast-check arbitraries. */
import * as fc from "fast-check";
import type { Event } from "../oracle/evaluate.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Noon before a clock change in America and Europe alike. */
const START = Date.UTC(2026, 2, 7, 12);

function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

const maybe = <T>(values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

/** Offsets that pile up on window edges and clock boundaries. */
const offset = fc.oneof(
  fc.constantFrom(
    0,
    1,
    10 * MINUTE - 1,
    10 * MINUTE,
    10 * MINUTE + 1,
    60 * MINUTE - 1,
    60 * MINUTE,
    8 * 60 * MINUTE,
  ),
  fc.integer({ min: 0, max: 25 * MINUTE }),
  fc.integer({ min: 0, max: 3 * DAY }),
);

const fields = fc.record({
  event_type: fc.constantFrom(
    "activity_event",
    "activity_event",
    "session_start",
    "session_end",
    "security_event",
  ),
  activity_type: maybe(["mcp_query", "mcp_query", "model_request", "tool_use"]),
  session_id: maybe(["s-1", "s-2", "s'3\"\\", "s-é中"]),
  user_id_hash: maybe(["a".repeat(64), "b".repeat(64)]),
  data_classification: maybe([
    "public",
    "internal",
    "sensitive",
    "restricted",
    "restricted",
    "unknown",
  ]),
  user_clearance: maybe(["public", "sensitive", "restricted"]),
  within_business_hours: maybe([true, false]),
  security_event_type: maybe([
    "restricted_data_access",
    "prompt_injection_attempt",
    "mcp_auth_failure",
  ]),
  security_flags: maybe<readonly string[]>([
    [],
    ["prompt_injection"],
    ["x", "prompt_injection"],
    ["Prompt_Injection"],
  ]),
  token_input: maybe([0, 1, 100, 5000]),
  token_output: maybe([0, 7, 900]),
});

function toEvent(id: number, timeMs: number, set: object): Event {
  const present = Object.entries(set).filter(([, value]) => value !== undefined);
  return {
    event_id: uuid(id),
    timestamp: new Date(timeMs).toISOString(),
    ...Object.fromEntries(present),
  };
}

/** Adds exact and altered duplicates, and shuffles the lines. */
function withTrouble(events: fc.Arbitrary<Event[]>): fc.Arbitrary<readonly Event[]> {
  return events.chain((list) => {
    const repeated = fc.array(fc.tuple(fc.nat(Math.max(0, list.length - 1)), fc.boolean()), {
      maxLength: 8,
    });
    return repeated.chain((picks) => {
      const copies = picks.flatMap(([index, altered]) => {
        const event = list[index];
        if (event === undefined) return [];
        return [altered ? { ...event, session_id: "s-altered", token_input: 4999 } : event];
      });
      return fc.shuffledSubarray([...list, ...copies], { minLength: list.length + copies.length });
    });
  });
}

/** A short log with events of all kinds. */
export const mixedLog: fc.Arbitrary<readonly Event[]> = withTrouble(
  fc
    .array(fc.tuple(offset, fields), { minLength: 1, maxLength: 60 })
    .map((rows) => rows.map(([at, set], index) => toEvent(index, START + at, set))),
);

/** Bursts of MCP queries around a given limit. */
export function burstLog(limit: number): fc.Arbitrary<readonly Event[]> {
  const burst = fc.tuple(
    fc.constantFrom("s-1", "s-1", "s-2"),
    fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * MINUTE),
    fc.integer({ min: 1, max: limit + 3 }),
    fc.constantFrom(0, 1, 1000, 10_000, 12_000, 12_245, 60_000),
  );
  return withTrouble(
    fc.array(burst, { minLength: 1, maxLength: 4 }).map((bursts) => {
      let id = 0;
      return bursts.flatMap(([session_id, at, count, step]) =>
        Array.from({ length: count }, (_, turn) => {
          id += 1;
          const set = { event_type: "activity_event", activity_type: "mcp_query", session_id };
          return toEvent(id, START + at + turn * step, set);
        }),
      );
    }),
  );
}

/** Daily token use of a few users over 45 days, near ratio, floor and minimum of days. */
export const usageLog: fc.Arbitrary<readonly Event[]> = withTrouble(
  fc
    .array(
      fc.tuple(
        fc.constantFrom("a".repeat(64), "b".repeat(64), undefined),
        fc.integer({ min: 0, max: 44 }),
        fc.constantFrom(0, 1, 9 * 60 * MINUTE, DAY - 1),
        fc.constantFrom(0, 1, 3333, 3334, 5000, 10_000, 10_001, 15_000, 30_000, 30_001),
        fc.constantFrom(0, 0, 1, 2500),
      ),
      { minLength: 5, maxLength: 90 },
    )
    .map((rows) =>
      rows.map(([user_id_hash, day, at, token_input, token_output], index) => {
        const set = {
          event_type: "activity_event",
          activity_type: "model_request",
          user_id_hash,
          token_input,
          token_output,
        };
        return toEvent(index, Date.UTC(2026, 1, 15) + day * DAY + at, set);
      }),
    ),
);

/** Events of a few entities over four weeks whose values, steps and gaps meet at day edges. */
export const longLog: fc.Arbitrary<readonly Event[]> = withTrouble(
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 0, max: 27 }),
        fc.constantFrom(0, 1, 60 * MINUTE, 61 * MINUTE, 9 * 60 * MINUTE, DAY - 1),
        fc.record({
          event_type: fc.constantFrom("activity_event", "session_start", "policy_event"),
          department: maybe(["a", "b"]),
          mcp_server: maybe(["jira", "wiki", "files"]),
          user_id_hash: maybe(["a".repeat(64), "b".repeat(64)]),
          target_user_id_hash: maybe(["a".repeat(64), "b".repeat(64)]),
          data_classification: maybe(["restricted", "unknown", "public"]),
        }),
      ),
      { minLength: 3, maxLength: 70 },
    )
    .map((rows) =>
      rows.map(([day, at, set], index) =>
        toEvent(index, Date.UTC(2026, 2, 1) + day * DAY + at, set),
      ),
    ),
);
