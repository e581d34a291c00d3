/** Events of sessions for property tests, and orders of them that come at most so late. */
import * as fc from "fast-check";
import type { AuditEvent } from "../../src/event/event.ts";
import { formatTime } from "../../src/event/time.ts";

export const MINUTE: number = 60_000;
export const START: number = Date.parse("2026-03-02T08:00:00.000Z");
export const IDLE: number = 30 * MINUTE;
export const LATE: number = 2 * MINUTE;

const eventType = fc.oneof(
  { weight: 10, arbitrary: fc.constant("activity_event" as const) },
  { weight: 1, arbitrary: fc.constantFrom("session_start" as const, "session_end" as const) },
);

/** Times are dense where pauses are about as long as the timeout and the bound of lateness. */
const minutes = fc.oneof(
  fc.integer({ min: 0, max: 240 }),
  fc.constantFrom(0, 1, 2, 3, 30, 31, 32, 33, 60, 61, 62, 90),
);

const drawn = fc.record({
  session_id: fc.constantFrom("s-1", "s-2", "s-3"),
  event_type: eventType,
  minute: minutes,
  second: fc.constantFrom(0, 0, 1, 59),
  source_kind: fc.constantFrom("otlp", "otlp", "otlp", "litellm", "hook"),
  user_id_hash: fc.option(fc.constantFrom("a".repeat(64), "b".repeat(64)), { nil: undefined }),
  model_version: fc.option(fc.constantFrom("claude-a", "claude-b"), { nil: undefined }),
  data_classification: fc.option(fc.constantFrom("public", "restricted", "sensitive", "unknown"), {
    nil: undefined,
  }),
  mcp_integrations: fc.option(
    fc.uniqueArray(fc.constantFrom("jira", "github", "drive"), { minLength: 1 }),
    { nil: undefined },
  ),
});

/** Events of three sessions over four hours. */
export const sessionEvents: fc.Arbitrary<readonly AuditEvent[]> = fc
  .array(drawn, { minLength: 1, maxLength: 40 })
  .map((events) =>
    events.map(({ minute, second, ...fields }, index) => {
      const stated = Object.entries(fields).filter(([, value]) => value !== undefined);
      return {
        ...Object.fromEntries(stated),
        event_id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
        timestamp: formatTime(START + minute * MINUTE + second * 1000),
      } as AuditEvent;
    }),
  );

/** The events in an order in which none comes later than `lateMs` behind the newest before it. */
export function arrivals(
  events: readonly AuditEvent[],
  lateMs: number,
): fc.Arbitrary<readonly AuditEvent[]> {
  // The bound itself has to be frequent.
  const delay = fc.oneof(fc.integer({ min: 0, max: lateMs }), fc.constantFrom(0, lateMs));
  return fc
    .array(delay, {
      minLength: events.length,
      maxLength: events.length,
    })
    .map((delays) =>
      events
        .map((event, index) => ({ event, at: Date.parse(event.timestamp) + (delays[index] ?? 0) }))
        .sort((a, b) => a.at - b.at)
        .map(({ event }) => event),
    );
}
