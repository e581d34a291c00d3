/**
 * The journal: append-only segments, one hash chain, acknowledged after fsync.
 *
 * Appends are gathered while a commit is on its way to the disk and go together in the next one, so the
 * cost of fsync is shared under load and a lone event waits for nothing but its own. While the disk
 * refuses, nothing is acknowledged, appenders wait, and the same bytes are tried again.
 */
import {
  type Diagnostic,
  fileSpan,
  type Result,
  report,
  succeed,
} from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import type { CanonicalEvent } from "../event/event.ts";
import { formatTime } from "../event/time.ts";
import { Checkpointer } from "./checkpoint.ts";
import { type CommitBatch, CommitQueue } from "./commit-queue.ts";
import { CommitSignal } from "./commit-signal.ts";
import { LostBytesError } from "./durable-file.ts";
import type { Feed, JournalState } from "./feed.ts";
import { FeedReader, type FeedView } from "./feed-reader.ts";
import { type JournalFileSystem, nodeFileSystem } from "./file-system.ts";
import { findHash } from "./locate.ts";
import { type LockOwner, takeLock, thisProcess } from "./lock.ts";
import type { RecoveryBody } from "./note.ts";
import { type Pruned, type PruneOptions, Pruner } from "./prune.ts";
import { NotDurableError, type Receipt } from "./receipt.ts";
import { type Recovered, recoverJournal } from "./recover.ts";
import { fileName, type Segment } from "./segment.ts";
import { type ActiveSegment, SegmentWriter } from "./segment-writer.ts";
import { idleTimer, type Timer, waitingTimer } from "./timer.ts";

export { NotDurableError, type Receipt } from "./receipt.ts";

export interface JournalOptions {
  readonly folder: string;
  readonly now: () => number;
  /** Random bytes for the journal's identity. */
  readonly random: (bytes: number) => Uint8Array;
  readonly files?: JournalFileSystem;
  readonly owner?: LockOwner;
  readonly after?: Timer;
  /** Told what an operator should know and no appender waits for. */
  readonly onProblem?: (problem: Diagnostic) => void;
  /** A segment is closed when it has grown beyond this. Default: 64 MiB. */
  readonly segmentBytesMax?: number;
  /** Bounds of one commit. Default: 1000 events, 512 KiB. */
  readonly commitEventsMax?: number;
  readonly commitBytesMax?: number;
  /** Text that waits for commits at most, before appenders have to wait. Default: 16 MiB. */
  readonly pendingBytesMax?: number;
  /** A checkpoint follows so many records. Default: 10,000. */
  readonly checkpointRecordsMax?: number;
}

