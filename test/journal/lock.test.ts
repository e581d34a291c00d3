import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeFileSystem } from "../../src/journal/file-system.ts";
import { isAlive, takeLock, thisProcess } from "../../src/journal/lock.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockPath = (): string => join(folder, "journal.lock");

async function tryLock(): Promise<boolean> {
  const lock = await takeLock(nodeFileSystem, folder, thisProcess());
  if (lock.ok) await lock.value();
  return lock.ok;
}

describe("the lock", () => {
  it("is held until it is released, and leaves nothing behind", async () => {
    const first = await takeLock(nodeFileSystem, folder, thisProcess());
    expect(first.ok).toBe(true);
    expect(await tryLock()).toBe(false);
    if (first.ok) await first.value();
    expect(readdirSync(folder)).toEqual([]);
    expect(await tryLock()).toBe(true);
  });

  it("is taken over from a process that was killed, not from one that runs", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    const owner = { ...thisProcess(), pid: child.pid ?? 0, started };
    expect(isAlive(owner)).toBe(true);
    writeFileSync(lockPath(), JSON.stringify(owner));
    expect(await tryLock()).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await tryLock()).toBe(true);
  });

  it.each([
    ["empty", ""],
    ["half-written", '{"pid":1,"bo'],
    ["of another form", '"text"'],
    ["of an earlier boot", JSON.stringify({ ...thisProcess(), boot: "another" })],
    [
      "of a process whose number was given out again",
      JSON.stringify({ ...thisProcess(), started: "1" }),
    ],
  ])("that is %s does not block the next start", async (_, text) => {
    writeFileSync(lockPath(), text);
    expect(await tryLock()).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is given to one of many that find it stale at the same moment", async () => {
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(lockPath(), '{"pid":1');
      const own = thisProcess();
      const attempts = Array.from({ length: 6 }, () => takeLock(nodeFileSystem, folder, own));
      const taken = (await Promise.all(attempts)).filter(({ ok }) => ok);
      expect(taken.length).toBeLessThanOrEqual(1);
      rmSync(lockPath(), { force: true });
    }
  });

  it("gives back a lock that somebody else took while it was judged stale", async () => {
    writeFileSync(lockPath(), '{"pid":1');
    const live = JSON.stringify(thisProcess());
    let isFirst = true;
    const files = {
      ...nodeFileSystem,
      readText: async (path: string): Promise<string | undefined> => {
        const text = await nodeFileSystem.readText(path);
        // Between the reading and the judgement another process replaces the lock.
        if (isFirst) writeFileSync(lockPath(), live);
        isFirst = false;
        return text;
      },
    };
    expect((await takeLock(files, folder, thisProcess())).ok).toBe(false);
    expect(readFileSync(lockPath(), "utf8")).toBe(live);
  });
});
