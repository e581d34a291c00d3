/** Random logs for panels: few users, departments that are missing or empty, lists with repeats. */
import * as fc from "fast-check";
import type { Event } from "../oracle/evaluate.ts";

const HOUR = 3_600_000;
/** A Sunday, so that logs cross the start of a week. */
export const LOG_START: number = Date.UTC(2026, 2, 1);

function maybe<T>(...values: readonly T[]): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const users = Array.from({ length: 9 }, (_, index) => String(index).repeat(64));

const event: fc.Arbitrary<Event> = fc
  .record({
    // Ids repeat: a delivery may come twice.
    id: fc.integer({ min: 1, max: 60 }),
    time: fc.oneof(
      fc.integer({ min: 0, max: 60 }).map((hours) => hours * HOUR),
      fc.integer({ min: 0, max: 60 * HOUR }),
    ),
    event_type: fc.constantFrom("session_start", "session_end", "activity_event"),
    activity_type: maybe("mcp_query", "model_request"),
    session_id: maybe("s-1", "s-2", "s'3"),
    user_id_hash: maybe(...users),
    department: maybe("sales", "it's", "", "unknown"),
    business_unit: maybe("product", "corporate"),
    data_classification: maybe("public", "restricted", "unknown"),
    within_business_hours: maybe(true, false),
    mcp_server: maybe("jira", "github"),
    mcp_outcome: maybe("success", "failure"),
    security_flags: maybe<readonly string[]>([], ["x"], ["x", "x", "prompt_injection"]),
    token_input: maybe(0, 1, 100),
    token_output: maybe(7, 900),
    // Quarters add up exactly in any order.
    cost_usd: maybe(0.25, 1.5, 3),
    delay: maybe(-5, 0, 1500, 40 * 24 * HOUR),
  })
  .map(({ id, time, delay, ...fields }) => ({
    event_id: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    timestamp: new Date(LOG_START + time).toISOString(),
    ...(delay !== undefined && { observed_at: new Date(LOG_START + time + delay).toISOString() }),
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  }));

export const panelLog: fc.Arbitrary<readonly Event[]> = fc.array(event, { maxLength: 80 });

/** Ranges that start and end inside of the log. */
export const range: fc.Arbitrary<{ readonly fromMs: number; readonly toMs: number }> = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 30, max: 70 }))
  .map(([from, to]) => ({ fromMs: LOG_START + from * HOUR, toMs: LOG_START + to * HOUR }));
