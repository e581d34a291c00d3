/** A scripted life of a journal on a simulated disk, and what has to be true after it ended badly. */
import { expect } from "vitest";
import type { CanonicalEvent } from "../../src/event/event.ts";
import { openCursor } from "../../src/journal/cursor.ts";
import { DeadLetterBox, readLetters } from "../../src/journal/dead-letter.ts";
import type { FeedItem } from "../../src/journal/feed.ts";
import { Journal, type JournalOptions, type Receipt } from "../../src/journal/journal.ts";
import { verifyJournal } from "../../src/journal/read.ts";
import type { JournalRecord } from "../../src/journal/record.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";

export const FOLDER = "/journal";

/** What the world outside was told before the machine stopped. */
export interface Told {
  /** Events that were acknowledged, by event_id. */
  readonly acknowledged: Map<string, Receipt>;
  /** Hashes of records that a feed gave out, by number. */
  readonly delivered: Map<number, string>;
  /** The last position of the sink that is durable for certain, and the last that may be. */
  cursorAtLeast: number;
  cursorAtMost: number;
  readonly letters: Set<string>;
  /** Records up to here were removed on purpose, or may have been. */
  prunedTo: number;
}

export function nothingTold(): Told {
  return {
    acknowledged: new Map(),
    delivered: new Map(),
    cursorAtLeast: -1,
    cursorAtMost: -1,
    letters: new Set(),
    prunedTo: -1,
  };
}

export function testEvent(id: string): CanonicalEvent {
  return {
    event_id: id,
    event_type: "session_end",
    timestamp: "2026-03-01T00:00:00.000Z",
    department: `dé"p ${id}`,
  } as unknown as CanonicalEvent;
}

export function optionsFor(disk: SimulatedDisk): JournalOptions {
  return {
    folder: FOLDER,
    files: disk.files,
    now: () => disk.now,
    random: (n) => new Uint8Array(n),
    // A process of an earlier boot: its lock does not bind anybody.
    owner: { pid: 1, boot: "earlier", started: "0" },
    after: () => () => {},
    segmentBytesMax: 1500,
    commitEventsMax: 3,
    checkpointRecordsMax: 4,
  };
}

export async function openOn(
  disk: SimulatedDisk,
  changed: Partial<JournalOptions> = {},
): Promise<{ journal: Journal; codes: readonly string[] }> {
  const opened = await Journal.open({ ...optionsFor(disk), ...changed });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  return { journal: opened.value, codes: opened.diagnostics.map(({ code }) => code) };
}

async function append(journal: Journal, told: Told, ids: readonly string[]): Promise<void> {
  const receipts = await journal.appendBatch(ids.map(testEvent));
  for (const [index, id] of ids.entries()) told.acknowledged.set(id, receipts[index] as Receipt);
}

/** Reads what is committed and not read yet. */
async function deliver(journal: Journal, told: Told): Promise<JournalRecord | undefined> {
  const after = Math.max(-1, ...told.delivered.keys());
  let last: JournalRecord | undefined;
  for (const item of await readAll(journal, after)) {
    if (item.kind !== "record") continue;
    told.delivered.set(item.record.seq, item.record.hash);
    last = item.record;
  }
  return last;
}

export async function readAll(journal: Journal, after: number): Promise<readonly FeedItem[]> {
  const feed = journal.openFeed(after);
  const items: FeedItem[] = [];
  const signal = new AbortController().signal;
  for (let at = after; at < journal.committed.seq; ) {
    const got = await feed.next({ records: 4, bytes: 1200 }, signal);
    items.push(...got);
    const last = got.at(-1);
    at = last?.kind === "record" ? last.record.seq : (last?.to ?? at);
  }
  await feed.close();
  return items;
}

