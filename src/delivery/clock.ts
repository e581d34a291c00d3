/** Time and chance as the pump uses them, so that a test can own both. */

export interface Clock {
  /** Milliseconds since the epoch; may jump when somebody sets the machine's clock. */
  readonly now: () => number;
  /** Milliseconds from some start; never jumps. Delays are measured with it. */
  readonly monotonic: () => number;
  /** Calls back once after a delay; the result takes the call back. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/**
 * A bell that one loop waits at. It rings for as long as nobody has heard it: a ring between two waits
 * is not lost.
 */
export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Waits for a ring, at most `ms`; without `ms` for as long as it takes. */
  async wait(ms?: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const cancel = ms === undefined ? undefined : this.#clock.after(ms, resolve);
        this.#wake = () => {
          cancel?.();
          resolve();
        };
      });
    }
    this.#rung = false;
    this.#wake = undefined;
  }
}

/** Waits for `work`, but no longer than `ms`. Leaves no timer behind that keeps a process alive. */
export async function within(ms: number, work: Promise<unknown>, clock: Clock): Promise<void> {
  let cancel = (): void => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, limit]).finally(cancel);
}
