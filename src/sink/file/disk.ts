/** The file system of the sink: as the journal's, but what it makes is for its owner alone. */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode, type JournalFileSystem, nodeFileSystem } from "../../journal/file-system.ts";

export const ownerOnlyFileSystem: JournalFileSystem = {
  ...nodeFileSystem,
  makeFolder: async (path) => {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made))
      await nodeFileSystem.syncFolder(dirname(made));
  },
  createExclusive: async (path, text) => {
    try {
      const handle = await open(path, "wx", 0o600);
      try {
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
      return true;
    } catch (cause) {
      if (hasCode(cause, "EEXIST")) return false;
      throw cause;
    }
  },
};

/** The bytes of a file, in blocks. */
export async function* readBlocks(
  files: JournalFileSystem,
  path: string,
): AsyncGenerator<Uint8Array> {
  const handle = await files.openRead(path);
  try {
    for (let position = 0; ; ) {
      const block = Buffer.allocUnsafe(262_144);
      const bytes = await handle.read(block, position);
      if (bytes === 0) return;
      position += bytes;
      yield block.subarray(0, bytes);
    }
  } finally {
    await handle.close();
  }
}

const NEWLINE = 10;

/**
 * Up to where a file holds whole lines that were on the device. A crash can leave a piece of a line, and
 * blocks of zeros where later ones arrived and earlier ones did not. JSON holds no zero byte, so what
 * was synced lies before the first one; what follows was never called delivered.
 */
export async function wholeLines(files: JournalFileSystem, path: string): Promise<number> {
  let position = 0;
  let whole = 0;
  for await (const block of readBlocks(files, path)) {
    const zero = block.indexOf(0);
    const sound = zero === -1 ? block : block.subarray(0, zero);
    const last = sound.lastIndexOf(NEWLINE);
    if (last !== -1) whole = position + last + 1;
    if (zero !== -1) return whole;
    position += block.length;
  }
  return whole;
}