/** Tries again what the disk refuses, as the pump does. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (cause) {
      if (attempt === 20 || !(cause instanceof Error && "syscall" in cause)) throw cause;
    }
  }
}

/** One run: append, deliver, move the cursor, dead-letter one, remove old segments, close, open, append. */
export async function live(disk: SimulatedDisk, told: Told, run: string): Promise<void> {
  const { files } = disk;
  // Delays pass at once: what is tested is that trying again works, not how long it waits.
  const after = (_: number, call: () => void): (() => void) => {
    const timer = setImmediate(call);
    return () => clearImmediate(timer);
  };
  const { journal } = await persistently(() => openOn(disk, { after }));
  const { cursor } = await openCursor({ folder: FOLDER, name: "siem", journal, files });
  const now = (): number => disk.now;
  const box = await persistently(() =>
    DeadLetterBox.open({ folder: FOLDER, name: "siem", now, files }),
  );
  // What an earlier process left counts from the moment a feed gives it out.
  await deliver(journal, told);
  for (let turn = 0; turn < 3; turn += 1) {
    const id = (n: number): string => `${run}-${turn}-${n}`;
    await append(journal, told, [id(0)]);
    await Promise.all([
      append(journal, told, [id(1), id(2), id(3), id(4)]),
      append(journal, told, [id(5)]),
    ]);
    const last = await deliver(journal, told);
    if (last === undefined) continue;
    told.cursorAtMost = Math.max(told.cursorAtMost, last.seq);
    const position = { seq: last.seq, hash: last.hash, aheadRanges: [] };
    await persistently(() => cursor.save(position));
    told.cursorAtLeast = last.seq;
    const letter = { seq: last.seq, hash: last.hash, event_id: id(0), reason: "refused" };
    await persistently(() => box.append([{ ...letter, event: testEvent(id(0)) }]));
    told.letters.add(id(0));
    disk.now += 1000;
    if (turn < 1) continue;
    const passedSeq = last.seq - 6;
    told.prunedTo = Math.max(told.prunedTo, passedSeq);
    await persistently(() => journal.prune({ passedSeq, olderThanMs: 500 }));
  }
  await box.close();
  // A lock that cannot be removed is told; it binds nobody once its process is gone.
  await journal.close().catch((cause: unknown) => {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
  });
}

/** What must hold when the journal is opened again, whatever happened. `codes`: what opening may report. */
export async function expectNothingLost(
  disk: SimulatedDisk,
  told: Told,
  codes: RegExp,
): Promise<void> {
  const opened = await openOn(disk);
  for (const code of opened.codes) expect(code).toMatch(codes);
  const { journal } = opened;
  const before = journal.committed.seq;
  const again = `again-${before}`;
  await append(journal, told, [again, `${again}-b`]);
  const items = await readAll(journal, -1);
  const bySeq = new Map<number, JournalRecord>();
  let previous = -1;
  for (const item of items) {
    if (item.kind === "damage") {
      expect("J612").toMatch(codes);
      continue;
    }
    expect(item.record.seq).toBeGreaterThan(previous);
    previous = item.record.seq;
    bySeq.set(item.record.seq, item.record);
  }
  for (const [id, { seq, hash }] of told.acknowledged) {
    if (seq <= told.prunedTo && !bySeq.has(seq)) continue;
    expect(bySeq.get(seq)?.hash, `${id} was acknowledged as record ${seq}`).toBe(hash);
    expect(bySeq.get(seq)?.body).toContain(`"event_id":"${id}"`);
  }
  for (const [seq, hash] of told.delivered) {
    const found = bySeq.get(seq);
    if (found === undefined && seq <= told.prunedTo) continue;
    expect(found?.hash, `record ${seq} was given out before`).toBe(hash);
  }
  const { start, problems } = await openCursor({
    folder: FOLDER,
    name: "siem",
    journal,
    files: disk.files,
  });
  expect(problems).toEqual([]);
  expect(start.seq).toBeGreaterThanOrEqual(told.cursorAtLeast);
  expect(start.seq).toBeLessThanOrEqual(told.cursorAtMost);
  const letters = new Set<string>();
  for await (const { letter } of readLetters(FOLDER, "siem", disk.files))
    if (letter !== undefined) letters.add(letter.event_id);
  for (const id of told.letters) expect(letters).toContain(id);
  await journal.close();
  const { problem } = await verifyJournal(FOLDER, disk.files);
  if (!codes.test("J612")) expect(problem).toBeUndefined();
}
