/** Many texts looked for at once, one step per unit of the input (Aho and Corasick, 1975). */

/** A text to look for, and a number that its finder knows it by. Several texts may share a number. */
export interface Needle {
  readonly text: string;
  readonly id: number;
}

export class Automaton {
  /** Class of each unit; 0 is for units that are in no needle. */
  readonly #classes: Uint16Array = new Uint16Array(0x10000);
  #classCount = 1;
  readonly #next: Int32Array;
  /** Ids of the needles that end in a state. */
  readonly #found: readonly (readonly number[])[];

  constructor(needles: readonly Needle[]) {
    for (const { text } of needles) this.#classify(text);
    const states = 1 + needles.reduce((sum, { text }) => sum + text.length, 0);
    this.#next = new Int32Array(states * this.#classCount);
    const found: Set<number>[] = [new Set()];
    for (const { text, id } of needles) {
      let state = 0;
      for (let index = 0; index < text.length; index += 1) {
        const slot = state * this.#classCount + (this.#classes[text.charCodeAt(index)] ?? 0);
        if (this.#next[slot] === 0) {
          this.#next[slot] = found.length;
          found.push(new Set());
        }
        state = this.#next[slot] ?? 0;
      }
      found[state]?.add(id);
    }
    this.#link(found);
    this.#found = found.map((ids) => [...ids]);
  }

  #classify(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (this.#classes[unit] !== 0) continue;
      this.#classes[unit] = this.#classCount;
      this.#classCount += 1;
    }
  }

  /** Completes the trie: where a text does not go on, it goes on as its longest suffix would. */
  #link(found: readonly Set<number>[]): void {
    const width = this.#classCount;
    const suffix = new Int32Array(found.length);
    const queue: number[] = [];
    for (let unit = 1; unit < width; unit += 1) {
      const state = this.#next[unit] ?? 0;
      if (state !== 0) queue.push(state);
    }
    for (const state of queue) {
      const shorter = suffix[state] ?? 0;
      for (const id of found[shorter] ?? []) found[state]?.add(id);
      for (let unit = 1; unit < width; unit += 1) {
        const fallback = this.#next[shorter * width + unit] ?? 0;
        const child = this.#next[state * width + unit] ?? 0;
        if (child === 0) this.#next[state * width + unit] = fallback;
        else {
          suffix[child] = fallback;
          queue.push(child);
        }
      }
    }
  }

  /** The state after one more unit; 0 is the state at the start. */
  step(state: number, unit: number): number {
    return this.#next[state * this.#classCount + (this.#classes[unit] ?? 0)] ?? 0;
  }

  /** Numbers of the needles that end in a state. */
  found(state: number): readonly number[] {
    return this.#found[state] ?? [];
  }
}
