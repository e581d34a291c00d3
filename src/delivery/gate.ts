/**
 * When a sink may be tried, and how often at once.
 *
 * Three ideas in one state: a breaker (after a failure of the whole batch only one attempt at a time
 * probes whether the product is back), full jitter (attempts of many connectors spread out instead of
 * arriving together when it is), and concurrency that grows by one with success and halves with refusal.
 */
import type { Clock } from "./clock.ts";

export interface GateOptions {
  readonly concurrencyMax: number;
  /** First bound of the random delay after a failure, milliseconds. It doubles with each failure. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  /** Bound of the delay between probes while the sink is held. */
  readonly holdMs: number;
}

/** Why a sink is held, and what somebody has to do. */
export interface Hold {
  readonly reason: string;
  readonly instruction: string;
}

/** Handed out at the start of an attempt and given back with its outcome. */
export interface Pass {
  readonly generation: number;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #clock: Clock;
  #generation = 0;
  #failures = 0;
  #opensAt = 0;
  #inFlight = 0;
  #limit: number;
  #succeeded = 0;
  #hold: Hold | undefined;

  constructor(options: GateOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#limit = Math.min(2, options.concurrencyMax);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Attempts that may run at once now. */
  get limit(): number {
    return this.#failures > 0 ? 1 : Math.floor(this.#limit);
  }

  get hold(): Hold | undefined {
    return this.#hold;
  }

  /** Failures in a row of whole batches. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts up when anything gets through; tells whether the product takes other records. */
  get successes(): number {
    return this.#succeeded;
  }

  /** Milliseconds until the next attempt may start; `undefined` while all places are taken. */
  delay(): number | undefined {
    if (this.#inFlight >= this.limit) return undefined;
    return Math.max(0, this.#opensAt - this.#clock.monotonic());
  }

  enter(): Pass {
    this.#inFlight += 1;
    return { generation: this.#generation };
  }

  /** Something got through, or was judged record by record. */
  passed(): void {
    this.#inFlight -= 1;
    this.#succeeded += 1;
    // A success that was on its way when the breaker opened says nothing about now, but it does no
    // harm to probe at once.
    this.#failures = 0;
    this.#opensAt = 0;
    this.#hold = undefined;
    this.#limit = Math.min(
      this.#options.concurrencyMax,
      this.#limit + 1 / Math.max(1, this.#limit),
    );
  }

  /** The product took a part and asked for less. */
  throttled(afterMs: number | undefined): void {
    this.#inFlight -= 1;
    this.#succeeded += 1;
    this.#failures = 0;
    this.#hold = undefined;
    this.#limit = Math.max(1, this.#limit / 2);
    if (afterMs !== undefined) this.#opensAt = this.#clock.monotonic() + afterMs;
  }

  /** Nothing of the attempt got through. */
  failed(pass: Pass, afterMs: number | undefined): void {
    this.#inFlight -= 1;
    this.#hold = undefined;
    // Attempts that ran side by side into the same outage count as one failure.
    if (pass.generation !== this.#generation) return;
    this.#generation += 1;
    this.#failures += 1;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#opensAt = this.#clock.monotonic() + this.#jitter(this.#failures, afterMs);
  }

  /** The product refuses until somebody acts. */
  held(pass: Pass, hold: Hold): void {
    this.#hold = hold;
    this.#inFlight -= 1;
    if (pass.generation !== this.#generation) return;
    this.#generation += 1;
    this.#failures += 1;
    this.#limit = 1;
    const spread = this.#options.holdMs * (0.5 + this.#clock.random() / 2);
    this.#opensAt = this.#clock.monotonic() + Math.min(spread, this.#options.holdMs);
  }

  /** The attempt was given up by us: it says nothing about the product. */
  left(): void {
    this.#inFlight -= 1;
  }

  /** Delay before a single record is tried again. */
  backoff(attempts: number, afterMs: number | undefined): number {
    return this.#jitter(attempts, afterMs);
  }

  #jitter(attempts: number, afterMs: number | undefined): number {
    const { backoffMs, backoffMsMax } = this.#options;
    const bound = Math.min(backoffMsMax, backoffMs * 2 ** Math.min(attempts - 1, 30));
    const spread = this.#clock.random() * bound;
    // What the product asked for is the least; the spread comes on top, or all would return at once.
    return afterMs === undefined ? spread : afterMs + spread;
  }
}
