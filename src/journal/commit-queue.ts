/**
 * What waits for the next commit: records in order, already chained, and who waits for them. Its memory
 * is bounded: a batch that does not fit waits until there is room.
 */
import type { NotDurableError, Receipt } from "./receipt.ts";
import { nextRecord, type RecordKind, renderRecord } from "./record.ts";

/** Records that are written and synced together. */
export interface CommitBatch {
  readonly bytes: Uint8Array;
  readonly records: number;
  readonly firstSeq: number;
  readonly last: Receipt;
  /** What `pendingBytesMax` is counted in: UTF-16 units of the text. */
  readonly units: number;
}

export interface QueueLimits {
  /** Bounds of one commit. */
  readonly recordsMax: number;
  readonly bytesMax: number;
  /** Text that waits at most, before batches have to wait. */
  readonly pendingBytesMax: number;
}

interface PendingRecord {
  readonly line: string;
  readonly receipt: Receipt;
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}

export class CommitQueue {
  readonly #limits: QueueLimits;
  readonly #onRecord: () => void;
  #head: Receipt;
  /** Those before `#taken` are in commits already. */
  #records: PendingRecord[] = [];
  #taken = 0;
  #units = 0;
  #waiters: Waiter[] = [];
  #spaceWaiters: Omit<Waiter, "seq">[] = [];
  #refusal: NotDurableError | undefined;

  /** @param onRecord Called for each record that is put in. */
  constructor(limits: QueueLimits, head: Receipt, onRecord: () => void) {
    this.#limits = limits;
    this.#head = head;
    this.#onRecord = onRecord;
  }

  /** The last record that was put in. */
  get head(): Receipt {
    return this.#head;
  }

  /** Records that are in no commit yet. */
  get waiting(): number {
    return this.#records.length - this.#taken;
  }

  get isEmpty(): boolean {
    return this.waiting === 0;
  }

  /** Continues the chain with a number of its own choosing; only while nothing waits. */
  leap(nextSeq: number): void {
    if (!this.isEmpty) throw new Error("records wait: their numbers are given");
    this.#head = { seq: nextSeq - 1, hash: this.#head.hash };
  }

  /** Puts a record in, when there is room. */
  push(kind: RecordKind, body: string): Receipt {
    if (this.#refusal !== undefined) throw this.#refusal;
    const record = nextRecord(this.#head.hash, this.#head.seq + 1, kind, body);
    const line = renderRecord(record);
    const receipt = { seq: record.seq, hash: record.hash };
    this.#records.push({ line, receipt });
    this.#units += line.length;
    this.#head = receipt;
    this.#onRecord();
    return receipt;
  }

  /** Whether there is room for more; otherwise wait for `space`. */
  get hasSpace(): boolean {
    return this.#units < this.#limits.pendingBytesMax;
  }

  /** Resolves when there may be room. */
  space(): Promise<void> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    return new Promise((resolve, reject) => this.#spaceWaiters.push({ resolve, reject }));
  }

  /** Resolves when a record is on the device; rejects with `NotDurableError` when it will not be. */
  durable(seq: number): Promise<void> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    return new Promise((resolve, reject) => this.#waiters.push({ seq, resolve, reject }));
  }

  /** The records of the next commit; `undefined` when none waits. */
  take(): CommitBatch | undefined {
    const { recordsMax, bytesMax } = this.#limits;
    const from = this.#taken;
    const lines: string[] = [];
    let units = 0;
    while (lines.length < recordsMax && units < bytesMax) {
      const record = this.#records[from + lines.length];
      if (record === undefined) break;
      lines.push(record.line);
      units += record.line.length;
    }
    const first = this.#records[from]?.receipt;
    const last = this.#records[from + lines.length - 1]?.receipt;
    if (first === undefined || last === undefined) return undefined;
    this.#taken += lines.length;
    // Moving the rest to the front costs as much as is moved, so it is done when little is left.
    if (this.#taken * 2 >= this.#records.length) {
      this.#records = this.#records.slice(this.#taken);
      this.#taken = 0;
    }
    const bytes = Buffer.from(lines.join(""));
    return { bytes, records: lines.length, firstSeq: first.seq, last, units };
  }

  /** Tells those who wait that a commit is on the device. */
  settle({ last, units }: CommitBatch): void {
    this.#units -= units;
    const reached = this.#waiters.findIndex(({ seq }) => seq > last.seq);
    const count = reached === -1 ? this.#waiters.length : reached;
    for (const { resolve } of this.#waiters.splice(0, count)) resolve();
    if (!this.hasSpace) return;
    for (const { resolve } of this.#spaceWaiters.splice(0)) resolve();
  }

  /** Rejects everything that waits, and whatever comes later. */
  refuse(refusal: NotDurableError): void {
    this.#refusal = refusal;
    for (const { reject } of [...this.#waiters.splice(0), ...this.#spaceWaiters.splice(0)])
      reject(refusal);
  }
}
