/**
 * Server-sent events, read beside the program that consumes them (HTML standard, section 9.2.6). Only
 * the few events that an auditor needs are parsed; the many that carry text are skipped unread.
 */

import { LineReader } from "./line-reader.ts";

/** Events of a message stream that tell what `Reply` reads. */
const wanted: ReadonlySet<string> = new Set([
  "message_start",
  "content_block_start",
  "message_delta",
  "message_stop",
  "error",
]);

export class EventStreamReader {
  readonly #take: (event: unknown) => void;
  readonly #lines: LineReader = new LineReader((line) => this.#read(line));
  #event = "";
  #data = "";

  /** @param take Gets each wanted event's data, parsed. */
  constructor(take: (event: unknown) => void) {
    this.#take = take;
  }

  /** Reads a chunk of the body; chunks end anywhere. */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  #read(line: string): void {
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
