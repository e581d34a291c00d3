/** Reading a journal: verification, and its events in order. */
import { fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { type JournalFileSystem, nodeFileSystem } from "./file-system.ts";
import { LineReader } from "./line-reader.ts";
import { type JournalRecord, recordOf, viewRecord } from "./record.ts";
import { type ScanResult, walkJournal } from "./scan.ts";
import { listSegments } from "./segment.ts";

/** Checks the whole chain and names the first bad record. */
export async function verifyJournal(
  folder: string,
  files: JournalFileSystem = nodeFileSystem,
): Promise<ScanResult> {
  const segments = await listSegments(files, folder);
  const walk = await walkJournal({ files, segments, stopAtProblem: true });
  const problem =
    segments.length === 0
      ? report(journalMessage.notAJournal, fileSpan(folder), { reason: "it has no segments" })
      : (walk.damages[0]?.problem ?? walk.torn?.problem);
  return {
    records: walk.records,
    events: walk.events,
    segments: segments.length,
    headHash: walk.headHash,
    headSeq: walk.headSeq,
    ...(problem !== undefined && { problem }),
    goodBytes: walk.goodBytes,
    tornBytes: walk.torn?.bytes ?? 0,
  };
}

/** The records of a journal in order, without checking the chain; stops at an unreadable line. */
export async function* readJournal(
  folder: string,
  files: JournalFileSystem = nodeFileSystem,
): AsyncGenerator<JournalRecord> {
  for (const { path } of await listSegments(files, folder)) {
    const handle = await files.openRead(path);
    try {
      const reader = new LineReader(handle);
      do {
        while (reader.next()) {
          const view = viewRecord(reader.buffer, reader.start, reader.end);
          if (view === undefined) return;
          yield recordOf(reader.buffer, view);
        }
      } while (await reader.fill(Number.POSITIVE_INFINITY));
    } finally {
      await handle.close();
    }
  }
}
