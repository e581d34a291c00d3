import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FeedItem } from "../../src/journal/feed.ts";
import { openFolderFeed } from "../../src/journal/feed-reader.ts";
import { Journal } from "../../src/journal/journal.ts";
import { seededRandom } from "../event/random-event.ts";
import {
  collect,
  FOLDER,
  openOn,
  SimulatedDisk,
  segmentPaths,
  seqs,
  testEvent,
  writeEvents,
} from "./journal-on-disk.ts";

const never: AbortSignal = new AbortController().signal;
const generous = { records: 1000, bytes: 10_000_000 };

function newDisk(): SimulatedDisk {
  return new SimulatedDisk(seededRandom(1));
}

describe("a feed", () => {
  it("starts behind any record and gives the rest in order, over segments", async () => {
    const disk = newDisk();
    await writeEvents(disk, 40);
    expect(segmentPaths(disk).length).toBeGreaterThan(5);
    const { journal } = await openOn(disk);
    for (let after = -1; after <= 40; after += 1) {
      const expected = Array.from({ length: 40 - after }, (_, n) => after + 1 + n);
      expect(seqs(await collect(journal, after))).toEqual(expected);
    }
    await journal.close();
  });

  it("keeps to the limits, but for a single record that is larger", async () => {
    const disk = newDisk();
    const { journal } = await openOn(disk, { segmentBytesMax: 1_000_000 });
    const large = { ...testEvent("large"), labels: { padding: "x".repeat(700_000) } };
    await journal.appendBatch([
      testEvent("a"),
      testEvent("b"),
      large,
      testEvent("c"),
      testEvent("d"),
    ]);
    const feed = journal.openFeed(-1);
    const next = async (records: number, bytes: number): Promise<readonly (number | string)[]> =>
      seqs(await feed.next({ records, bytes }, never));
    expect(await next(2, 10_000)).toEqual([0, 1]);
    // What was read and did not fit comes first the next time.
    expect(await next(5, 400)).toEqual([2]);
    expect(await next(5, 400)).toEqual([3]);
    expect(await next(5, 400)).toEqual([4]);
    expect(await next(5, 10_000)).toEqual([5]);
    await feed.close();
    await journal.close();
  });

  it("waits for a commit, and gives only what is on the device", async () => {
    const disk = newDisk();
    const { journal } = await openOn(disk);
    const feed = journal.openFeed(0);
    let arrived: readonly FeedItem[] | undefined;
    const waiting = feed.next(generous, never).then((items) => {
      arrived = items;
    });
    let isBroken = true;
    disk.refuse = (operation, _, path) =>
      isBroken && operation === "sync" && path.endsWith(".journal") ? "EIO" : undefined;
    const appended = journal.append(testEvent("a"));
    while (journal.state.state === "ok") await new Promise((next) => setImmediate(next));
    expect(arrived).toBeUndefined();
    isBroken = false;
    const closing = journal.close();
    await expect(appended).rejects.toThrow();
    await waiting;
    expect(arrived).toEqual([]);
    await closing;
    await feed.close();
    const { journal: again } = await openOn(disk);
    // A rejected event may be in the journal all the same; its source sends it again.
    const reader = again.openFeed(again.committed.seq);
    const next = reader.next(generous, never);
    const receipt = await again.append(testEvent("a"));
    expect((await next).at(-1)).toMatchObject({ record: { seq: receipt.seq, hash: receipt.hash } });
    await reader.close();
    await again.close();
  });

  it("ends a wait when it is aborted or closed", async () => {
    const { journal } = await openOn(newDisk());
    const feed = journal.openFeed(0);
    const abort = new AbortController();
    const aborted = feed.next(generous, abort.signal);
    abort.abort();
    expect(await aborted).toEqual([]);
    const closed = feed.next(generous, never);
    await feed.close();
    expect(await closed).toEqual([]);
    await journal.close();
  });

  it("goes around damage and says where it is, whatever bit was flipped", async () => {
    const disk = newDisk();
    await writeEvents(disk, 30);
    const random = seededRandom(20_261_125);
    for (let round = 0; round < 150; round += 1) {
      const copy = disk.copy(random);
      const { journal } = await openOn(copy);
      const paths = segmentPaths(copy);
      const path = paths[Math.floor(random() * (paths.length - 1))] ?? "";
      const bytes = copy.bytes(path);
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      const items = await collect(journal, -1);
      const given = new Set(
        items.flatMap((item) => (item.kind === "record" ? [item.record.seq] : [])),
      );
      const damages = items.filter((item) => item.kind === "damage");
      for (const { from, to } of damages)
        for (let seq = from; seq <= (to ?? from); seq += 1) {
          expect(given.has(seq)).toBe(false);
          given.add(seq);
        }
      expect(damages.length, `byte ${at} of ${path}`).toBe(1);
      // A newline that is gone joins two records; nothing else harms more than one.
      expect(damages[0]?.to).toBeLessThanOrEqual((damages[0]?.from ?? 0) + 1);
      expect([...given].sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, n) => n));
      await journal.close();
    }
  });

  it("goes around a segment that is gone", async () => {
    const disk = newDisk();
    await writeEvents(disk, 30);
    const { journal } = await openOn(disk);
    const [, second = "", third = ""] = segmentPaths(disk);
    disk.drop(second);
    const from = Number(second.slice(-28, -8));
    const to = Number(third.slice(-28, -8)) - 1;
    const feed = journal.openFeed(-1);
    const items: FeedItem[] = [];
    while (items.at(-1)?.kind !== "record" || items.length < 20) {
      try {
        items.push(...(await feed.next(generous, never)));
      } catch (cause) {
        expect(cause).toMatchObject({ code: "ENOENT" });
      }
    }
    expect(seqs(items)).toContain(`${from}-${to} J614`);
    expect(seqs(items).at(-1)).toBe(30);
    await feed.close();
    await journal.close();
  });

  it("tries again what the device refuses, and passes over a bad sector in the end", async () => {
    const disk = newDisk();
    await writeEvents(disk, 20);
    const [first = "", second = ""] = segmentPaths(disk);
    let refusals = 0;
    const files = disk.files;
    const broken = {
      ...files,
      openRead: async (path: string) => {
        const handle = await files.openRead(path);
        return {
          ...handle,
          read: async (into: Uint8Array, position: number) => {
            if (path !== first || refusals >= 70) return handle.read(into, position);
            refusals += 1;
            throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
          },
        };
      },
    };
    const { journal } = await openOn(disk, { files: broken });
    const next = Number(second.slice(-28, -8));
    for (const isLasting of [false, true]) {
      refusals = isLasting ? 0 : 40;
      const feed = journal.openFeed(-1);
      const read = (): Promise<readonly FeedItem[]> => feed.next(generous, never);
      for (let attempt = 0; attempt < (isLasting ? 60 : 30); attempt += 1)
        await expect(read()).rejects.toThrow("EIO");
      const items = seqs(await read());
      expect(items.slice(0, 2)).toEqual(isLasting ? [`0-${next - 1} J614`, next] : [0, 1]);
      expect(items.at(-1)).toBe(20);
      await feed.close();
    }
    await journal.close();
  });

  it("passes over nothing while the whole folder is out of reach, or a file is refused", async () => {
    const disk = newDisk();
    await writeEvents(disk, 20);
    let refused: string | undefined;
    const { files } = disk;
    const refuse = (path: string): void => {
      if (refused !== undefined && path.endsWith(".journal"))
        throw Object.assign(new Error(refused), { code: refused });
    };
    const { journal } = await openOn(disk, {
      files: {
        ...files,
        openRead: async (path) => {
          refuse(path);
          return files.openRead(path);
        },
        stat: async (path) => {
          if (refused === "ENOENT") refuse(path);
          return files.stat(path);
        },
      },
    });
    for (const code of ["ENOENT", "EMFILE", "EACCES"]) {
      const feed = journal.openFeed(-1);
      refused = code;
      for (let attempt = 0; attempt < 100; attempt += 1)
        await expect(feed.next(generous, never)).rejects.toThrow(code);
      refused = undefined;
      expect(seqs(await feed.next(generous, never))).toEqual(
        Array.from({ length: 21 }, (_, n) => n),
      );
      await feed.close();
    }
    await journal.close();
  });

  it("reads a folder that nobody writes, and ends", async () => {
    const disk = newDisk();
    await writeEvents(disk, 10);
    const feed = await openFolderFeed(disk.files, FOLDER, 4);
    expect(seqs(await feed.next(generous, never))).toEqual([5, 6, 7, 8, 9, 10]);
    expect(await feed.next(generous, never)).toEqual([]);
    await feed.close();
  });
});

describe("feeds on a real disk", () => {
  it("follow a writer that appends and begins segments, without a gap", async () => {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-feed-"));
    const opened = await Journal.open({
      folder,
      now: () => 0,
      random: (n) => randomBytes(n),
      segmentBytesMax: 50_000,
    });
    if (!opened.ok) throw new Error("no journal");
    const journal = opened.value;
    const total = 3000;
    const follow = async (): Promise<readonly string[]> => {
      const feed = journal.openFeed(0);
      const ids: string[] = [];
      while (ids.length < total) {
        for (const item of await feed.next({ records: 100, bytes: 30_000 }, never)) {
          if (item.kind === "damage") throw new Error(item.problem.message);
          ids.push((JSON.parse(item.record.body) as { event_id: string }).event_id);
        }
      }
      await feed.close();
      return ids;
    };
    const followers = [follow(), follow(), follow()];
    for (let n = 0; n < total; n += 30)
      await journal.appendBatch(Array.from({ length: 30 }, (_, at) => testEvent(`e${n + at}`)));
    const expected = Array.from({ length: total }, (_, n) => `e${n}`);
    for (const ids of await Promise.all(followers)) expect(ids).toEqual(expected);
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
