import { describe, expect, it } from "vitest";
import { seededRandom } from "../event/random-event.ts";
import { expectNothingLost, live, nothingTold, type Told } from "./journal-run.ts";
import { crashModes, SimulatedDisk } from "./simulated-disk.ts";

const SEED = Number(process.env["CRASH_SEED"] ?? 20_261_125);

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

describe(`a crash at any operation (seed ${SEED})`, () => {
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
      for (let next = 3; next < 14; next += 2) {
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
    expect(pairs).toBeGreaterThan(300);
  });

  it("loses nothing when the next lives are cut short too", async () => {
    for (let round = 0; round < 150; round += 1) {
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
