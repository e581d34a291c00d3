/** One sink while the connector runs: its client, its cursor, its dead letters and its pump. */
import { type Clock, within } from "../delivery/clock.ts";
import { Pump } from "../delivery/pump.ts";
import { journalPort } from "../delivery/read-again.ts";
import type { Sink } from "../delivery/sink.ts";
import type { SinkNotice, SinkStatus } from "../delivery/sink-status.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { type CursorOptions, openCursor } from "../journal/cursor.ts";
import { DeadLetterBox } from "../journal/dead-letter.ts";
import type { Journal } from "../journal/journal.ts";
import { compilePredicate } from "../rule/match.ts";
import type { ConfiguredSink } from "./config-table.ts";

export interface SinkRunOptions {
  readonly configured: ConfiguredSink;
  readonly sink: Sink;
  readonly journal: Journal & CursorOptions["journal"];
  /** Folder of the journal. */
  readonly folder: string;
  readonly clock: Clock;
  readonly notify: (notice: SinkNotice) => void;
}

/** How long a client may take to close its connections. */
const CLOSE_MS = 5000;

export class SinkRun {
  readonly configured: ConfiguredSink;
  readonly sink: Sink;
  /** What was wrong with the cursor. */
  readonly problems: readonly Diagnostic[];
  readonly #pump: Pump;
  readonly #letters: DeadLetterBox;
  readonly #clock: Clock;

  private constructor(
    configured: ConfiguredSink,
    sink: Sink,
    problems: readonly Diagnostic[],
    pump: Pump,
    letters: DeadLetterBox,
    clock: Clock,
  ) {
    this.configured = configured;
    this.sink = sink;
    this.problems = problems;
    this.#pump = pump;
    this.#letters = letters;
    this.#clock = clock;
  }

  /**
   * Finds the sink's place in the journal. No other run of a sink with this name may be under way:
   * its cursor would be written by both.
   */
  static async open(options: SinkRunOptions): Promise<SinkRun> {
    const { configured, sink, journal, folder, clock, notify } = options;
    const { name, delivery, where } = configured;
    const { cursor, start, problems } = await openCursor({ folder, name, journal });
    const letters = await DeadLetterBox.open({ folder, name, now: clock.now });
    const pump = new Pump({
      sink,
      journal: journalPort(journal),
      start,
      cursor,
      deadLetters: letters,
      delivery,
      matches: where === undefined ? undefined : compilePredicate(where.predicate),
      clock,
      notify,
    });
    return new SinkRun(configured, sink, problems, pump, letters, clock);
  }

  start(): void {
    this.sink.start?.();
    this.#pump.start();
  }

  /** Last sequence number of which it and all before have settled. */
  get passedSeq(): number {
    return this.#pump.position.seq;
  }

  caughtUp(): Promise<void> {
    return this.#pump.caughtUp();
  }

  /** See `Pump.stop`; then the client's connections are closed. One that does not close is left behind. */
  async stop(graceMs: number): Promise<void> {
    await this.#pump.stop(graceMs);
    await this.#letters.close();
    await within(CLOSE_MS, this.sink.close(), this.#clock);
  }

  status(): SinkStatus {
    return this.#pump.status();
  }
}
