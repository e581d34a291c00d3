import { rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Follower } from "../../../src/connector/derived/follower.ts";
import { sessionPart } from "../../../src/connector/derived/session-part.ts";
import { InvalidEventError } from "../../../src/connector/reception.ts";
import type { AuditEvent } from "../../../src/event/event.ts";
import { formatTime } from "../../../src/event/time.ts";
import { derivedId } from "../../../src/session/session-event.ts";
import { eventually } from "../stage.ts";
import { Track } from "./track.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-03-02T08:00:00.000Z");
const kind = sessionPart({
  kinds: ["otlp"],
  idle_timeout: 30 * MINUTE,
  late: 2 * MINUTE,
  open_max: 100,
});

let track: Track;

beforeEach(async () => {
  track = new Track(START + 30 * 24 * 60 * MINUTE);
  await track.open();
});

afterEach(() => track.close());

let serial = 0;
function event(session_id: string, minute: number): AuditEvent {
  serial += 1;
  return {
    event_id: `00000000-0000-4000-a000-${String(serial).padStart(12, "0")}`,
    event_type: "activity_event",
    activity_type: "model_request",
    timestamp: formatTime(START + minute * MINUTE),
    session_id,
    source_kind: "otlp",
  };
}

/** Sessions one after the other, an hour apart. */
const hourly = (sessions: number, from = 0): readonly AuditEvent[] =>
  Array.from({ length: sessions }, (_, index) => event(`s-${from + index}`, 60 * (from + index)));

const idsOf = (sessions: number): readonly string[] =>
  Array.from({ length: sessions }, (_, index) => [
    derivedId("session_start", `s-${index}`),
    derivedId("session_end", `s-${index}`),
  ])
    .flat()
    .sort();

async function derived(): Promise<readonly string[]> {
  const found = await track.events(({ labels }) => labels?.["derived"] === "true");
  return found.map(({ event_id }) => event_id).sort();
}

async function settle(follower: Follower): Promise<void> {
  await eventually(() => follower.status().lagRecords === 0, "it has read everything");
  // Two looks at the clock: time passes between them.
  await new Promise((resolve) => setTimeout(resolve, 20));
  track.passed += 3 * 60 * MINUTE;
  const isDone = (): boolean => {
    const { counts, pending, lagRecords } = follower.status();
    return counts["open"] === 0 && pending === 0 && lagRecords === 0;
  };
  await eventually(isDone, "all sessions have ended and it has read its own events");
}

