import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { volumePart } from "../../../src/connector/derived/volume-part.ts";
import type { AuditEvent } from "../../../src/event/event.ts";
import { formatTime } from "../../../src/event/time.ts";
import { eventually } from "../stage.ts";
import { Track } from "./track.ts";

const START = Date.parse("2026-03-02T08:00:00.000Z");
const kind = volumePart({
  enabled: true,
  limit: 3,
  window: 60_000,
  quiet_for: 3_600_000,
  sessions_max: 100,
});

let track: Track;

beforeEach(async () => {
  track = new Track(START + 86_400_000);
  await track.open();
});

afterEach(() => track.close());

const burst = (session_id: string, count: number): readonly AuditEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    event_id: `00000000-0000-4000-a000-${session_id.padEnd(6, "0")}${String(n).padStart(6, "0")}`,
    event_type: "activity_event",
    activity_type: "mcp_query",
    timestamp: formatTime(START + n * 1000),
    session_id,
  }));

async function alerted(): Promise<readonly (string | undefined)[]> {
  const found = await track.events(({ event_type: type }) => type === "security_event");
  return found.map(({ session_id }) => session_id).sort();
}

/** Waits until nothing is left to read and to tell, twice: its own events are read too. */
async function settle(follower: ReturnType<Track["follow"]>): Promise<void> {
  const isDone = (): boolean => {
    const { lagRecords, pending } = follower.status();
    return lagRecords === 0 && pending === 0;
  };
  await eventually(isDone, "it has read everything");
  await new Promise((resolve) => setTimeout(resolve, 30));
  await eventually(isDone, "it has told everything");
}

describe("bursts of MCP queries in the journal", () => {
  it("are told once each, also of events that come again and after restarts", async () => {
    await track.append([...burst("a1", 5), ...burst("b2", 3), ...burst("a1", 5)]);
    const first = track.follow(kind);
    await settle(first);
    expect(await alerted()).toEqual(["a1"]);
    await first.stop();
    await track.append([...burst("b2", 6), ...burst("a1", 9)]);
    const second = track.follow(kind);
    await settle(second);
    expect(await alerted()).toEqual(["a1", "b2"]);
    expect(second.status()).toMatchObject({
      name: "mcp_volume",
      counts: { alerts: 1, watched: 2 },
    });
  });

  it("are told once when the power fails before they are told, and when the state is lost", async () => {
    await track.append(burst("a1", 5));
    const first = track.follow(kind, () => {
      throw new Error("the power fails");
    });
    await eventually(() => first.status().lastError !== undefined, "it falls over");
    await track.crash(first, kind.name);
    const second = track.follow(kind);
    await settle(second);
    await second.stop();
    rmSync(track.statePath(kind.name), { force: true });
    await settle(track.follow(kind));
    expect(await alerted()).toEqual(["a1"]);
  });
});
