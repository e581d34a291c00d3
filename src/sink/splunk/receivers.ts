/**
 * Several receivers that take the same events. Batches go round; a receiver in trouble is left out for a
 * time that grows, and comes back when its health endpoint says so.
 */
import { pause } from "./pause.ts";

export interface Receiver {
  readonly url: URL;
  /** Failures in a row. */
  failures: number;
  /** Left out until this monotonic time; `undefined` when all is well. */
  outUntil: number | undefined;
  /** Asked for less until this monotonic time. */
  crowdedUntil: number;
  probing: boolean;
}

export interface ReceiversOptions {
  readonly urls: readonly URL[];
  /** Milliseconds that only ever grow. */
  readonly monotonic: () => number;
  /** Whether the receiver says that it is well. */
  readonly probe: (url: URL, signal: AbortSignal) => Promise<boolean>;
  readonly warn: (message: string) => void;
}

const OUT_MS_MIN = 1000;
const OUT_MS_MAX = 60_000;
const CROWDED_MS = 1000;
/** Nobody waits longer than this before a single attempt; more patience is the pump's. */
const CROWDED_MS_MAX = 5000;

/** An address for people. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

export class Receivers {
  readonly #options: ReceiversOptions;
  readonly #all: readonly Receiver[];
  readonly #stop = new AbortController();
  readonly #probes = new Set<Promise<void>>();
  #next = 0;

  constructor(options: ReceiversOptions) {
    this.#options = options;
    this.#all = options.urls.map((url) => ({
      url,
      failures: 0,
      outUntil: undefined,
      crowdedUntil: 0,
      probing: false,
    }));
  }

  /**
   * The receiver for the next batch. When all are left out it is the one that comes back first: a real
   * batch is the best probe, and how often it is tried is the pump's patience. Waits a moment when all
   * that are well have asked for less.
   */
  async pick(signal: AbortSignal): Promise<Receiver> {
    const now = this.#options.monotonic();
    this.#probeThoseDue(now);
    const turn = this.#all.map((_, at) => this.#at(this.#next + at));
    this.#next = (this.#next + 1) % this.#all.length;
    const well = turn.filter(({ outUntil }) => outUntil === undefined);
    const free = well.find(({ crowdedUntil }) => crowdedUntil <= now);
    if (free !== undefined) return free;
    const [soonest] = well.toSorted((a, b) => a.crowdedUntil - b.crowdedUntil);
    if (soonest !== undefined) {
      await pause(soonest.crowdedUntil - now, signal);
      return soonest;
    }
    return turn.reduce((a, b) => ((b.outUntil ?? 0) < (a.outUntil ?? 0) ? b : a));
  }

  #at(index: number): Receiver {
    const receiver = this.#all[index % this.#all.length];
    if (receiver === undefined) throw new Error("a sink without a receiver");
    return receiver;
  }

  /** Whether some other receiver would take what this one did not. */
  hasOtherThan(receiver: Receiver): boolean {
    return this.#all.some((one) => one !== receiver && one.outUntil === undefined);
  }

  /** The receiver took a batch: only that makes up for failures, as one may be healthy and refuse. */
  succeeded(receiver: Receiver): void {
    this.#readmit(receiver);
    receiver.failures = 0;
  }

  #readmit(receiver: Receiver): void {
    if (receiver.outUntil !== undefined && this.#all.length > 1)
      this.#options.warn(`${shownUrl(receiver.url)} is tried again`);
    receiver.outUntil = undefined;
  }

  /** Leaves a receiver out for a while. */
  failed(receiver: Receiver, reason: string): void {
    if (receiver.outUntil === undefined && this.#all.length > 1)
      this.#options.warn(`${shownUrl(receiver.url)} is left out for now: ${reason}`);
    const out = Math.min(OUT_MS_MIN * 2 ** receiver.failures, OUT_MS_MAX);
    receiver.failures += 1;
    receiver.outUntil = this.#options.monotonic() + out;
  }

  /** The receiver took a batch and wants the next ones later. */
  crowded(receiver: Receiver, reason: string, afterMs: number | undefined): void {
    const now = this.#options.monotonic();
    if (receiver.crowdedUntil <= now)
      this.#options.warn(`${shownUrl(receiver.url)}: ${reason}; sending more slowly`);
    receiver.crowdedUntil = now + Math.min(afterMs ?? CROWDED_MS, CROWDED_MS_MAX);
  }

  #probeThoseDue(now: number): void {
    if (this.#all.length === 1) return;
    for (const receiver of this.#all) {
      const { outUntil, probing } = receiver;
      if (outUntil === undefined || outUntil > now || probing) continue;
      receiver.probing = true;
      const probe = this.#probe(receiver).finally(() => {
        receiver.probing = false;
        this.#probes.delete(probe);
      });
      this.#probes.add(probe);
    }
  }

  async #probe(receiver: Receiver): Promise<void> {
    if (await this.#options.probe(receiver.url, this.#stop.signal)) this.#readmit(receiver);
    else this.failed(receiver, "it does not say that it is healthy");
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#probes);
  }
}
