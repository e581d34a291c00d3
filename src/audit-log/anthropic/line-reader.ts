/** Lines of a body, read beside the program that consumes it. */

/** A longer line is not kept: nobody here needs what stands in it. */
const LINE_CHARACTERS_MAX = 4_194_304;

export class LineReader {
  readonly #take: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #line = "";
  #isTooLong = false;

  /** @param take Gets each line without its end. */
  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  /** Reads a chunk of the body; chunks end anywhere. */
  push(chunk: Uint8Array): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.#grow(text.slice(from, end));
      this.#endLine();
      from = end + 1;
    }
    this.#grow(text.slice(from));
  }

  /** The body has ended; its last line may have no end. */
  end(): void {
    if (this.#line !== "") this.#endLine();
  }

  #grow(part: string): void {
    if (this.#line.length + part.length > LINE_CHARACTERS_MAX) this.#isTooLong = true;
    this.#line = this.#isTooLong ? "" : this.#line + part;
  }

  #endLine(): void {
    const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
    const isTooLong = this.#isTooLong;
    this.#line = "";
    this.#isTooLong = false;
    if (!isTooLong) this.#take(line);
  }
}
