/** Reads a `.tar.gz` as its standard says, to see what a writer made of it. */
import { gunzipSync } from "node:zlib";

export interface ArchiveEntry {
  readonly path: string;
  /** `0` a file, `5` a folder. */
  readonly type: string;
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly text: string;
}

const BLOCK = 512;

function textAt(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString("utf8");
}

const octalAt = (bytes: Buffer, at: number, length: number): number =>
  Number.parseInt(textAt(bytes, at, length).trim(), 8);

/** Every entry in the order of the archive; throws where a header's checksum is wrong. */
export function readArchive(compressed: Uint8Array): readonly ArchiveEntry[] {
  const bytes = gunzipSync(compressed);
  if (bytes.length % BLOCK !== 0) throw new Error("not a whole number of blocks");
  const entries: ArchiveEntry[] = [];
  let at = 0;
  while (bytes[at] !== 0) {
    const header = bytes.subarray(at, at + BLOCK);
    const sum = header.reduce(
      (total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte),
      0,
    );
    if (sum !== octalAt(header, 148, 8)) throw new Error(`checksum of the header at ${at}`);
    if (textAt(header, 257, 6) !== "ustar") throw new Error(`format of the header at ${at}`);
    const [name, prefix] = [textAt(header, 0, 100), textAt(header, 345, 155)];
    const size = octalAt(header, 124, 12);
    entries.push({
      path: prefix === "" ? name : `${prefix}/${name}`,
      type: textAt(header, 156, 1),
      mode: octalAt(header, 100, 8),
      owner: octalAt(header, 108, 8),
      group: octalAt(header, 116, 8),
      time: octalAt(header, 136, 12),
      text: bytes.subarray(at + BLOCK, at + BLOCK + size).toString("utf8"),
    });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (!bytes.subarray(at).equals(Buffer.alloc(2 * BLOCK))) throw new Error("end of the archive");
  return entries;
}
