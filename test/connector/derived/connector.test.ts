import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rollUp } from "../../../src/engine/rollup.ts";
import type { CanonicalEvent } from "../../../src/event/event.ts";
import { derivedId } from "../../../src/session/session-event.ts";
import { MemoryStore } from "../../engine/memory-store.ts";
import { eventually, Stage } from "../stage.ts";

const USER = "a".repeat(64);
const SETTINGS =
  "sessions: {kinds: [played], idle_timeout: 30m, late: 0s}\nrollup: {enabled: true, quiet: 300ms}\n";

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(() => stage.close());

/** Sessions of an hour each, on the days of a week long ago. */
function lines(sessions: number): { readonly text: string; readonly position: number }[] {
  return Array.from({ length: 2 * sessions }, (_, index) => {
    const session = Math.floor(index / 2);
    const at = Date.parse("2026-03-02T09:00:00.000Z") + session * 12 * 3_600_000;
    const text = JSON.stringify({
      event_id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
      event_type: "activity_event",
      activity_type: "model_request",
      timestamp: new Date(at + (index % 2) * 60_000).toISOString(),
      session_id: `s-${session}`,
      user_id_hash: USER,
      token_input: 1000 * (index + 1),
      mcp_integrations: ["jira"],
    });
    return { text, position: index + 1 };
  });
}

function journaled(): readonly CanonicalEvent[] {
  const folder = join(stage.folder, "data", "journal");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".journal"))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .flatMap((line) => (JSON.parse(line) as { readonly event?: CanonicalEvent }).event ?? []);
}

describe("a connector that derives", () => {
  it("writes sessions and daily usage to its journal and all sinks, once over restarts", async () => {
    const config = stage.config(["name: in"], ["name: out"], SETTINGS);
    const first = await stage.start(config);
    await (await stage.door("in"))(lines(6), "test");
    const holds = (count: number) => (): boolean => stage.sink("out").held.length === count;
    // The last session goes on; three days of use.
    await eventually(holds(12 + 6 + 5 + 3), "the sink has all");
    expect(first.status()).toMatchObject({
      sources: [{ name: "in", accepted: 12, rejected: 0 }],
      derived: [
        { name: "sessions", state: "running", written: 11, counts: { open: 1, starts: 6 } },
        { name: "rollup", state: "running", written: 3, counts: { records: 3 } },
      ],
    });
    await first.stop();
    const second = await stage.start(config);
    await (await stage.door("in"))(lines(6), "test");
    await eventually(holds(26 + 12), "the sink has the repeated ones too");
    await eventually(
      () => second.status().derived.every(({ lagRecords }) => lagRecords === 0),
      "all is read",
    );
    expect(second.status().derived.map(({ written }) => written)).toEqual([0, 0]);
    const events = journaled();
    const ids = events.filter(({ labels }) => labels?.["derived"] === "true");
    expect(ids.map(({ event_id }) => event_id)).toContain(derivedId("session_end", "s-4"));
    expect(ids).toHaveLength(11);
    expect(ids[1]).toMatchObject({
      event_type: "session_end",
      user_id_hash: USER,
      token_input: 0,
      mcp_integrations: ["jira"],
      labels: { derived_from: "played", session_end_reason: "idle" },
    });
    // No rule about silent sources waits for the connector itself.
    expect(ids.some(({ source_kind }) => source_kind !== undefined)).toBe(false);
  });

  it("writes the daily usage that the rollup command computes from the same journal", async () => {
    await stage.start(stage.config(["name: in"], ["name: out"], SETTINGS));
    await (await stage.door("in"))(lines(14), "test");
    await eventually(() => stage.sink("out").held.length === 28 + 27 + 7, "the sink has all");
    const events = journaled();
    const isRollup = (one: CanonicalEvent): boolean =>
      one.event_type === "activity_event" && one.activity_type === "usage_rollup";
    const memory = await MemoryStore.open();
    await memory.load(events.filter((one) => !isRollup(one)));
    const wanted = await rollUp(memory.store);
    await memory.close();
    expect(wanted).toHaveLength(7);
    expect(events.filter(isRollup)).toMatchObject(wanted);
  });

  it("derives nothing where that is switched off", async () => {
    const off = "sessions: {kinds: []}\n";
    const connector = await stage.start(stage.config(["name: in"], ["name: out"], off));
    await (await stage.door("in"))(lines(3), "test");
    await connector.caughtUp();
    expect(connector.status().derived).toEqual([]);
    expect(stage.sink("out").held).toHaveLength(6);
  });

  it("says what does not go together", () => {
    const wrong = "sessions: {idle_timeout: 1m, late: 2m}\n";
    expect(() => stage.config(["name: in"], ["name: out"], wrong)).toThrow(/idle_timeout/);
  });
});
