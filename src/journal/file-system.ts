/** The few file operations the journal needs, so that tests can record, fail and crash them. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  chmod,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** A file that grows at its end. */
export interface AppendHandle {
  /** Writes all bytes at the end, or rejects; then any part of them may be in the file. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Returns after the data is on the device. */
  readonly datasync: () => Promise<void>;
  readonly truncate: (length: number) => Promise<void>;
  readonly size: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A file that is read at any place. */
export interface ReadHandle {
  /** Reads into `into` from byte `position` on; returns how many bytes, 0 at the end. */
  readonly read: (into: Uint8Array, position: number) => Promise<number>;
  readonly size: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface JournalFileSystem {
  /** Makes a folder, and those above it, durable with their names. */
  readonly makeFolder: (path: string) => Promise<void>;
  /** Names in a folder, sorted. */
  readonly list: (path: string) => Promise<readonly string[]>;
  readonly openRead: (path: string) => Promise<ReadHandle>;
  /** Opens for appending. `create` makes the file when it is missing; otherwise that is an error. */
  readonly openAppend: (path: string, create: boolean) => Promise<AppendHandle>;
  /** Makes new, changed and removed names in a folder durable. */
  readonly syncFolder: (path: string) => Promise<void>;
  /** Brings what was written into a file, by whomever, to the device. */
  readonly syncFile: (path: string) => Promise<void>;
  /** Creates a file that must not exist; false when it does. */
  readonly createExclusive: (path: string, text: string) => Promise<boolean>;
  /** Writes a file whole, replacing what was there, and brings its bytes to the device. */
  readonly writeSynced: (path: string, text: string) => Promise<void>;
  /** Puts a name in the place of another at once. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** The whole text; `undefined` when there is no such file. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Removes a file; one that is missing is no error. */
  readonly remove: (path: string) => Promise<void>;
  readonly makeReadOnly: (path: string) => Promise<void>;
  /** When the file was last written, milliseconds since the epoch, and its bytes. */
  readonly stat: (path: string) => Promise<{ readonly modified: number; readonly size: number }>;
}

/** Whether an exception of the system has this code, such as `ENOENT`. */
export function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}

/** Names in a folder; none when it is missing. */
export async function listIfThere(
  files: JournalFileSystem,
  path: string,
): Promise<readonly string[]> {
  try {
    return await files.list(path);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return [];
    throw cause;
  }
}

function appendHandle(handle: FileHandle): AppendHandle {
  return {
    write: async (bytes) => {
      // A write may be short, for instance when a signal arrives or the disk fills up.
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
    },
    datasync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

async function withFile<T>(
  path: string,
  flags: string | number,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags, 0o640);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

function syncFolder(path: string): Promise<void> {
  return withFile(path, "r", (handle) => handle.sync());
}

/**
 * The file appears with its content or not at all: it is written under another name and linked. Where
 * the file system has no links (SMB shares), it is created empty and then written.
 */
async function createExclusive(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    await withFile(temporary, "w", (handle) => handle.writeFile(text));
    try {
      await link(temporary, path);
    } catch (cause) {
      const hasLinks = !["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].some((one) =>
        hasCode(cause, one),
      );
      if (hasLinks) throw cause;
      await withFile(path, "wx", (handle) => handle.writeFile(text));
    }
    return true;
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) return false;
    throw cause;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The real file system. What it creates is readable by its owner and group only. */
export const nodeFileSystem: JournalFileSystem = {
  makeFolder: async (path) => {
    const whole = resolve(path);
    const first = await mkdir(whole, { recursive: true, mode: 0o750 });
    if (first === undefined) return;
    for (let made = whole; made.length >= first.length; made = dirname(made))
      await syncFolder(dirname(made));
  },
  list: async (path) => (await readdir(path)).sort(),
  openRead: async (path) => {
    const handle = await open(path, "r");
    return {
      read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
      size: async () => (await handle.stat()).size,
      close: () => handle.close(),
    };
  },
  openAppend: async (path, create) => {
    const flags = constants.O_WRONLY | constants.O_APPEND | (create ? constants.O_CREAT : 0);
    return appendHandle(await open(path, flags, 0o640));
  },
  syncFolder,
  syncFile: (path) => withFile(path, "r", (handle) => handle.datasync()),
  createExclusive,
  writeSynced: (path, text) =>
    withFile(path, "w", async (handle) => {
      await handle.writeFile(text);
      await handle.sync();
    }),
  rename,
  readText: async (path) => {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      if (hasCode(cause, "ENOENT")) return undefined;
      throw cause;
    }
  },
  remove: (path) => rm(path, { force: true }),
  makeReadOnly: (path) => chmod(path, 0o440),
  stat: async (path) => {
    const { mtimeMs, size } = await stat(path);
    return { modified: mtimeMs, size };
  },
};
