/**
 * Many texts looked for at once, one step per unit of the input (Aho and Corasick, 1975).
 *
 * Edges are kept in one hash table: a full table of states and units would take tens of megabytes for
 * signatures in Chinese and Japanese.
 */

/** A text to look for, and a number that its finder knows it by. Several texts may share a number. */
export interface Needle {
  readonly text: string;
  readonly id: number;
}

const NO_IDS: readonly number[] = [];

/** The tree of needles: each state has one state before it and the unit that leads on from there. */
interface Trie {
  readonly from: Int32Array;
  readonly unit: Uint16Array;
  /** States by the length of their text. */
  readonly levels: number[][];
  readonly found: (readonly number[])[];
}

export class Automaton {
  /** Edges by slot: from which state, by which unit, to which state. State 0 is an empty slot. */
  readonly #sources: Int32Array;
  readonly #units: Uint16Array;
  readonly #targets: Int32Array;
  readonly #mask: number;
  readonly #shift: number;
  /** The state that a unit leads to from the start. */
  readonly #first: Int32Array = new Int32Array(0x10000);
  /** The state of the longest proper suffix that is the beginning of a needle. */
  readonly #suffix: Int32Array;
  /** Ids of the needles that end in a state. */
  readonly #found: readonly (readonly number[])[];

  constructor(needles: readonly Needle[]) {
    const units = needles.reduce((sum, { text }) => sum + text.length, 0);
    const bits = Math.ceil(Math.log2(units * 2 + 2));
    const slots = 2 ** bits;
    this.#sources = new Int32Array(slots);
    this.#units = new Uint16Array(slots);
    this.#targets = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#shift = 32 - bits;
    const trie: Trie = {
      from: new Int32Array(units + 1),
      unit: new Uint16Array(units + 1),
      levels: [],
      found: [NO_IDS],
    };
    for (const needle of needles) this.#plant(needle, trie);
    this.#found = trie.found;
    this.#suffix = this.#link(trie);
  }

  #plant({ text, id }: Needle, { from, unit, levels, found }: Trie): void {
    let state = 0;
    for (let index = 0; index < text.length; index += 1) {
      const one = text.charCodeAt(index);
      let next = this.#edge(state, one);
      if (next === 0) {
        next = found.length;
        found.push(NO_IDS);
        from[next] = state;
        unit[next] = one;
        const level = levels[index];
        if (level === undefined) levels.push([next]);
        else level.push(next);
        this.#addEdge(state, one, next);
      }
      state = next;
    }
    const ids = found[state] ?? NO_IDS;
    if (!ids.includes(id)) found[state] = [...ids, id];
  }

  /** Where an edge stands or could stand. */
  #slot(state: number, unit: number): number {
    let slot = Math.imul(state * 31 + unit, 0x9e3779b1) >>> this.#shift;
    for (;;) {
      const source = this.#sources[slot];
      if (source === 0 || (source === state && this.#units[slot] === unit)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #edge(state: number, unit: number): number {
    if (state === 0) return this.#first[unit] ?? 0;
    return this.#targets[this.#slot(state, unit)] ?? 0;
  }

  #addEdge(state: number, unit: number, target: number): void {
    if (state === 0) {
      this.#first[unit] = target;
      return;
    }
    const slot = this.#slot(state, unit);
    this.#sources[slot] = state;
    this.#units[slot] = unit;
    this.#targets[slot] = target;
  }

  /** Links each state to its suffix, shorter texts before longer ones, and hands down what ends there. */
  #link({ from, unit, levels, found }: Trie): Int32Array {
    const suffix = new Int32Array(found.length);
    for (const state of levels.slice(1).flat()) {
      const one = unit[state] ?? 0;
      let shorter = suffix[from[state] ?? 0] ?? 0;
      while (shorter !== 0 && this.#edge(shorter, one) === 0) shorter = suffix[shorter] ?? 0;
      const target = this.#edge(shorter, one);
      suffix[state] = target;
      const [own, inherited] = [found[state] ?? NO_IDS, found[target] ?? NO_IDS];
      if (inherited.length > 0)
        found[state] = own.length === 0 ? inherited : [...new Set([...own, ...inherited])];
    }
    return suffix;
  }

  /** The state after one more unit; 0 is the state at the start. */
  step(state: number, unit: number): number {
    let from = state;
    while (from !== 0) {
      const next = this.#edge(from, unit);
      if (next !== 0) return next;
      from = this.#suffix[from] ?? 0;
    }
    return this.#first[unit] ?? 0;
  }

  /** Numbers of the needles that end in a state. */
  found(state: number): readonly number[] {
    return this.#found[state] ?? NO_IDS;
  }
}
