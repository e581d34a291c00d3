/** What errors of the engine and of the file system mean for delivery. */
import type { RecordOutcome } from "../../delivery/outcome.ts";

/** Another process has the file. */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
}

/** How the engine and the system say it, and what somebody has to do. */
const HOLDS: readonly (readonly [pattern: RegExp, instruction: string])[] = [
  [
    /could not set lock|conflicting lock/i,
    "Close the program that has the file open (the message names its process), or give the sink another path.",
  ],
  [
    /version number|newer version|storage version/i,
    "Install the version of @duckdb/node-api that wrote the file, or move the file away; then `claude-siem reconcile --repair` sends again what the journal still has.",
  ],
  [
    /not a valid duckdb|corrupt|checksum|deserializ|serialization error|failed to (load|replay)|replaying wal|reached the end of the file|could not read enough/i,
    "Stop the connector, move the file and its .wal away and start it; then `claude-siem reconcile --repair` sends again what the journal still has.",
  ],
  [/out of memory/i, "Raise memory_limit of the sink."],
  [
    /permission denied|EACCES|EPERM|EROFS|read-only/i,
    "Let the user that runs the connector write the file and its folder.",
  ],
  [/is a directory|EISDIR|ENOTDIR|EEXIST/i, "Set path to a file whose folder can be made."],
];

/** Space comes back by itself when other data is deleted; the sink is tried again until then. */
const FULL = /no space left|ENOSPC|EDQUOT|disk (is )?full/i;

/** The record itself cannot be read by the engine. */
const UNREADABLE = /malformed json|invalid unicode|invalid input error|conversion error/i;

export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split("\n")[0] ?? "";
}

/** Whether an error is about what is being written and the store itself is sound. */
export function isAboutRecords(cause: unknown): boolean {
  return UNREADABLE.test(reasonOf(cause));
}

/** The outcome of each of `count` records when their append failed. */
export function failedOutcome(path: string, cause: unknown, count: number): RecordOutcome {
  const reason = `${path}: ${reasonOf(cause)}`;
  if (cause instanceof StoreInUseError) {
    const instruction = "Stop the other process, or give this sink another path.";
    return { kind: "hold", reason, instruction };
  }
  if (FULL.test(reason)) return { kind: "retry", reason };
  if (isAboutRecords(cause)) return { kind: count > 1 ? "split" : "quarantine", reason };
  const hold = HOLDS.find(([pattern]) => pattern.test(reason));
  return hold === undefined
    ? { kind: "retry", reason }
    : { kind: "hold", reason, instruction: hold[1] };
}
