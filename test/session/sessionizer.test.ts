import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { formatTime } from "../../src/event/time.ts";
import { isStrictEvent } from "../../src/generated/event-validator.ts";
import { Sessionizer, type SessionOptions } from "../../src/session/sessionizer.ts";
import { arrivals, IDLE, LATE, MINUTE, START, sessionEvents } from "./arbitrary-session.ts";
import { expectSessions, toExpected } from "./oracle.ts";

const KINDS = ["otlp", "litellm"];
const options: SessionOptions = {
  kinds: KINDS,
  idleMs: IDLE,
  lateMs: LATE,
  openMax: 100,
  endedMax: 100,
};
const NOW = START + 365 * 24 * 60 * MINUTE;

/** As a program that was stopped and started at this place finds it. */
function restarted(sessions: Sessionizer): Sessionizer {
  return new Sessionizer(options, JSON.parse(JSON.stringify(sessions.save())));
}

/** Reads all events, then nothing for a long time; restarts before the events of `restarts`. */
function derive(
  events: readonly AuditEvent[],
  restarts: ReadonlySet<number> = new Set(),
): readonly AuditEvent[] {
  let sessions = new Sessionizer(options);
  const derived: AuditEvent[] = [];
  for (const [index, event] of events.entries()) {
    sessions.take(event, NOW);
    derived.push(...sessions.takeDue());
    if (restarts.has(index)) sessions = restarted(sessions);
  }
  sessions.pass(24 * 60 * MINUTE, NOW);
  derived.push(...sessions.takeDue());
  expect(sessions.open).toBe(0);
  return derived;
}

const inOrder = (events: readonly AuditEvent[]): readonly AuditEvent[] =>
  [...events].sort(
    (a, b) =>
      (a.session_id ?? "").localeCompare(b.session_id ?? "") ||
      b.event_type.localeCompare(a.event_type),
  );

let serial = 0;
function event(session_id: string, minute: number, fields: object = {}): AuditEvent {
  serial += 1;
  return {
    event_id: `00000000-0000-4000-9000-${String(serial).padStart(12, "0")}`,
    event_type: "activity_event",
    timestamp: formatTime(START + minute * MINUTE),
    session_id,
    source_kind: "otlp",
    ...fields,
  } as AuditEvent;
}

