import { describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/journal/checkpoint.ts";
import { openCursor } from "../../src/journal/cursor.ts";
import type { RecoveryBody } from "../../src/journal/note.ts";
import { verifyJournal } from "../../src/journal/read.ts";
import { SEQ_MARGIN } from "../../src/journal/recover.ts";
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

const SEED = 20_261_125;
const EVENTS = 30;
const checkpoint = `${FOLDER}/checkpoint.json`;

async function written(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(SEED));
  await writeEvents(disk, EVENTS);
  return disk;
}

/** A disk that tells how many bytes were read of each segment. */
function counting(disk: SimulatedDisk): {
  files: SimulatedDisk["files"];
  read: Map<string, number>;
} {
  const { files } = disk;
  const read = new Map<string, number>();
  const openRead: typeof files.openRead = async (path) => {
    const handle = await files.openRead(path);
    return {
      ...handle,
      read: async (into, position) => {
        const bytes = await handle.read(into, position);
        read.set(path, (read.get(path) ?? 0) + bytes);
        return bytes;
      },
    };
  };
  return { files: { ...files, openRead }, read };
}

/** Opens, appends one event, closes; gives codes, what a feed says then, and the new record's number. */
async function goOn(
  disk: SimulatedDisk,
): Promise<{ codes: readonly string[]; given: readonly (number | string)[]; seq: number }> {
  const { journal, codes } = await openOn(disk);
  const { seq } = await journal.append(testEvent("after"));
  const given = seqs(await collect(journal, -1));
  await journal.close();
  return { codes, given, seq };
}

function lastNote(disk: SimulatedDisk): RecoveryBody {
  const text = segmentPaths(disk)
    .map((path) => disk.bytes(path).toString())
    .join("");
  const line = text.split("\n").findLast((one) => one.includes('"recovery":')) ?? "";
  return (JSON.parse(line) as { recovery: RecoveryBody }).recovery;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe("opening from a checkpoint", () => {
  it("does not read what lies before it", async () => {
    const disk = await written();
    const { files, read } = counting(disk);
    const { journal, codes } = await openOn(disk, { files });
    expect(codes).toEqual([]);
    expect([...read.keys()]).toEqual([segmentPaths(disk).at(-1)]);
    await journal.close();
  });

  it("is written after so many records, after a while, and when a segment is sealed", async () => {
    const disk = new SimulatedDisk(seededRandom(SEED));
    const timers: (() => void)[] = [];
    const after = (_: number, call: () => void): (() => void) => {
      timers.push(call);
      return () => {};
    };
    const sizes = { segmentBytesMax: 20_000, checkpointRecordsMax: 10 };
    const { journal } = await openOn(disk, { ...sizes, after });
    const at = async (): Promise<number | undefined> => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
      return (await loadCheckpoint(disk.files, FOLDER)).checkpoint?.seq;
    };
    const append = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await journal.append(testEvent(`e${n}`));
    };
    expect(await at()).toBe(0);
    await append(9);
    expect(await at()).toBe(0);
    await append(1);
    expect(await at()).toBe(10);
    await append(3);
    timers.at(-1)?.();
    expect(await at()).toBe(13);
    await journal.close();
    const { journal: again } = await openOn(disk, {
      segmentBytesMax: 1000,
      checkpointRecordsMax: 1000,
    });
    await again.append(testEvent("sealed"));
    expect(await at()).toBe(14);
    await again.close();
  });

  it("does not take a damaged record for its start", async () => {
    const disk = await written();
    const last = segmentPaths(disk).at(-1) ?? "";
    const bytes = disk.bytes(last);
    const at = bytes.length - 20;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { codes, seq } = await goOn(disk);
    expect(codes).toEqual(["J612"]);
    expect(seq).toBeGreaterThan(EVENTS);
  });

  it("reads everything when the checkpoint is missing or damaged, and tells of the latter", async () => {
    const disk = await written();
    const whole = Buffer.from(disk.bytes(checkpoint));
    for (let byte = 0; byte < whole.length; byte += 5) {
      const changed = Buffer.from(whole);
      changed[byte] = (changed[byte] ?? 0) ^ 4;
      disk.setBytes(checkpoint, changed);
      const { files, read } = counting(disk);
      const { journal, codes } = await openOn(disk, { files });
      expect(codes).toEqual(["J608"]);
      expect([...read.keys()].sort()).toEqual(segmentPaths(disk));
      expect(journal.committed.seq).toBe(EVENTS);
      await journal.close();
    }
    disk.drop(checkpoint);
    expect((await goOn(disk)).codes).toEqual([]);
    expect((await verifyJournal(FOLDER, disk.files)).problem).toBeUndefined();
  });
});

