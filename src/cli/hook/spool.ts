/** The folder that hooks write to and a connector reads: one file a day and user, lines of JSON. */
import { closeSync, fdatasyncSync, fstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where hooks write unless told otherwise. */
export function defaultSpool(environment: Readonly<Record<string, string | undefined>>): string {
  return environment["CLAUDE_SIEM_SPOOL"] ?? join(homedir(), ".claude-siem", "spool");
}

/** Files of events in a spool, as the source of a connector names them. */
export const SPOOL_PATTERN = "hook-*.ndjson";
/** Beyond that no more problems are noted: they would be the same ones. */
const PROBLEMS_BYTES_MAX = 1_048_576;

/** Writers of several users share a folder, but no file. */
function owner(): string {
  return String(process.getuid?.() ?? "user");
}

/** Appends a line in one write, so that lines of hooks that run at once do not mix; returns after fsync. */
export function appendEvent(spool: string, event: unknown, now: number): void {
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const day = new Date(now).toISOString().slice(0, 10);
  // The group may read: in a folder that an administrator prepared, it is the connector's.
  const file = openSync(join(spool, `hook-${owner()}-${day}.ndjson`), "a", 0o640);
  try {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    const written = writeSync(file, line);
    if (written < line.length) throw new Error("the device took only a part of the event");
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Notes why an event could not be written. Nobody reads what a hook prints, and a hook that fails would
 * disturb the developer, so this is all that is left; when it fails too, nothing can be done.
 */
export function noteProblem(spool: string, problem: string, now: number): void {
  try {
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    const file = openSync(join(spool, `hook-problems-${owner()}.log`), "a", 0o640);
    try {
      if (fstatSync(file).size < PROBLEMS_BYTES_MAX)
        writeSync(file, `${new Date(now).toISOString()} ${problem}\n`);
    } finally {
      closeSync(file);
    }
  } catch {
    // Neither the event nor the note could be written; the developer's tool goes on all the same.
  }
}
