/**
 * What to do with a journal that is opened for writing: go on, cut off a torn tail, or leave a damaged
 * file as it is and go on in a new one.
 *
 * Evidence is never altered. The only bytes that are ever cut off are those of an unfinished record at
 * the very end, behind the last checkpoint, of which nobody was told that it was durable. After anything
 * worse the chain continues from the last record that can be read, in a new segment, and its first
 * record says what is damaged. Where the end of the journal was lost, numbers that may have been given
 * out already are passed over by a wide margin.
 */
import { createHash } from "node:crypto";
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { formatTime } from "../event/time.ts";
import { type Checkpoint, loadCheckpoint } from "./checkpoint.ts";
import { furthestCursor } from "./cursor.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { LineReader } from "./line-reader.ts";
import { seekRecord } from "./locate.ts";
import type { DamageNote, JournalBody, RecoveryBody } from "./note.ts";
import type { Receipt } from "./receipt.ts";
import { hashOfView, ownHash, type RecordKind, type RecordView, viewRecord } from "./record.ts";
import { type Damage, isDeclared, type Walk, type WalkStart, walkJournal } from "./scan.ts";
import { fileName, listSegments, type Segment, segmentAt } from "./segment.ts";
import type { ActiveSegment } from "./segment-writer.ts";

/** How a journal goes on. */
export interface Recovered {
  /** The segments that hold records, oldest first. */
  readonly segments: readonly Segment[];
  /** Where the last readable record ends; absent when there is none. */
  readonly end: ActiveSegment | undefined;
  /** Whether appends go on there; otherwise they begin a new segment. */
  readonly goesOn: boolean;
  readonly head: Receipt;
  readonly nextSeq: number;
  /** The record to append before anything else. */
  readonly note: { readonly kind: RecordKind; readonly body: object } | undefined;
  readonly checkpointSeq: number;
  readonly deletedTo: number;
  readonly problems: readonly Diagnostic[];
}

