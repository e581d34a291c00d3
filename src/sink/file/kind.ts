/** The sink kind `file`: lines of JSON in rotated files, on the device before they count as delivered. */
import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type {
  CheckFinding,
  EncodedRecord,
  JournaledEvent,
  Sink,
  SinkKind,
  SinkTools,
} from "../../delivery/sink.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import type { JournalFileSystem } from "../../journal/file-system.ts";
import { type LockOwner, thisProcess } from "../../journal/lock.ts";
import { normalize } from "../../mapping/normalize.ts";
import { canonicalJson, chainLink } from "../canonical-json.ts";
import { tendClosed } from "./closed.ts";
import { ownerOnlyFileSystem } from "./disk.ts";
import { type FileOptions, fileConflicts, fileOptions } from "./options.ts";
import { fileInventory } from "./read-back.ts";
import { FolderInUseError, RotatingFiles } from "./rotating.ts";

/** Free space below which a check warns. */
const FREE_BYTES_MIN = 1024 ** 3;
/** How long closing waits for a device that does not answer. */
const CLOSE_MS_MAX = 2000;

/** What somebody has to do about what a system refuses; other codes may pass by themselves. */
const INSTRUCTIONS: Readonly<Record<string, string>> = {
  ENOSPC: "Free space on this file system, or set keep_files or keep_age.",
  EDQUOT: "Raise the quota of the user that runs the connector, or free space.",
  EIO: "Look at the system's log: the device reports errors. Replace it, or set folder to another one.",
  EROFS: "Mount the file system for writing.",
  EACCES: "Let the user that runs the connector write into the folder.",
  EPERM: "Let the user that runs the connector write into the folder.",
  EEXIST: "Set folder to a path that is a folder, or can become one.",
  ENOTDIR: "Set folder to a path whose every part is a folder.",
  ENOENT: "Make the folder, or set folder to one that can be made.",
};

function failedOutcome(folder: string, cause: unknown): RecordOutcome {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof FolderInUseError) {
    const instruction = "Stop the other process, or give this sink another folder or prefix.";
    return { kind: "hold", reason: message, instruction };
  }
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const instruction = INSTRUCTIONS[code];
  const reason = `${folder}: ${message}`;
  return instruction === undefined
    ? { kind: "retry", reason }
    : { kind: "hold", reason, instruction };
}

function encodeRecord(record: JournaledEvent, format: FileOptions["format"]): EncodedRecord {
  const body =
    format === "canonical"
      ? canonicalJson(record)
      : normalize(record.event, format, chainLink(record));
  const { event_id, timestamp } = record.event;
  const bytes = Buffer.byteLength(body);
  return { seq: record.seq, event_id, body, bytes, time: canonicalTimeMs(timestamp) };
}

/** Tries what writing needs, with a file that no reader takes for one of ours. */
async function check(
  files: JournalFileSystem,
  { folder, prefix }: FileOptions,
): Promise<readonly CheckFinding[]> {
  const probe = join(folder, `.${prefix}.check`);
  try {
    await files.makeFolder(folder);
    await files.remove(probe);
    await files.createExclusive(probe, "");
    await files.remove(probe);
    const { bavail, bsize } = await statfs(folder);
    const { mode } = await stat(folder);
    const free = bavail * bsize;
    const space: CheckFinding =
      free >= FREE_BYTES_MIN
        ? { status: "ok", what: `${Math.floor(free / 1024 ** 3)} GiB are free` }
        : {
            status: "warning",
            what: `only ${Math.floor(free / 1024 ** 2)} MiB are free`,
            instruction: "Free space, or set keep_files or keep_age.",
          };
    const open: readonly CheckFinding[] =
      (mode & 0o022) === 0
        ? []
        : [
            {
              status: "warning",
              what: `${folder} can be written by others, who can replace files`,
              instruction: `Run chmod go-w ${folder}.`,
            },
          ];
    return [{ status: "ok", what: `${folder} can be written` }, space, ...open];
  } catch (cause) {
    const outcome = failedOutcome(folder, cause);
    const what = outcome.kind === "delivered" ? folder : outcome.reason;
    const instruction = outcome.kind === "hold" ? outcome.instruction : "Check the folder.";
    return [{ status: "failed", what, instruction }];
  }
}

/** Resolves when `work` does or `signal` aborts, whichever is first; the work goes on. */
async function orAborted(
  work: Promise<RecordOutcome>,
  signal: AbortSignal,
): Promise<RecordOutcome> {
  const { promise, resolve } = Promise.withResolvers<RecordOutcome>();
  const onAbort = () => resolve({ kind: "retry", reason: "the attempt was given up" });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const outcome = await Promise.race([work, promise]);
  signal.removeEventListener("abort", onAbort);
  return outcome;
}

/** A file sink whose disk a test replaces. */
export function openFiles(
  options: FileOptions,
  tools: SinkTools,
  files: JournalFileSystem = ownerOnlyFileSystem,
  owner: LockOwner = thisProcess(),
): Sink {
  const { folder, prefix } = options;
  const { now, warn } = tools;
  let turn: Promise<unknown> = Promise.resolve();
  let care: Promise<void> = Promise.resolve();
  const tend = () => {
    const { compress, keep_files, keep_age } = options;
    const closed = {
      files,
      folder,
      prefix,
      compress,
      keepFiles: keep_files,
      keepMs: keep_age,
      now,
    };
    care = care
      .then(() => tendClosed(closed))
      .catch((cause: unknown) => {
        warn(`closed files in ${folder} stay as they are: ${String(cause)}`);
      });
  };
  const rotating = new RotatingFiles({
    ...{ files, owner, folder, prefix, now, warn },
    sizeMax: options.rotate_size,
    ageMsMax: options.rotate_age,
    onClosed: tend,
  });
  const write = async (batch: readonly EncodedRecord[]): Promise<RecordOutcome> => {
    try {
      await rotating.append(Buffer.from(batch.map(({ body }) => `${body}\n`).join("")));
      return { kind: "delivered" };
    } catch (cause) {
      return failedOutcome(folder, cause);
    }
  };
  return {
    name: tools.name,
    kind: "file",
    target: folder,
    limits: { recordsMax: 5000, bytesMax: 4_194_304, overheadBytes: 1 },
    encode: (record) => encodeRecord(record, options.format),
    send: async (batch, signal) => {
      // One after the other: between two appends the file holds whole lines only.
      const work = turn.then(() => write(batch));
      turn = work;
      return forAll(batch.length, await orAborted(work, signal));
    },
    check: () => check(files, options),
    inventory: fileInventory(files, options),
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref());
      await Promise.race([turn.then(() => care).then(() => rotating.close()), late]);
    },
  };
}

export const fileKind: SinkKind<FileOptions> = {
  kind: "file",
  summary:
    "Writes lines of JSON into rotated files that only their owner can read, synced to the device before an event counts as delivered.",
  options: fileOptions,
  conflicts: fileConflicts,
  open: async (options, tools) => openFiles(options, tools),
};
