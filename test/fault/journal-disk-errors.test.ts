import { describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../src/journal/checkpoint.ts";
import { seededRandom } from "../event/random-event.ts";
import { expectNothingLost, FOLDER, live, nothingTold, openOn, testEvent } from "./journal-run.ts";
import { crashModes, type Refuse, SimulatedDisk } from "./simulated-disk.ts";

const SEED = Number(process.env["CRASH_SEED"] ?? 20_261_125);

/** Refuses every operation of one kind, or of all kinds, within a range. */
function refusing(code: string, from: number, count: number, kind?: string): Refuse {
  return (operation, n) =>
    n >= from && n < from + count && (kind === undefined || operation === kind) ? code : undefined;
}

describe(`a disk that refuses for a while (seed ${SEED})`, { timeout: 120_000 }, () => {
  it.each([
    ["ENOSPC", "write", 6],
    ["EIO", "sync", 4],
    ["EROFS", undefined, 3],
    ["EIO", "sync folder", 8],
    ["EIO", "rename", 8],
  ] as const)("%s on %s: the journal waits, then goes on", async (code, kind, count) => {
    let refused = 0;
    for (let from = 1; from < 160; from += 2) {
      const random = seededRandom(SEED + from);
      const disk = new SimulatedDisk(random);
      const refuse = refusing(code, from, count, kind);
      disk.refuse = (...operation) => {
        const answer = refuse(...operation);
        if (answer !== undefined) refused += 1;
        return answer;
      };
      const told = nothingTold();
      try {
        await live(disk, told, "a");
        expect(told.acknowledged.size).toBe(18);
        const mode = crashModes[from % crashModes.length] ?? "nothing";
        await expectNothingLost(disk.afterCrash(mode, random), told, /^J604$/);
      } catch (cause) {
        throw new Error(`refused from operation ${from}: ${disk.log.slice(from - 1, from + 5)}`, {
          cause,
        });
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  it("holds a bounded amount of text while it waits, and takes the rest afterwards", async () => {
    const disk = new SimulatedDisk(seededRandom(SEED));
    const timers: (() => void)[] = [];
    const after = (_: number, call: () => void): (() => void) => {
      timers.push(call);
      return () => {};
    };
    const { journal } = await openOn(disk, { after, pendingBytesMax: 10_000 });
    disk.refuse = (operation) => (operation === "write" ? "ENOSPC" : undefined);
    const ids = (name: string): readonly string[] =>
      Array.from({ length: 500 }, (_, n) => `${name}${n}`);
    const batches = ["a", "b"].map((name) => journal.appendBatch(ids(name).map(testEvent)));
    const single = journal.append(testEvent("c"));
    while (journal.state.state === "ok") await new Promise((next) => setImmediate(next));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
    // Some 280 bytes each.
    expect(journal.head.seq).toBeLessThan(40);
    disk.refuse = () => undefined;
    for (const call of timers) call();
    const receipts = (await Promise.all(batches)).flat();
    await single;
    expect(new Set(receipts.map(({ seq }) => seq)).size).toBe(1000);
    expect(journal.committed.seq).toBe(1001);
    await journal.close();
  });

  it("goes on without a checkpoint, says so, and writes it when it can", async () => {
    const disk = new SimulatedDisk(seededRandom(SEED));
    const problems: string[] = [];
    const { journal } = await openOn(disk, { onProblem: ({ code }) => problems.push(code) });
    disk.refuse = (_, __, path) => (path.includes("checkpoint") ? "ENOSPC" : undefined);
    for (let n = 0; n < 12; n += 1) await journal.append(testEvent(`${n}`));
    expect(journal.state).toEqual({ state: "ok" });
    expect(new Set(problems)).toEqual(new Set(["J615"]));
    disk.refuse = () => undefined;
    await journal.close();
    const { checkpoint } = await loadCheckpoint(disk.files, FOLDER);
    expect(checkpoint?.seq).toBe(12);
  });

  it("opens on a full disk and says that it is blocked", async () => {
    const disk = new SimulatedDisk(seededRandom(SEED));
    disk.refuse = (operation, _, path) =>
      operation === "write" && path.endsWith(".journal") ? "ENOSPC" : undefined;
    const { journal } = await openOn(disk);
    expect(journal.state).toMatchObject({ state: "blocked", reason: /ENOSPC/ });
    const event = journal.append(testEvent("a"));
    await journal.close();
    await expect(event).rejects.toThrow(/ENOSPC/);
  });

  it("goes on in a new segment when the one it writes is cut or removed", async () => {
    for (const accident of ["cut", "removed"] as const) {
      const disk = new SimulatedDisk(seededRandom(SEED));
      const problems: string[] = [];
      const { journal } = await openOn(disk, {
        onProblem: ({ code }) => problems.push(code),
        after: (_, call) => {
          setImmediate(call);
          return () => {};
        },
      });
      await journal.appendBatch([testEvent("a"), testEvent("b")]);
      const name = disk.names(FOLDER).find((one) => one.endsWith(".journal"));
      const path = `${FOLDER}/${name}`;
      if (accident === "cut") disk.setBytes(path, disk.bytes(path).subarray(0, 300));
      else disk.drop(path);
      // Linux goes on writing into a removed file, so the accident shows with the next failure.
      let isFirst = true;
      disk.refuse = (operation, _, file) => {
        if (operation !== "sync" || !file.endsWith(".journal") || !isFirst) return undefined;
        isFirst = false;
        return "EIO";
      };
      const receipt = await journal.append(testEvent("c"));
      await journal.append(testEvent("d"));
      await journal.close();
      expect(problems).toEqual(["J616"]);
      const told = nothingTold();
      told.acknowledged.set("c", receipt);
      await expectNothingLost(disk, told, /^J612$/);
    }
  });
});
