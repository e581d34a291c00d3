/** A clock that a test owns: time passes only when everything that can run has run. */
import type { Clock } from "../../src/delivery/clock.ts";
import { seededRandom } from "../event/random-event.ts";

interface Alarm {
  readonly at: number;
  readonly call: () => void;
}

export class VirtualClock implements Clock {
  readonly random: () => number;
  #now = 0;
  /** Added to the time of day, so that a test can set the clock of the machine. */
  offset: number = Date.parse("2026-03-02T09:30:00.000Z");
  readonly #alarms = new Set<Alarm>();

  constructor(seed = 1) {
    this.random = seededRandom(seed);
  }

  readonly now = (): number => this.#now + this.offset;

  readonly monotonic = (): number => this.#now;

  readonly after = (ms: number, call: () => void): (() => void) => {
    const alarm = { at: this.#now + ms, call };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  };

  /** Lets everything run that waits for no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Passes time until `done`, but no more than `ms` of it; returns whether it is done. */
  async runUntil(done: () => boolean, ms: number): Promise<boolean> {
    const end = this.#now + ms;
    for (;;) {
      await this.settle();
      if (done()) return true;
      const next = [...this.#alarms].reduce<Alarm | undefined>(
        (first, alarm) => (first === undefined || alarm.at < first.at ? alarm : first),
        undefined,
      );
      if (next === undefined || next.at > end) {
        this.#now = end;
        await this.settle();
        return done();
      }
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
  }

  /** Passes time. */
  async run(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }
}
