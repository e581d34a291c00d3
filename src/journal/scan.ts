/**
 * Walks a journal record by record, checking each hash and each link of the chain; memory stays flat.
 *
 * A walk can end at the first thing that is wrong, or go on behind it: then a record that fits its own
 * hash is where the chain is taken up again, and what lies between is a damage.
 */
import { type Diagnostic, fileSpan, report, type Span } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { LineReader } from "./line-reader.ts";
import type { DeletionBody, RecoveryBody } from "./note.ts";
import {
  GENESIS_HASH,
  hashOfView,
  ownHash,
  previousHash,
  type RecordView,
  viewRecord,
} from "./record.ts";
import { fileName, type Segment } from "./segment.ts";

/** What a verification came to. */
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

/** A stretch of the chain that cannot be read or does not follow. */
export interface Damage {
  readonly segment: Segment;
  /** First sequence number that is missing. */
  readonly fromSeq: number;
  /** Last one; `fromSeq - 1` when none is missing; `undefined` when it reaches to the journal's end. */
  readonly toSeq: number | undefined;
  readonly problem: Diagnostic;
}

/** A place from which a walk starts: behind a record that is known to be good. */
export interface WalkStart {
  /** Index of the segment. */
  readonly index: number;
  readonly bytes: number;
  /** Lines of the segment before `bytes`. */
  readonly line: number;
  readonly seq: number;
  readonly hash: string;
}

export interface WalkOptions {
  readonly files: JournalFileSystem;
  readonly segments: readonly Segment[];
  /** Default: the very beginning. */
  readonly start?: WalkStart;
  /** Ends the walk at the first problem. */
  readonly stopAtProblem?: boolean;
  /** Called with every good record; the buffer is valid during the call only. */
  readonly visit?: (buffer: Buffer, view: RecordView) => void;
}

/** What a walk came to. */
export interface Walk {
  readonly records: number;
  readonly events: number;
  /** Bytes of the segments that were read. */
  readonly bytes: number;
  /** The last good record; -1 when there is none. */
  readonly headSeq: number;
  readonly headHash: string;
  readonly damages: readonly Damage[];
  /** Damages that a recovery record in the chain tells of, by `damageKey`. */
  readonly declared: ReadonlySet<string>;
  /** Where the last good record of the last segment that was read ends, and its lines. */
  readonly goodBytes: number;
  readonly goodLines: number;
  /** Bytes of an unfinished record at the journal's end, which nobody was told of as durable. */
  readonly torn?: { readonly bytes: number; readonly problem: Diagnostic };
  /** Up to which record deletion was decided; -1 when none was. */
  readonly deletedTo: number;
}

/** Names a damage in a recovery record. */
export function damageKey(file: string, fromSeq: number): string {
  return `${file} ${fromSeq}`;
}

interface OpenDamage {
  readonly segment: Segment;
  readonly fromSeq: number;
  readonly problem: Diagnostic;
}

/** The record before the first one, and who vouches that it was there. */
interface Origin {
  readonly seq: number;
  hash: string | undefined;
  vouched: boolean;
}

class ChainWalk {
  readonly #options: WalkOptions;
  readonly #origin: Origin;
  records = 0;
  events = 0;
  bytes = 0;
  headSeq: number;
  headHash: string | undefined;
  readonly damages: Damage[] = [];
  readonly declared = new Set<string>();
  goodBytes = 0;
  goodLines = 0;
  torn: { readonly bytes: number; readonly problem: Diagnostic } | undefined;
  deletedTo = -1;
  #open: OpenDamage | undefined;