describe("a journal that lost its end", () => {
  it("is seen when its last file is shorter than the checkpoint, at every byte", async () => {
    const original = await written();
    const last = segmentPaths(original).at(-1) ?? "";
    const size = original.bytes(last).length;
    for (let length = 0; length < size; length += 11) {
      const disk = original.copy(seededRandom(length));
      disk.setBytes(last, disk.bytes(last).subarray(0, length));
      const before = Buffer.from(disk.bytes(last));
      const { codes, given, seq } = await goOn(disk);
      expect(codes, `cut to ${length} bytes`).toEqual(["J612"]);
      expect(disk.bytes(last)).toEqual(before);
      // No number that was given out is given out again.
      expect(seq).toBe(EVENTS + SEQ_MARGIN + 1);
      const kept = given.filter((one) => typeof one === "number" && one <= EVENTS).length;
      expect(given.slice(kept)).toEqual([
        expect.stringMatching(new RegExp(`^${kept}-${EVENTS + SEQ_MARGIN - 1} J6`)),
        EVENTS + SEQ_MARGIN,
        EVENTS + SEQ_MARGIN + 1,
      ]);
      expect((await goOn(disk)).codes).toEqual([]);
      expect((await verifyJournal(FOLDER, disk.files)).problem?.severity).toBe("error");
    }
  });

  it("is seen when segments are gone: the last, all, or the folder's content but its cursors", async () => {
    for (const gone of ["last", "all", "all but cursors"] as const) {
      const disk = await written();
      const { journal } = await openOn(disk);
      const { cursor } = await openCursor({
        folder: FOLDER,
        name: "siem",
        journal,
        files: disk.files,
      });
      const { seq, hash } = journal.committed;
      await cursor.save({ seq, hash, aheadRanges: [[seq + 5, seq + 9]] });
      await journal.close();
      const paths = segmentPaths(disk);
      for (const path of gone === "last" ? paths.slice(-1) : paths) disk.drop(path);
      if (gone === "all but cursors") disk.drop(checkpoint);
      const after = await goOn(disk);
      expect(after.codes, gone).toEqual(["J612"]);
      expect(after.seq).toBe(EVENTS + 9 + SEQ_MARGIN + 1);
      expect((await goOn(disk)).codes).toEqual([]);
      expect((await verifyJournal(FOLDER, disk.files)).problem?.code).toBe("J611");
    }
  });

  it("is seen by its cursors when it was restored from a backup, checkpoint and all", async () => {
    const backup = await written();
    const disk = backup.copy(seededRandom(1));
    const { journal } = await openOn(disk);
    const options = { folder: FOLDER, name: "siem", files: disk.files };
    const { cursor } = await openCursor({ ...options, journal });
    for (let n = 0; n < 20; n += 1) {
      const { seq, hash } = await journal.append(testEvent(`lost-${n}`));
      await cursor.save({ seq, hash, aheadRanges: [] });
    }
    await journal.close();
    for (const path of [...segmentPaths(disk), checkpoint]) {
      if (backup.names(FOLDER).some((name) => path.endsWith(name)))
        disk.setBytes(path, Buffer.from(backup.bytes(path)));
      else disk.drop(path);
    }
    const { journal: restored, codes } = await openOn(disk);
    expect(codes).toEqual(["J612"]);
    const { seq } = await restored.append(testEvent("new"));
    expect(seq).toBeGreaterThan(EVENTS + 20 + SEQ_MARGIN - 1);
    const { start, problems } = await openCursor({ ...options, journal: restored });
    expect(problems).toMatchObject([{ code: "J609" }]);
    expect(start.seq).toBe(-1);
    await restored.close();
  });
});

