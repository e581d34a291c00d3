/**
 * Finds losses before the receiver: the client numbers the events of a session, so a number that stays
 * out was lost by an exporter or a collector, or is filtered out on the way.
 *
 * - Records come out of order and again; a gap counts only when it is older than the retries of an
 *   exporter take.
 * - A session that is resumed by a new process starts to count anew. Numbers and times rise together, so a
 *   lower number with a later time begins a new count.
 * - Nothing is said of what was before the first record that is seen of a count or after its last: both may
 *   belong to another run of the connector, or not exist.
 * - State is bounded: the sessions that were idle longest are forgotten, and many gaps of one count become
 *   losses at once.
 */

/** Longer than clients try again, which is ten seconds, and than collectors take to send on. */
const GRACE_MS = 120_000;
const SWEEP_MS = 5000;
const SESSIONS_MAX = 10_000;
const COUNTS_MAX = 3;
const GAPS_MAX = 32;

/** Numbers that are missing, both ends included, and since when. */
interface Gap {
  from: number;
  to: number;
  readonly since: number;
}

/** One process's numbering of a session. */
interface Count {
  lowest: number;
  highest: number;
  /** Time of the record with the highest number, milliseconds. */
  highestAt: number;
  gaps: Gap[];
}

export interface SequenceWatchOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sessionsMax?: number;
}

export class SequenceWatch {
  readonly #now: () => number;
  readonly #sessionsMax: number;
  /** Newest count last. The order of the map is that of the last record. */
  readonly #sessions = new Map<string, Count[]>();
  /** Counts with gaps, so that a sweep need not look at all. */
  readonly #open = new Set<Count>();
  #sweptAt = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor({ now, sessionsMax = SESSIONS_MAX }: SequenceWatchOptions) {
    this.#now = now;
    this.#sessionsMax = sessionsMax;
  }

  /** Records that never arrived, as far as can be told now. It only rises. */
  get lost(): number {
    this.#sweep(this.#now());
    return this.#lost;
  }

  /** A record that arrived, for the first time or again. */
  note(session: string, sequence: number, timeMs: number): void {
    const now = this.#now();
    const counts = this.#sessions.get(session) ?? [];
    this.#sessions.delete(session);
    this.#sessions.set(session, counts);
    const count = findCount(counts, sequence, timeMs);
    if (count !== undefined) this.#place(count, sequence, timeMs, now);
    else if (beginsCount(counts, sequence, timeMs)) this.#begin(counts, sequence, timeMs);
    if (this.#sessions.size > this.#sessionsMax) this.#forgetIdlest();
    if (now - this.#sweptAt > SWEEP_MS) this.#sweep(now);
  }

  #begin(counts: Count[], sequence: number, timeMs: number): void {
    counts.push({ lowest: sequence, highest: sequence, highestAt: timeMs, gaps: [] });
    const oldest = counts.length > COUNTS_MAX ? counts.shift() : undefined;
    if (oldest !== undefined) this.#close(oldest);
  }

  #place(count: Count, sequence: number, timeMs: number, now: number): void {
    if (sequence > count.highest) {
      if (sequence > count.highest + 1)
        count.gaps.push({ from: count.highest + 1, to: sequence - 1, since: now });
      count.highest = sequence;
      count.highestAt = timeMs;
    } else if (sequence < count.lowest) {
      // Earlier than the first that was seen: what lies between can still be on its way.
      if (sequence < count.lowest - 1)
        count.gaps.push({ from: sequence + 1, to: count.lowest - 1, since: now });
      count.lowest = sequence;
    } else fillGap(count.gaps, sequence);
    while (count.gaps.length > GAPS_MAX) this.#lose(count.gaps.shift());
    if (count.gaps.length > 0) this.#open.add(count);
    else this.#open.delete(count);
  }

  #lose(gap: Gap | undefined): void {
    if (gap !== undefined) this.#lost += gap.to - gap.from + 1;
  }

  /** Forgets a count; what it misses stays missing. */
  #close(count: Count): void {
    for (const gap of count.gaps) this.#lose(gap);
    this.#open.delete(count);
  }

  #forgetIdlest(): void {
    for (const [session, counts] of this.#sessions) {
      for (const count of counts) this.#close(count);
      this.#sessions.delete(session);
      return;
    }
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const count of this.#open) {
      const due = count.gaps.filter(({ since }) => now - since > GRACE_MS);
      if (due.length === 0) continue;
      for (const gap of due) this.#lose(gap);
      count.gaps = count.gaps.filter((gap) => !due.includes(gap));
      if (count.gaps.length === 0) this.#open.delete(count);
    }
  }
}

/** Whether a number and its time fit a count: both rise together. */
function fits({ highest, highestAt }: Count, sequence: number, timeMs: number): boolean {
  return sequence > highest ? timeMs >= highestAt : timeMs <= highestAt;
}

/** The newest count that the record can belong to. */
function findCount(counts: readonly Count[], sequence: number, timeMs: number): Count | undefined {
  return counts.findLast((count) => fits(count, sequence, timeMs));
}

/** Whether a record that fits no count begins one; an old one of a count that is forgotten does not. */
function beginsCount(counts: readonly Count[], sequence: number, timeMs: number): boolean {
  const newest = counts.at(-1);
  return newest === undefined || (sequence <= newest.highest && timeMs > newest.highestAt);
}

function fillGap(gaps: Gap[], sequence: number): void {
  const index = gaps.findIndex(({ from, to }) => sequence >= from && sequence <= to);
  const gap = gaps[index];
  if (gap === undefined) return;
  const rest: Gap[] = [];
  if (gap.from < sequence) rest.push({ ...gap, to: sequence - 1 });
  if (gap.to > sequence) rest.push({ ...gap, from: sequence + 1 });
  gaps.splice(index, 1, ...rest);
}
