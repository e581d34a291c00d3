/**
 * Messages on a stream (RFC 6587): each after its length (octet counting, section 3.4.1) or each up to a
 * line end (section 3.4.2). Which one is used shows at the start of every message, so senders of both
 * kinds, and proxies that mix them, are understood.
 */

/** A message, or why there is none. After `broken` nothing more can be told apart. */
export type Frame =
  | { readonly kind: "message"; readonly bytes: Buffer }
  | { readonly kind: "too-long"; readonly length: number }
  | { readonly kind: "cut"; readonly length: number }
  | { readonly kind: "broken"; readonly detail: string };

const LINE_FEED = 10;
/** What may stand between messages: line ends after counted ones, and zeros of some senders. */
const SEPARATORS: ReadonlySet<number> = new Set([0, 10, 13]);
const DIGITS_MAX = 9;
/** A longer message is not skipped: more likely the length was never one. */
const SKIP_BYTES_MAX = 67_108_864;

/** What a length before a message says. */
type Count =
  | { readonly kind: "length"; readonly length: number; readonly digits: number }
  | { readonly kind: "none" }
  | { readonly kind: "incomplete" }
  | { readonly kind: "broken"; readonly detail: string };

/** Reads `MSG-LEN SP` where a message begins. What follows must look like a message. */
function readCount(bytes: Buffer, at: number): Count {
  let end = at;
  while (end < bytes.length && isDigit(bytes[end]) && end - at <= DIGITS_MAX) end += 1;
  const digits = end - at;
  if (digits === 0 || bytes[at] === 0x30) return { kind: "none" };
  if (digits > DIGITS_MAX) return { kind: "broken", detail: "a length has too many digits" };
  if (end + 1 >= bytes.length)
    return end < bytes.length && bytes[end] !== 0x20 ? { kind: "none" } : { kind: "incomplete" };
  const opensMessage = bytes[end + 1] === 0x3c || bytes[end + 1] === 0x7b;
  if (bytes[end] !== 0x20 || !opensMessage) return { kind: "none" };
  const length = Number(bytes.toString("latin1", at, end));
  if (length > SKIP_BYTES_MAX)
    return { kind: "broken", detail: `a length of ${length} bytes is no length of a message` };
  return { kind: "length", length, digits };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Splits a stream into messages, holding at most one message and what came with it. */
export class FrameSplitter {
  readonly #bytesMax: number;
  /** Bytes of a message that is not complete, with room for more behind them. */
  #store: Buffer = Buffer.alloc(0);
  #stored = 0;
  /**
   * What it takes before looking again is worth it: so many bytes, or a line end. A sender of single
   * bytes must not make us look at, or copy, everything before each of them.
   */
  #wanted: number | "line-end" = 0;
  /** Bytes of a counted message that is too long and is skipped. */
  #skip = 0;
  /** Bytes so far of a line that is too long and is skipped. */
  #skippedLine: number | undefined;
  #isBroken = false;

  /** @param bytesMax Longest message that is taken. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): readonly Frame[] {
    if (this.#isBroken) return [];
    if (this.#stored > 0) {
      this.#append(chunk);
      if (!this.#isWorthLooking(chunk)) return [];
    }
    const frames: Frame[] = [];
    const bytes = this.#stored > 0 ? this.#store.subarray(0, this.#stored) : chunk;
    let at = 0;
    while (at < bytes.length && !this.#isBroken) {
      const next = this.#step(bytes, at, frames);
      if (next === undefined) break;
      at = next;
    }
    // A copy: a view would keep the whole chunk in memory for the sake of a few bytes.
    this.#store = Buffer.from(bytes.subarray(at));
    this.#stored = this.#store.length;
    return frames;
  }

  #append(chunk: Buffer): void {
    const needed = this.#stored + chunk.length;
    if (needed > this.#store.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#store.length));
      this.#store.copy(larger, 0, 0, this.#stored);
      this.#store = larger;
    }
    chunk.copy(this.#store, this.#stored);
    this.#stored = needed;
  }

  #isWorthLooking(chunk: Buffer): boolean {
    if (this.#wanted !== "line-end") return this.#stored >= this.#wanted;
    return this.#stored > this.#bytesMax || chunk.includes(LINE_FEED);
  }

  /** What the end of the stream leaves. A last line may lack its end; a counted message may not. */
  finish(): readonly Frame[] {
    const rest = this.#store.subarray(0, this.#stored);
    if (this.#isBroken) return [];
    if (this.#skip > 0) return [];
    if (this.#skippedLine !== undefined)
      return [{ kind: "too-long", length: this.#skippedLine + rest.length }];
    if (rest.length === 0) return [];
    const count = readCount(rest, 0);
    if (count.kind === "length") return [{ kind: "cut", length: rest.length - count.digits - 1 }];
    return [this.#line(rest)];
  }

  /** Position after what could be taken at `at`; `undefined` when more bytes are needed. */
  #step(bytes: Buffer, at: number, frames: Frame[]): number | undefined {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      return at + skipped;
    }
    if (this.#skippedLine !== undefined) return this.#skipLine(bytes, at, frames);
    if (SEPARATORS.has(bytes[at] ?? 0)) return at + 1;
    const count = readCount(bytes, at);
    switch (count.kind) {
      case "incomplete":
        this.#wanted = 0;
        return undefined;
      case "broken":
        this.#isBroken = true;
        frames.push(count);
        return bytes.length;
      case "none":
        return this.#takeLine(bytes, at, frames);
      case "length":
        return this.#takeCounted(bytes, at, count, frames);
    }
  }

  #takeCounted(
    bytes: Buffer,
    at: number,
    { length, digits }: Extract<Count, { kind: "length" }>,
    frames: Frame[],
  ): number | undefined {
    const start = at + digits + 1;
    if (length > this.#bytesMax) {
      frames.push({ kind: "too-long", length });
      this.#skip = length;
      return start;
    }
    if (bytes.length - start < length) {
      this.#wanted = start - at + length;
      return undefined;
    }
    frames.push({ kind: "message", bytes: bytes.subarray(start, start + length) });
    return start + length;
  }

  #takeLine(bytes: Buffer, at: number, frames: Frame[]): number | undefined {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end === -1) {
      this.#wanted = "line-end";
      if (bytes.length - at <= this.#bytesMax) return undefined;
      this.#skippedLine = bytes.length - at;
      return bytes.length;
    }
    frames.push(this.#line(bytes.subarray(at, end)));
    return end + 1;
  }

  #line(bytes: Buffer): Frame {
    return bytes.length > this.#bytesMax
      ? { kind: "too-long", length: bytes.length }
      : { kind: "message", bytes };
  }

  #skipLine(bytes: Buffer, at: number, frames: Frame[]): number {
    const end = bytes.indexOf(LINE_FEED, at);
    const skipped = (this.#skippedLine ?? 0) + (end === -1 ? bytes.length : end) - at;
    this.#skippedLine = end === -1 ? skipped : undefined;
    if (end === -1) return bytes.length;
    frames.push({ kind: "too-long", length: skipped });
    return end + 1;
  }
}