describe("derived sessions", () => {
  it("are those of the oracle, for every order within the bound, with repeats and restarts", () => {
    const property = fc.property(
      sessionEvents.chain((events) =>
        fc.tuple(
          fc.constant(events),
          arrivals(events, LATE),
          fc.array(fc.nat(40), { maxLength: 4 }),
          fc.boolean(),
        ),
      ),
      ([events, arrived, restarts, repeats]) => {
        // Two reads of each event, as when an exporter tries again.
        const read = repeats ? arrived.flatMap((one) => [one, one]) : arrived;
        const derived = inOrder(derive(read, new Set(restarts)));
        expect(derived.map(toExpected)).toEqual(expectSessions(events, KINDS, IDLE, LATE));
        expect(new Set(derived.map(({ event_id }) => event_id)).size).toBe(derived.length);
        for (const one of derived) expect(isStrictEvent(one)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 1500 });
  });

  it("are those of the oracle as time passes, where delays differ by no more than the bound", () => {
    const property = fc.property(
      sessionEvents.chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.integer({ min: 0, max: 60 * MINUTE }),
          fc.array(fc.integer({ min: 0, max: LATE }), {
            minLength: events.length,
            maxLength: events.length,
          }),
        ),
      ),
      ([events, delay, jitters]) => {
        const sessions = new Sessionizer(options);
        const derived: AuditEvent[] = [];
        let now = START;
        const arrived = events
          .map((one, index) => ({
            one,
            at: Date.parse(one.timestamp) + delay + (jitters[index] ?? 0),
          }))
          .sort((a, b) => a.at - b.at);
        for (const { one, at } of arrived) {
          // A look at the clock now and then, and one right before the event.
          for (let steps = 4; steps >= 1; steps -= 1) {
            const elapsed = Math.floor((at - now) / steps);
            now += elapsed;
            sessions.pass(elapsed, now);
            derived.push(...sessions.takeDue());
          }
          sessions.take(one, now);
          derived.push(...sessions.takeDue());
        }
        sessions.pass(24 * 60 * MINUTE, NOW);
        derived.push(...sessions.takeDue());
        const expected = expectSessions(events, KINDS, IDLE, LATE);
        expect(inOrder(derived).map(toExpected)).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it("are the same to the byte for two orders", () => {
    const property = fc.property(
      sessionEvents.chain((events) => fc.tuple(arrivals(events, LATE), arrivals(events, LATE))),
      ([one, other]) => {
        expect(inOrder(derive(one))).toEqual(inOrder(derive(other)));
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

/** A sessionizer that has read these events, and what it gave so far. */
function stage(settings: Partial<SessionOptions> = {}): {
  readonly sessions: Sessionizer;
  readonly read: (...events: readonly AuditEvent[]) => readonly AuditEvent[];
  readonly pass: (minutes: number) => readonly AuditEvent[];
} {
  const sessions = new Sessionizer({ ...options, ...settings });
  return {
    sessions,
    read: (...events) => {
      for (const one of events) sessions.take(one, NOW);
      return sessions.takeDue();
    },
    pass: (minutes) => {
      sessions.pass(minutes * MINUTE, NOW);
      return sessions.takeDue();
    },
  };
}

const told = (events: readonly AuditEvent[]): readonly string[] =>
  events.map(
    ({ event_type, timestamp, session_id }) =>
      `${event_type} ${session_id} ${timestamp.slice(11, 16)}`,
  );

describe("a derived session", () => {
  it("starts at its first event and tells what was known within the bound of lateness", () => {
    const { read } = stage();
    const first = event("s", 0, { user_id_hash: "a".repeat(64), mcp_integrations: ["jira"] });
    const soon = event("s", 2, { data_classification: "internal", mcp_integrations: ["drive"] });
    const later = event("s", 3, { data_classification: "restricted" });
    expect(read(first, soon, later)).toEqual([]);
    expect(read(event("other", 5))).toMatchObject([
      {
        event_type: "session_start",
        timestamp: "2026-03-02T08:00:00.000Z",
        user_id_hash: "a".repeat(64),
        data_classification: "internal",
        mcp_integrations: ["drive", "jira"],
        labels: { derived: "true", derived_from: "otlp" },
      },
    ]);
  });

  it("hears an event that is exactly as late as one may be, at its start and at its end", () => {
    const { read } = stage();
    expect(read(event("s", 0), event("other", 4))).toEqual([]);
    expect(read(event("s", 2, { data_classification: "internal" }))).toEqual([]);
    const [start] = read(event("other", 4.1));
    expect(start).toMatchObject({ session_id: "s", data_classification: "internal" });
    expect(told(read(event("other", 34)))).toEqual(["session_start other 08:04"]);
    expect(read(event("s", 32))).toEqual([]);
    expect(told(read(event("other", 64)))).toEqual([]);
    expect(told(read(event("other", 64.1)))).toEqual(["session_end s 08:32"]);
  });

  it("ends at its last event with no tokens and the highest class of data", () => {
    const { read, pass } = stage();
    read(event("s", 0, { token_input: 5 }), event("s", 9, { data_classification: "restricted" }));
    const end = pass(60).at(-1);
    expect(end).toMatchObject({
      event_type: "session_end",
      timestamp: "2026-03-02T08:09:00.000Z",
      token_input: 0,
      token_output: 0,
      duration_ms: 9 * MINUTE,
      data_classification: "restricted",
      labels: { session_end_reason: "idle" },
    });
  });

  it("goes on over a pause of exactly the timeout and ends in a longer one", () => {
    const { read, pass, sessions } = stage();
    const due = [...read(event("s", 0), event("s", 30), event("s", 61)), ...pass(120)];
    expect(told(due)).toEqual(["session_start s 08:00", "session_end s 08:30"]);
    expect(sessions.counts).toMatchObject({ starts: 1, ends: 1, afterEnd: 1 });
  });

  it("is not opened again by an event after its end", () => {
    const { read, pass, sessions } = stage();
    read(event("s", 0));
    pass(120);
    expect(read(event("s", 200), event("s", 1))).toEqual([]);
    expect(pass(600)).toEqual([]);
    expect(sessions.open).toBe(0);
    expect(sessions.counts.afterEnd).toBe(2);
  });

  it("waits for the events of a machine that was offline", () => {
    const { read, pass } = stage();
    read(event("live", 600));
    // Ten hours late, one after the other.
    const laptop = [0, 1, 2].flatMap((minute) => [...read(event("laptop", minute)), ...pass(0.2)]);
    expect(told(laptop).filter((one) => one.startsWith("session_end"))).toEqual([]);
    expect(told(pass(60))).toContain("session_end laptop 08:02");
  });

  it("counts what comes from before a start that was written", () => {
    const { read, sessions } = stage();
    expect(told(read(event("s", 10), event("s", 15)))).toEqual(["session_start s 08:10"]);
    expect(read(event("s", 9))).toEqual([]);
    expect(sessions.counts.beforeStart).toBe(1);
  });

  it("takes a start and an end from whoever tells them", () => {
    const { read, pass } = stage();
    read(
      event("s", 0, { event_type: "session_start", source_kind: "hook" }),
      event("s", 0),
      event("s", 5),
      event("s", 6, { event_type: "session_end", source_kind: "hook" }),
    );
    expect(pass(600)).toEqual([]);
  });

  it("counts an end that a source tells after the derived one", () => {
    const { read, pass, sessions } = stage();
    read(event("s", 0));
    expect(pass(60)).toHaveLength(2);
    read(event("s", 61, { event_type: "session_end", source_kind: "hook" }));
    expect(sessions.counts).toMatchObject({ contradicted: 1, afterEnd: 1 });
  });

  it("is not ended by a machine whose clock is ahead", () => {
    const sessions = new Sessionizer(options);
    const now = START + 5 * MINUTE;
    sessions.take(event("s", 4), now);
    sessions.take(event("ahead", 6000), now);
    const due = [...sessions.takeDue()];
    sessions.take(event("s", 5), now);
    due.push(...sessions.takeDue());
    expect(told(due).filter((one) => one.includes("end"))).toEqual([]);
    expect(sessions.counts.afterEnd).toBe(0);
  });

  it("is not derived for kinds that are not named, nor from derived events", () => {
    const { read, pass, sessions } = stage();
    read(event("s", 0));
    const derived = pass(60);
    expect(derived).toHaveLength(2);
    const other = new Sessionizer(options);
    for (const one of [...derived, event("t", 0, { source_kind: "native" })]) other.take(one, NOW);
    expect(other.open).toBe(0);
    expect(sessions.counts.ends).toBe(1);
  });

  it("ends early where too many are open, the one that was quiet longest first", () => {
    const { read, sessions } = stage({ openMax: 2 });
    const due = read(event("a", 0), event("b", 0), event("a", 0.5), event("c", 1));
    expect(told(due)).toEqual(["session_start b 08:00", "session_end b 08:00"]);
    expect(due[1]?.labels).toMatchObject({ session_end_reason: "capacity" });
    expect(sessions.counts.evicted).toBe(1);
    expect(sessions.open).toBe(2);
  });

  it("stays within bounds with endless new sessions", () => {
    const { read, sessions } = stage({ openMax: 50, endedMax: 200 });
    for (let index = 0; index < 5000; index += 1) read(event(`s-${index}`, index / 100));
    expect(sessions.open).toBeLessThanOrEqual(50);
    expect(sessions.forgotten).toBeGreaterThan(4000);
    expect(JSON.stringify(sessions.save()).length).toBeLessThan(50_000);
    expect(sessions.counts.starts).toBeGreaterThan(4900);
  });
});
