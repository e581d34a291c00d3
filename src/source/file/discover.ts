/** Which files there are. */
import type { BigIntStats } from "node:fs";
import { glob, readdir, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/** A file at a path. */
export interface FoundFile {
  readonly path: string;
  /** Device and inode: the same for all names of a file. */
  readonly id: string;
  /** Bytes on the device. */
  readonly size: number;
  readonly modifiedMs: number;
}

const MAGIC = /[*?[\]{}]/;

export function idOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}

/** The folder in which files of a path or pattern lie, as far as it is sure. */
export function folderOf(pattern: string): string {
  const parts = pattern.split(sep);
  const sure = parts.findIndex((part) => MAGIC.test(part));
  return sure === -1 ? dirname(pattern) : parts.slice(0, sure).join(sep) || sep;
}

/** The file at a path; `undefined` when there is none. Symbolic links are followed. */
export async function lookAt(path: string): Promise<FoundFile | undefined> {
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return undefined;
    const modifiedMs = Number(stats.mtimeMs);
    return { path, id: idOf(stats), size: Number(stats.size), modifiedMs };
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    // A file may go between listing and looking; one that cannot be reached is told by its opening.
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw cause;
  }
}

/**
 * Files that match, the one changed longest ago first, each once even if it has several names.
 *
 * @param onProblem Told about a path that cannot be looked at.
 */
export async function discover(
  patterns: readonly string[],
  onProblem: (path: string, reason: string) => void,
): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const look = async (path: string): Promise<void> => {
    try {
      const file = await lookAt(path);
      if (file !== undefined && !found.has(file.id)) found.set(file.id, file);
    } catch (cause) {
      onProblem(path, cause instanceof Error ? cause.message : String(cause));
    }
  };
  for (const pattern of patterns) {
    if (!MAGIC.test(pattern)) {
      await look(pattern);
      continue;
    }
    try {
      for await (const path of glob(pattern)) await look(path);
    } catch (cause) {
      onProblem(pattern, cause instanceof Error ? cause.message : String(cause));
    }
  }
  return [...found.values()].sort(
    (a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1),
  );
}

/** The name that a file has now, in the folder it was in: logrotate renames within a folder. */
export async function findMoved(path: string, id: string): Promise<FoundFile | undefined> {
  const folder = dirname(path);
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
  for (const name of names) {
    const file = await lookAt(join(folder, name));
    if (file?.id === id) return file;
  }
  return undefined;
}
