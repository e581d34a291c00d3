/** Reads committed records from the segments, in blocks, while the writer appends. */
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import type { Feed, FeedItem, FeedLimit } from "./feed.ts";
import { hasCode, type JournalFileSystem, type ReadHandle } from "./file-system.ts";
import { LineReader } from "./line-reader.ts";
import { seekRecord } from "./locate.ts";
import { hashOfView, ownHash, type RecordView, recordOf, viewRecord } from "./record.ts";
import { listSegments, type Segment } from "./segment.ts";

/** What a feed sees of a journal. */
export interface FeedView {
  readonly files: JournalFileSystem;
  /** The segments that hold committed records, oldest first. */
  readonly segments: () => readonly Segment[];
  /** Where the last committed record ends: in the last segment, at this byte. */
  readonly committedBytes: () => number;
  /** Counts commits; changes whenever there is something new. */
  readonly commits: () => number;
  /** Resolves when `commits` is no longer `seen`, the journal is closed, or the signal aborts. */
  readonly wait: (seen: number, signal: AbortSignal) => Promise<void>;
  /** No commit will follow. */
  readonly closed: () => boolean;
}

/** Read errors of the device at one place before the rest of its segment counts as damaged. */
const READ_ATTEMPTS_MAX = 60;

interface OpenSegment {
  readonly segment: Segment;
  readonly handle: ReadHandle;
  readonly reader: LineReader;
}

export class FeedReader implements Feed {
  readonly #view: FeedView;
  /** Everything up to this sequence number has been given. */
  #after: number;
  /** A feed from the very start begins with what there is; what retention removed is no damage. */
  #isFirst: boolean;
  #open: OpenSegment | undefined;
  #finished: Segment | undefined;
  /** The current line of the reader waits: it did not fit into the last answer. */
  #held = false;
  #problem: Diagnostic | undefined;
  #failures = 0;
  #busy: Promise<unknown> = Promise.resolve();
  #closed = false;
  #endWait: () => void = () => {};

  constructor(view: FeedView, afterSeq: number) {
    this.#view = view;
    this.#after = afterSeq;
    this.#isFirst = afterSeq < 0;
  }

  next(limit: FeedLimit, signal: AbortSignal): Promise<readonly FeedItem[]> {
    const items = this.#nextUntil(limit, signal);
    this.#busy = items;
    return items;
  }

  /** A wait ends with the caller's signal and with `close`; nothing of it stays on a long-lived signal. */
  async #nextUntil(limit: FeedLimit, signal: AbortSignal): Promise<readonly FeedItem[]> {
    const wait = new AbortController();
    const end = (): void => wait.abort();
    this.#endWait = end;
    signal.addEventListener("abort", end);
    if (signal.aborted || this.#closed) end();
    try {
      return await this.#next(limit, wait.signal);
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  async #next(limit: FeedLimit, signal: AbortSignal): Promise<readonly FeedItem[]> {
    for (;;) {
      const seen = this.#view.commits();
      const isLast = this.#view.closed();
      if (signal.aborted) return [];
      const items: FeedItem[] = [];
      await this.#collect(items, limit);
      if (items.length > 0 || isLast) return items;
      await this.#view.wait(seen, signal);
    }
  }

  async #collect(items: FeedItem[], limit: FeedLimit): Promise<void> {
    try {
      let bytes = 0;
      while (items.length < limit.records) {
        const open = this.#open ?? (await this.#openNext());
        if (open === undefined) return;
        if (this.#held || open.reader.next()) {
          const size = open.reader.end - open.reader.start;
          this.#held = items.length > 0 && bytes + size > limit.bytes;
          if (this.#held) return;
          bytes += size;
          this.#line(open, items);
        } else if (!(await this.#readOn(open))) return;
      }
    } catch (cause) {
      await this.#failed(cause);
      // What was collected before the failure is good, and the failure comes again if it lasts.
      if (items.length === 0) throw cause;
    }
  }

  /** Reads more of the segment, or leaves it when it has ended; false when there is nothing to wait for now. */
  async #readOn(open: OpenSegment): Promise<boolean> {
    const isActive = this.#isActive(open.segment);
    const limit = isActive ? this.#view.committedBytes() : Number.POSITIVE_INFINITY;
    if (await open.reader.fill(limit)) {
      this.#failures = 0;
      return true;
    }
    if (isActive) return false;
    if (open.reader.restBytes > 0) this.#bad(open, journalMessage.unreadableRecord);
    await this.#leave(open);
    return true;
  }

  async #leave({ segment, handle }: OpenSegment): Promise<void> {
    this.#open = undefined;
    this.#finished = segment;
    await handle.close();
  }

  #line({ segment, reader }: OpenSegment, items: FeedItem[]): void {
    const { buffer, start, end } = reader;
    const view = viewRecord(buffer, start, end);
    if (view === undefined) {
      this.#bad({ segment, reader }, journalMessage.unreadableRecord);
      return;
    }
    if (view.seq <= this.#after) return;
    if (hashOfView(buffer, view) !== ownHash(buffer, view)) {
      this.#bad({ segment, reader }, journalMessage.editedRecord);
      return;
    }
    this.#gap(view, segment, items);
    items.push({ kind: "record", record: recordOf(buffer, view) });
    this.#after = view.seq;
    this.#failures = 0;
  }

  /** Tells of the numbers between the last record and this one. */
  #gap({ seq }: RecordView, segment: Segment, items: FeedItem[]): void {
    const from = this.#after + 1;
    const isRemoved = this.#isFirst && this.#problem === undefined;
    if (seq > from && !isRemoved) {
      const to = seq - 1;
      const problem =
        this.#problem ??
        report(journalMessage.recordsMissing, fileSpan(segment.path), { from, to });
      items.push({ kind: "damage", from, to, problem });
    }
    this.#problem = undefined;
    this.#isFirst = false;
  }

