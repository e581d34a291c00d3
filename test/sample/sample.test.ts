import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isStrictEvent } from "../../src/generated/event-validator.ts";
import { createSample, defaultSample } from "../../src/sample/sample.ts";

/** A smaller company keeps these tests quick; the default one is run by the demo's own test. */
const small = { ...defaultSample, people: 60, days: 20 };

describe("the sample log", () => {
  const events = [...createSample(small).events()];

  it("is the same for the same seed, and another for another", () => {
    const digest = (options: typeof small): string => {
      const sum = createHash("sha256");
      for (const event of createSample(options).events()) sum.update(JSON.stringify(event));
      return sum.digest("hex");
    };
    const first = digest(small);
    expect(digest(small)).toBe(first);
    expect(digest({ ...small, seed: 8 })).not.toBe(first);
  });

  it("holds valid events in order of time, each id once, without stamped context", () => {
    expect(events.length).toBeGreaterThan(5000);
    expect(events.filter((event) => !isStrictEvent(event))).toEqual([]);
    const times = events.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort());
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
    for (const event of events) {
      expect(event.user_clearance).toBeUndefined();
      expect(event.within_business_hours).toBeUndefined();
    }
  });

  it("has events of every type, zone and department", () => {
    const types = new Set(events.map(({ event_type }) => event_type));
    expect([...types].sort()).toEqual([
      "activity_event",
      "policy_event",
      "security_event",
      "session_end",
      "session_start",
    ]);
    expect(new Set(events.map(({ department }) => department)).size).toBe(9);
  });

  it("plants an incident and a near miss for every rule, all of them in the log", () => {
    const { incidents } = createSample(small);
    for (const kind of ["incident", "near_miss"]) {
      const rules = new Set(incidents.filter((one) => one.kind === kind).map(({ rule }) => rule));
      expect(rules.size, kind).toBe(5);
    }
    for (const { entity, time, title } of incidents) {
      const found = events.some(
        (event) =>
          event.timestamp === time &&
          (event.session_id === entity["session_id"] ||
            event.user_id_hash === entity["user_id_hash"]),
      );
      expect(found, title).toBe(true);
    }
  });

  it("never gives anybody data beyond their clearance, but for the planted incidents", () => {
    const { clearances, incidents } = createSample(small);
    const rows = clearances
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));
    const clearanceOf = new Map(rows.map(([hash = "", clearance = ""]) => [hash, clearance]));
    const planted = new Set(incidents.map(({ entity }) => entity["session_id"]));
    const beyond = events.filter(
      (event) =>
        event.data_classification === "restricted" &&
        clearanceOf.get(event.user_id_hash ?? "") !== "restricted",
    );
    expect(beyond.filter(({ session_id }) => !planted.has(session_id))).toEqual([]);
    expect(beyond.length).toBeGreaterThan(0);
  });
});
