/**
 * Moves a sink from where it stands in the journal to the head, and keeps it there.
 *
 * Each sink has its own pump with its own cursor: a slow or broken one delays nobody else. The sink says
 * what became of every record; the pump decides what to do about it. Four loops run side by side: the
 * loader reads, the scout takes out what is urgent while the sink is far behind, the dispatcher starts
 * attempts as the gate allows, and the keeper writes the cursor.
 */
import type { CanonicalEvent } from "../event/event.ts";
import { Attempts } from "./attempts.ts";
import { Bell, type Clock, within } from "./clock.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { Gate } from "./gate.ts";
import { Loader } from "./loader.ts";
import type { CursorPort, DeadLetterPort, JournalPort, SinkPosition } from "./port.ts";
import { Settlement } from "./settlement.ts";
import { Shelf } from "./shelf.ts";
import type { Sink } from "./sink.ts";
import {
  noCounts,
  type SinkCounts,
  type SinkNotice,
  type SinkState,
  type SinkStatus,
} from "./sink-status.ts";

export interface PumpOptions {
  readonly sink: Sink;
  readonly journal: JournalPort;
  /** Where the sink stands: what the cursor said. */
  readonly start: SinkPosition;
  readonly cursor: CursorPort;
  readonly deadLetters: DeadLetterPort;
  readonly delivery: DeliveryOptions;
  /** Which events the sink gets; all when absent. */
  readonly matches?: ((event: CanonicalEvent) => boolean) | undefined;
  readonly clock: Clock;
  readonly notify: (notice: SinkNotice) => void;
}

/** How often the cursor is written while it moves. It may lag: after a crash as much is sent again. */
const CURSOR_MS = 1000;
/** Attempts that do not end although they were told to are left behind after this. */
const ABORT_MS = 5000;

export class Pump {
  readonly #options: PumpOptions;
  readonly #counts: SinkCounts = noCounts();
  readonly #gate: Gate;
  readonly #shelf: Shelf;
  readonly #settlement: Settlement;
  readonly #attempts: Attempts;
  readonly #loader: Loader;
  readonly #stop = new AbortController();
  /** Rings when the cursor may have moved. */
  readonly #moved: Bell;
  /** Rings to end the pause between two writings of the cursor. */
  readonly #pause: Bell;
  #loops: Promise<unknown> | undefined;
  #saved: SinkPosition;
  #draining = false;
  #stopped = false;

