/** Sequence numbers as ranges: what is lost together stands together, so a list of losses stays short. */

/** A closed range of sequence numbers. */
export type SeqRange = readonly [from: number, to: number];

export class SeqRanges {
  #ranges: [number, number][] = [];
  #sorted = true;

  add(seq: number): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && seq === last[1] + 1) {
      last[1] = seq;
      return;
    }
    if (last !== undefined && seq <= last[1]) this.#sorted = false;
    this.#ranges.push([seq, seq]);
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Ascending, apart from each other, each number once. */
  list(): readonly SeqRange[] {
    if (!this.#sorted) this.#ranges = joinRanges(this.#ranges, 0);
    this.#sorted = true;
    return this.#ranges;
  }
}

/**
 * Ranges in order; two become one when at most `gap` numbers lie between them.
 *
 * @param ranges In any order; they may overlap.
 */
export function joinRanges(ranges: readonly SeqRange[], gap: number): [number, number][] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1 + gap) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** Whether a number lies in one of the ranges, which are ascending. */
export function isWithin(ranges: readonly SeqRange[], seq: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined || seq < range[0]) high = middle;
    else if (seq > range[1]) low = middle + 1;
    else return true;
  }
  return false;
}
