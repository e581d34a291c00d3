import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { isStrictEvent } from "../../src/generated/event-validator.ts";
import { generateSample, type SampleOptions } from "../../src/sample/generate.ts";

const options: SampleOptions = { endsOn: "2026-11-20" };
/** Whole logs take a second or two; a busy machine may take longer. */
const PATIENCE_MS = 60_000;

function subtype(event: AuditEvent): string {
  switch (event.event_type) {
    case "activity_event":
      return event.activity_type ?? "none";
    case "policy_event":
      return event.policy_event_type ?? "none";
    case "security_event":
      return event.security_event_type ?? "none";
    case "session_start":
    case "session_end":
      return event.event_type;
  }
}

function tally(keys: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

describe("the sample log", () => {
  let events: readonly AuditEvent[] = [];
  beforeAll(() => {
    events = [...generateSample(options)];
  }, PATIENCE_MS);

  it("is the same byte for byte on every run and machine", () => {
    const hash = createHash("sha256");
    for (const event of generateSample(options)) hash.update(`${JSON.stringify(event)}\n`);
    // A deliberate change to the sample changes this; anything else must not.
    expect(hash.digest("hex")).toBe(
      "aa782ff31ffd54a7f044b891857bcf0937e84c411ae754bb940d56bd636e9022",
    );
  });

  it("is another log for another seed", () => {
    const [first] = generateSample({ ...options, seed: "another" });
    expect(first?.event_id).not.toBe(events[0]?.event_id);
    expect(first?.user_id_hash).not.toBe(events[0]?.user_id_hash);
  });

  it("holds about a hundred thousand events, each strictly valid", () => {
    expect(events.length).toBeGreaterThan(95_000);
    expect(events.length).toBeLessThan(106_000);
    expect(events.filter((event) => !isStrictEvent(event))).toEqual([]);
  });

  it("runs forward in time and gives no id twice", () => {
    const backward = events.filter(
      (event, at) => event.timestamp < (events[at - 1]?.timestamp ?? ""),
    );
    expect(backward).toEqual([]);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });

  it("covers 45 days on the clocks of each office", () => {
    // Midnight in Singapore is 16:00 UTC of the day before; midnight in New York is 05:00 UTC.
    expect((events[0]?.timestamp ?? "") >= "2026-10-06T16:00:00.000Z").toBe(true);
    expect((events.at(-1)?.timestamp ?? "") < "2026-11-21T05:00:00.000Z").toBe(true);
    expect(new Set(events.map(({ timestamp }) => timestamp.slice(0, 10))).size).toBeGreaterThan(44);
  });

  it("has every kind of event that a deployment sends, in its proportions", () => {
    const counts = tally(events.map(subtype));
    expect(counts).toMatchInlineSnapshot(`
      {
        "approval_denied": 69,
        "approval_granted": 283,
        "approval_requested": 355,
        "authentication": 5664,
        "exception_granted": 20,
        "exception_requested": 27,
        "mcp_auth_failure": 44,
        "mcp_query": 32087,
        "model_request": 35323,
        "permission_changed": 94,
        "prompt_injection_attempt": 1,
        "restricted_data_access": 1,
        "session_end": 7156,
        "session_start": 7156,
        "system_prompt_leakage": 5,
        "tool_use": 12749,
      }
    `);
  });

  it("has people in ten departments, and some events that do not say which", () => {
    const counts = tally(events.map(({ department }) => department ?? "none"));
    expect(counts).toMatchInlineSnapshot(`
      {
        "data-platform": 14277,
        "engineering": 30371,
        "finance": 5532,
        "hr": 2763,
        "legal": 3138,
        "marketing": 5450,
        "research": 9987,
        "sales": 12840,
        "security": 5003,
        "support": 8646,
        "unknown": 3027,
      }
    `);
    expect(new Set(events.map(({ user_id_hash }) => user_id_hash)).size).toBe(200);
  });

  it("carries nothing that enrichment stamps", () => {
    const stamps = [
      "user_clearance",
      "within_business_hours",
      "local_time",
      "cost_usd",
      "price_ref",
      "business_unit",
    ] as const;
    for (const stamp of stamps)
      expect(events.find((event) => event[stamp] !== undefined)).toBeUndefined();
  });

  it("counts tokens once: on requests, with the parts of the cache inside", () => {
    for (const event of events) {
      const spent = (event.token_input ?? 0) + (event.token_output ?? 0);
      const cached = (event.token_cache_read ?? 0) + (event.token_cache_write ?? 0);
      expect(spent > 0).toBe(subtype(event) === "model_request");
      expect(cached).toBeLessThanOrEqual(event.token_input ?? 0);
    }
  });

  it("opens and closes each session once, around everything in it", () => {
    const sessions = Map.groupBy(
      events.filter(({ session_id }) => session_id !== undefined),
      ({ session_id }) => session_id,
    );
    expect(sessions.size).toBeGreaterThan(5_000);
    for (const session of sessions.values()) {
      const kinds = session.map(subtype);
      expect(kinds.filter((kind) => kind === "session_start")).toHaveLength(1);
      expect(kinds.indexOf("session_start")).toBe(kinds[0] === "authentication" ? 1 : 0);
      expect(kinds.indexOf("session_end")).toBe(kinds.length - 1);
      expect(new Set(session.map(({ user_id_hash }) => user_id_hash)).size).toBe(1);
    }
  });

  it("has every request decided by somebody else, or still open", () => {
    const policy = events.filter((event) => event.event_type === "policy_event");
    const requested = new Map(
      policy
        .filter(({ policy_event_type: kind = "" }) => kind.endsWith("_requested"))
        .map((event) => [event.request_id, event]),
    );
    const decided = policy.filter(({ approver_id_hash }) => approver_id_hash !== undefined);
    expect(decided.length).toBeGreaterThan(200);
    for (const decision of decided) {
      const request = requested.get(decision.request_id);
      expect(request?.user_id_hash).toBe(decision.user_id_hash);
      expect((request?.timestamp ?? "~") < decision.timestamp).toBe(true);
      expect(decision.approver_id_hash).not.toBe(decision.user_id_hash);
    }
  });

  it("is quiet at weekends", () => {
    const weekend = events.filter(({ timestamp }) =>
      [0, 6].includes(new Date(timestamp).getUTCDay()),
    );
    expect(weekend.length / events.length).toBeLessThan(0.05);
  });

  it("leaves most of the tokens to few people", () => {
    const spent = new Map<string, number>();
    for (const { user_id_hash: user = "", token_input = 0, token_output = 0 } of events)
      spent.set(user, (spent.get(user) ?? 0) + token_input + token_output);
    const sorted = [...spent.values()].sort((one, other) => other - one);
    const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
    expect(sum(sorted.slice(0, 20)) / sum(sorted)).toBeGreaterThan(0.25);
  });
});

describe("generating", () => {
  it("is lazy: a log of a century begins at once", () => {
    const [first] = generateSample({ endsOn: "2026-11-20", days: 36_500 });
    expect(first?.timestamp.slice(0, 4)).toBe("1926");
  });

  it(
    "holds two days of events, however long the log",
    () => {
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      const heapAfter: number[] = [];
      let day = "";
      for (const { timestamp } of generateSample({ endsOn: "2026-11-20", users: 80, days: 240 })) {
        if (timestamp.slice(0, 10) === day) continue;
        day = timestamp.slice(0, 10);
        if (day !== "2026-04-21" && day !== "2026-11-18") continue;
        collect();
        heapAfter.push(process.memoryUsage().heapUsed);
      }
      const [early = 0, late = Number.POSITIVE_INFINITY] = heapAfter;
      // The 180 000 events between would take more than 100 MB.
      expect(late - early).toBeLessThan(8_000_000);
    },
    PATIENCE_MS,
  );

  it.each([
    [{ endsOn: "yesterday" }, "endsOn is no date: yesterday"],
    [{ endsOn: "2026-02-30" }, "endsOn is no date: 2026-02-30"],
    [{ endsOn: "2026-11-20", users: 12 }, "users must be a whole number of at least 80"],
    [{ endsOn: "2026-11-20", days: 7.5 }, "days must be a whole number of at least 28"],
  ])("refuses %o", (bad, message) => {
    expect(() => generateSample(bad).next()).toThrow(new RangeError(message));
  });
});
