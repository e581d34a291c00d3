/** Segments: the files of a journal, each named after the sequence number it begins with. */
import { basename, join } from "node:path";
import type { JournalFileSystem } from "./file-system.ts";

/** One file of the journal. */
export interface Segment {
  readonly path: string;
  /** Sequence number of its first record. */
  readonly firstSeq: number;
}

/** Name of the segment that starts with a sequence number: names sort as numbers. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(20, "0")}.journal`;
}

export function segmentAt(folder: string, firstSeq: number): Segment {
  return { path: join(folder, segmentName(firstSeq)), firstSeq };
}

/** The segments of a journal, oldest first. Other files of the folder are none of ours. */
export async function listSegments(
  files: JournalFileSystem,
  folder: string,
): Promise<readonly Segment[]> {
  return (await files.list(folder))
    .filter((name) => /^[0-9]{20}\.journal$/.test(name))
    .map((name) => ({ path: join(folder, name), firstSeq: Number(name.slice(0, 20)) }))
    .filter(({ firstSeq }) => Number.isSafeInteger(firstSeq));
}

/** File name of a segment, for records and messages. */
export function fileName(segment: Segment): string {
  return basename(segment.path);
}
