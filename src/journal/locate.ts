/** Finds a record by its number without reading a segment whole. */
import { hasCode, type JournalFileSystem, type ReadHandle } from "./file-system.ts";
import { LineReader } from "./line-reader.ts";
import { hashOfView, ownHash, viewRecord } from "./record.ts";
import type { Segment } from "./segment.ts";

/** Below this distance reading on is cheaper than another probe. */
const CLOSE_BYTES = 131_072;

/** A record of the file at or behind a place: its number, and where it starts. */
async function probe(
  handle: ReadHandle,
  offset: number,
  limit: number,
): Promise<{ seq: number; startsAt: number } | undefined> {
  const reader = new LineReader(handle, offset);
  if (!(await reader.fill(Math.min(limit, offset + CLOSE_BYTES)))) return undefined;
  // The first line begins somewhere inside a record.
  if (!reader.next() || !reader.next()) return undefined;
  const view = viewRecord(reader.buffer, reader.start, reader.end);
  // A damaged number must not mislead the search.
  if (view === undefined || hashOfView(reader.buffer, view) !== ownHash(reader.buffer, view))
    return undefined;
  return { seq: view.seq, startsAt: reader.startsAt };
}

/**
 * A byte offset at the start of a line, at or before the record `seq`, close to it where the file is
 * whole. Numbers ascend in a segment; where a probe finds no good record the search stays on the safe
 * side.
 *
 * @param limit Bytes of the file that count.
 */
export async function seekRecord(handle: ReadHandle, limit: number, seq: number): Promise<number> {
  let low = 0;
  let high = limit;
  while (high - low > CLOSE_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const found = await probe(handle, middle, limit);
    if (found === undefined || found.seq > seq || found.startsAt <= low) high = middle;
    else low = found.startsAt;
  }
  return low;
}

async function openIfThere(
  files: JournalFileSystem,
  path: string,
): Promise<ReadHandle | undefined> {
  try {
    return await files.openRead(path);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw cause;
  }
}

/**
 * Hash of a record; `undefined` when no segment has it, or it cannot be read.
 *
 * @param committedBytes Bytes that count in the last segment.
 */
export async function findHash(
  files: JournalFileSystem,
  segments: readonly Segment[],
  committedBytes: number,
  seq: number,
): Promise<string | undefined> {
  const segment = segments.findLast(({ firstSeq }) => firstSeq <= seq);
  if (segment === undefined) return undefined;
  const handle = await openIfThere(files, segment.path);
  if (handle === undefined) return undefined;
  try {
    const limit = segment === segments.at(-1) ? committedBytes : await handle.size();
    const reader = new LineReader(handle, await seekRecord(handle, limit, seq));
    do {
      while (reader.next()) {
        const view = viewRecord(reader.buffer, reader.start, reader.end);
        if (view === undefined || view.seq < seq) continue;
        const own = ownHash(reader.buffer, view);
        if (view.seq === seq) return hashOfView(reader.buffer, view) === own ? own : undefined;
        return undefined;
      }
    } while (await reader.fill(limit));
    return undefined;
  } finally {
    await handle.close();
  }
}
