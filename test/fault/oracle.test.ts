/** The judge is judged: each kind of failure that the fault tests look for is one that it sees. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/event/event.ts";
import { DeadLetterBox } from "../../src/journal/dead-letter.ts";
import { Journal, type Receipt } from "../../src/journal/journal.ts";
import { eventId } from "../conformance/event.ts";
import { eventOf } from "./ground.ts";
import { type Account, type Held, judge, leadingCursors, type Offered } from "./oracle.ts";

const folder = mkdtempSync(join(tmpdir(), "claude-siem-oracle-"));
const events = Array.from({ length: 6 }, (_, at) => eventOf(at + 1));
let receipts: readonly Receipt[] = [];

/** The last event became a dead letter of the sink `sink`. */
beforeAll(async () => {
  const opened = await Journal.open({ folder, now: Date.now, random: randomBytes });
  if (!opened.ok) throw new Error("a new journal opens");
  receipts = await opened.value.appendBatch(events as unknown as readonly CanonicalEvent[]);
  await opened.value.close();
  const box = await DeadLetterBox.open({ folder, name: "sink", now: Date.now });
  const { seq = 0, hash = "" } = receipts.at(-1) ?? {};
  const event = events.at(-1) as unknown as CanonicalEvent;
  await box.append([{ seq, hash, event_id: eventId(6), reason: "refused", event }]);
  await box.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function offers(): Map<string, Offered> {
  return new Map(events.map((event, at) => [eventId(at + 1), { event, acknowledged: true }]));
}

function arrivals(): Held[] {
  return events.slice(0, 5).map((event, at) => {
    const { seq = 0, hash = "" } = receipts[at] ?? {};
    return { event_id: eventId(at + 1), event, seq, hash };
  });
}

function changed(at: number, changes: Partial<Held>): readonly Held[] {
  return arrivals().map((held, index) => (index === at ? { ...held, ...changes } : held));
}

async function problemsOf(held: readonly Held[], more: Partial<Account> = {}): Promise<string> {
  const { problems } = await judge(folder, offers(), [{ name: "sink", held, ...more }]);
  return problems.join("\n");
}

describe("the judge of fault tests", () => {
  it("finds nothing where nothing is wrong, and counts", async () => {
    const held = [...arrivals(), ...arrivals().slice(0, 2)];
    const { problems, acknowledged, sinks } = await judge(folder, offers(), [
      { name: "sink", held },
    ]);
    expect(problems).toEqual([]);
    expect(acknowledged).toBe(6);
    expect(sinks).toEqual({ sink: { delivered: 5, duplicates: 2, deadLetters: 1 } });
  });

  it("finds an event that is missing, and its letter when that is another sink's", async () => {
    expect(await problemsOf(arrivals().slice(1))).toMatch(/1 neither delivered nor a dead letter/);
    const account = { name: "other", held: arrivals() };
    const { problems } = await judge(folder, offers(), [account]);
    expect(problems.join()).toContain(eventId(6));
  });

  it("finds an event that was changed, has another place, or was made up", async () => {
    const event = { ...events[2], token_output: 35 };
    expect(await problemsOf(changed(2, { event }))).toMatch(
      /other than in the journal.*token_output/,
    );
    expect(await problemsOf(changed(2, { hash: "0".repeat(64) }))).toMatch(/\(hash\)/);
    expect(await problemsOf(changed(2, { seq: 999 }))).toMatch(/record 999 is not in the journal/);
    const strange = { event_id: "strange", event: {}, seq: 1, hash: "" };
    expect(await problemsOf([...arrivals(), strange])).toMatch(/strange/);
  });

  it("finds what a filter should have kept back", async () => {
    const matches = ({ event_id }: Readonly<Record<string, unknown>>) => event_id !== eventId(1);
    expect(await problemsOf(arrivals(), { matches })).toMatch(/1 delivered against the filter/);
    expect(await problemsOf(arrivals().slice(1), { matches })).toBe("");
  });

  it("finds what was acknowledged and not kept, changed on its way in, or never sent", async () => {
    const account = { name: "sink", held: arrivals() };
    const more = offers().set("gone", { event: {}, acknowledged: true });
    expect((await judge(folder, more, [account])).problems.join()).toMatch(/acknowledged and not/);
    const unacknowledged = offers().set("gone", { event: {}, acknowledged: false });
    expect((await judge(folder, unacknowledged, [account])).problems).toEqual([]);
    const event = { ...events[0], department: "other" };
    const other = offers().set(eventId(1), { event, acknowledged: true });
    expect((await judge(folder, other, [account])).problems.join()).toMatch(/department/);
    const fewer = offers();
    fewer.delete(eventId(3));
    expect((await judge(folder, fewer, [account])).problems.join()).toMatch(/that nobody sent/);
  });

  it("finds a cursor that leads, also by a stretch ahead, and takes one that lags", async () => {
    const accounts = [{ name: "sink", held: arrivals() }];
    const at = (index: number) => receipts[index]?.seq ?? 0;
    const moment = { sink: "sink", aheadRanges: [], letters: new Set<string>(), held: 3 };
    const lead = (changes: object) =>
      leadingCursors(folder, accounts, [{ ...moment, cursor: at(2), ...changes }]);
    expect(await lead({})).toEqual([]);
    expect(await lead({ cursor: at(0) })).toEqual([]);
    expect((await lead({ cursor: at(3) })).join()).toContain(eventId(4));
    expect((await lead({ aheadRanges: [[at(4), at(4)]] })).join()).toContain(eventId(5));
    expect((await lead({ cursor: at(5), held: 5 })).join()).toContain(eventId(6));
    const letters = new Set([eventId(6)]);
    expect(await lead({ cursor: at(5), held: 5, letters })).toEqual([]);
  });
});