  constructor(options: WalkOptions) {
    this.#options = options;
    const { start, segments } = options;
    const first = segments[0]?.firstSeq ?? 0;
    this.headSeq = start?.seq ?? first - 1;
    this.headHash = start?.hash ?? (first === 0 ? GENESIS_HASH : undefined);
    this.#origin = {
      seq: this.headSeq,
      hash: this.headHash,
      vouched: start !== undefined || first === 0,
    };
  }

  get #stopped(): boolean {
    if (this.#options.stopAtProblem !== true) return false;
    return this.#open !== undefined || this.damages.length > 0;
  }

  async run(): Promise<void> {
    const { segments, start } = this.#options;
    for (let index = start?.index ?? 0; index < segments.length && !this.#stopped; index += 1) {
      const segment = segments[index];
      if (segment === undefined) return;
      const isStart = index === start?.index;
      this.goodBytes = isStart ? (start?.bytes ?? 0) : 0;
      this.goodLines = isStart ? (start?.line ?? 0) : 0;
      await this.#segment(segment, index === segments.length - 1);
    }
    this.#closeDamage(undefined);
    const [first] = segments;
    if (this.#origin.vouched || first === undefined || this.#stopped) return;
    const problem = report(journalMessage.recordsMissing, fileSpan(first.path), {
      from: 0,
      to: this.#origin.seq,
    });
    this.damages.push({ segment: first, fromSeq: 0, toSeq: this.#origin.seq, problem });
  }

  async #segment(segment: Segment, isLast: boolean): Promise<void> {
    const handle = await this.#options.files.openRead(segment.path);
    try {
      const size = await handle.size();
      const firstLine = this.goodLines;
      const reader = new LineReader(handle, this.goodBytes);
      do {
        while (reader.next()) {
          this.#line(reader, segment, firstLine + reader.lines);
          if (this.#stopped) return;
        }
      } while (await reader.fill(size));
      this.bytes += size;
      if (reader.restBytes > 0) this.#rest(reader, segment, firstLine + reader.lines + 1, isLast);
    } finally {
      await handle.close();
    }
  }

  #line(reader: LineReader, segment: Segment, line: number): void {
    const { buffer, start, end, startsAt, endsAt } = reader;
    const span = { file: segment.path, line, column: 1, length: 1 };
    const view = viewRecord(buffer, start, end);
    if (view === undefined) {
      this.#bad(segment, report(journalMessage.unreadableRecord, span, { seq: this.headSeq + 1 }));
      return;
    }
    const own = ownHash(buffer, view);
    if (hashOfView(buffer, view) !== own) {
      this.#bad(segment, report(journalMessage.editedRecord, span, { seq: this.headSeq + 1 }));
      return;
    }
    if (!this.#follows(buffer, view, segment, span, startsAt === 0)) return;
    this.records += 1;
    this.headSeq = view.seq;
    this.headHash = own;
    this.goodBytes = endsAt;
    this.goodLines = line;
    if (view.kind === "event") this.events += 1;
    else this.#note(buffer, view);
    this.#options.visit?.(buffer, view);
  }

  /** Whether a record that is good by itself is the next one of the chain, or takes it up again. */
  #follows(
    buffer: Buffer,
    view: RecordView,
    segment: Segment,
    span: Span,
    isFirst: boolean,
  ): boolean {
    const expected = this.headSeq + 1;
    const previous = previousHash(buffer, view);
    if (this.headHash === undefined) this.#origin.hash = this.headHash = previous;
    const { seq } = view;
    if (seq < expected || (isFirst && seq !== segment.firstSeq)) {
      const args = isFirst ? { seq: segment.firstSeq, expected } : { seq, expected };
      this.#bad(segment, report(journalMessage.brokenChain, span, args));
      return false;
    }
    if (this.#open !== undefined) this.#closeDamage(seq - 1);
    else if (seq !== expected || previous !== this.headHash) {
      const told = view.kind === "recovery" && isFirst && previous === this.headHash;
      const problem = told
        ? report(journalMessage.recordsMissing, span, { from: expected, to: seq - 1 })
        : report(journalMessage.brokenChain, span, { seq, expected });
      this.damages.push({ segment, fromSeq: expected, toSeq: seq - 1, problem });
      if (told) this.declared.add(damageKey(fileName(segment), expected));
      if (this.#stopped) return false;
    }
    return true;
  }

  #note(buffer: Buffer, view: RecordView): void {
    const body: unknown = JSON.parse(buffer.toString("utf8", view.bodyStart, view.bodyEnd));
    if (view.kind === "recovery") {
      for (const { file, from_seq } of (body as RecoveryBody).damage ?? [])
        this.declared.add(damageKey(file, from_seq));
    }
    if (view.kind !== "deletion") return;
    const { from_seq, to_seq, hash } = body as DeletionBody;
    this.deletedTo = Math.max(this.deletedTo, to_seq);
    const { seq, hash: own } = this.#origin;
    // A crash can leave some of the segments whose deletion was decided.
    const isPart = seq >= from_seq && seq < to_seq;
    if (isPart || (seq === to_seq && hash === own)) this.#origin.vouched = true;
  }

  /** What follows the last newline of a segment. */
  #rest(reader: LineReader, segment: Segment, line: number, isLast: boolean): void {
    const span = { file: segment.path, line, column: 1, length: 1 };
    const rest = reader.rest();
    // A write that a crash cut short leaves the beginning of a record. A whole record with another
    // byte in the place of its newline was changed afterwards.
    const view = viewRecord(rest, 0, rest.length - 1);
    const isChanged =
      view !== undefined && rest.at(-1) !== 0 && hashOfView(rest, view) === ownHash(rest, view);
    if (!isLast || isChanged || this.#open !== undefined) {
      this.#bad(segment, report(journalMessage.unreadableRecord, span, { seq: this.headSeq + 1 }));
      return;
    }
    const bytes = reader.restBytes;
    this.torn = { bytes, problem: report(journalMessage.tornTail, span, { bytes }) };
  }

  #bad(segment: Segment, problem: Diagnostic): void {
    this.#open ??= { segment, fromSeq: this.headSeq + 1, problem };
  }

  #closeDamage(toSeq: number | undefined): void {
    if (this.#open === undefined) return;
    this.damages.push({ ...this.#open, toSeq });
    this.#open = undefined;
  }
}

/** Walks the segments in order. */
export async function walkJournal(options: WalkOptions): Promise<Walk> {
  const walk = new ChainWalk(options);
  await walk.run();
  return {
    records: walk.records,
    events: walk.events,
    bytes: walk.bytes,
    headSeq: walk.headSeq,
    headHash: walk.headHash ?? GENESIS_HASH,
    damages: walk.damages,
    declared: walk.declared,
    goodBytes: walk.goodBytes,
    goodLines: walk.goodLines,
    ...(walk.torn !== undefined && { torn: walk.torn }),
    deletedTo: walk.deletedTo,
  };
}

/** Whether a damage is told of by a recovery record. */
export function isDeclared({ declared }: Walk, { segment, fromSeq }: Damage): boolean {
  return declared.has(damageKey(fileName(segment), fromSeq));
}
