/**
 * How far a sink has come. Records settle in any order; the cursor moves only over records of which
 * every earlier one has settled too, so it may lag but never lead.
 */

/** One record of the journal on its way to a sink. */
export interface Passage {
  readonly seq: number;
  /** Empty for a stretch that cannot be read. */
  hash: string;
  /** When the event happened, milliseconds since the epoch; absent for what is no event. */
  time?: number;
  settled: boolean;
}

/** Up to where everything has settled: a record of the journal. */
export interface Settled {
  readonly seq: number;
  readonly hash: string;
}

export class Settlement {
  #settled: Settled;
  #lastRead: number;
  /** Passages read and not yet passed over, by sequence number, ascending. */
  #open: Passage[] = [];
  #first = 0;
  /** Passages that were sent before their turn. */
  readonly #ahead = new Map<number, Passage>();
  readonly #onMove: () => void;

  /**
   * @param aheadRanges Ranges of sequence numbers beyond `start` that settled in an earlier run.
   * @param onMove Called when anything has settled.
   */
  constructor(
    start: Settled,
    aheadRanges: readonly (readonly [number, number])[] = [],
    onMove: () => void = () => {},
  ) {
    this.#settled = start;
    this.#onMove = onMove;
    this.#lastRead = start.seq;
    for (const [from, to] of aheadRanges)
      for (let seq = from; seq <= to; seq += 1)
        this.#ahead.set(seq, { seq, hash: "", settled: true });
  }

  /** A passage for the next record in order; `undefined` when it was or is being sent ahead. */
  read(seq: number, hash: string): Passage | undefined {
    const ahead = this.#ahead.get(seq);
    const passage = ahead ?? { seq, hash, settled: false };
    passage.hash = hash;
    this.#ahead.delete(seq);
    this.#push(passage);
    return ahead === undefined ? passage : undefined;
  }

  /** A passage for a record before its turn; `undefined` when it has one already. */
  readAhead(seq: number, hash: string): Passage | undefined {
    if (this.#ahead.has(seq) || seq <= this.#lastRead) return undefined;
    const passage: Passage = { seq, hash, settled: false };
    this.#ahead.set(seq, passage);
    return passage;
  }

  settle(passage: Passage): void {
    passage.settled = true;
    this.#advance();
    this.#onMove();
  }

  /** Passes over records that can no longer be read: up to and including `seq`. */
  skipTo(seq: number): void {
    this.#push({ seq, hash: "", settled: true });
  }

  #push(passage: Passage): void {
    this.#open.push(passage);
    this.#lastRead = passage.seq;
    this.#advance();
  }

  get settled(): Settled {
    return this.#settled;
  }

  /** The oldest passage that was read in order and has not settled. */
  get oldest(): Passage | undefined {
    return this.#open[this.#first];
  }

  /** Passages that are held in memory: open ones, and those settled beyond an open one. */
  get held(): number {
    return this.#open.length - this.#first + this.#ahead.size;
  }

  /** Passages that were sent before their turn and are not passed over yet. */
  get aheadCount(): number {
    return this.#ahead.size;
  }

  /** The last sequence number that was read in order. */
  get lastRead(): number {
    return this.#lastRead;
  }

  /** Settled beyond the cursor, as closed ranges, ascending. */
  aheadRanges(): readonly (readonly [number, number])[] {
    const ranges: [number, number][] = [];
    const seqs = [...this.#ahead.values()].filter((one) => one.settled).map((one) => one.seq);
    for (const seq of seqs.sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last !== undefined && seq === last[1] + 1) last[1] = seq;
      else ranges.push([seq, seq]);
    }
    return ranges;
  }

  #advance(): void {
    for (
      let passage = this.#open[this.#first];
      passage?.settled;
      passage = this.#open[this.#first]
    ) {
      // A skipped stretch has no hash: the cursor stays before it until a record follows.
      if (passage.hash !== "") this.#settled = { seq: passage.seq, hash: passage.hash };
      this.#first += 1;
    }
    // Cut in steps, so that the cost of moving the rest is shared by many records.
    if (this.#first < 4096 && this.#first < this.#open.length) return;
    this.#open = this.#open.slice(this.#first);
    this.#first = 0;
  }
}
