/** What a journal holds, and how far its sinks have come; read without the writer. */
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { listCursors } from "./cursor.ts";
import { listDeadLetters, readLetters } from "./dead-letter.ts";
import { type JournalFileSystem, nodeFileSystem } from "./file-system.ts";
import type { RecordView } from "./record.ts";
import { walkJournal } from "./scan.ts";
import { listSegments } from "./segment.ts";

export interface CursorStat {
  readonly sink: string;
  /** -1: nothing delivered yet, or the cursor's file is damaged. */
  readonly seq: number;
  /** Records that are not settled. */
  readonly lag: number;
  readonly damaged: boolean;
}

export interface JournalStat {
  readonly segments: number;
  readonly bytes: number;
  readonly records: number;
  readonly events: number;
  readonly firstSeq: number;
  readonly headSeq: number;
  readonly headHash: string;
  /** Earliest and latest time of an event, RFC 3339; absent when there is none. */
  readonly earliest?: string;
  readonly latest?: string;
  readonly cursors: readonly CursorStat[];
  /** Letters that wait for a replay. */
  readonly deadLetters: readonly { readonly sink: string; readonly letters: number }[];
  /** Damages of the chain, and an unfinished record at its end. */
  readonly problems: readonly Diagnostic[];
}

const TIMESTAMP = Buffer.from('"timestamp":"');
const TIME_BYTES = "2026-03-01T00:00:00.000Z".length;

/** The time of an event in its record; canonical events carry it as UTC milliseconds. */
function timeOf(buffer: Buffer, { bodyStart, bodyEnd }: RecordView): string | undefined {
  const at = buffer.indexOf(TIMESTAMP, bodyStart);
  if (at === -1 || at >= bodyEnd) return undefined;
  const start = at + TIMESTAMP.length;
  return buffer.toString("latin1", start, start + TIME_BYTES);
}

async function statCursors(
  files: JournalFileSystem,
  folder: string,
  headSeq: number,
): Promise<readonly CursorStat[]> {
  const cursors = await listCursors(files, folder);
  return cursors.map(({ name, position }) => {
    const seq = position?.seq ?? -1;
    const ahead = position?.aheadRanges ?? [];
    const settled = ahead.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    const lag = Math.max(0, headSeq - seq - settled);
    return { sink: name, seq, lag, damaged: position === undefined };
  });
}

async function countLetters(
  files: JournalFileSystem,
  folder: string,
  sink: string,
): Promise<{ readonly sink: string; readonly letters: number }> {
  let letters = 0;
  for await (const { letter } of readLetters(folder, sink, files)) if (letter) letters += 1;
  return { sink, letters };
}

/** Reads the whole journal, checking it, and what stands beside it. */
export async function statJournal(
  folder: string,
  files: JournalFileSystem = nodeFileSystem,
): Promise<JournalStat> {
  const segments = await listSegments(files, folder);
  let earliest: string | undefined;
  let latest: string | undefined;
  const walk = await walkJournal({
    files,
    segments,
    visit: (buffer, view) => {
      const time = view.kind === "event" ? timeOf(buffer, view) : undefined;
      if (time === undefined) return;
      if (earliest === undefined || time < earliest) earliest = time;
      if (latest === undefined || time > latest) latest = time;
    },
  });
  const sinks = await listDeadLetters(files, folder);
  const isJournal = segments.length > 0;
  const none = report(journalMessage.notAJournal, fileSpan(folder), {
    reason: "it has no segments",
  });
  return {
    segments: segments.length,
    bytes: walk.bytes,
    records: walk.records,
    events: walk.events,
    firstSeq: segments[0]?.firstSeq ?? 0,
    headSeq: walk.headSeq,
    headHash: walk.headHash,
    ...(earliest !== undefined && { earliest }),
    ...(latest !== undefined && { latest }),
    cursors: await statCursors(files, folder, walk.headSeq),
    deadLetters: await Promise.all(sinks.map((sink) => countLetters(files, folder, sink))),
    problems: [
      ...(isJournal ? [] : [none]),
      ...walk.damages.map(({ problem }) => problem),
      ...(walk.torn === undefined ? [] : [walk.torn.problem]),
    ],
  };
}