  #bad(
    { segment, reader }: { readonly segment: Segment; readonly reader: LineReader },
    message: typeof journalMessage.unreadableRecord,
  ): void {
    const span = { file: segment.path, line: Math.max(1, reader.lines), column: 1, length: 1 };
    this.#problem ??= report(message, span, { seq: this.#after + 1 });
  }

  /** The segment that holds the next record; `undefined` when there is none yet. */
  async #openNext(): Promise<OpenSegment | undefined> {
    const segment = this.#upcoming();
    if (segment === undefined) return undefined;
    const handle = await this.#view.files.openRead(segment.path);
    try {
      const limit = this.#isActive(segment) ? this.#view.committedBytes() : await handle.size();
      const offset = await seekRecord(handle, limit, this.#after + 1);
      this.#open = { segment, handle, reader: new LineReader(handle, offset) };
      return this.#open;
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  }

  /** Lets go of the file, so that the next call starts afresh behind the last record that was given. */
  async #failed(cause: unknown): Promise<void> {
    this.#failures += 1;
    this.#held = false;
    const open = this.#open;
    this.#open = undefined;
    await open?.handle.close();
    const segment = open?.segment ?? this.#upcoming();
    if (segment === undefined || !(await this.#isLost(segment, cause))) return;
    // It does not get better: the rest of this segment is lost, what follows is not.
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#problem ??= report(journalMessage.unreadableSegment, fileSpan(segment.path), { reason });
    this.#finished = segment;
    this.#failures = 0;
  }

  /**
   * Whether a sealed segment is gone or has a bad sector. Everything else passes: a refusal may end, and
   * while the last segment cannot be found either, it is the device that is missing.
   */
  async #isLost(segment: Segment, cause: unknown): Promise<boolean> {
    const isBad = hasCode(cause, "EIO") && this.#failures >= READ_ATTEMPTS_MAX;
    if (this.#isActive(segment) || !(isBad || hasCode(cause, "ENOENT"))) return false;
    const last = this.#view.segments().at(-1);
    try {
      if (last !== undefined) await this.#view.files.stat(last.path);
      return last !== undefined;
    } catch {
      // The caller is told of the failure that brought us here, and tries again.
      return false;
    }
  }

  /** Whether the writer still appends to a segment. */
  #isActive({ firstSeq }: Segment): boolean {
    return firstSeq === this.#view.segments().at(-1)?.firstSeq;
  }

  #upcoming(): Segment | undefined {
    const segments = this.#view.segments();
    const finished = this.#finished;
    return finished === undefined
      ? (segments.findLast(({ firstSeq }) => firstSeq <= this.#after + 1) ?? segments[0])
      : segments.find(({ firstSeq }) => firstSeq > finished.firstSeq);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#endWait();
    // A read on its way keeps its file open until it is done.
    await Promise.allSettled([this.#busy]);
    await this.#open?.handle.close();
    this.#open = undefined;
  }
}

/**
 * A feed over a folder that nobody writes, or as far as it had been written when this was called: for
 * reading by commands. It ends where the journal ends; `next` answers with none then.
 */
export async function openFolderFeed(
  files: JournalFileSystem,
  folder: string,
  afterSeq: number,
): Promise<Feed> {
  const segments = await listSegments(files, folder);
  const last = segments.at(-1);
  const bytes = last === undefined ? 0 : (await files.stat(last.path)).size;
  return new FeedReader(
    {
      files,
      segments: () => segments,
      committedBytes: () => bytes,
      commits: () => 0,
      wait: () => Promise.resolve(),
      closed: () => true,
    },
    afterSeq,
  );
}
