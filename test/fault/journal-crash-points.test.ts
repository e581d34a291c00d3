import { describe, expect, it } from "vitest";
import { seededRandom } from "../event/random-event.ts";
import {
  expectNothingLost,
  FOLDER,
  live,
  nothingTold,
  openOn,
  type Told,
  testEvent,
} from "./journal-run.ts";
import { crashModes, SimulatedDisk } from "./simulated-disk.ts";

const SEED = Number(process.env["CRASH_SEED"] ?? 20_261_125);
const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 80);
/** A crash is found by counting, not by time; this only ends a test that hangs. */
const patience = { timeout: 120_000 + ROUNDS * 1000 };

/** Lives until the machine stops at operation `crashAt`; `undefined` when it never does. */
async function crashAt(
  disk: SimulatedDisk,
  crashAt: number,
  told: Told,
  run: string,
): Promise<boolean> {
  disk.crashAt = crashAt;
  return await Promise.race([
    live(disk, told, run).then(() => false),
    disk.crashed.then(() => true),
  ]);
}

describe(`a crash at any operation (seed ${SEED})`, patience, () => {
  it.each(crashModes)("loses nothing acknowledged when %s unsynced survives", async (mode) => {
    // Blocks that reach the disk in any order can look like damage; it is told, and nothing is lost.
    const codes = mode === "blocks" ? /^J6(04|12)$/ : /^J604$/;
    let points = 0;
    for (let point = 1; ; point += 1) {
      const random = seededRandom(SEED + point);
      const disk = new SimulatedDisk(random);
      const told = nothingTold();
      if (!(await crashAt(disk, point, told, "a"))) break;
      points += 1;
      try {
        await expectNothingLost(disk.afterCrash(mode, random), told, codes);
      } catch (cause) {
        throw new Error(`crash at operation ${point}: ${disk.log.slice(-3).join(", ")}`, { cause });
      }
    }
    expect(points).toBeGreaterThan(100);
  });

  it("does not trust what a killed process left before it was durable", async () => {
    let pairs = 0;
    for (let point = 1; ; point += 1) {
      const first = new SimulatedDisk(seededRandom(SEED + point));
      if (!(await crashAt(first, point, nothingTold(), "a"))) break;
      // Neither the names nor the bytes that the next process sees are on the device then.
      if (/^(remove|truncate)/.test(first.log.at(-1) ?? "")) continue;
      for (let next = 3; next < 14; next += 3) {
        const random = seededRandom(SEED + point);
        const disk = new SimulatedDisk(random);
        const told = nothingTold();
        await crashAt(disk, point, told, "a");
        const killed = disk.afterCrash("killed", random);
        await crashAt(killed, next, told, "b");
        pairs += 1;
        try {
          await expectNothingLost(killed.afterCrash("nothing", random), told, /^J604$/);
        } catch (cause) {
          const log = [disk.log.at(-1), ...killed.log].join(", ");
          throw new Error(`killed at operation ${point}, crash at ${next}: ${log}`, { cause });
        }
      }
    }
    expect(pairs).toBeGreaterThan(200);
  });

  it("loses nothing but what was damaged when it comes while damage is gone around", async () => {
    let points = 0;
    for (const mode of crashModes) {
      for (let point = 1; ; point += 1) {
        const random = seededRandom(SEED + point);
        const disk = new SimulatedDisk(random);
        const told = nothingTold();
        await live(disk, told, "a");
        disk.drop(`${FOLDER}/checkpoint.json`);
        const names = disk.names(FOLDER).filter((name) => name.endsWith(".journal"));
        const last = names.at(-1) ?? "";
        const bytes = disk.bytes(`${FOLDER}/${last}`);
        // Near the end of the last segment, where what follows the damage is short or nothing.
        const at = bytes.length - 1 - Math.floor(random() * 600);
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        const damaged =
          bytes.subarray(0, at).toString().split("\n").length - 1 + Number(last.slice(0, 20));
        for (const [id, { seq }] of told.acknowledged)
          if (seq === damaged || seq === damaged + 1) told.acknowledged.delete(id);
        for (const seq of [damaged, damaged + 1]) told.delivered.delete(seq);
        const crashed = disk.copy(random);
        crashed.crashAt = point;
        const append = async (): Promise<boolean> => {
          const { journal } = await openOn(crashed);
          told.acknowledged.set("b", await journal.append(testEvent("b")));
          await journal.close();
          return false;
        };
        if (!(await Promise.race([append(), crashed.crashed.then(() => true)]))) break;
        points += 1;
        try {
          await expectNothingLost(crashed.afterCrash(mode, random), told, /^J6(04|12)$/);
        } catch (cause) {
          throw new Error(`${mode} at operation ${point}: ${crashed.log.join(", ")}`, { cause });
        }
      }
    }
    expect(points).toBeGreaterThan(40);
  });

  it("loses nothing when the next lives are cut short too", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const random = seededRandom(SEED + 7919 * round);
      const told = nothingTold();
      let disk = new SimulatedDisk(random);
      const log: string[] = [];
      try {
        for (let life = 0; life < 4; life += 1) {
          const point = 1 + Math.floor(random() * (random() < 0.5 ? 15 : 150));
          await crashAt(disk, point, told, `${life}`);
          const mode = crashModes[Math.floor(random() * crashModes.length)] ?? "nothing";
          log.push(`${mode} after ${disk.log.at(-1)}`);
          disk = disk.afterCrash(mode, random);
        }
        await expectNothingLost(disk, told, /^J6(04|12)$/);
      } catch (cause) {
        throw new Error(`round ${round}: ${log.join("; ")}`, { cause });
      }
    }
  });
});
