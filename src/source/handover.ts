/**
 * Records on their way from a stream to `emit`: one call at a time, in order, with a bound on what waits.
 *
 * While one batch becomes durable the next is gathered, so the cost of fsync is shared under load and a
 * lone record waits for nothing.
 */
import type { Line } from "./lines.ts";
import type { Emit, SourceRecord } from "./source.ts";

/** Reading pauses while more than this waits for its turn, unless told otherwise. */
const WAITING_BYTES_MAX = 1_048_576;
const WAITING_RECORDS_MAX = 10_000;

export class Handover {
  readonly #emit: Emit;
  readonly #origin: string;
  readonly #waitingBytesMax: number;
  #waiting: SourceRecord[] = [];
  #waitingBytes = 0;
  #turn: Promise<void> | undefined;
  #room = Promise.withResolvers<void>();
  #failure: { readonly cause: unknown } | undefined;

  constructor(emit: Emit, origin: string, waitingBytesMax: number = WAITING_BYTES_MAX) {
    this.#emit = emit;
    this.#origin = origin;
    this.#waitingBytesMax = waitingBytesMax;
  }

  /** Whether `offer` would have to wait. */
  get isFull(): boolean {
    return this.#waitingBytes > this.#waitingBytesMax || this.#waiting.length > WAITING_RECORDS_MAX;
  }

  /**
   * Takes records over; resolves when there is room for more, which is not yet when these are durable.
   * Rejects with what `emit` rejected with.
   *
   * @param bytes What the records hold in memory.
   */
  async offer(records: readonly SourceRecord[], bytes: number): Promise<void> {
    this.#throwFailure();
    for (const record of records) this.#waiting.push(record);
    this.#waitingBytes += bytes;
    this.#turn ??= this.#takeTurns();
    while (this.isFull && this.#failure === undefined) await this.#room.promise;
    this.#throwFailure();
  }

  /** Resolves when everything that was offered is durable; rejects with what `emit` rejected with. */
  async settled(): Promise<void> {
    await this.#turn;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  async #takeTurns(): Promise<void> {
    while (this.#waiting.length > 0 && this.#failure === undefined) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#makeRoom();
      try {
        await this.#emit(batch, this.#origin);
      } catch (cause) {
        this.#failure = { cause };
      }
    }
    this.#turn = undefined;
    this.#makeRoom();
  }

  #makeRoom(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }
}

/** Lines as records; the position of a record is the number of its line. */
export function recordsOf(lines: readonly Line[]): readonly SourceRecord[] {
  return lines.map((line) =>
    line.problem === undefined
      ? { text: line.text, position: line.number }
      : { problem: line.problem, position: line.number },
  );
}

/** Characters of lines, which stand for the bytes they hold in memory. */
export function sizeOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + (line.text?.length ?? 0), 0);
}
