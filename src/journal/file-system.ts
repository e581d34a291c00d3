/** The few file operations the journal needs, so that tests can record and fail them. */
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** An open segment. */
export interface SegmentFile {
  readonly write: (text: string) => Promise<void>;
  /** Returns after the data is on the device. */
  readonly datasync: () => Promise<void>;
  readonly truncate: (length: number) => Promise<void>;
  readonly size: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface JournalFileSystem {
  readonly makeFolder: (path: string) => Promise<void>;
  /** Names in a folder, sorted. */
  readonly list: (path: string) => Promise<readonly string[]>;
  readonly read: (path: string) => AsyncIterable<Uint8Array>;
  /** Opens for appending, creating the file when it is missing. */
  readonly openAppend: (path: string) => Promise<SegmentFile>;
  /** Makes a new name in a folder durable. */
  readonly syncFolder: (path: string) => Promise<void>;
  /** Creates a file that must not exist; false when it does. */
  readonly createExclusive: (path: string, text: string) => Promise<boolean>;
  readonly readText: (path: string) => Promise<string>;
  readonly remove: (path: string) => Promise<void>;
}

function segmentFile(handle: FileHandle): SegmentFile {
  return {
    write: async (text) => {
      const buffer = Buffer.from(text);
      // A write may be short, for instance when a signal arrives or the disk fills up.
      for (let at = 0; at < buffer.length; ) at += (await handle.write(buffer, at)).bytesWritten;
    },
    datasync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path);
  yield* handle.createReadStream({ highWaterMark: 262_144 });
}

/** The real file system. Segments and lock are readable by their owner and group only. */
export const nodeFileSystem: JournalFileSystem = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o750 });
  },
  list: async (path) => (await readdir(path)).sort(),
  read: readFile,
  openAppend: async (path) => segmentFile(await open(path, "a", 0o640)),
  syncFolder: async (path) => {
    const handle = await open(path);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  createExclusive: async (path, text) => {
    try {
      const handle = await open(path, "wx", 0o640);
      await handle.writeFile(text);
      await handle.close();
      return true;
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
      throw cause;
    }
  },
  readText: async (path) => {
    const handle = await open(path);
    try {
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  },
  remove: (path) => rm(path, { force: true }),
};

/** Paths of a journal's segments, oldest first. */
export async function listSegments(
  files: JournalFileSystem,
  folder: string,
): Promise<readonly string[]> {
  const names = await files.list(folder);
  return names
    .filter((name) => /^[0-9]{20}\.journal$/.test(name))
    .map((name) => join(folder, name));
}
