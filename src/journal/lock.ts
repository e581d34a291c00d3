/**
 * One writer per journal: a lock file that survives a crash without blocking the next start.
 *
 * Whether an owner still runs can only be told on its own machine and among processes that see each
 * other; containers that share a folder must not be started twice.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, fileSpan, type Result, report, succeed } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { hasCode, type JournalFileSystem } from "./file-system.ts";

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

/** Who holds a lock at the moment; `undefined` when nobody who still runs does. */
export async function lockHolder(
  files: JournalFileSystem,
  folder: string,
  name = "journal.lock",
): Promise<LockOwner | undefined> {
  const text = await files.readText(join(folder, name));
  const owner = text === undefined ? undefined : parseOwner(text);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

function inUse(path: string, owner: string): Result<never> {
  return fail([report(journalMessage.locked, fileSpan(path), { owner })]);
}

/**
 * Moves a lock away whose owner is gone. Another process may have done the same in the meantime and
 * hold the lock now: then what was moved is not what was judged, and it is put back.
 */
async function moveAway(
  files: JournalFileSystem,
  path: string,
  judged: string,
  owner: LockOwner,
): Promise<void> {
  const aside = `${path}.${owner.pid}-${owner.started}.stale`;
  try {
    await files.rename(path, aside);
  } catch (cause) {
    // Somebody was faster.
    if (hasCode(cause, "ENOENT")) return;
    throw cause;
  }
  const moved = await files.readText(aside);
  if (moved !== undefined && moved !== judged) await files.createExclusive(path, moved);
  await files.remove(aside);
}

/**
 * Takes the lock; a lock whose owner is gone is replaced. Returns what releases it.
 *
 * @param name The lock's file; rotated files of the sink kind `file` have one of their own.
 */
export async function takeLock(
  files: JournalFileSystem,
  folder: string,
  owner: LockOwner,
  name = "journal.lock",
): Promise<Result<() => Promise<void>>> {
  const path = join(folder, name);
  const text = `${JSON.stringify(owner)}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await files.createExclusive(path, text)) return succeed(() => files.remove(path));
    const held = await files.readText(path);
    if (held === undefined) continue;
    const holder = parseOwner(held);
    if (holder !== undefined && isAlive(holder)) return inUse(path, `process ${holder.pid}`);
    await moveAway(files, path, held, owner);
  }
  return inUse(path, "a process that starts at this moment");
}
