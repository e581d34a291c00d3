/**
 * Frames of syslog over one kept connection (octet counting: RFC 6587, section 3.4.1; RFC 5425).
 *
 * There is no acknowledgement. What can be done without one is done: a batch counts as delivered only
 * when the kernel has all of it, the receiver's machine has acknowledged it as far as the system tells,
 * and the connection has survived a while; and what was delivered shortly before a break is sent again.
 */
import {
  aborted,
  Connection,
  orAborted,
  orLate,
  type PeerAddress,
  type StreamFailure,
} from "./connection.ts";
import { RecentFrames, type RecentLimits } from "./recent.ts";

export interface StreamOptions {
  readonly peer: PeerAddress;
  readonly timeoutMs: number;
  readonly settleMs: number;
  readonly resend: RecentLimits;
  readonly now: () => number;
  /** Told how many frames are sent again. */
  readonly onResend: (frames: number) => void;
}

export class SyslogStream {
  readonly #options: StreamOptions;
  readonly #recent: RecentFrames;
  #connection: Connection | undefined;
  #opening: Promise<Connection | StreamFailure> | undefined;
  /** The write that comes last at the moment: writes go one after the other. */
  #lastWrite: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#recent = new RecentFrames(options.resend);
  }

  /** @returns What went wrong; `undefined` when everything known says that the frames arrived. */
  async deliver(
    frames: readonly string[],
    signal: AbortSignal,
  ): Promise<StreamFailure | undefined> {
    const { timeoutMs, settleMs, now } = this.#options;
    const connection = await this.#connected(signal);
    if (!(connection instanceof Connection)) return connection;
    const written = this.#write(connection, frames, signal);
    const unsent = await orAborted(written, signal);
    if (unsent !== undefined) return unsent;
    const unread = `the receiver's machine did not acknowledge within ${timeoutMs} ms`;
    const lost: StreamFailure = { failure: "network", reason: unread };
    const settled = orLate(connection.settle(settleMs), settleMs + timeoutMs, lost);
    const unsettled = await orAborted(settled, signal);
    if (unsettled === lost) this.#drop(connection);
    if (unsettled === undefined) this.#recent.add(frames, now());
    return unsettled;
  }

  /** Writes when all earlier writes are done. The time counts from there. */
  async #write(
    connection: Connection,
    frames: readonly string[],
    signal: AbortSignal,
  ): Promise<StreamFailure | undefined> {
    const { timeoutMs } = this.#options;
    const slow = `the receiver did not read within ${timeoutMs} ms`;
    const late: StreamFailure = { failure: "network", reason: slow };
    const turn = this.#lastWrite.then(async () => {
      if (signal.aborted) return aborted;
      const bytes = Buffer.from(frames.join(""));
      const failure = await orLate(connection.write(bytes), timeoutMs, late);
      // Half a frame may be on the wire: the connection can only be closed.
      if (failure === late) this.#drop(connection);
      return failure;
    });
    this.#lastWrite = turn;
    return turn;
  }

  #drop(connection: Connection): void {
    connection.destroy();
    this.#forget(connection);
  }

  #forget(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#recent.breakOff(this.#options.now());
  }

  /** The kept connection if it is still good, or a new one that all who wait share. */
  async #connected(signal: AbortSignal): Promise<Connection | StreamFailure> {
    const kept = this.#connection;
    if (kept !== undefined) {
      if ((await kept.refresh()) === undefined) return kept;
      this.#forget(kept);
      // Somebody else who noticed it may have connected by now.
      if (this.#connection !== undefined) return this.#connected(signal);
    }
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return orAborted(this.#opening, signal);
  }

  async #open(): Promise<Connection | StreamFailure> {
    const { peer, timeoutMs } = this.#options;
    const opened = await Connection.open(peer, timeoutMs, this.#closing.signal);
    if (!(opened instanceof Connection)) return opened;
    this.#connection = opened;
    // Age counts from the break, not from the next batch that notices it.
    void opened.broken.then(() => this.#forget(opened));
    this.#sendAgain(opened);
    return opened;
  }

  /** Puts what the receiver may not have read before everything else. */
  #sendAgain(connection: Connection): void {
    const { settleMs, now, onResend } = this.#options;
    const frames = this.#recent.takeDoubtful();
    if (frames.length === 0) return;
    onResend(frames.length);
    const written = this.#write(connection, frames, this.#closing.signal);
    void written
      .then((failure) => failure ?? connection.settle(settleMs))
      .then((failure) => {
        if (failure === undefined) this.#recent.add(frames, now());
        else this.#recent.putBack(frames);
      });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening;
    await this.#connection?.close();
    this.#connection = undefined;
  }
}
