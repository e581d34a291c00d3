/** Bytes of a log file, plain or compressed, by their position in the plain text. */
import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Most bytes that are read at once. */
const CHUNK_BYTES = 1_048_576;

/** How far a compressed file can be read. */
export type GzipEnd =
  | { readonly kind: "whole" }
  /** It ends in the middle, because it is still being written or was cut. */
  | { readonly kind: "cut" }
  | { readonly kind: "broken"; readonly detail: string };

export interface Content {
  /**
   * Bytes that can be read by now, `Infinity` for a compressed file, whose end shows when it is reached;
   * and when it was changed, milliseconds since the epoch.
   */
  readonly look: () => Promise<{ readonly size: number; readonly modifiedMs: number }>;
  /** Up to `length` bytes from a position, fewer when there are fewer. */
  readonly peek: (from: number, length: number) => Promise<Buffer>;
  /** The next bytes from a position, none at the end of what is there. */
  readonly read: (position: number) => Promise<Uint8Array>;
  /** After `read` gave nothing: how a compressed file ended. Plain files never end. */
  readonly end: () => GzipEnd | undefined;
  /** Forgets what was seen of the end, because the file has changed. */
  readonly changed: () => void;
  readonly close: () => Promise<void>;
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** A file of lines as it is. */
export function plainContent(handle: FileHandle): Content {
  const look: Content["look"] = async () => {
    const { size, mtimeMs } = await handle.stat();
    return { size, modifiedMs: mtimeMs };
  };
  return {
    look,
    peek: (from, length) => readAt(handle, from, length),
    read: async (position) => {
      const there = (await look()).size - position;
      return readAt(handle, position, Math.max(0, Math.min(there, CHUNK_BYTES)));
    },
    end: () => undefined,
    changed: () => {},
    close: () => handle.close(),
  };
}

async function* piecesOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    const piece = await readAt(handle, at, 262_144);
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

async function* inflate(handle: FileHandle): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 262_144 });
  const source = Readable.from(piecesOf(handle));
  source.on("error", (cause) => gunzip.destroy(cause));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function gzipFailure(cause: unknown): GzipEnd {
  if (!(cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_")))
    throw cause;
  return cause.code === "Z_BUF_ERROR" ? { kind: "cut" } : { kind: "broken", detail: cause.message };
}

/** A compressed file (RFC 1952). It is read forwards; going back begins anew. */
export function gzipContent(handle: FileHandle): Content {
  let stream: AsyncGenerator<Buffer> | undefined;
  let at = 0;
  let end: GzipEnd | undefined;

  async function rewind(): Promise<void> {
    await stream?.return(undefined);
    stream = undefined;
    at = 0;
  }

  async function next(): Promise<Buffer> {
    stream ??= inflate(handle);
    try {
      const step = await stream.next();
      if (step.done !== true) return step.value;
      end = { kind: "whole" };
    } catch (cause) {
      end = gzipFailure(cause);
    }
    return Buffer.alloc(0);
  }

  async function readFrom(position: number): Promise<Buffer> {
    if (at > position) await rewind();
    while (end === undefined) {
      const chunk = await next();
      const skip = Math.min(position - at, chunk.length);
      at += chunk.length;
      if (skip < chunk.length) return chunk.subarray(skip);
    }
    return Buffer.alloc(0);
  }

  return {
    look: async () => ({ size: Number.POSITIVE_INFINITY, modifiedMs: 0 }),
    peek: async (from, length) => {
      const pieces: Buffer[] = [];
      for (let bytes = 0; bytes < length; ) {
        const piece = await readFrom(from + bytes);
        if (piece.length === 0) break;
        pieces.push(piece);
        bytes += piece.length;
      }
      const all = Buffer.concat(pieces);
      // What was taken from the stream beyond the end of the peek is read again.
      await rewind();
      end = undefined;
      return all.subarray(0, length);
    },
    read: readFrom,
    end: () => end,
    changed: () => {
      end = undefined;
      // The decompressor has seen the end of the file and would not look further.
      at = Number.POSITIVE_INFINITY;
    },
    close: async () => {
      await rewind();
      await handle.close();
    },
  };
}
