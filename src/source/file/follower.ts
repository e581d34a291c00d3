/**
 * Follows one file from where it was left to where it ends, through renaming, truncation and deletion.
 *
 * The file stays open while it is followed, so its last lines can be read after it lost its name.
 */
import { report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { recordsOf } from "../handover.ts";
import { readLines } from "../lines.ts";
import type { Emit } from "../source.ts";
import type { Content } from "./content.ts";
import type { Ledger } from "./ledger.ts";
import { type FileProgress, MARK_BYTES_MAX, markOf } from "./progress.ts";
import type { Slots } from "./slots.ts";

export interface FollowerOptions {
  readonly id: string;
  readonly path: string;
  readonly content: Content;
  /** Where to go on; everything when absent. */
  readonly progress: FileProgress | undefined;
  /** Bytes there were when the file was found. */
  readonly size: number;
  readonly ledger: Ledger;
  readonly slots: Slots;
  readonly emit: Emit;
  readonly now: () => number;
  readonly warn: (message: string) => void;
  /** How long a file without a name is watched after its last line, milliseconds. */
  readonly rotateWaitMs: number;
}

const NEWLINE = 10;

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function lastBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (b.length >= MARK_BYTES_MAX) return b.slice(-MARK_BYTES_MAX);
  return Buffer.concat([a, b]).subarray(-MARK_BYTES_MAX);
}

/** Why a pass over the file ended. */
type PassEnd = "finished" | "stopped" | "starts over";

export class Follower {
  readonly id: string;
  readonly #options: FollowerOptions;
  #awaited: { readonly bytes: number; readonly resolve: () => void }[] = [];
  #hasEnded = false;
  /** Time of change when what was read was last held against the file. */
  #checkedMs = 0;
  /** Clocks of file systems are coarse, so from time to time the file is compared whatever they say. */
  #mustCheck = true;
  #path: string;
  /** Whether the file still has a name that the configuration covers. */
  #isNamed = true;
  #isIdle = false;
  #stopping = false;
  #wake = Promise.withResolvers<void>();
  #lastGrowth: number;
  /** Size on the device when it was last looked at. */
  #diskBytes: number;

  /** Bytes read, which may end within a line. */
  #position = 0;
  #head: Uint8Array = new Uint8Array(0);
  #recent: Uint8Array = new Uint8Array(0);
  /** What becomes progress once the lines that were read with it are durable. */
  #reached: FileProgress;

  constructor(options: FollowerOptions) {
    this.id = options.id;
    this.#options = options;
    this.#path = options.path;
    this.#lastGrowth = options.now();
    this.#diskBytes = options.size;
    this.#reached = options.progress ?? this.#nothing();
  }

