/** Care for closed files: compress them, remove those that need not be kept. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from "node:zlib";
import type { JournalFileSystem } from "../../journal/file-system.ts";
import { readBlocks } from "./disk.ts";
import { fileName, type NamedFile, namedFiles } from "./name.ts";

export interface ClosedOptions {
  readonly files: JournalFileSystem;
  readonly folder: string;
  readonly prefix: string;
  readonly compress: NamedFile["compression"];
  /** 0: all. */
  readonly keepFiles: number;
  /** 0: for ever. */
  readonly keepMs: number;
  readonly now: () => number;
}

function compressor(compression: NamedFile["compression"]): Transform {
  return compression === "zstd" ? createZstdCompress() : createGzip();
}

/** The lines' bytes of a file, whether it is compressed or not. */
export function readPlain(
  files: JournalFileSystem,
  folder: string,
  { name, compression }: NamedFile,
): AsyncIterable<Uint8Array> {
  const blocks = readBlocks(files, join(folder, name));
  if (compression === "none") return blocks;
  const unpacked = compression === "zstd" ? createZstdDecompress() : createGunzip();
  // Errors of either side reach whoever reads the result.
  pipeline(Readable.from(blocks), unpacked).catch((error: Error) => unpacked.destroy(error));
  return unpacked;
}

async function digestOf(blocks: AsyncIterable<Uint8Array>): Promise<string> {
  const digest = createHash("sha256");
  for await (const block of blocks) digest.update(block);
  return digest.digest("hex");
}

/** Compresses one file beside itself, and takes its place after it was read back. */
async function compressFile(options: ClosedOptions, file: NamedFile): Promise<void> {
  const { files, folder, prefix, compress } = options;
  const plain = join(folder, file.name);
  const name = fileName(prefix, file.begun, compress);
  const part = join(folder, `.${name}.part`);
  // An earlier run may have stopped in the middle.
  await files.remove(part);
  await files.createExclusive(part, "");
  const out = await files.openAppend(part, false);
  try {
    await pipeline(
      Readable.from(readBlocks(files, plain)),
      compressor(compress),
      async (packed: AsyncIterable<Uint8Array>) => {
        for await (const block of packed) await out.write(block);
      },
    );
    await out.datasync();
  } finally {
    await out.close();
  }
  const written: NamedFile = { name: `.${name}.part`, begun: file.begun, compression: compress };
  const before = await digestOf(readBlocks(files, plain));
  if ((await digestOf(readPlain(files, folder, written))) !== before)
    throw new Error(`${name} read back is not what was compressed; ${file.name} stays as it is`);
  await files.rename(part, join(folder, name));
  await files.syncFolder(folder);
  await files.remove(plain);
}

/** Whether a file may go. `begunNext` is when the one after it was begun: its last event is older. */
function isDispensable(
  { keepFiles, keepMs, now }: ClosedOptions,
  younger: number,
  begunNext: number,
): boolean {
  return (keepFiles > 0 && younger >= keepFiles) || (keepMs > 0 && now() - begunNext > keepMs);
}

/** Looks after every file but the latest. */
export async function tendClosed(options: ClosedOptions): Promise<void> {
  const { files, folder, prefix, compress } = options;
  const all = namedFiles(prefix, await files.list(folder));
  const closed = all.slice(0, -1);
  for (const [index, file] of closed.entries()) {
    const begunNext = all[index + 1]?.begun ?? Number.POSITIVE_INFINITY;
    if (isDispensable(options, closed.length - 1 - index, begunNext))
      await files.remove(join(folder, file.name));
    else if (compress !== "none" && file.compression === "none") await compressFile(options, file);
  }
}