describe("a journal with damage", () => {
  it("keeps everything that is readable, whatever bit was flipped", async () => {
    const original = await written();
    const random = seededRandom(SEED);
    for (let round = 0; round < 200; round += 1) {
      const disk = original.copy(random);
      // Without its checkpoint the whole journal is examined when it is opened.
      disk.drop(checkpoint);
      const paths = segmentPaths(disk);
      const path = paths[Math.floor(random() * paths.length)] ?? "";
      const bytes = disk.bytes(path);
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      const evidence = Buffer.from(bytes);
      const where = `round ${round}, byte ${at} of ${path}`;
      const { codes, given, seq } = await goOn(disk);
      expect(codes, where).toEqual(["J612"]);
      expect(disk.bytes(path), where).toEqual(evidence);
      const readable = given.filter((one) => typeof one === "number" && one <= EVENTS);
      // One record, or two when a newline was hit.
      expect(readable.length, where).toBeGreaterThanOrEqual(EVENTS + 1 - 2);
      expect(readable.length, where).toBeLessThanOrEqual(EVENTS);
      expect(seq, where).toBeGreaterThan(EVENTS);
      expect(lastNote(disk).damage?.length, where).toBe(1);
      expect((await goOn(disk)).codes, where).toEqual([]);
      expect((await verifyJournal(FOLDER, disk.files)).problem?.severity, where).toBe("error");
    }
  });

  it("is told of when a segment in the middle is gone, without leaving numbers out", async () => {
    const disk = await written();
    disk.drop(checkpoint);
    const [, second = "", third = ""] = segmentPaths(disk);
    disk.drop(second);
    const [from, to] = [second, third].map((path) => Number(path.slice(-28, -8))) as [
      number,
      number,
    ];
    const { codes, given, seq } = await goOn(disk);
    expect(codes).toEqual(["J612"]);
    // Told once: the record of the recovery is found by a full examination as well.
    const count = segmentPaths(disk).length;
    disk.drop(checkpoint);
    const { journal, codes: again } = await openOn(disk);
    expect(again).toEqual([]);
    await journal.close();
    expect(segmentPaths(disk)).toHaveLength(count);
    expect(given).toEqual([
      ...range(0, from - 1),
      `${from}-${to - 1} J611`,
      ...range(to, EVENTS + 2),
    ]);
    expect(seq).toBe(EVENTS + 2);
  });

  it("is told of when a segment was replaced by one of another journal", async () => {
    const disk = await written();
    const other = new SimulatedDisk(seededRandom(2));
    await writeEvents(other, EVENTS + 1);
    const last = segmentPaths(disk).at(-1) ?? "";
    const foreign = Buffer.from(other.bytes(last).toString().replaceAll("e2", "f2"));
    disk.setBytes(last, foreign);
    const { codes, seq } = await goOn(disk);
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(["J612"]));
    expect(seq).toBeGreaterThan(EVENTS + SEQ_MARGIN);
    expect(disk.bytes(last)).toEqual(foreign);
  });

  it("does not cut off a record whose newline was changed", async () => {
    const disk = await written();
    disk.drop(checkpoint);
    const last = segmentPaths(disk).at(-1) ?? "";
    const bytes = disk.bytes(last);
    bytes[bytes.length - 1] = 65;
    expect((await goOn(disk)).codes).toEqual(["J612"]);
    expect(disk.bytes(last).at(-1)).toBe(65);
  });
});