describe("a follower of the journal", () => {
  it("tells what is derived from what was there before and from what comes", async () => {
    await track.append(hourly(3));
    const follower = track.follow(kind);
    await settle(follower);
    expect(await derived()).toEqual(idsOf(3));
    await track.append(hourly(1, 3));
    await settle(follower);
    expect(await derived()).toEqual(idsOf(4));
    expect(follower.status()).toMatchObject({ state: "running", written: 8, counts: { open: 0 } });
  });

  it("waits with the end of a session while time has not passed", async () => {
    await track.append(hourly(2));
    const follower = track.follow(kind);
    await eventually(() => follower.status().written === 2, "the first session has ended");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(follower.status()).toMatchObject({ written: 2, counts: { open: 1, starts: 1 } });
  });

  it("takes no silence for a pause while the connector takes no events", async () => {
    await track.append(hourly(1));
    track.ready = false;
    const follower = track.follow(kind);
    await eventually(() => follower.status().lagRecords === 0, "it has read everything");
    track.passed += 24 * 60 * MINUTE;
    await new Promise((resolve) => setTimeout(resolve, 30));
    track.ready = true;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(follower.status()).toMatchObject({ written: 0, counts: { open: 1 } });
    await settle(follower);
    expect(await derived()).toEqual(idsOf(1));
  });

  it("says so while it cannot go on, and goes on by itself", async () => {
    await track.append(hourly(2));
    let isDown = true;
    const follower = track.follow(kind, () => {
      if (isDown) throw new Error("no space left");
    });
    await eventually(() => follower.status().state === "failing", "it fails");
    expect(track.messages.join()).toContain("no space left");
    expect(follower.status()).toMatchObject({ pending: 2, written: 0 });
    isDown = false;
    await settle(follower);
    expect(await derived()).toEqual(idsOf(2));
    expect(follower.status().state).toBe("running");
  });

  it("leaves out what is no event, and says so", async () => {
    await track.append(hourly(1));
    const follower = track.follow(kind, ({ event_type }) => {
      if (event_type === "session_start") throw new InvalidEventError([]);
    });
    await settle(follower);
    expect(await derived()).toEqual([derivedId("session_end", "s-0")]);
    expect(track.messages.join()).toContain("cannot be told");
  });

  it.each([0, 1, 2, 3, 5, 7])(
    "tells each event once when it falls over after %i",
    async (count) => {
      await track.append(hourly(4));
      let told = 0;
      const first = track.follow(kind, () => {
        told += 1;
        if (told > count) throw new Error("the power fails");
      });
      // The last session is open until time passes.
      const reads = (): boolean => first.status().lastError !== undefined || told === 6;
      await eventually(reads, "it tells");
      await track.crash(first, "sessions");
      await track.append(hourly(1, 4));
      await settle(track.follow(kind));
      expect(await derived()).toEqual(idsOf(5));
    },
  );

  it("tells each event once when it falls over with a state from before", async () => {
    await track.append(hourly(2));
    const first = track.follow(kind);
    await eventually(() => first.status().written === 2, "the first session has ended");
    await first.stop();
    await track.append(hourly(3, 2));
    let told = 0;
    const second = track.follow(kind, () => {
      told += 1;
      if (told > 3) throw new Error("the power fails");
    });
    await eventually(() => told > 3, "it tells");
    await track.crash(second, "sessions");
    await settle(track.follow(kind));
    expect(await derived()).toEqual(idsOf(5));
  });

  it("tells each event once when it falls over again and again", async () => {
    for (let round = 0; round < 6; round += 1) {
      await track.append(hourly(1, round));
      let told = 0;
      const follower = track.follow(kind, () => {
        told += 1;
        if (told > 1) throw new Error("the power fails");
      });
      const { lagRecords } = follower.status();
      const reads = (): boolean => told > 1 || follower.status().lagRecords < lagRecords;
      await eventually(reads, "it reads");
      await new Promise((resolve) => setTimeout(resolve, 10));
      await track.crash(follower, "sessions");
    }
    await settle(track.follow(kind));
    expect(await derived()).toEqual(idsOf(6));
  });

  it.each(["is gone", "is damaged"])("tells nothing twice when its state %s", async (what) => {
    await track.append(hourly(3));
    const first = track.follow(kind);
    await settle(first);
    await first.stop();
    if (what === "is gone") rmSync(track.statePath("sessions"));
    else writeFileSync(track.statePath("sessions"), '{"sha256":"00","state":{}}\n');
    await track.append(hourly(1, 3));
    await settle(track.follow(kind));
    expect(await derived()).toEqual(idsOf(4));
    expect(track.messages.some((one) => one.includes("from the beginning"))).toBe(
      what === "is damaged",
    );
  });

  it("begins again with a journal that is another one", async () => {
    await track.append(hourly(5));
    const first = track.follow(kind);
    await settle(first);
    await first.stop();
    await track.journal.close();
    rmSync(`${track.folder}/journal`, { recursive: true });
    await track.open();
    await track.append(hourly(2));
    await settle(track.follow(kind));
    expect(await derived()).toEqual(idsOf(2));
    expect(track.messages.join()).toMatch(/the journal is (shorter than it was|another one)/);
  });

  it("goes on where it was stopped and needs nothing before that place", async () => {
    await track.append(hourly(3));
    const first = track.follow(kind);
    await eventually(() => first.status().written === 4, "two sessions have ended");
    await first.stop();
    const passed = first.passedSeq;
    expect(passed).toBeGreaterThan(2);
    const second = track.follow(kind);
    await eventually(() => second.status().lagRecords === 0, "it has read everything");
    expect(second.passedSeq).toBeGreaterThanOrEqual(passed);
    await settle(second);
    expect(second.status().written).toBe(2);
    expect(await derived()).toEqual(idsOf(3));
  });
});
