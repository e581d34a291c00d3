/** The frames delivered last, kept for the case that the receiver broke off before it read them. */

export interface RecentLimits {
  readonly records: number;
  readonly withinMs: number;
}

interface Sent {
  readonly frame: string;
  readonly at: number;
}

export class RecentFrames {
  readonly #limits: RecentLimits;
  #sent: Sent[] = [];
  #doubtful: string[] = [];

  constructor(limits: RecentLimits) {
    this.#limits = limits;
  }

  /** @param at Milliseconds since the epoch. */
  add(frames: readonly string[], at: number): void {
    const { records } = this.#limits;
    if (records === 0) return;
    for (const frame of frames.slice(-records)) this.#sent.push({ frame, at });
    // Cut in steps, so that the cost of moving the rest is shared by many records.
    if (this.#sent.length > 2 * records) this.#sent = this.#sent.slice(-records);
  }

  /** The connection broke: whether the receiver has read the latest frames is not known. */
  breakOff(now: number): void {
    const { records, withinMs } = this.#limits;
    const young = this.#sent.slice(-records).filter(({ at }) => now - at <= withinMs);
    this.#sent = [];
    this.#doubtful = [...this.#doubtful, ...young.map(({ frame }) => frame)].slice(-records);
  }

  /** What has to be sent again, oldest first. */
  takeDoubtful(): readonly string[] {
    const frames = this.#doubtful;
    this.#doubtful = [];
    return frames;
  }

  putBack(frames: readonly string[]): void {
    const { records } = this.#limits;
    this.#doubtful = records === 0 ? [] : [...frames, ...this.#doubtful].slice(-records);
  }
}