export interface RecoverOptions {
  readonly files: JournalFileSystem;
  readonly folder: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Numbers that are passed over when the journal's end was lost. Far more than can have been given out
 * since the last checkpoint or cursor, which lag by some ten thousand records.
 */
export const SEQ_MARGIN = 1_000_000;

/** What was found in the folder. */
interface Findings {
  readonly segments: readonly Segment[];
  /** A last segment without a single whole record; a crash came while it was begun. */
  readonly stub: (Segment & { readonly bytes: number }) | undefined;
  readonly checkpoint: Checkpoint | undefined;
  readonly walk: Walk;
  /** Damages that no recovery record tells of yet. */
  readonly damages: readonly Damage[];
  /** The highest number that is known to have been given out. */
  readonly knownSeq: number;
  readonly problems: readonly Diagnostic[];
}

/** Whether a file has no newline, and so no whole record. */
async function isStub(files: JournalFileSystem, { path }: Segment): Promise<number | undefined> {
  const handle = await files.openRead(path);
  try {
    const size = await handle.size();
    const reader = new LineReader(handle);
    do {
      if (reader.next()) return undefined;
    } while (await reader.fill(size));
    return size;
  } finally {
    await handle.close();
  }
}

/** The walk's start at a checkpoint; `undefined` when the journal has no such record there. */
async function startAt(
  files: JournalFileSystem,
  segments: readonly Segment[],
  { seq, hash, segment: name, bytes, lines }: Checkpoint,
): Promise<WalkStart | undefined> {
  const index = segments.findIndex((segment) => fileName(segment) === name);
  const segment = segments[index];
  if (segment === undefined) return undefined;
  const handle = await files.openRead(segment.path);
  try {
    if ((await handle.size()) < bytes) return undefined;
    const reader = new LineReader(handle, await seekRecord(handle, bytes, seq));
    do {
      while (reader.next()) {
        if (reader.endsAt !== bytes) continue;
        const view = viewRecord(reader.buffer, reader.start, reader.end);
        if (view?.seq !== seq || ownHash(reader.buffer, view) !== hash) return undefined;
        if (hashOfView(reader.buffer, view) !== hash) return undefined;
        return { index, bytes, line: lines, seq, hash };
      }
    } while (await reader.fill(bytes));
    return undefined;
  } finally {
    await handle.close();
  }
}

/** The end of the journal is not what a checkpoint or a cursor has seen. */
function lostEnd(
  folder: string,
  segments: readonly Segment[],
  walk: Walk,
  knownSeq: number,
): Damage | undefined {
  if (walk.headSeq >= knownSeq) return undefined;
  const segment = segments.at(-1) ?? segmentAt(folder, 0);
  const fromSeq = walk.headSeq + 1;
  const args = { from: fromSeq, to: knownSeq };
  const problem = report(journalMessage.recordsMissing, fileSpan(segment.path), args);
  return { segment, fromSeq, toSeq: undefined, problem };
}

async function examine({ files, folder }: RecoverOptions): Promise<Findings> {
  const listed = await listSegments(files, folder);
  const { checkpoint, problem } = await loadCheckpoint(files, folder);
  const last = listed.at(-1);
  // A checkpoint in the file says that it held whole records.
  const isKnown = last !== undefined && checkpoint?.segment === fileName(last);
  const stubBytes = last === undefined || isKnown ? undefined : await isStub(files, last);
  const stub =
    last === undefined || stubBytes === undefined ? undefined : { ...last, bytes: stubBytes };
  const segments = stub === undefined ? listed : listed.slice(0, -1);
  const start = checkpoint && (await startAt(files, segments, checkpoint));
  let seen: string | undefined;
  const visit = (buffer: Buffer, view: RecordView): void => {
    if (view.seq === checkpoint?.seq) seen = ownHash(buffer, view);
  };
  const walk = await walkJournal({ files, segments, visit, ...(start && { start }) });
  const knownSeq = Math.max(checkpoint?.seq ?? -1, await furthestCursor(files, folder));
  const deletedTo = Math.max(walk.deletedTo, checkpoint?.deletedTo ?? -1);
  const damages = walk.damages.filter(
    (damage) =>
      !isDeclared(walk, damage) && (damage.toSeq === undefined || damage.toSeq > deletedTo),
  );
  const lost = lostEnd(folder, segments, walk, knownSeq);
  if (lost !== undefined && damages.at(-1)?.toSeq !== undefined) damages.push(lost);
  else if (lost !== undefined && damages.length === 0) damages.push(lost);
  if (checkpoint && !start && seen !== undefined && seen !== checkpoint.hash)
    damages.push(replaced(segments, checkpoint));
  return {
    segments,
    stub,
    checkpoint,
    walk,
    damages,
    knownSeq,
    problems: problem === undefined ? [] : [problem],
  };
}

/** The record of the checkpoint is another one now. */
function replaced(segments: readonly Segment[], { seq }: Checkpoint): Damage {
  const segment = segments.findLast(({ firstSeq }) => firstSeq <= seq) ?? segmentAt("", seq);
  const problem = report(journalMessage.replacedRecord, fileSpan(segment.path), { seq });
  return { segment, fromSeq: seq, toSeq: undefined, problem };
}

async function hashTail(files: JournalFileSystem, path: string, from: number): Promise<string> {
  const handle = await files.openRead(path);
  try {
    const hash = createHash("sha256");
    const block = Buffer.alloc(262_144);
    for (let at = from; ; ) {
      const bytes = await handle.read(block, at);
      if (bytes === 0) return hash.digest("hex");
      hash.update(block.subarray(0, bytes));
      at += bytes;
    }
  } finally {
    await handle.close();
  }
}

function noteOf({ segment, fromSeq, toSeq, problem }: Damage): DamageNote {
  const finding = `${problem.code} ${problem.message}`;
  return { file: fileName(segment), from_seq: fromSeq, to_seq: toSeq ?? null, finding };
}

/** The damaged files stay as they are; the chain goes on in a new one. */
async function goAround(
  { files, folder, now }: RecoverOptions,
  findings: Findings,
): Promise<Recovered> {
  const { segments, stub, walk, knownSeq, checkpoint } = findings;
  const { headSeq, headHash, torn } = walk;
  const end = endOf(findings);
  const damages = [...findings.damages];
  const isTold = damages.some(
    ({ segment, fromSeq }) => segment === end?.segment && fromSeq === headSeq + 1,
  );
  if (torn !== undefined && end !== undefined && !isTold) {
    // In a damaged journal not even an unfinished record is cut off.
    const { segment } = end;
    damages.push({ segment, fromSeq: headSeq + 1, toSeq: headSeq, problem: torn.problem });
  }
  const isEndLost = damages.some(({ toSeq }) => toSeq === undefined);
  const nextSeq = isEndLost ? Math.max(headSeq, knownSeq) + SEQ_MARGIN : headSeq + 1;
  if (stub !== undefined) {
    await files.remove(stub.path);
    await files.syncFolder(folder);
  }
  for (const path of new Set(damages.map(({ segment }) => segment.path)))
    if (segments.some((segment) => segment.path === path)) await files.makeReadOnly(path);
  if (segments.length === 0) {
    // The new segment is the first one, and what is missing is missing before it.
    const segment = segmentAt(folder, nextSeq);
    damages.splice(0, damages.length, ...damages.map((one) => ({ ...one, segment, fromSeq: 0 })));
  }
  const body: RecoveryBody = {
    recovered_at: formatTime(now()),
    damage: damages.map(noteOf),
  };
  const alarms = damages.map(({ segment, fromSeq, toSeq, problem }) => {
    const args = { from: fromSeq, to: toSeq, finding: problem.message };
    return report(journalMessage.damagedJournal, { ...problem.span, file: segment.path }, args);
  });
  return {
    segments,
    end,
    goesOn: false,
    head: { seq: headSeq, hash: segments.length === 0 ? (checkpoint?.hash ?? headHash) : headHash },
    nextSeq,
    note: { kind: "recovery", body },
    checkpointSeq: checkpoint?.seq ?? -1,
    deletedTo: walk.deletedTo,
    problems: [...findings.problems, ...alarms],
  };
}

function endOf({ segments, walk }: Findings): ActiveSegment | undefined {
  const segment = segments.at(-1);
  return segment && { segment, bytes: walk.goodBytes, lines: walk.goodLines };
}

/** The journal is whole, but for a record that a crash left unfinished. */
async function goOn(options: RecoverOptions, findings: Findings): Promise<Recovered> {
  const { files, folder, now, random } = options;
  const { segments, stub, walk, checkpoint } = findings;
  const { headSeq, headHash, torn } = walk;
  const isStubNext = stub?.firstSeq === headSeq + 1;
  if (stub !== undefined && !isStubNext) {
    await files.remove(stub.path);
    await files.syncFolder(folder);
  }
  const end: ActiveSegment | undefined =
    stub !== undefined && isStubNext ? { segment: stub, bytes: 0, lines: 0 } : endOf(findings);
  const discarded = (isStubNext ? stub?.bytes : torn?.bytes) ?? 0;
  const problems = [...findings.problems];
  if (discarded > 0 && end !== undefined) {
    const span = { file: end.segment.path, line: end.lines + 1, column: 1, length: 1 };
    problems.push(torn?.problem ?? report(journalMessage.tornTail, span, { bytes: discarded }));
  }
  const common = {
    segments:
      end === undefined || segments.includes(end.segment) ? segments : [...segments, end.segment],
    end,
    goesOn: end !== undefined,
    head: { seq: headSeq, hash: headHash },
    nextSeq: headSeq + 1,
    checkpointSeq: checkpoint?.seq ?? -1,
    deletedTo: Math.max(walk.deletedTo, checkpoint?.deletedTo ?? -1),
  };
  if (headSeq === -1) {
    const id = Buffer.from(random(16)).toString("hex");
    const body: JournalBody = { id, created_at: formatTime(now()), format: 1 };
    return { ...common, problems, note: { kind: "journal", body } };
  }
  if (discarded === 0 || end === undefined) return { ...common, problems, note: undefined };
  const body: RecoveryBody = {
    recovered_at: formatTime(now()),
    discarded_bytes: discarded,
    at_byte: end.bytes,
    discarded_sha256: await hashTail(files, end.segment.path, end.bytes),
  };
  return { ...common, problems, note: { kind: "recovery", body } };
}

/** Removes segments whose deletion was decided before a crash came between. */
async function finishDeletion(
  { files, folder }: RecoverOptions,
  { segments, deletedTo }: Recovered,
): Promise<readonly Segment[]> {
  const gone = segments.filter((_, index) => {
    const next = segments[index + 1];
    return next !== undefined && next.firstSeq <= deletedTo + 1;
  });
  for (const { path } of gone) await files.remove(path);
  if (gone.length > 0) await files.syncFolder(folder);
  return segments.filter((segment) => !gone.includes(segment));
}

/** Examines a journal and makes it ready for the next append. */
export async function recoverJournal(options: RecoverOptions): Promise<Recovered> {
  // A killed process may have left names and records that are not on the device yet. Segments before
  // the last were synced before the last was begun.
  const { files, folder } = options;
  await files.syncFolder(folder);
  const last = (await listSegments(files, folder)).at(-1);
  if (last !== undefined) await files.syncFile(last.path);
  const findings = await examine(options);
  const recovered =
    findings.damages.length > 0 ? await goAround(options, findings) : await goOn(options, findings);
  return { ...recovered, segments: await finishDeletion(options, recovered) };
}
