import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CursorJournal,
  type CursorPosition,
  extendTrail,
  type OpenedCursor,
  openCursor,
  type TrailPoint,
} from "../../src/journal/cursor.ts";
import { seededRandom } from "../event/random-event.ts";
import { FOLDER, SimulatedDisk } from "./journal-on-disk.ts";

const path = `${FOLDER}/cursors/siem.json`;

function at(seq: number, branch = ""): CursorPosition {
  return { seq, hash: hashOf(seq, branch), aheadRanges: [] };
}

function hashOf(seq: number, branch = ""): string {
  return `${branch}${seq}`.padStart(64, "0");
}

/** A journal with records up to `head`; those from `fork` on are of another branch. */
function journalTo(head: number, fork = Number.POSITIVE_INFINITY): CursorJournal {
  const hashAt = (seq: number): string => hashOf(seq, seq >= fork ? "b" : "");
  return {
    committed: { seq: head, hash: hashAt(head) },
    hashAt: async (seq) => (seq >= 0 && seq <= head ? hashAt(seq) : undefined),
  };
}

function open(disk: SimulatedDisk, journal: CursorJournal): Promise<OpenedCursor> {
  return openCursor({ folder: FOLDER, name: "siem", journal, files: disk.files });
}

/** A cursor that went from 0 to 1000 in steps of ten. */
async function travelled(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(1));
  const { cursor, start } = await open(disk, journalTo(1000));
  expect(start).toEqual({ seq: -1, hash: "0".repeat(64), aheadRanges: [] });
  for (let seq = 0; seq <= 1000; seq += 10) await cursor.save(at(seq));
  return disk;
}

describe("a cursor", () => {
  it("is where it was saved last", async () => {
    const disk = await travelled();
    const { cursor, problems } = await open(disk, journalTo(2000));
    expect(problems).toEqual([]);
    const position = { ...at(1500), aheadRanges: [[1510, 1520] as const] };
    await cursor.save(position);
    expect((await open(disk, journalTo(2000))).start).toEqual(position);
  });

  it("writes the newest of the positions that wait, and resolves all of them", async () => {
    const disk = await travelled();
    const { cursor } = await open(disk, journalTo(2000));
    const before = disk.log.length;
    await Promise.all([1010, 1020, 1030, 1040].map((seq) => cursor.save(at(seq))));
    expect(disk.log.slice(before).filter((one) => one.startsWith("rename"))).toHaveLength(1);
    expect((await open(disk, journalTo(2000))).start.seq).toBe(1040);
  });

  it("rejects a save that the disk refuses, and keeps the position before it", async () => {
    for (const refused of ["create", "write", "sync", "rename"]) {
      const disk = await travelled();
      const { cursor } = await open(disk, journalTo(2000));
      disk.refuse = (operation) => (operation === refused ? "ENOSPC" : undefined);
      await expect(cursor.save(at(1500))).rejects.toThrow("ENOSPC");
      disk.refuse = () => undefined;
      expect((await open(disk, journalTo(2000))).start.seq).toBe(1000);
      await cursor.save(at(1600));
      expect((await open(disk, journalTo(2000))).start.seq).toBe(1600);
    }
  });

  it("starts from the oldest record when any bit of its file is flipped, and says so", async () => {
    const disk = await travelled();
    const whole = Buffer.from(disk.bytes(path));
    for (let byte = 0; byte < whole.length; byte += 1) {
      const changed = Buffer.from(whole);
      changed[byte] = (changed[byte] ?? 0) ^ (1 << (byte % 8));
      disk.setBytes(path, changed);
      const { start, problems } = await open(disk, journalTo(2000));
      expect([start.seq, problems.map(({ code }) => code)], `byte ${byte}`).toEqual([-1, ["J608"]]);
    }
    disk.setBytes(path, whole.subarray(0, 40));
    expect((await open(disk, journalTo(2000))).problems).toMatchObject([{ code: "J608" }]);
  });

  it("goes back to what it shares with a journal that is older or another one", async () => {
    const disk = await travelled();
    for (const [head, fork] of [
      [500, 501],
      [2000, 900],
      [2000, 3],
      [700, 0],
    ] as const) {
      const { start, problems } = await open(disk, journalTo(head, fork));
      expect(problems).toMatchObject([{ code: "J609", severity: "warning" }]);
      expect(start.seq).toBeLessThan(fork);
      // Places double in distance, so at most about half of the way is gone twice.
      const distance = 1000 - Math.min(head, fork - 1);
      if (fork > 0) expect(1000 - start.seq).toBeLessThanOrEqual(Math.max(4 * distance, 40));
      if (fork > 0) expect(start).toEqual(at(start.seq));
      else expect(start.seq).toBe(-1);
    }
  });

  it("does not trust stretches ahead that the journal does not have", async () => {
    const disk = await travelled();
    const { cursor } = await open(disk, journalTo(1200));
    await cursor.save({ ...at(1000), aheadRanges: [[1100, 1150]] });
    expect((await open(disk, journalTo(1150))).start.aheadRanges).toEqual([[1100, 1150]]);
    const { start, problems } = await open(disk, journalTo(1149));
    expect(start).toEqual(at(1000));
    expect(problems).toMatchObject([{ code: "J609" }]);
  });

  it("has a name that is no path", async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    for (const name of ["../up", "a/b", "", ".hidden", "nul\0"])
      await expect(
        openCursor({ folder: FOLDER, name, journal: journalTo(1), files: disk.files }),
      ).rejects.toThrow(RangeError);
  });
});

describe("a trail", () => {
  it("stays short, keeps its oldest place, and its distances double", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 300 }), (steps) => {
        let trail: readonly TrailPoint[] = [];
        let seq = 0;
        for (const step of steps) {
          const left = seq;
          seq += step;
          trail = extendTrail(trail, [left, hashOf(left)], seq);
        }
        if (steps.length === 0) return;
        expect(trail[0]?.[0]).toBe(0);
        expect(trail.length).toBeLessThanOrEqual(Math.log2(seq + 1) + 2);
        const distances = trail.map(([place]) => seq - place);
        for (const [index, distance] of distances.entries())
          if (index > 0) expect(distance * 2).toBeLessThanOrEqual(distances[index - 1] ?? 0);
      }),
    );
  });
});
