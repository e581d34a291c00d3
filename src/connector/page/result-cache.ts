/**
 * Results of dashboards, kept as long as they are right and not computed more often than they are
 * worth: a look that took long is repeated less often, so that pages left open use a small share of
 * the machine however much the store holds.
 */

/** A computed result. */
export interface Computed<T> {
  readonly value: T;
  /** Another one for every computation. */
  readonly version: string;
  /** When it was computed, milliseconds since the epoch. */
  readonly at: number;
}

interface Entry<T> extends Computed<T> {
  readonly arrived: number;
  /** Milliseconds until it is worth computing again. */
  readonly paceMs: number;
}

const ENTRIES_MAX = 16;
const PACE_MS_MIN = 2000;
const PACE_MS_MAX = 120_000;
/** Computing takes at most this part of the time. */
const SHARE = 1 / 25;

export class ResultCache<T> {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #pending = new Map<string, Promise<Entry<T>>>();
  #computed = 0;

  /** @param now Milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How often anything was computed. */
  get computed(): number {
    return this.#computed;
  }

  #isFresh(entry: Entry<T>, arrived: number): boolean {
    const age = this.#now() - entry.at;
    return entry.arrived === arrived || (age >= 0 && age < entry.paceMs);
  }

  /**
   * The result for a key.
   *
   * @param arrived Place of the last event: the result stands as long as it does.
   */
  async get(key: string, arrived: number, compute: () => Promise<T>): Promise<Computed<T>> {
    const known = this.#entries.get(key);
    if (known !== undefined && this.#isFresh(known, arrived)) {
      // The one that was looked at last is forgotten last.
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    const pending = this.#pending.get(key) ?? this.#compute(key, arrived, compute);
    this.#pending.set(key, pending);
    try {
      return await pending;
    } finally {
      this.#pending.delete(key);
    }
  }

  async #compute(key: string, arrived: number, compute: () => Promise<T>): Promise<Entry<T>> {
    const begun = this.#now();
    this.#computed += 1;
    const version = String(this.#computed);
    const value = await compute();
    const at = this.#now();
    const paceMs = Math.min(PACE_MS_MAX, Math.max(PACE_MS_MIN, (at - begun) / SHARE));
    const entry = { value, version, at, arrived, paceMs };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }

  /** What `get` would give now: the version of what is there, or a mark that there is something new. */
  version(key: string, arrived: number): string {
    const known = this.#entries.get(key);
    if (known === undefined) return "none";
    return this.#isFresh(known, arrived) ? known.version : `${known.version}+`;
  }
}
