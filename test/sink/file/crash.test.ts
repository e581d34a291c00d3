/** The machine stops at every operation on the disk in turn; nothing delivered may be missing after. */
import { describe, expect, it } from "vitest";
import type { LockOwner } from "../../../src/journal/lock.ts";
import { eventId, START } from "../../conformance/event.ts";
import { type CrashMode, crashModes, SimulatedDisk } from "../../fault/simulated-disk.ts";
import { encodedRange, heldIds, never, openFileSink } from "./open.ts";

const SEED = Number(process.env["CRASH_SEED"] ?? 20_261_125);

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const gone: LockOwner = { pid: 1, boot: "an earlier boot", started: "0" };
const BATCHES = 8;

/** Sends batches until the machine stops; event numbers that were called delivered. */
async function run(disk: SimulatedDisk, options: object): Promise<readonly number[]> {
  let now = START;
  const sink = openFileSink({ files: disk.files, owner: gone, now: () => now, ...options });
  const delivered: number[] = [];
  const work = async () => {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      now += 1000;
      const records = encodedRange(sink, 3, batch * 3 + 1);
      // The pump sends again what did not get through.
      for (let tries = 0; tries < 5; tries += 1) {
        const [outcome] = await sink.send(records, never());
        if (outcome?.kind !== "delivered") continue;
        delivered.push(...records.map(({ seq }) => seq));
        break;
      }
    }
    await sink.close();
  };
  await Promise.race([work(), disk.crashed]);
  return delivered;
}

/** Every line of every plain file is whole. */
function expectWholeLines(disk: SimulatedDisk): void {
  for (const name of disk.names("/out").filter((one) => one.endsWith(".ndjson"))) {
    const text = disk.bytes(`/out/${name}`).toString("utf8");
    expect(text === "" || text.endsWith("\n"), name).toBe(true);
    for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
  }
}

async function recover(crashed: SimulatedDisk, mode: CrashMode, seed: number, options: object) {
  const disk = crashed.afterCrash(mode, generator(seed));
  const now = () => START + 60_000;
  const sink = openFileSink({ files: disk.files, now, ...options });
  const [outcome] = await sink.send(encodedRange(sink, 1, 1000), never());
  expect(outcome).toEqual({ kind: "delivered" });
  const held = new Set(await heldIds(sink));
  await sink.close();
  expectWholeLines(disk);
  return held;
}

describe("crash of the machine", () => {
  const settings = [
    ["appending", {}],
    ["rotating", { rotate_size: 4096 }],
    ["rotating and compressing", { rotate_size: 4096, compress: "gzip" }],
  ] as const;

  it.each(settings)(`while %s loses nothing delivered (seed ${SEED})`, async (_, options) => {
    const whole = new SimulatedDisk(generator(SEED));
    expect(await run(whole, options)).toHaveLength(BATCHES * 3);
    const operations = whole.log.length;
    expect(operations).toBeGreaterThan(BATCHES * 2);
    for (let at = 1; at <= operations; at += 1) {
      // Compressing is slow: there each operation meets one of the ways to crash.
      const modes = "compress" in options ? [crashModes[at % crashModes.length]] : crashModes;
      for (const mode of modes) {
        if (mode === undefined) continue;
        const seed = SEED + at;
        const disk = new SimulatedDisk(generator(seed));
        disk.crashAt = at;
        const delivered = await run(disk, options);
        const held = await recover(disk, mode, seed, options);
        const lost = delivered.filter((n) => !held.has(eventId(n)));
        expect(lost, `operation ${at} (${disk.log[at - 1]}), ${mode}`).toEqual([]);
      }
    }
  });
});

describe("disk that refuses", () => {
  it(`at any single operation: nothing lost, no half line (seed ${SEED})`, async () => {
    const options = { rotate_size: 4096 };
    const whole = new SimulatedDisk(generator(SEED));
    await run(whole, options);
    for (let at = 1; at <= whole.log.length; at += 1) {
      for (const code of ["ENOSPC", "EIO"]) {
        const disk = new SimulatedDisk(generator(SEED + at));
        disk.refuse = (_, n) => (n === at ? code : undefined);
        const delivered = await run(disk, options);
        expect(delivered, `operation ${at} ${code}`).toHaveLength(BATCHES * 3);
        expectWholeLines(disk);
        const held = await recover(disk, "nothing", SEED, options);
        expect(
          delivered.filter((n) => !held.has(eventId(n))),
          `operation ${at} (${disk.log[at - 1]}) ${code}`,
        ).toEqual([]);
      }
    }
  });

  it("takes a part of a batch, and the file is too old for the next attempt", async () => {
    const disk = new SimulatedDisk(generator(SEED));
    let now = START;
    const sink = openFileSink({ files: disk.files, now: () => now, rotate_age: 60_000 });
    await sink.send(encodedRange(sink, 3), never());
    disk.refuse = (operation) => (operation === "write" ? "ENOSPC" : undefined);
    const [refused] = await sink.send(encodedRange(sink, 3, 4), never());
    expect(refused?.kind).toBe("hold");
    disk.refuse = () => undefined;
    now += 60_000;
    const [taken] = await sink.send(encodedRange(sink, 3, 4), never());
    expect(taken?.kind).toBe("delivered");
    expect(await heldIds(sink)).toEqual([1, 2, 3, 4, 5, 6].map(eventId));
    await sink.close();
    expectWholeLines(disk);
    expect(disk.names("/out")).toHaveLength(2);
  });
});
