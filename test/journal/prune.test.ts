import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DeletionBody } from "../../src/journal/note.ts";
import { verifyJournal } from "../../src/journal/read.ts";
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

async function written(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(1));
  await writeEvents(disk, 30);
  disk.now = 10_000;
  return disk;
}

const firstSeqs = (disk: SimulatedDisk): readonly number[] =>
  segmentPaths(disk).map((path) => Number(path.slice(-28, -8)));

describe("pruning", () => {
  it("removes nothing that a sink has not passed, that is too young, or that is written to", async () => {
    const disk = await written();
    const { journal } = await openOn(disk);
    const [, second = 0] = firstSeqs(disk);
    const none = { segments: 0, bytes: 0 };
    expect(await journal.prune({ passedSeq: second - 2, olderThanMs: 0 })).toEqual(none);
    expect(await journal.prune({ passedSeq: -1, olderThanMs: 0 })).toEqual(none);
    expect(await journal.prune({ passedSeq: 1000, olderThanMs: 10_001 })).toEqual(none);
    const count = segmentPaths(disk).length;
    expect(await journal.prune({ passedSeq: 1000, olderThanMs: 0 })).toMatchObject({
      segments: count - 1,
    });
    // The record of the deletion may have begun a segment of its own.
    expect(firstSeqs(disk)[0]).toBeGreaterThan(20);
    await journal.close();
  });

  it("writes what it removes into the chain first", async () => {
    const disk = await written();
    const [first = "", second = ""] = segmentPaths(disk);
    const [, , third = 0] = firstSeqs(disk);
    const removed = [first, second].map((path) => Buffer.from(disk.bytes(path)));
    const lastLine = removed[1]?.toString().trimEnd().split("\n").at(-1) ?? "";
    const { journal } = await openOn(disk);
    const before = disk.log.length;
    await journal.prune({ passedSeq: third, olderThanMs: 0 });
    const log = disk.log.slice(before).filter((one) => !one.includes("checkpoint"));
    const names = [first, second].map((path) => path.slice(-28));
    expect(log.filter((one) => one !== "sync folder journal")).toEqual([
      expect.stringMatching(/^(create|write)/),
      ...(log[0]?.startsWith("create") ? [expect.stringMatching(/^write/)] : []),
      expect.stringMatching(/^sync/),
      ...names.map((name) => `remove ${name}`),
    ]);
    expect(disk.log.at(-1)).toBe("sync folder journal");
    const items = await collect(journal, -1);
    expect(seqs(items)[0]).toBe(third);
    const note = items.findLast(
      (item) => item.kind === "record" && item.record.kind === "deletion",
    );
    const body = JSON.parse(note?.kind === "record" ? note.record.body : "") as DeletionBody;
    expect(body).toEqual({
      deleted_at: "1970-01-01T00:00:10.000Z",
      from_seq: 0,
      to_seq: third - 1,
      hash: (JSON.parse(lastLine) as { hash: string }).hash,
      segments: removed.map((bytes, index) => ({
        file: names[index],
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      })),
    });
    await journal.close();
    expect((await verifyJournal(FOLDER, disk.files)).problem).toBeUndefined();
  });

  it("is the only excuse for a journal that does not start at its start", async () => {
    const disk = await written();
    const [first = ""] = segmentPaths(disk);
    disk.drop(first);
    expect((await verifyJournal(FOLDER, disk.files)).problem).toMatchObject({
      code: "J611",
      severity: "error",
      message: expect.stringContaining("0 to"),
    });
  });

  it("does not excuse what was removed besides", async () => {
    const disk = await written();
    const [, second = 0] = firstSeqs(disk);
    const { journal } = await openOn(disk);
    await journal.prune({ passedSeq: second, olderThanMs: 0 });
    await journal.close();
    expect((await verifyJournal(FOLDER, disk.files)).problem).toBeUndefined();
    disk.drop(segmentPaths(disk)[0] ?? "");
    expect((await verifyJournal(FOLDER, disk.files)).problem?.code).toBe("J611");
  });

  it("is not finished on the word of a record that is not on the device", async () => {
    const prune = async (disk: SimulatedDisk): Promise<void> => {
      const { journal } = await openOn(disk);
      await journal.prune({ passedSeq: 1000, olderThanMs: 0 });
    };
    const whole = await written();
    const trial = whole.copy(() => 0.9);
    await prune(trial);
    const before = trial.log.findIndex((one) => one.startsWith("remove 0"));
    const syncAt = trial.log.slice(0, before).findLastIndex((one) => /^sync 0.*journal$/.test(one));
    // The process is killed in the sync of the deletion's record, and the record is not synced.
    const disk = whole.copy(() => 0.9);
    disk.crashAt = syncAt + 1;
    await Promise.race([prune(disk), disk.crashed]);
    const next = disk.afterCrash("killed", () => 0.9);
    const { codes } = await openOn(next);
    expect(codes).toEqual([]);
    const crashed = next.afterCrash("nothing", () => 0.9);
    expect((await verifyJournal(FOLDER, crashed.files)).problem).toBeUndefined();
  });

  it("is finished when the journal is opened again after a crash came between", async () => {
    const disk = await written();
    const [, , third = 0] = firstSeqs(disk);
    const { journal } = await openOn(disk);
    const before = disk.log.length;
    const whole = disk.copy(seededRandom(3));
    await journal.prune({ passedSeq: third, olderThanMs: 0 });
    await journal.close();
    expect(disk.log.length).toBeGreaterThan(before);
    // The names that were removed come back, as an unsynced removal can.
    for (const lost of [1, 2]) {
      const crashed = disk.copy(seededRandom(4));
      for (const path of segmentPaths(whole).slice(2 - lost, 2)) {
        const handle = await crashed.files.openAppend(path, true);
        await handle.write(whole.bytes(path));
        await handle.datasync();
      }
      expect((await verifyJournal(FOLDER, crashed.files)).problem).toBeUndefined();
      const { journal: again, codes } = await openOn(crashed);
      expect(codes).toEqual([]);
      expect(firstSeqs(crashed)[0]).toBe(third);
      await again.append(testEvent("after"));
      await again.close();
      expect((await verifyJournal(FOLDER, crashed.files)).problem).toBeUndefined();
    }
  });
});
