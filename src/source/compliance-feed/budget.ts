/**
 * One budget of requests for everything that asks one API: the organization has 600 requests a minute,
 * shared by all its keys and endpoints, and others need theirs too
 * (https://platform.claude.com/docs/en/manage-claude/compliance-errors, "429 Too Many Requests").
 */
import { retryAfterMs } from "../../delivery/retry-after.ts";

export type Headers = Readonly<Record<string, string>>;

/** Waits; resolves early when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

const MINUTE_MS = 60_000;
/** While less than this share of the organization's budget is left, it is left to others. */
const RESERVE = 0.1;
/** A window of the API is a minute; a reset that lies further away is a wrong clock. */
const RESET_MS_MAX = 90_000;
/** Requests that may follow each other without a pause. */
const BURST = 5;

export class RequestBudget {
  readonly #now: () => number;
  readonly #sleep: Sleep;
  #perMinute: number;
  /** Requests that may be made at once, up to the burst. */
  #tokens = BURST;
  #filledAt: number;
  /** Nothing is asked before this time, milliseconds since the epoch. */
  #closedUntil = 0;
  #turn: Promise<void> = Promise.resolve();
  /** Requests that the API refused because the organization had made too many. */
  limited = 0;

  constructor(perMinute: number, now: () => number, sleep: Sleep) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#sleep = sleep;
    this.#filledAt = now();
  }

  /** Milliseconds for which the API asked not to be asked. */
  get closedForMs(): number {
    return Math.max(0, this.#closedUntil - this.#now());
  }

  set perMinute(value: number) {
    this.#perMinute = value;
  }

  /** Resolves when one request may be made, or the signal aborts. Callers are served in order. */
  take(signal: AbortSignal): Promise<void> {
    const mine = this.#turn.then(() => this.#wait(signal));
    this.#turn = mine;
    return mine;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (signal.aborted) return;
      this.#fill();
      const closed = this.closedForMs;
      if (closed === 0 && this.#tokens >= 1) {
        this.#tokens -= 1;
        return;
      }
      const missing = ((1 - this.#tokens) * MINUTE_MS) / this.#perMinute;
      await this.#sleep(Math.max(closed, Math.ceil(missing), 1), signal);
    }
  }

  #fill(): void {
    const now = this.#now();
    // A clock that was set back fills nothing, and does not stop the filling either.
    const passed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(BURST, this.#tokens + (passed * this.#perMinute) / MINUTE_MS);
  }

  /**
   * Learns from an answer. A 429 closes the budget for as long as the API asks; when the organization's
   * budget runs low it closes until it is full again.
   */
  learn(status: number, headers: Headers): void {
    const now = this.#now();
    if (status === 429) this.limited += 1;
    const asked = retryAfterMs(headers["retry-after"], now);
    if (asked !== undefined && (status === 429 || status >= 500)) this.#close(now + asked);
    const limit = Number(headers["anthropic-ratelimit-requests-limit"] ?? Number.NaN);
    const remaining = Number(headers["anthropic-ratelimit-requests-remaining"] ?? Number.NaN);
    if (!(remaining <= limit * RESERVE)) return;
    const reset = Date.parse(headers["anthropic-ratelimit-requests-reset"] ?? "");
    const server = Date.parse(headers["date"] ?? "");
    // The reset is a time of the server, so only its distance to the server's own clock counts.
    const distance = reset - (Number.isNaN(server) ? now : server);
    if (distance > 0 && distance <= RESET_MS_MAX) this.#close(now + distance);
  }

  #close(until: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, until);
  }
}