  /**
   * Resolves when everything before a position is durable, when the file has been read to its end, or
   * when following has ended.
   */
  caughtUp(bytes: number): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.push({ bytes, resolve }));
  }

  #tellAwaited(bytes: number): void {
    const reached = this.#awaited.filter((one) => one.bytes <= bytes);
    this.#awaited = this.#awaited.filter((one) => one.bytes > bytes);
    for (const one of reached) one.resolve();
  }

  /** When the file last had more to read; `undefined` while it has. */
  get idleSince(): number | undefined {
    return this.#isIdle ? this.#lastGrowth : undefined;
  }

  get path(): string {
    return this.#path;
  }

  get isNamed(): boolean {
    return this.#isNamed;
  }

  /** Size on the device up to which it was read. */
  get bytesSeen(): number {
    return this.#options.content.end() === undefined ? this.#position : this.#diskBytes;
  }

  /** Tells what the file is called now: `undefined` when the configuration covers none of its names. */
  named(path: string | undefined, diskBytes: number | undefined): void {
    this.#isNamed = path !== undefined;
    this.#mustCheck = true;
    if (path !== undefined) this.#path = path;
    if (diskBytes !== undefined && diskBytes !== this.#diskBytes) {
      this.#diskBytes = diskBytes;
      this.#isIdle = false;
      this.#lastGrowth = this.#options.now();
      if (this.#options.content.end() !== undefined) this.#options.content.changed();
    }
  }

  /** Lets it look whether there is more. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Makes it end after what it has handed over. */
  stop(): void {
    this.#stopping = true;
    this.wake();
  }

  /** Follows until the file is finished or it is stopped. Rejects with what `emit` rejected with. */
  async run(): Promise<void> {
    try {
      await this.#resume();
      while ((await this.#pass()) === "starts over") this.#startOver();
    } finally {
      this.#hasEnded = true;
      this.#tellAwaited(Number.POSITIVE_INFINITY);
      await this.#options.content.close();
    }
  }

  #nothing(): FileProgress {
    const none = markOf(new Uint8Array(0));
    return { path: this.#path, id: this.id, offset: 0, lines: 0, head: none, tail: none };
  }

  /** Reads the bytes that tell this file from what might replace it. */
  async #resume(): Promise<void> {
    const { content, progress, ledger } = this.#options;
    if (progress === undefined) return;
    const { offset } = progress;
    const length = Math.min(offset, MARK_BYTES_MAX);
    this.#position = offset;
    this.#head = await content.peek(0, length);
    this.#recent = await content.peek(offset - length, length);
    this.#reached = { ...progress, id: this.id, path: this.#path };
    ledger.set(this.#reached);
  }

  #startOver(): void {
    this.#options.ledger.retire(this.id);
    this.#position = 0;
    this.#head = new Uint8Array(0);
    this.#recent = new Uint8Array(0);
    this.#reached = this.#nothing();
    this.#options.ledger.set(this.#reached);
  }

  /** Hands over lines until the file ends, is replaced in place or following is stopped. */
  async #pass(): Promise<PassEnd> {
    const { emit, ledger } = this.#options;
    const pass: { end: PassEnd } = { end: "stopped" };
    const file = this.#path;
    const lines = readLines(this.#chunks(pass), { file, linesBefore: this.#reached.lines });
    for await (const batch of lines) {
      // After a stop the reader gives an incomplete line as the last one; it waits for its end instead.
      if (this.#stopping) break;
      await emit(recordsOf(batch), file);
      // A line that was cut by truncation belongs to what is no longer there.
      if (pass.end !== "starts over") ledger.set({ ...this.#reached, path: this.#path });
    }
    if (pass.end === "finished") this.#finish();
    return this.#stopping ? "stopped" : pass.end;
  }

  #finish(): void {
    const { content, ledger } = this.#options;
    const end = content.end();
    if (end === undefined) ledger.retire(this.id);
    else ledger.set({ ...this.#reached, path: this.#path, doneBytes: this.#diskBytes });
  }

  async *#chunks(pass: { end: PassEnd }): AsyncGenerator<Uint8Array> {
    const { content, slots } = this.#options;
    while (!this.#stopping) {
      const ended = await this.#isReplaced();
      if (ended !== undefined) {
        this.#options.warn(ended);
        pass.end = "starts over";
        return;
      }
      for (;;) {
        const release = await slots.take();
        try {
          const chunk = this.#stopping ? new Uint8Array(0) : await content.read(this.#position);
          if (chunk.length === 0) break;
          this.#isIdle = false;
          this.#lastGrowth = this.#options.now();
          this.#note(chunk);
          yield chunk;
        } finally {
          release();
        }
        this.#tellAwaited(this.#position);
      }
      if (this.#stopping) return;
      this.#tellAwaited(Number.POSITIVE_INFINITY);
      this.#isIdle = true;
      if (await this.#isFinished()) {
        this.#noteEnd();
        pass.end = "finished";
        return;
      }
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }

  /** Follows what was read: where lines end, and the bytes before that. */
  #note(chunk: Uint8Array): void {
    if (this.#head.length < MARK_BYTES_MAX && this.#position === this.#head.length)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, MARK_BYTES_MAX)]).subarray(
        0,
        MARK_BYTES_MAX,
      );
    const complete = chunk.lastIndexOf(NEWLINE) + 1;
    if (complete > 0) {
      const offset = this.#position + complete;
      const lines = this.#reached.lines + countLines(chunk);
      this.#reach(offset, lines, lastBytes(this.#recent, chunk.subarray(0, complete)));
    }
    this.#recent = lastBytes(this.#recent, chunk);
    this.#position += chunk.length;
  }

  /** The file ends here, so its last line does too. */
  #noteEnd(): void {
    const isCut = this.#position > this.#reached.offset;
    this.#reach(this.#position, this.#reached.lines + (isCut ? 1 : 0), this.#recent);
  }

  #reach(offset: number, lines: number, tail: Uint8Array): void {
    this.#reached = {
      path: this.#path,
      id: this.id,
      offset,
      lines,
      head: markOf(this.#head.subarray(0, Math.min(offset, MARK_BYTES_MAX))),
      tail: markOf(tail.subarray(-Math.min(offset, MARK_BYTES_MAX))),
    };
  }

  /** Why the file does not hold any more what was read of it; `undefined` when it does. */
  async #isReplaced(): Promise<string | undefined> {
    const { content } = this.#options;
    const { size, modifiedMs } = await content.look();
    if (size < this.#position)
      return `${this.#path} was truncated at ${size} bytes after ${this.#position} had been read; lines written between the last read and the truncation may be lost. Let logrotate use "create" instead of "copytruncate", or let paths cover the copy`;
    const isUnchanged = size === this.#position && modifiedMs === this.#checkedMs;
    if ((isUnchanged && !this.#mustCheck) || !Number.isFinite(size)) return undefined;
    this.#checkedMs = modifiedMs;
    this.#mustCheck = false;
    const head = await content.peek(0, this.#head.length);
    const recent = await content.peek(this.#position - this.#recent.length, this.#recent.length);
    if (head.equals(this.#head) && recent.equals(this.#recent)) return undefined;
    return `${this.#path} was overwritten in place after ${this.#position} bytes had been read; it is read from its beginning, and lines written between the last read and the change may be lost. Let logrotate use "create" instead of "copytruncate"`;
  }

  /** Whether nothing more can come. A compressed file that is broken becomes a reject. */
  async #isFinished(): Promise<boolean> {
    const { content, now, rotateWaitMs, emit } = this.#options;
    const isQuiet = now() - this.#lastGrowth >= rotateWaitMs;
    const end = content.end();
    if (end === undefined) return !this.#isNamed && isQuiet;
    if (end.kind === "whole") return true;
    // A compressed file that ends in the middle may still be on its way to the device.
    if (end.kind === "cut" && !isQuiet) return false;
    const detail = end.kind === "cut" ? "it ends in the middle" : end.detail;
    const position = this.#reached.lines + 1;
    const span = { file: this.#path, line: position, column: 1, length: 1 };
    const problem = report(sourceMessage.badGzip, span, { detail });
    await emit([{ problem, position }], this.#path);
    return true;
  }
}
