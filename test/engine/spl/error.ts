/** Refusals of the interpreter. */

/**
 * What the interpreter cannot read, or reads and will not guess the meaning of. Nothing that it does
 * not know passes in silence.
 */
export class SplError extends Error {
  /** Characters before the place, in the text of the search with its macros expanded. */
  readonly at: number;

  constructor(what: string, at: number) {
    super(`${what}, at character ${at}`);
    this.name = "SplError";
    this.at = at;
  }
}
