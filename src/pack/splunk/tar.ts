/**
 * Archives with the same bytes for the same files: a POSIX ustar file (IEEE Std 1003.1, pax) in gzip,
 * without times, owners or the order of a file system.
 */
import { gzipSync } from "node:zlib";

export interface ArchiveFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly body: string | Uint8Array;
}

const BLOCK = 512;
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** Splits a path that is longer than the name field holds at a slash (ustar, field `prefix`). */
function splitPath(path: string): readonly [name: string, prefix: string] {
  if (Buffer.byteLength(path) <= 100) return [path, ""];
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [name, prefix];
  }
  throw new Error(`path too long for an archive: ${path}`);
}

function header(path: string, mode: number, size: number, type: "0" | "5"): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [name, prefix] = splitPath(path);
  const octal = (value: number, length: number): string =>
    `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(name, 0, 100, "utf8");
  block.write(octal(mode, 8), 100, "latin1");
  block.write(octal(0, 8), 108, "latin1");
  block.write(octal(0, 8), 116, "latin1");
  block.write(octal(size, 12), 124, "latin1");
  block.write(octal(0, 12), 136, "latin1");
  block.write(" ".repeat(8), 148, "latin1");
  block.write(type, 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write("root", 265, "latin1");
  block.write("root", 297, "latin1");
  block.write(prefix, 345, 155, "utf8");
  // The checksum counts its own field as blanks.
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Every folder above the files, outermost first. */
function foldersOf(files: readonly ArchiveFile[]): readonly string[] {
  const folders = files.flatMap(({ path }) => {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return [...new Set(folders)].sort();
}

/** A `.tar.gz` of the files and their folders. */
export function archive(files: readonly ArchiveFile[]): Uint8Array {
  const blocks: Buffer[] = foldersOf(files).map((path) => header(`${path}/`, FOLDER_MODE, 0, "5"));
  for (const { path, body } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const bytes = Buffer.from(body);
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    blocks.push(header(path, FILE_MODE, bytes.length, "0"), bytes, padding);
  }
  // Two empty blocks end the archive.
  blocks.push(Buffer.alloc(2 * BLOCK));
  const compressed = gzipSync(Buffer.concat(blocks), { level: 9 });
  // RFC 1952, 2.3: no time, and an operating system that is not told, so that machines agree.
  compressed.writeUInt32LE(0, 4);
  compressed.writeUInt8(255, 9);
  return compressed;
}
