/** A journal, a product and a disk for pumps under test: all in memory, all at a test's command. */
import type { Clock } from "../../src/delivery/clock.ts";
import type { DeliveryOptions } from "../../src/delivery/delivery-options.ts";
import type { RecordOutcome } from "../../src/delivery/outcome.ts";
import type { DeadLetter, SinkPosition } from "../../src/delivery/port.ts";
import { Pump, type PumpOptions } from "../../src/delivery/pump.ts";
import { type FeedSource, journalPort } from "../../src/delivery/read-again.ts";
import type { BatchLimits, EncodedRecord, Sink } from "../../src/delivery/sink.ts";
import type { SinkNotice } from "../../src/delivery/sink-status.ts";
import type { CanonicalEvent } from "../../src/event/event.ts";
import type { FeedItem } from "../../src/journal/feed.ts";
import { GENESIS_HASH, type JournalRecord, nextRecord } from "../../src/journal/record.ts";
import { journaled } from "../conformance/event.ts";

export const START: SinkPosition = { seq: -1, hash: GENESIS_HASH, aheadRanges: [] };

/** A journal of records in memory. */
export class MemoryJournal implements FeedSource {
  readonly records: JournalRecord[] = [];
  readonly #waiters = new Set<() => void>();
  /** Sequence numbers that cannot be read. */
  readonly damaged: Set<number> = new Set<number>();
  reads: number = 0;

  constructor() {
    this.#push("journal", "{}");
  }

  get committed(): { readonly seq: number; readonly hash: string } {
    const last = this.records.at(-1);
    return { seq: last?.seq ?? -1, hash: last?.hash ?? GENESIS_HASH };
  }

  #push(kind: "event" | "journal", body: string): void {
    const { seq, hash } = this.committed;
    this.records.push(nextRecord(hash, seq + 1, kind, body));
  }

  append(...events: readonly CanonicalEvent[]): void {
    for (const event of events) this.#push("event", JSON.stringify(event));
    for (const wake of this.#waiters) wake();
  }

  /** Appends the events `from` … `from + count - 1` of the shared series. */
  appendRange(count: number, from = 1): void {
    this.append(...Array.from({ length: count }, (_, index) => journaled(from + index).event));
  }

  readonly openFeed: FeedSource["openFeed"] = (afterSeq) => {
    let at = Math.max(0, afterSeq + 1);
    return {
      next: async (limit, signal) => {
        while (at >= this.records.length && !signal.aborted) {
          await new Promise<void>((resolve) => {
            const wake = (): void => {
              this.#waiters.delete(wake);
              resolve();
            };
            this.#waiters.add(wake);
            signal.addEventListener("abort", wake, { once: true });
          });
        }
        const items: FeedItem[] = this.records
          .slice(at, at + limit.records)
          .map((record) =>
            this.damaged.has(record.seq)
              ? { kind: "damage", from: record.seq, to: record.seq, problem: unreadable }
              : { kind: "record", record },
          );
        at += items.length;
        this.reads += items.length;
        return items;
      },
      close: async () => {},
    };
  };
}

const unreadable = {
  code: "J601",
  severity: "error",
  span: { file: "test", line: 1, column: 1, length: 1 },
  message: "a record cannot be read",
  help: "none",
} as const;

export type Answer = (
  batch: readonly EncodedRecord[],
  signal: AbortSignal,
) => RecordOutcome[] | Promise<RecordOutcome[]>;

export const delivered = (batch: readonly EncodedRecord[]): RecordOutcome[] =>
  batch.map(() => ({ kind: "delivered" }));

export const all =
  (outcome: RecordOutcome) =>
  (batch: readonly EncodedRecord[]): RecordOutcome[] =>
    batch.map(() => outcome);

/** A product that does what the test says, and remembers. */
export class ScriptedSink implements Sink {
  readonly name: string = "scripted";
  readonly kind: string = "scripted";
  readonly target: string = "nowhere";
  readonly limits: BatchLimits;
  answer: Answer = delivered;
  /** Batches in the order of their attempts: when, and which event_ids. */
  readonly attempts: { readonly at: number; readonly ids: readonly string[] }[] = [];
  /** event_ids that were called delivered. */
  readonly taken: string[] = [];
  unencodable: ((event: CanonicalEvent) => string | undefined) | undefined;
  inFlight: number = 0;
  inFlightMost: number = 0;
  readonly #clock: Clock;

  constructor(clock: Clock, limits: Partial<BatchLimits> = {}) {
    this.#clock = clock;
    this.limits = { recordsMax: 100, bytesMax: 1_000_000, overheadBytes: 1, ...limits };
  }

  readonly encode: Sink["encode"] = ({ seq, event }) => {
    const reason = this.unencodable?.(event);
    if (reason !== undefined) return { reason };
    const body = JSON.stringify(event);
    const time = Date.parse(event.timestamp);
    return { seq, event_id: event.event_id, body, bytes: Buffer.byteLength(body), time };
  };

  readonly send: Sink["send"] = async (batch, signal) => {
    this.attempts.push({ at: this.#clock.monotonic(), ids: batch.map((one) => one.event_id) });
    this.inFlight += 1;
    this.inFlightMost = Math.max(this.inFlightMost, this.inFlight);
    try {
      const outcomes = await this.answer(batch, signal);
      for (const [index, outcome] of outcomes.entries()) {
        const id = batch[index]?.event_id;
        if (outcome.kind === "delivered" && id !== undefined) this.taken.push(id);
      }
      return outcomes;
    } finally {
      this.inFlight -= 1;
    }
  };

  readonly check: Sink["check"] = async () => [];
  readonly close: Sink["close"] = async () => {};
}

export const usual: DeliveryOptions = {
  batch_age: 1000,
  concurrency: 4,
  backoff: 500,
  backoff_max: 60_000,
  hold_probe: 30_000,
  buffer_size: 16 * 2 ** 20,
  attempts_alone: 4,
  dead_letters_in_a_row: 0,
  priority: true,
};

/** A pump over parts in memory. */
export interface Rig {
  readonly pump: Pump;
  readonly journal: MemoryJournal;
  readonly sink: ScriptedSink;
  readonly saved: SinkPosition[];
  readonly letters: DeadLetter[];
  readonly notices: SinkNotice[];
  /** Makes the disk refuse, for cursors or letters. */
  readonly disk: { cursorFails: boolean; lettersFail: boolean };
}

export interface RigOptions {
  readonly clock: Clock;
  readonly journal?: MemoryJournal;
  readonly sink?: ScriptedSink;
  readonly start?: SinkPosition;
  readonly delivery?: Partial<DeliveryOptions>;
  readonly matches?: PumpOptions["matches"];
}

export function rig({ clock, delivery, start = START, matches, ...parts }: RigOptions): Rig {
  const journal = parts.journal ?? new MemoryJournal();
  const sink = parts.sink ?? new ScriptedSink(clock);
  const saved: SinkPosition[] = [];
  const letters: DeadLetter[] = [];
  const notices: SinkNotice[] = [];
  const disk = { cursorFails: false, lettersFail: false };
  const pump = new Pump({
    sink,
    journal: journalPort(journal),
    start,
    clock,
    matches,
    delivery: { ...usual, ...delivery },
    notify: (notice) => notices.push(notice),
    cursor: {
      save: async (position) => {
        if (disk.cursorFails) throw new Error("ENOSPC no space left");
        saved.push(position);
      },
    },
    deadLetters: {
      append: async (more) => {
        if (disk.lettersFail) throw new Error("ENOSPC no space left");
        letters.push(...more);
      },
    },
  });
  return { pump, journal, sink, saved, letters, notices, disk };
}
