/**
 * The way of events that nobody waits for. It is bounded, never throws, and counts what it could not
 * write: a request of the program must never fail, wait or swell because its audit event does.
 */
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as message from "../diagnostic/message/audit-log.ts";
import type { Receipt } from "../journal/journal.ts";

/** An event that was not written, or something that could not be observed. */
export interface AuditFailure {
  readonly diagnostic: Diagnostic;
  readonly cause?: unknown;
}

export interface AuditLogStatus {
  /** Queued events that are on the disk. */
  readonly durable: number;
  /** Queued events that are on their way there. */
  readonly waiting: number;
  /** What was not written or not seen, since the start. */
  readonly failed: number;
  readonly lastFailure?: AuditFailure;
}

export interface OutletOptions {
  readonly append: (event: unknown) => Promise<Receipt>;
  readonly waitingMax: number;
  /** Told of every failure; may throw, which changes nothing. */
  readonly onFailure: (failure: AuditFailure) => void;
}

export class Outlet {
  readonly #options: OutletOptions;
  #durable = 0;
  #waiting = 0;
  #failed = 0;
  #lastFailure: AuditFailure | undefined;
  #settled: (() => void)[] = [];
  /** Ends of what is being observed, by a key of its own. */
  readonly #open = new Map<symbol, () => void>();

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  /** Queues an event. Never throws. */
  readonly enqueue = (build: () => unknown): void => {
    if (this.#waiting >= this.#options.waitingMax) {
      this.fail(message.queueFull, { waitingMax: this.#options.waitingMax });
      return;
    }
    this.#waiting += 1;
    void this.#write(build).finally(() => this.#leave());
  };

  /** Does work on events when the program has gone on: it costs the program's request nothing. */
  later(work: () => void): void {
    this.#waiting += 1;
    setImmediate(() => {
      this.quietly(work);
      this.#leave();
    });
  }

  /** Runs work on the program's own path; what goes wrong there is counted and goes no further. */
  quietly<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (cause) {
      this.fail(message.notObserved, { reason: reasonOf(cause) }, cause);
      return undefined;
    }
  }

  /** Keeps what has to be ended when the log ends; returns what forgets it. */
  hold(end: () => void): () => void {
    const key = Symbol("observation");
    this.#open.set(key, end);
    return () => this.#open.delete(key);
  }

  /** Counts and tells a failure. */
  fail<Args>(definition: Parameters<typeof report<Args>>[0], args: Args, cause?: unknown): void {
    const diagnostic = report(definition, fileSpan("audit log"), args);
    this.#failed += 1;
    this.#lastFailure = { diagnostic, ...(cause !== undefined && { cause }) };
    try {
      this.#options.onFailure(this.#lastFailure);
    } catch {
      // Whoever is told must not make the program's request fail either; the count tells of it.
    }
  }

  /** Resolves when all that is queued is on the disk or counted as failed. */
  settled(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.push(resolve);
    });
  }

  /** Ends what is still being observed, with what is known of it. */
  endObservations(): void {
    for (const end of [...this.#open.values()]) this.quietly(end);
    this.#open.clear();
  }

  status(): AuditLogStatus {
    return {
      durable: this.#durable,
      waiting: this.#waiting,
      failed: this.#failed,
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
    };
  }

  async #write(build: () => unknown): Promise<void> {
    try {
      await this.#options.append(build());
      this.#durable += 1;
    } catch (cause) {
      const definition = isRefused(cause) ? message.notAnEvent : message.notWritten;
      this.fail(definition, { reason: reasonOf(cause) }, cause);
    }
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) for (const resolve of this.#settled.splice(0)) resolve();
  }
}

function isRefused(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "InvalidEventError";
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