  constructor(options: PumpOptions) {
    const { sink, clock, delivery, journal, start, notify } = options;
    this.#options = options;
    this.#saved = start;
    this.#moved = new Bell(clock);
    this.#pause = new Bell(clock);
    this.#settlement = new Settlement(start, start.aheadRanges, () => this.#moved.ring());
    this.#gate = new Gate(
      {
        concurrencyMax: delivery.concurrency,
        backoffMs: delivery.backoff,
        backoffMsMax: delivery.backoff_max,
        holdMs: delivery.hold_probe,
      },
      clock,
    );
    this.#shelf = new Shelf({
      limits: sink.limits,
      batchAgeMs: delivery.batch_age,
      bufferBytesMax: delivery.buffer_size,
      clock,
    });
    this.#attempts = new Attempts({
      sink,
      journal,
      gate: this.#gate,
      shelf: this.#shelf,
      settlement: this.#settlement,
      counts: this.#counts,
      deadLetters: options.deadLetters,
      clock,
      notify,
      attemptsAlone: delivery.attempts_alone,
      lettersInARow: delivery.dead_letters_in_a_row,
    });
    this.#loader = new Loader({
      sink,
      journal,
      settlement: this.#settlement,
      shelf: this.#shelf,
      counts: this.#counts,
      clock,
      matches: options.matches,
      priority: delivery.priority,
      notify,
      bury: (letter, signal) => this.#attempts.bury([letter], signal),
    });
  }

  /** Starts delivering. Problems are told by `notify`; nothing but `stop` ends it. */
  start(): void {
    const { signal } = this.#stop;
    const loops = [this.#loader.run(signal), this.#dispatch(signal), this.#keepCursor(signal)];
    if (this.#options.delivery.priority) loops.push(this.#loader.scout(signal));
    this.#loops = Promise.allSettled(loops.map((loop) => this.#guard(loop)));
  }

  /** A loop that ends by an error is a defect, or a journal that cannot be read: somebody has to know. */
  async #guard(loop: Promise<void>): Promise<void> {
    try {
      await loop;
    } catch (cause) {
      if (this.#stop.signal.aborted) return;
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#options.notify({ kind: "broken", reason });
    }
  }

  async #dispatch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const delay = this.#gate.delay();
      if (delay !== 0) {
        await this.#shelf.bell.wait(delay);
        continue;
      }
      const { parcel, waitMs } = this.#shelf.choose(this.#gate.failures > 0, this.#draining);
      if (parcel === undefined) await this.#shelf.bell.wait(waitMs);
      else this.#attempts.start(parcel, signal);
    }
  }

  async #keepCursor(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#moved.wait();
      await this.#pause.wait(CURSOR_MS);
      await this.#saveCursor();
    }
  }

  /** Writes the cursor when it has moved. A disk that refuses is told; the cursor lags until it takes. */
  async #saveCursor(): Promise<void> {
    const position = this.position;
    const same =
      position.seq === this.#saved.seq &&
      JSON.stringify(position.aheadRanges) === JSON.stringify(this.#saved.aheadRanges);
    if (same) return;
    try {
      await this.#options.cursor.save(position);
      this.#saved = position;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#options.notify({ kind: "disk", reason: `the cursor cannot be written: ${reason}` });
      this.#moved.ring();
    }
  }

  /** Where the sink stands now; the cursor on the disk may be a moment behind. */
  get position(): SinkPosition {
    const { seq, hash } = this.#settlement.settled;
    return { seq, hash, aheadRanges: this.#settlement.aheadRanges() };
  }

  /** Durable records that have not settled. */
  get lagRecords(): number {
    return Math.max(0, this.#options.journal.committed.seq - this.#settlement.settled.seq);
  }

  /** Resolves when everything that is durable now has settled, or at `stop`. */
  async caughtUp(): Promise<void> {
    const { seq } = this.#options.journal.committed;
    while (this.#settlement.settled.seq < seq && !this.#stopped)
      await new Promise<void>((resolve) => this.#options.clock.after(5, resolve));
  }

  /**
   * Stops. Goes on delivering until all has settled, but no longer than `graceMs` and not at all while
   * the sink is held; then gives up what is under way and writes the cursor. What has not settled is
   * delivered after the next start.
   */
  async stop(graceMs: number): Promise<void> {
    const { clock } = this.#options;
    const until = clock.monotonic() + graceMs;
    this.#draining = true;
    this.#shelf.wake();
    while (this.lagRecords > 0 && this.#gate.hold === undefined && clock.monotonic() < until)
      await new Promise<void>((resolve) => clock.after(10, resolve));
    this.#stop.abort();
    this.#shelf.wake();
    this.#loader.wake();
    this.#moved.ring();
    this.#pause.ring();
    await within(ABORT_MS, Promise.all([this.#loops, this.#attempts.ended()]), clock);
    await this.#saveCursor();
    this.#stopped = true;
  }

  get #state(): SinkState {
    if (this.#stopped) return "stopped";
    if (this.#gate.hold !== undefined) return "held";
    if (this.#gate.failures > 0) return "retrying";
    return this.lagRecords > 0 ? "delivering" : "idle";
  }

  status(): SinkStatus {
    const { sink, clock } = this.#options;
    const time = this.#settlement.oldest?.time;
    const { lastError, lastDelivery } = this.#attempts;
    return {
      name: sink.name,
      kind: sink.kind,
      target: sink.target,
      state: this.#state,
      lagRecords: this.lagRecords,
      lagMs: time === undefined ? 0 : Math.max(0, clock.now() - time),
      cursor: this.#settlement.settled.seq,
      inFlight: this.#gate.inFlight,
      concurrency: this.#gate.limit,
      counts: { ...this.#counts },
      ...(lastError !== undefined && { lastError }),
      ...(lastDelivery !== undefined && { lastDelivery }),
      ...(sink.report !== undefined && { report: sink.report() }),
    };
  }
}
