/** Records that wait for their batch, in order. */
import type { Passage } from "./settlement.ts";
import type { BatchLimits, EncodedRecord } from "./sink.ts";

/** A record in the form of the product, on its way. */
export interface Waiting {
  readonly record: EncodedRecord;
  readonly passage: Passage;
  /** When it was read, monotonic milliseconds. */
  readonly since: number;
}

/** The next batch of a lane: how many records, and whether another one would not fit. */
export interface Cut {
  readonly count: number;
  readonly full: boolean;
}

/** Batches do not shrink below this, whatever is refused. */
const BATCH_BYTES_LEAST = 65_536;

export class Lane {
  readonly #limits: BatchLimits;
  #bytesMax: number;
  /** Of all that waits, with framing. */
  #bytes = 0;
  #waiting: Waiting[] = [];
  #first = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
    this.#bytesMax = limits.bytesMax;
  }

  /**
   * A batch of `bytes` was too large for something on the way: later ones stay below its half, so that
   * a proxy's limit costs a few refused batches and not one for each batch.
   */
  shrink(bytes: number): void {
    this.#bytesMax = Math.max(BATCH_BYTES_LEAST, Math.min(this.#bytesMax, Math.floor(bytes / 2)));
  }

  get length(): number {
    return this.#waiting.length - this.#first;
  }

  get oldest(): Waiting | undefined {
    return this.#waiting[this.#first];
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#bytes += waiting.record.bytes + this.#limits.overheadBytes;
  }

  /** Whether the next batch can be a full one; cheap, and never wrong with no. */
  get mayBeFull(): boolean {
    const { recordsMax, spanMsMax } = this.#limits;
    return this.length >= recordsMax || this.#bytes >= this.#bytesMax || spanMsMax !== undefined;
  }

  /** What the next batch would be. A single record goes alone even when it is over the limit. */
  cut(): Cut {
    const { recordsMax, overheadBytes, spanMsMax = Number.POSITIVE_INFINITY } = this.#limits;
    const bytesMax = this.#bytesMax;
    let bytes = 0;
    let earliest = Number.POSITIVE_INFINITY;
    let latest = Number.NEGATIVE_INFINITY;
    let count = 0;
    for (; count < this.length; count += 1) {
      const record = this.#waiting[this.#first + count]?.record;
      if (record === undefined) break;
      bytes += record.bytes + overheadBytes;
      earliest = Math.min(earliest, record.time);
      latest = Math.max(latest, record.time);
      const fits = count < recordsMax && bytes <= bytesMax && latest - earliest <= spanMsMax;
      if (!fits && count > 0) return { count, full: true };
    }
    return { count, full: count >= recordsMax || bytes >= bytesMax };
  }

  take(count: number): readonly Waiting[] {
    const taken = this.#waiting.slice(this.#first, this.#first + count);
    this.#first += taken.length;
    for (const { record } of taken) this.#bytes -= record.bytes + this.#limits.overheadBytes;
    if (this.#first >= 4096 || this.#first === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}
