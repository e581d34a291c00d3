/**
 * A bound on events per second and sender, as a bucket that fills at that rate and holds one second's
 * worth. How many events a request holds is known only after it was read, so a request is let in while
 * there is credit and may leave a debt; the next one waits until it is paid.
 */

interface Bucket {
  credit: number;
  at: number;
}

/** Buckets that are kept; full ones beyond that are forgotten, which changes nothing for their senders. */
const BUCKETS_MAX = 10_000;

export class RateLimit {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param perSecond 0 sets no bound. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Milliseconds until the sender may send again; 0 now. */
  waitMs(sender: string): number {
    if (this.#perSecond === 0) return 0;
    const { credit } = this.#bucket(sender);
    return credit > 0 ? 0 : Math.ceil(((1 - credit) / this.#perSecond) * 1000);
  }

  spend(sender: string, events: number): void {
    if (this.#perSecond > 0) this.#bucket(sender).credit -= events;
  }

  #bucket(sender: string): Bucket {
    const now = this.#now();
    const known = this.#buckets.get(sender);
    if (known === undefined) {
      if (this.#buckets.size >= BUCKETS_MAX) this.#forgetFull(now);
      const bucket = { credit: this.#perSecond, at: now };
      this.#buckets.set(sender, bucket);
      return bucket;
    }
    // A clock that was set back earns nothing, and a debt is not kept for longer than it takes to pay.
    const earned = (Math.max(0, now - known.at) / 1000) * this.#perSecond;
    known.credit = Math.min(this.#perSecond, known.credit + earned);
    known.at = now;
    return known;
  }

  #forgetFull(now: number): void {
    for (const [sender, { credit, at }] of this.#buckets)
      if (credit + ((now - at) / 1000) * this.#perSecond >= this.#perSecond)
        this.#buckets.delete(sender);
  }
}
