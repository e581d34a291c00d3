/**
 * The journal: append-only segments, one hash chain, acknowledged after fsync.
 *
 * Appends are gathered while a commit is on its way to the disk and go together in the next one, so the
 * cost of fsync is shared under load and a lone event waits for nothing but its own.
 */
import { join } from "node:path";
import { fail, fileSpan, isError, type Result, report, succeed } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import type { CanonicalEvent } from "../event/event.ts";
import { formatTime } from "../event/time.ts";
import {
  type JournalFileSystem,
  listSegments,
  nodeFileSystem,
  type SegmentFile,
} from "./file-system.ts";
import { type LockOwner, takeLock, thisProcess } from "./lock.ts";
import { GENESIS_HASH, nextRecord, type RecordKind, renderRecord, segmentName } from "./record.ts";
import { scanJournal } from "./scan.ts";

/** Proof that an event is durable: its place in the chain. */
export interface Receipt {
  readonly seq: number;
  readonly hash: string;
}

export interface JournalOptions {
  readonly folder: string;
  readonly now: () => number;
  /** Random bytes for the journal's identity. */
  readonly random: (bytes: number) => Uint8Array;
  readonly files?: JournalFileSystem;
  readonly owner?: LockOwner;
  /** A segment is closed when it has grown beyond this. */
  readonly segmentBytesMax?: number;
  /** Bounds of one commit. */
  readonly commitEventsMax?: number;
  readonly commitBytesMax?: number;
}

/** Thrown to appenders whose events are not durable. */
export class NotDurableError extends Error {}

interface Waiting {
  readonly text: string;
  readonly receipt: Receipt;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (cause: Error) => void;
}

const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;

export class Journal {
  readonly #options: JournalOptions;
  readonly #files: JournalFileSystem;
  readonly #release: () => Promise<void>;
  #segment: SegmentFile | undefined;
  #segmentBytes = 0;
  #hash = GENESIS_HASH;
  #seq = -1;
  #waiting: Waiting[] = [];
  #commit: Promise<void> | undefined;
  #failure: NotDurableError | undefined;

  private constructor(
    options: JournalOptions,
    files: JournalFileSystem,
    release: () => Promise<void>,
  ) {
    this.#options = options;
    this.#files = files;
    this.#release = release;
  }

  /**
   * Opens a journal for writing, creating it when the folder is empty. A torn tail is cut off and
   * recorded; anything worse is refused and left untouched.
   */
  static async open(options: JournalOptions): Promise<Result<Journal>> {
    const files = options.files ?? nodeFileSystem;
    await files.makeFolder(options.folder);
    const lock = await takeLock(files, options.folder, options.owner ?? thisProcess());
    if (!lock.ok) return lock;
    const journal = new Journal(options, files, lock.value);
    const segments = await listSegments(files, options.folder);
    const opened =
      segments.length === 0 ? await journal.#create() : await journal.#recover(segments);
    if (!opened.ok) await lock.value();
    return opened;
  }

  async #create(): Promise<Result<Journal>> {
    const id = Buffer.from(this.#options.random(16)).toString("hex");
    await this.#note("journal", { id, created_at: formatTime(this.#options.now()), format: 1 });
    return succeed(this);
  }

  async #recover(segments: readonly string[]): Promise<Result<Journal>> {
    const scan = await scanJournal(this.#files, this.#options.folder);
    if (scan.problem !== undefined && isError(scan.problem)) return fail([scan.problem]);
    this.#hash = scan.headHash;
    this.#seq = scan.headSeq;
    this.#segment = await this.#files.openAppend(segments.at(-1) ?? "");
    this.#segmentBytes = scan.goodBytes;
    if (scan.problem === undefined) return succeed(this);
    await this.#segment.truncate(scan.goodBytes);
    await this.#segment.datasync();
    // The very first record may be the torn one: then the journal starts anew.
    if (scan.headSeq === -1) return this.#create();
    await this.#note("recovery", {
      recovered_at: formatTime(this.#options.now()),
      discarded_bytes: scan.tornBytes,
      at_byte: scan.goodBytes,
    });
    return succeed(this, [scan.problem]);
  }

  /** Sequence number and hash of the last record that was given out. */
  get head(): Receipt {
    return { seq: this.#seq, hash: this.#hash };
  }

  #enqueue(kind: RecordKind, body: string): Promise<Receipt> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const record = nextRecord(this.#hash, this.#seq + 1, kind, body);
    this.#hash = record.hash;
    this.#seq = record.seq;
    const receipt = { seq: record.seq, hash: record.hash };
    const promise = new Promise<Receipt>((resolve, reject) => {
      this.#waiting.push({ text: renderRecord(record), receipt, resolve, reject });
    });
    this.#commit ??= this.#commitAll();
    return promise;
  }

  #note(kind: RecordKind, body: object): Promise<Receipt> {
    return this.#enqueue(kind, JSON.stringify(body));
  }

  /** Appends one event; resolves when it is on the device, rejects with `NotDurableError` otherwise. */
  append(event: CanonicalEvent): Promise<Receipt> {
    return this.#enqueue("event", JSON.stringify(event));
  }

  /** Appends events in order; resolves when all are on the device. */
  async appendBatch(events: readonly CanonicalEvent[]): Promise<readonly Receipt[]> {
    return Promise.all(events.map((event) => this.append(event)));
  }

  async #openSegment(firstSeq: number): Promise<SegmentFile> {
    await this.#segment?.close();
    const segment = await this.#files.openAppend(join(this.#options.folder, segmentName(firstSeq)));
    await this.#files.syncFolder(this.#options.folder);
    this.#segment = segment;
    this.#segmentBytes = 0;
    return segment;
  }

  /** Takes as many waiting records as one commit may hold. */
  #takeBatch(): readonly Waiting[] {
    const eventsMax = this.#options.commitEventsMax ?? 1000;
    const bytesMax = this.#options.commitBytesMax ?? 524_288;
    let count = 0;
    for (
      let bytes = 0;
      count < Math.min(this.#waiting.length, eventsMax) && bytes < bytesMax;
      count += 1
    ) {
      bytes += this.#waiting[count]?.text.length ?? 0;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const full = this.#segmentBytes >= (this.#options.segmentBytesMax ?? SEGMENT_BYTES_MAX);
    const firstSeq = batch[0]?.receipt.seq ?? 0;
    const segment =
      this.#segment === undefined || full ? await this.#openSegment(firstSeq) : this.#segment;
    const text = batch.map((waiting) => waiting.text).join("");
    await segment.write(text);
    await segment.datasync();
    this.#segmentBytes += Buffer.byteLength(text);
  }

  async #commitAll(): Promise<void> {
    // One turn of the event loop gathers what callers append together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#write(batch);
        for (const { resolve, receipt } of batch) resolve(receipt);
      } catch (cause) {
        this.#fail(batch, cause);
      }
    }
    this.#commit = undefined;
  }

  /** After a failed write or fsync nothing is known about the disk: nothing more is accepted. */
  #fail(batch: readonly Waiting[], cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { message, help } = report(journalMessage.notDurable, fileSpan(this.#options.folder), {
      reason,
    });
    this.#failure = new NotDurableError(`${message}. ${help}`, { cause });
    for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(this.#failure);
  }

  /** Waits for what is on its way, then releases the journal. */
  async close(): Promise<void> {
    await this.#commit;
    await this.#segment?.close();
    await this.#release();
  }
}
