/** Lines of a file, read in blocks, in bounded memory whatever the file holds. */
import type { ReadHandle } from "./file-system.ts";

const NEWLINE = 10;
const BLOCK_BYTES = 262_144;
/** Longer lines are no lines of ours; they are passed over without being kept. */
const LINE_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Gives complete lines one after the other without copying: the current line is
 * `buffer[start, end)`, valid until `fill` is called.
 *
 *     do {
 *       while (reader.next()) use(reader.buffer, reader.start, reader.end);
 *     } while (await reader.fill(limit));
 */
export class LineReader {
  buffer: Buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  start = 0;
  end = 0;
  /** Byte offset in the file of the current line. */
  startsAt: number;
  /** Byte offset in the file behind the current line and its newline. */
  endsAt: number;
  /** Lines given so far. */
  lines = 0;
  readonly #file: ReadHandle;
  /** Where the next line starts in the buffer, and up to where the buffer is filled. */
  #next = 0;
  #filled = 0;
  /** How far the search for the next newline has come. */
  #searched = 0;
  /** Bytes of a line that is too long and was not kept. */
  #dropped = 0;

  constructor(file: ReadHandle, offset = 0) {
    this.#file = file;
    this.startsAt = offset;
    this.endsAt = offset;
  }

  /** Moves to the next complete line; false when the buffer holds none. A line too long comes as empty. */
  next(): boolean {
    const at = this.buffer.indexOf(NEWLINE, this.#searched);
    if (at === -1 || at >= this.#filled) {
      this.#searched = this.#filled;
      return false;
    }
    this.start = this.#dropped > 0 ? at : this.#next;
    this.end = at;
    this.startsAt = this.endsAt;
    this.endsAt += this.#dropped + at + 1 - this.#next;
    this.#dropped = 0;
    this.#next = at + 1;
    this.#searched = at + 1;
    this.lines += 1;
    return true;
  }

  /** The current line as text. */
  text(): string {
    return this.buffer.toString("utf8", this.start, this.end);
  }

  /** Bytes behind the last complete line that were read. */
  get restBytes(): number {
    return this.#dropped + this.#filled - this.#next;
  }

  /** The bytes behind the last complete line; a copy. */
  rest(): Buffer {
    return Buffer.from(this.buffer.subarray(this.#next, this.#filled));
  }

  /** Reads on, at most up to byte `limit` of the file; false when there is nothing more. */
  async fill(limit: number): Promise<boolean> {
    const readTo = this.endsAt + this.restBytes;
    if (readTo >= limit) return false;
    this.#makeRoom();
    const room = Math.min(this.buffer.length - this.#filled, limit - readTo);
    const bytes = await this.#file.read(
      this.buffer.subarray(this.#filled, this.#filled + room),
      readTo,
    );
    this.#filled += bytes;
    return bytes > 0;
  }

  #makeRoom(): void {
    const kept = this.#filled - this.#next;
    if (kept > LINE_BYTES_MAX) {
      this.#dropped += kept;
      this.#next = this.#filled;
    }
    const rest = this.buffer.subarray(this.#next, this.#filled);
    if (rest.length * 2 > this.buffer.length) {
      const larger = Buffer.allocUnsafe(this.buffer.length * 2);
      rest.copy(larger);
      this.buffer = larger;
    } else {
      if (this.buffer.length > BLOCK_BYTES && rest.length * 2 <= BLOCK_BYTES)
        this.buffer = copyInto(Buffer.allocUnsafe(BLOCK_BYTES), rest);
      else rest.copy(this.buffer);
    }
    this.#filled = rest.length;
    this.#searched -= this.#next;
    this.#next = 0;
    this.start = 0;
    this.end = 0;
  }
}

function copyInto(target: Buffer, bytes: Uint8Array): Buffer {
  target.set(bytes);
  return target;
}
