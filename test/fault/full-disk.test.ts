import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/delivery/clock.ts";
import { fault } from "./cases.ts";
import { Ground, pause } from "./ground.ts";
import { archive, elastic, webhook } from "./product.ts";

function mount(folder: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "pipe" });
}

function unmount(folder: string): void {
  execFileSync("umount", ["-l", folder], { stdio: "pipe" });
}

/** Why no small disk can be had here; `undefined` when it can. */
function noDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-mount-"));
  try {
    mount(folder);
    unmount(folder);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? (cause.message.split("\n")[1] ?? cause.message) : String(cause);
  } finally {
    rmdirSync(folder);
  }
}

const missing = noDisk();
if (missing !== undefined)
  process.stderr.write(
    `No small file system can be mounted, so full disks are simulated only: ${missing}\n`,
  );

let ground: Ground;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.close());

/** A file system of 4 MiB at a folder. */
function smallDisk(folder: string): string {
  mkdirSync(folder, { recursive: true });
  mount(folder);
  ground.cleanups.push(() => unmount(folder));
  return folder;
}

/** Takes all space but some bytes, until the result is called. */
function fill(folder: string, leave: number): () => void {
  const { bavail, bsize } = statfsSync(folder);
  const path = join(folder, "filler");
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
  return () => rmSync(path);
}

async function until(test: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 800; tries += 1) {
    if (test()) return;
    await pause(5);
  }
  throw new Error(`never: ${what}`);
}

const isBlocked = (): boolean => ground.connector.status().journal.state === "blocked";

describe.skipIf(missing !== undefined)(fault(43), () => {
  beforeEach(async () => {
    ground.data = smallDisk(join(ground.folder, "data"));
    ground.products = [await webhook(ground), await archive(ground)];
  });

  it("acknowledges nothing while the journal cannot be written, says so, and goes on", async () => {
    await ground.start();
    await ground.append(20);
    const free = fill(ground.data, 40_000);
    let isTaken = false;
    const appended = (async () => {
      for (let turn = 0; turn < 10; turn += 1) await ground.append(50);
      isTaken = true;
    })();
    await until(isBlocked, "the journal is blocked");
    await pause(300);
    expect(isTaken).toBe(false);
    expect(ground.connector.status().journal.reason).toMatch(/ENOSPC/);
    expect(ground.log.join("\n")).toMatch(/nothing is acknowledged.*ENOSPC/);
    free();
    await appended;
    expect(ground.connector.status().journal.state).toBe("ok");
    expect((await ground.verdict()).problems).toEqual([]);
  });

  it("stops and starts on a full disk, and takes events when there is space", async () => {
    await ground.start();
    await ground.append(20);
    const free = fill(ground.data, 0);
    const refused = ground.append(200).then(
      () => "taken",
      () => "refused",
    );
    await until(isBlocked, "the journal is blocked");
    await ground.stop();
    expect(await refused).toBe("refused");
    free();
    const full = fill(ground.data, 8000);
    await ground.start();
    const late = ground.append(100);
    await until(isBlocked, "the journal is blocked again");
    full();
    await late;
    expect((await ground.verdict()).problems).toEqual([]);
  });

  it("stops taking events before the disk is full", async () => {
    // Its own time passes twenty times as fast, so that it looks at the disk more often.
    const after: typeof systemClock.after = (ms, call) => systemClock.after(ms / 20, call);
    ground.clock = { ...systemClock, after };
    ground.more = { journal: { disk_free_min: "2MiB" } };
    await ground.start();
    await ground.append(20);
    const free = fill(ground.data, 1_000_000);
    await until(() => ground.connector.status().disk.low, "the disk is low");
    let isTaken = false;
    const late = ground.append(20).then(() => {
      isTaken = true;
    });
    await pause(100);
    expect(isTaken).toBe(false);
    expect(ground.connector.status().journal.state).toBe("ok");
    free();
    await late;
    expect((await ground.verdict()).problems).toEqual([]);
  });
});

describe.skipIf(missing !== undefined)(fault(50), () => {
  it("does not pass over an event before its letter is written, and delays no other sink", async () => {
    const letters = smallDisk(join(ground.data, "journal", "dead-letter"));
    const cluster = await elastic(ground);
    const files = await archive(ground);
    ground.products = [cluster, files];
    await ground.start();
    await ground.setUp();
    await ground.append(10);
    await ground.caughtUp();
    const free = fill(letters, 0);
    const before = ground.connector.status().sinks[0]?.cursor ?? 0;
    // The cluster refuses every single document for its size.
    cluster.fake.breakItems(() => "mapping");
    await ground.append(30);
    await until(() => files.held().length === 40, "the other sink has everything");
    const full = /dead letters cannot be written/;
    await until(() => full.test(ground.log.join("\n")), "it is told");
    expect(ground.connector.status().sinks[0]?.cursor).toBeLessThanOrEqual(before + 1);
    await ground.stop();
    await ground.start();
    await ground.append(10);
    await pause(100);
    expect(ground.connector.status().sinks[0]?.counts.quarantined).toBe(0);
    free();
    const isBuried = (): boolean => ground.connector.status().sinks[0]?.counts.quarantined === 40;
    await until(isBuried, "all letters are written");
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    expect(sinks["elastic"]).toEqual({ delivered: 10, duplicates: 0, deadLetters: 40 });
    expect(sinks["archive"]).toMatchObject({ delivered: 50, deadLetters: 0 });
  });
});
