/** One writer per journal: a lock file that survives a crash without blocking the next start. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, fileSpan, type Result, report, succeed } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import type { JournalFileSystem } from "./file-system.ts";

/** Who holds a lock. The start time tells a process from a later one with the same number. */
export interface LockOwner {
  readonly pid: number;
  readonly boot: string;
  readonly started: string;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // Not Linux, or the process is gone: the caller compares empty texts then.
    return "";
  }
}

/** Start time of a process in clock ticks since boot (proc(5), stat, field 22); empty when unknown. */
function startTime(pid: number): string {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** This process as an owner. */
export function thisProcess(): LockOwner {
  const boot = readProc("/proc/sys/kernel/random/boot_id");
  return { pid: process.pid, boot, started: startTime(process.pid) };
}

/** Whether the owner still runs on this machine. */
export function isAlive(owner: LockOwner): boolean {
  if (owner.boot !== readProc("/proc/sys/kernel/random/boot_id")) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (cause) {
    // EPERM: it runs, under another user.
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
  return startTime(owner.pid) === owner.started;
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockOwner>;
    const { pid, boot, started } = value;
    return typeof pid === "number" && typeof boot === "string" && typeof started === "string"
      ? { pid, boot, started }
      : undefined;
  } catch {
    // A crash while the lock was written leaves half of it; nobody holds it.
    return undefined;
  }
}

/** Takes the lock; a lock whose owner is gone is replaced. Returns what releases it. */
export async function takeLock(
  files: JournalFileSystem,
  folder: string,
  owner: LockOwner,
  name = "journal.lock",
): Promise<Result<() => Promise<void>>> {
  const path = join(folder, name);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await files.createExclusive(path, `${JSON.stringify(owner)}\n`))
      return succeed(() => files.remove(path));
    const holder = parseOwner((await files.readText(path)) ?? "");
    if (holder !== undefined && isAlive(holder)) {
      return fail([
        report(journalMessage.locked, fileSpan(path), { owner: `process ${holder.pid}` }),
      ]);
    }
    await files.remove(path);
  }
  return fail([
    report(journalMessage.locked, fileSpan(path), {
      owner: "a process that starts at this moment",
    }),
  ]);
}
