import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventId, journaled, journaledRange, START } from "../../conformance/event.ts";
import { DAY, Ground, heldIds, never, send } from "./open.ts";

let ground: Ground;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.clear());

const idsOf = (count: number): readonly string[] =>
  journaledRange(count).map((r) => eventId(r.seq));

describe("what an embedded store holds", () => {
  it("is there after a restart", async () => {
    const first = ground.open();
    await send(first, journaledRange(30));
    await first.close();
    const second = ground.open();
    await send(second, journaledRange(10, 31));
    expect(await heldIds(second)).toEqual(idsOf(40));
  });

  it("is each event once: of those that come again it says so", async () => {
    const sink = ground.open();
    await send(sink, journaledRange(3));
    const outcomes = await send(sink, [journaled(2), journaled(4), journaled(4), journaled(5)]);
    expect(outcomes).toEqual([
      { kind: "delivered", duplicate: true },
      { kind: "delivered" },
      { kind: "delivered", duplicate: true },
      { kind: "delivered" },
    ]);
    expect(await heldIds(sink)).toEqual(idsOf(5));
  });

  it("keeps the first of two contents with one id, also over a restart and at another time", async () => {
    const first = ground.open();
    await send(first, [journaled(1, { department: "sales" })]);
    await first.close();
    const second = ground.open();
    const again = journaled(1, {
      department: "legal",
      timestamp: new Date(START + 9 * DAY).toISOString(),
    } as never);
    expect(await send(second, [again])).toEqual([{ kind: "delivered", duplicate: true }]);
    expect(await heldIds(second)).toEqual([eventId(1)]);
  });

  it("is counted by minute of event time", async () => {
    const sink = ground.open();
    await send(sink, [...journaledRange(59, 1), journaled(60), journaled(119), journaled(120)]);
    const counts = await sink.inventory?.countByMinute(START, START + 120_000, never());
    expect(counts).toEqual([
      { minute: START, records: 59, distinct: 59 },
      { minute: START + 60_000, records: 2, distinct: 2 },
    ]);
  });

  it("is for the owner alone", async () => {
    const sink = ground.open();
    await send(sink, journaledRange(3));
    for (const name of readdirSync(ground.folder).filter((one) => /duckdb(\.wal)?$/.test(one)))
      expect(statSync(join(ground.folder, name)).mode & 0o077, name).toBe(0);
  });

  it("is deleted when its own time is older than `keep`", async () => {
    const sink = ground.open([], { keep: DAY });
    const old = { timestamp: new Date(START - DAY - 1).toISOString() } as never;
    await send(sink, [journaled(1, old), journaled(2), journaled(3)]);
    await sink.judge();
    expect(await heldIds(sink)).toEqual([eventId(2), eventId(3)]);
    ground.now = START + DAY + 2500;
    await sink.judge();
    expect(await heldIds(sink)).toEqual([eventId(3)]);
  });
});

describe("a store that cannot be used", () => {
  it("is held while another process has the file", async () => {
    const holder = ground.open();
    await send(holder, [journaled(1)]);
    const other = ground.open();
    const [outcome] = await send(other, [journaled(2)]);
    expect(outcome).toMatchObject({ kind: "hold" });
    expect(JSON.stringify(outcome)).toContain("Stop the other process");
    await holder.close();
    expect(await send(other, [journaled(2)])).toEqual([{ kind: "delivered" }]);
  });

  it("is held while a program that knows nothing of our lock has it", async () => {
    const sink = ground.open();
    await send(sink, [journaled(1)]);
    await sink.close();
    const script = `
      const { DuckDBInstance } = await import("@duckdb/node-api");
      const instance = await DuckDBInstance.create(process.argv[1]);
      console.log("open");
      setTimeout(() => instance.closeSync(), 60_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, ground.path], {
      cwd: process.cwd(),
    });
    try {
      await new Promise<void>((resolve, reject) => {
        child.stdout.once("data", () => resolve());
        child.once("exit", () => reject(new Error("the other program ended")));
      });
      const [outcome] = await send(sink, [journaled(2)]);
      expect(outcome).toMatchObject({ kind: "hold" });
      expect(JSON.stringify(outcome)).toMatch(/Close the program/);
    } finally {
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    expect(await send(sink, [journaled(2)])).toEqual([{ kind: "delivered" }]);
  });

  it.each([
    [
      "is no database",
      () => Buffer.from("this is no database, but it is long enough ".repeat(400)),
    ],
    ["has a damaged header", (good: Buffer) => good.fill(0x5a, 8, 4096)],
    ["was cut off", (good: Buffer) => good.subarray(0, 8000)],
    ["has damaged blocks", (good: Buffer) => good.fill(0x5a, 12_288)],
  ])("is held with what to do when the file %s", async (_, damage) => {
    const sink = ground.open();
    await send(sink, journaledRange(50));
    await sink.close();
    writeFileSync(ground.path, damage(readFileSync(ground.path)));
    const [outcome] = await send(sink, [journaled(60)]);
    expect(outcome).toMatchObject({ kind: "hold" });
    expect(JSON.stringify(outcome)).toMatch(/move the file/);
    const failed = (await sink.check(never())).filter(({ status }) => status === "failed");
    expect(failed).toHaveLength(1);
    expect(failed[0]?.instruction).toMatch(/move the file/);
  });

  it("is not made by a check", async () => {
    const sink = ground.open([], { path: join(ground.folder, "not", "there", "events.duckdb") });
    const findings = await sink.check(never());
    expect(findings.map(({ status }) => status)).not.toContain("failed");
    expect(readdirSync(ground.folder)).toEqual([]);
  });
});

describe("a store whose process was killed", () => {
  it("has every batch that was called delivered, and no part of another", async () => {
    const child = join(import.meta.dirname, "kill-child.ts");
    for (const round of [1, 2, 3]) {
      const ms = String(200 + round * 130);
      const run = spawnSync(process.execPath, [child, ground.folder, String(round), ms], {
        encoding: "utf8",
      });
      expect(run.signal, run.stderr).toBe("SIGKILL");
      const sink = ground.open();
      const held = new Set(await heldIds(sink));
      const delivered = run.stdout.trim().split("\n").map(Number);
      for (const last of delivered)
        for (let n = last - 99; n <= last; n += 1) expect(held.has(eventId(n)), `${n}`).toBe(true);
      expect(held.size % 100).toBe(0);
      await sink.close();
    }
  });
});
