/**
 * Server-sent events, read beside the program that consumes them (HTML standard, section 9.2.6). Only
 * the few events that an auditor needs are parsed; the many that carry text are skipped unread.
 */

/** Events of a message stream that tell what `Reply` reads. */
const wanted: ReadonlySet<string> = new Set([
  "message_start",
  "content_block_start",
  "message_delta",
  "message_stop",
  "error",
]);

/** A longer line is not kept: it is a result's content, which nobody here reads. */
const LINE_CHARACTERS_MAX = 4_194_304;

export class EventStreamReader {
  readonly #take: (event: unknown) => void;
  readonly #decoder = new TextDecoder();
  #line = "";
  #isTooLong = false;
  #event = "";
  #data = "";

  /** @param take Gets each wanted event's data, parsed. */
  constructor(take: (event: unknown) => void) {
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

  #grow(part: string): void {
    if (this.#line.length + part.length > LINE_CHARACTERS_MAX) this.#isTooLong = true;
    this.#line = this.#isTooLong ? "" : this.#line + part;
  }

  #endLine(): void {
    const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
    const isTooLong = this.#isTooLong;
    this.#line = "";
    this.#isTooLong = false;
    if (isTooLong) return;
    if (line === "") {
      this.#dispatch();
    } else if (line.startsWith("event:")) {
      this.#event = line.slice(6).trim();
    } else if (line.startsWith("data:") && wanted.has(this.#event)) {
      this.#data += line.slice(5);
    }
  }

  #dispatch(): void {
    const data = this.#data;
    this.#event = "";
    this.#data = "";
    if (data === "") return;
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      // The program's own client meets the same text and tells the program what it thinks of it.
      return;
    }
    this.#take(event);
  }
}
