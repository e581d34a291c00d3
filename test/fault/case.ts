/** What the list of faults is made of. */

/** Where a case is proven: a file below `test/`, and the title of a test in it. */
export interface Proof {
  readonly file: string;
  /** Words of the title; absent where the file has a `describe(fault(number), …)` of its own. */
  readonly title?: string;
}

export interface FaultCase {
  readonly number: number;
  readonly words: string;
  readonly proofs: readonly Proof[];
  /** What of it cannot be had on a machine that runs tests, and what is tested instead. */
  readonly instead?: string;
}

/** A file of this folder with a `describe(fault(number), …)`. */
export const here = (file: string): Proof => ({ file: `fault/${file}.test.ts` });
/** A test of another file, by words of its title. */
export const at = (file: string, title: string): Proof => ({ file: `${file}.test.ts`, title });
