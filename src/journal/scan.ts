/** Reads segments record by record, checking the chain; memory stays flat. */
import { isUtf8 } from "node:buffer";
import { basename } from "node:path";
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { type JournalFileSystem, listSegments } from "./file-system.ts";
import {
  GENESIS_HASH,
  hashRecord,
  type JournalRecord,
  parseRecord,
  segmentName,
} from "./record.ts";

/** What a scan came to. */
export interface ScanResult {
  readonly records: number;
  readonly events: number;
  readonly segments: number;
  /** Hash of the last good record, and its sequence number (-1 when there is none). */
  readonly headHash: string;
  readonly headSeq: number;
  /** The first bad record, or a torn tail. */
  readonly problem?: Diagnostic;
  /** Where the last good record of the last segment ends, in bytes. */
  readonly goodBytes: number;
  /** Bytes of an unfinished last line. */
  readonly tornBytes: number;
}

interface Cursor {
  records: number;
  events: number;
  hash: string;
  seq: number;
}

const NEWLINE = 10;
/** A record is an event line and its hashes; a longer line is no record. */
const RECORD_BYTES_MAX = 32 * 1024 * 1024;

interface SegmentLine {
  readonly text: string;
  readonly number: number;
  readonly endsAt: number;
  readonly complete: boolean;
}

/** Lines of a segment with their end offsets; the last may lack its newline. */
async function* segmentLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SegmentLine> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = 0;
  let number = 0;
  for await (const chunk of chunks) {
    const buffer =
      pending.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([pending, chunk]);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, start)) {
      number += 1;
      const endsAt = offset + end + 1;
      const line = buffer.subarray(start, end);
      // Decoding folds invalid bytes together, so two different lines could hash alike.
      const text = isUtf8(line) ? line.toString("utf8") : "";
      yield { text, number, endsAt, complete: true };
      start = end + 1;
    }
    offset += start;
    pending = buffer.subarray(start);
    if (pending.length > RECORD_BYTES_MAX) break;
  }
  if (pending.length > 0) {
    yield {
      text: pending.toString("utf8"),
      number: number + 1,
      endsAt: offset + pending.length,
      complete: false,
    };
  }
}

/** What is wrong with a record where the cursor stands, or `undefined`. */
function judge(
  record: JournalRecord | undefined,
  cursor: Cursor,
  span: Span,
): Diagnostic | undefined {
  const expected = cursor.seq + 1;
  if (record === undefined) return report(journalMessage.unreadableRecord, span, { seq: expected });
  const { seq, previousHash, kind, body, hash } = record;
  if (hashRecord(previousHash, seq, kind, body) !== hash) {
    return report(journalMessage.editedRecord, span, { seq: expected });
  }
  if (seq !== expected || previousHash !== cursor.hash) {
    return report(journalMessage.brokenChain, span, { seq, expected });
  }
  return undefined;
}

/**
 * Checks the chain from its first record, stopping at the first bad one.
 *
 * @param onRecord Called with every good record, in order.
 */
export async function scanJournal(
  files: JournalFileSystem,
  folder: string,
  onRecord: (record: JournalRecord) => void | Promise<void> = () => {},
): Promise<ScanResult> {
  const segments = await listSegments(files, folder);
  const cursor: Cursor = { records: 0, events: 0, hash: GENESIS_HASH, seq: -1 };
  let goodBytes = 0;
  const result = (extra: Partial<ScanResult>): ScanResult => ({
    records: cursor.records,
    events: cursor.events,
    segments: segments.length,
    headHash: cursor.hash,
    headSeq: cursor.seq,
    goodBytes,
    tornBytes: 0,
    ...extra,
  });
  if (segments.length === 0) {
    const span = { file: folder, line: 1, column: 1, length: 1 };
    return result({
      problem: report(journalMessage.notAJournal, span, { reason: "it has no segments" }),
    });
  }
  for (const [index, path] of segments.entries()) {
    goodBytes = 0;
    const isLast = index === segments.length - 1;
    if (basename(path) !== segmentName(cursor.seq + 1)) {
      const span = { file: path, line: 1, column: 1, length: 1 };
      const seq = Number(basename(path).slice(0, 20));
      return result({
        problem: report(journalMessage.brokenChain, span, { seq, expected: cursor.seq + 1 }),
      });
    }
    for await (const { text, number, endsAt, complete } of segmentLines(files.read(path))) {
      const span = { file: path, line: number, column: 1, length: 1 };
      if (!complete && isLast) {
        const tornBytes = endsAt - goodBytes;
        return result({
          tornBytes,
          problem: report(journalMessage.tornTail, span, { bytes: tornBytes }),
        });
      }
      const record = parseRecord(text);
      const problem = judge(complete ? record : undefined, cursor, span);
      if (problem !== undefined || record === undefined) return result(problem ? { problem } : {});
      cursor.records += 1;
      if (record.kind === "event") cursor.events += 1;
      cursor.hash = record.hash;
      cursor.seq = record.seq;
      goodBytes = endsAt;
      await onRecord(record);
    }
  }
  return result({});
}