const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;
const RETRY_MS_MIN = 100;
/** How long, and below how many waiting records, a commit gathers more of them. */
const GATHER_MS = 8;
const GATHER_BELOW = 250;
const RETRY_MS_MAX = 5000;

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #files: JournalFileSystem;
  readonly #after: Timer;
  readonly #release: () => Promise<void>;
  readonly #writer: SegmentWriter;
  readonly #queue: CommitQueue;
  readonly #checkpointer: Checkpointer;
  readonly #pruner: Pruner;
  readonly #stateListeners = new Set<(state: JournalState) => void>();
  readonly #commits = new CommitSignal();
  #state: JournalState = { state: "ok" };
  #segments: readonly Segment[];
  #end: ActiveSegment | undefined;
  #committed: Receipt;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: JournalOptions, recovered: Recovered, release: () => Promise<void>) {
    const { folder, files = nodeFileSystem, after } = options;
    this.#options = options;
    this.#files = files;
    this.#after = after ?? waitingTimer;
    this.#release = release;
    this.#segments = recovered.segments;
    this.#end = recovered.end;
    this.#committed = recovered.head;
    const segmentBytesMax = options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
    const active = recovered.goesOn ? recovered.end : undefined;
    this.#writer = new SegmentWriter({ files, folder, segmentBytesMax }, active);
    const limits = {
      recordsMax: options.commitEventsMax ?? 1000,
      bytesMax: options.commitBytesMax ?? 524_288,
      pendingBytesMax: options.pendingBytesMax ?? 16 * 1024 * 1024,
    };
    this.#queue = new CommitQueue(limits, recovered.head, () => {
      this.#running ??= this.#commitAll();
    });
    const onProblem = (cause: unknown): void => {
      const args = { reason: reasonOf(cause) };
      options.onProblem?.(report(journalMessage.noCheckpoint, fileSpan(folder), args));
    };
    const recordsMax = options.checkpointRecordsMax;
    this.#checkpointer = new Checkpointer(
      {
        files,
        folder,
        after: after ?? idleTimer,
        onProblem,
        ...(recordsMax !== undefined && { recordsMax }),
      },
      recovered.checkpointSeq,
    );
    this.#pruner = this.#makePruner(recovered.deletedTo);
  }

  #makePruner(deletedTo: number): Pruner {
    const { folder, now } = this.#options;
    return new Pruner(
      {
        files: this.#files,
        folder,
        now,
        segments: () => this.#segments,
        push: (body) => this.#queue.push("deletion", JSON.stringify(body)).seq,
        durable: (seq) => this.#queue.durable(seq),
        forget: (gone) => {
          this.#segments = this.#segments.filter((segment) => !gone.includes(segment));
        },
      },
      deletedTo,
    );
  }

  /**
   * Opens a journal for writing, creating it when the folder is empty. A torn tail is cut off and
   * recorded. Damage is left as it is and told of by a warning that somebody should look at; the
   * journal goes on in a new segment. Throws when the system refuses the folder.
   */
  static async open(options: JournalOptions): Promise<Result<Journal>> {
    const { folder, now, random, files = nodeFileSystem } = options;
    await files.makeFolder(folder);
    const lock = await takeLock(files, folder, options.owner ?? thisProcess());
    if (!lock.ok) return lock;
    try {
      const recovered = await recoverJournal({ files, folder, now, random });
      const journal = new Journal(options, recovered, lock.value);
      await journal.#start(recovered);
      return succeed(journal, recovered.problems);
    } catch (cause) {
      await lock.value();
      throw cause;
    }
  }

  async #start({ nextSeq, note }: Recovered): Promise<void> {
    await this.#writer.restore();
    this.#queue.leap(nextSeq);
    if (note === undefined) return;
    const { seq } = this.#queue.push(note.kind, JSON.stringify(note.body));
    const durable = this.#queue.durable(seq);
    // On a full disk the journal opens all the same, and says that it is blocked.
    await new Promise<void>((resolve) => {
      const stop = this.onState(() => resolve());
      durable.then(resolve, resolve).finally(stop);
    });
  }

  /** Sequence number and hash of the last record that was given out; it may not be durable yet. */
  get head(): Receipt {
    return this.#queue.head;
  }

  /** The last durable record. */
  get committed(): Receipt {
    return this.#committed;
  }

  get state(): JournalState {
    return this.#state;
  }

  /** Calls the listener whenever the state changes; the result ends that. */
  onState(listener: (state: JournalState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /**
   * Appends one event; resolves when it is on the device. Waits as long as the disk refuses; rejects
   * with `NotDurableError` when the journal is closed before.
   */
  async append(event: CanonicalEvent): Promise<Receipt> {
    if (!this.#queue.hasSpace) await this.#space();
    this.#refuseWhenClosing();
    const receipt = this.#queue.push("event", JSON.stringify(event));
    await this.#queue.durable(receipt.seq);
    return receipt;
  }

  /** Appends events in order; resolves when all are on the device. Otherwise like `append`. */
  async appendBatch(events: readonly CanonicalEvent[]): Promise<readonly Receipt[]> {
    this.#refuseWhenClosing();
    const receipts: Receipt[] = [];
    for (const event of events) {
      if (!this.#queue.hasSpace) await this.#space();
      receipts.push(this.#queue.push("event", JSON.stringify(event)));
    }
    const last = receipts.at(-1);
    if (last !== undefined) await this.#queue.durable(last.seq);
    return receipts;
  }

  async #space(): Promise<void> {
    while (!this.#queue.hasSpace) await this.#queue.space();
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw this.#refusal("it is being closed");
  }

  #refusal(reason: string, cause?: unknown): NotDurableError {
    const span = fileSpan(this.#options.folder);
    const { message, help } = report(journalMessage.notDurable, span, { reason });
    return new NotDurableError(`${message}. ${help}`, { cause });
  }

  async #commitAll(): Promise<void> {
    // One turn of the event loop gathers what callers append together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.#queue.take(); batch !== undefined; batch = this.#queue.take()) {
      const tookAll = this.#queue.isEmpty;
      const isNew = await this.#persist(batch);
      if (isNew === undefined) break;
      this.#settle(batch, isNew);
      if (tookAll) await this.#gather();
    }
    this.#running = undefined;
  }

  /**
   * When records came in while a commit was under way, several appenders are at work, and a moment's
   * patience makes one commit of what would be many. A single appender, who waits for each commit, is
   * never kept waiting by this.
   */
  async #gather(): Promise<void> {
    const { waiting } = this.#queue;
    if (waiting > 0 && waiting < GATHER_BELOW && this.#closing === undefined)
      await this.#pause(GATHER_MS);
  }

  /** Tries until the batch is on the device; `undefined` when the journal is closed before. */
  async #persist({ bytes, records, firstSeq }: CommitBatch): Promise<boolean | undefined> {
    for (let delay = RETRY_MS_MIN; ; delay = Math.min(delay * 2, RETRY_MS_MAX)) {
      try {
        const isNew = await this.#writer.commit(bytes, records, firstSeq);
        if (this.#state.state !== "ok") this.#setState({ state: "ok" });
        return isNew;
      } catch (cause) {
        if (cause instanceof LostBytesError) await this.#abandon(cause, firstSeq);
        this.#block(reasonOf(cause));
      }
      if (this.#closing === undefined) await this.#pause(delay);
      if (this.#closing !== undefined) return undefined;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Somebody cut or removed the segment that is written: what is left of it stays, a new one follows. */
  async #abandon(cause: LostBytesError, nextSeq: number): Promise<void> {
    const segment = this.#end?.segment;
    await this.#writer.abandon();
    if (segment === undefined) return;
    const problem = report(journalMessage.lostBytes, fileSpan(cause.path), {});
    this.#options.onProblem?.(problem);
    const damage = {
      file: fileName(segment),
      from_seq: segment.firstSeq,
      to_seq: nextSeq - 1,
      finding: `${problem.code} ${problem.message}`,
    };
    const recovered_at = formatTime(this.#options.now());
    this.#queue.push(
      "recovery",
      JSON.stringify({ recovered_at, damage: [damage] } satisfies RecoveryBody),
    );
  }

  #block(reason: string): void {
    const now = this.#state;
    if (now.state === "ok")
      this.#setState({ state: "blocked", reason, since: this.#options.now() });
    else if (now.reason !== reason) this.#setState({ ...now, reason });
  }

  #setState(state: JournalState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  #settle(batch: CommitBatch, isNew: boolean): void {
    const end = this.#writer.active;
    if (end === undefined) throw new Error("a commit went somewhere");
    const isListed = this.#segments.at(-1)?.firstSeq === end.segment.firstSeq;
    if (!isListed) this.#segments = [...this.#segments, end.segment];
    this.#end = end;
    this.#committed = batch.last;
    this.#queue.settle(batch);
    this.#checkpointer.reached(
      {
        ...batch.last,
        segment: fileName(end.segment),
        bytes: end.bytes,
        lines: end.lines,
        deletedTo: this.#pruner.deletedTo(batch.last.seq),
      },
      isNew,
    );
    this.#commits.announce();
  }

  #view(): FeedView {
    return {
      files: this.#files,
      segments: () => this.#segments,
      committedBytes: () => this.#end?.bytes ?? 0,
      commits: () => this.#commits.count,
      wait: (seen, signal) => this.#commits.wait(seen, signal),
      closed: () => this.#closing !== undefined && this.#running === undefined,
    };
  }

  /** Committed records after a sequence number, in order; -1 for all that there are. */
  openFeed(afterSeq: number): Feed {
    return new FeedReader(this.#view(), afterSeq);
  }

  /** Hash of a committed record; `undefined` when there is none with this number, or it is unreadable. */
  async hashAt(seq: number): Promise<string | undefined> {
    if (seq > this.#committed.seq) return undefined;
    return findHash(this.#files, this.#segments, this.#end?.bytes ?? 0, seq);
  }

  /**
   * Removes the oldest segments that every sink has passed and whose retention has ended. The removal
   * is a record of the chain before it happens.
   */
  async prune(options: PruneOptions): Promise<Pruned> {
    this.#refuseWhenClosing();
    return this.#pruner.prune(options);
  }

  /** Waits for what is on its way, then releases the journal. What the disk refuses is rejected. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The assignment in `close` comes first, so that everybody sees that the journal is closing.
    await Promise.resolve();
    this.#wake?.();
    while (this.#running !== undefined) await this.#running;
    const reason = this.#state.state === "blocked" ? this.#state.reason : "it is closed";
    this.#queue.refuse(this.#refusal(reason));
    await this.#pruner.settled();
    this.#commits.announce();
    await this.#checkpointer.close();
    await this.#writer.close();
    await this.#release();
  }
}
