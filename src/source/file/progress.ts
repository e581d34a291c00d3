/** How far a file was taken, and how it is told from another one. */
import { createHash } from "node:crypto";
import type { Content } from "./content.ts";

/** Bytes that identify a file are at most this many at each place. */
export const MARK_BYTES_MAX = 1024;

/** Some bytes of a file by their hash. */
export interface Mark {
  readonly bytes: number;
  /** SHA-256 of them, lower-case hex. */
  readonly sha256: string;
}

/**
 * Everything before `offset` was handed over and is durable. The number of a file (device and inode) is
 * used again by other files, so its first bytes and the last ones before the offset are held against it:
 * audit events carry unique ids, so no two logs agree in both unless one is a copy of the other.
 */
export interface FileProgress {
  readonly path: string;
  /** Device and inode. */
  readonly id: string;
  readonly offset: number;
  /** Lines before the offset. */
  readonly lines: number;
  readonly head: Mark;
  readonly tail: Mark;
  /** Size on the device of a compressed file that was read to its end. */
  readonly doneBytes?: number;
}

export function markOf(bytes: Uint8Array): Mark {
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function holds(content: Content, from: number, mark: Mark): Promise<boolean> {
  const bytes = await content.peek(from, mark.bytes);
  return bytes.length === mark.bytes && markOf(bytes).sha256 === mark.sha256;
}

/** Whether a file starts with what `progress` says was taken: it is that file, or a copy of it. */
export async function continues(content: Content, progress: FileProgress): Promise<boolean> {
  return (
    (await holds(content, 0, progress.head)) &&
    (await holds(content, progress.offset - progress.tail.bytes, progress.tail))
  );
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== "object" || value === null) return false;
  const { bytes, sha256 } = value as Partial<Mark>;
  return (
    Number.isSafeInteger(bytes) &&
    Number(bytes) >= 0 &&
    Number(bytes) <= MARK_BYTES_MAX &&
    typeof sha256 === "string"
  );
}

function isProgress(value: unknown): value is FileProgress {
  if (typeof value !== "object" || value === null) return false;
  const { path, id, offset, lines, head, tail } = value as Partial<FileProgress>;
  return (
    typeof path === "string" &&
    typeof id === "string" &&
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(lines) &&
    isMark(head) &&
    isMark(tail) &&
    Number(offset) >= tail.bytes
  );
}

/** What a checkpoint holds: files there are, and files that were replaced, whose copies may turn up. */
export interface FileState {
  readonly files: readonly FileProgress[];
  readonly past: readonly FileProgress[];
}

export function renderState(state: FileState): string {
  return JSON.stringify({ version: 1, ...state });
}

/** The state of a checkpoint; `undefined` when it is none of this version. */
export function parseState(text: string): FileState | undefined {
  try {
    const value = JSON.parse(text) as Partial<FileState & { version: number }> | null;
    const { version, files, past } = value ?? {};
    if (version !== 1 || !Array.isArray(files) || !Array.isArray(past)) return undefined;
    return [...files, ...past].every(isProgress) ? { files, past } : undefined;
  } catch {
    // Text that is no JSON is no state either; the caller says so.
    return undefined;
  }
}
