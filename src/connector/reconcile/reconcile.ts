/**
 * Compares what a product holds with what the journal says it has to hold.
 *
 * Numbers by minute come first; event_ids are asked only where they leave a doubt. The connector may
 * run meanwhile: everything is read, nothing is locked or written.
 */
import type { Inventory, MinuteCount } from "../../delivery/sink.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import { askedInventory } from "./asked.ts";
import {
  agrees,
  differs,
  type ExpectedEvent,
  MinuteComparison,
  type MinuteReport,
  type MissingEvent,
} from "./compare.ts";
import type { Expectation } from "./expectation.ts";
import { type Doubtful, type Stretch, stretchesOf } from "./run-list.ts";
import { SeqRanges } from "./seq-ranges.ts";
import { MINUTE_MS, TimeIndex } from "./time-index.ts";

/** Numbers of one question. */
const BLOCK_MS = 86_400_000;
/** event_ids in memory at once, as long as no single minute has more. */
const IDS_MAX = 100_000;

export interface Totals {
  /** Events that the product must hold. */
  readonly due: number;
  readonly records: number;
  readonly distinct: number;
  readonly missing: number;
  readonly duplicates: number;
  readonly foreign: number;
  /** Events that are not delivered yet. */
  readonly waiting: number;
  readonly dead: number;
  readonly filtered: number;
  /** Test events of `doctor` in stretches whose ids were compared. */
  readonly tests: number;
}

export interface Reconciliation {
  /** Event times that were compared, `[from, to)`, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Whether event_ids that the journal lacks are no difference. */
  readonly shared: boolean;
  readonly totals: Totals;
  /** Minutes that differ, ascending. */
  readonly minutes: readonly MinuteReport[];
  /** Where the missing events stand in the journal. */
  readonly missing: SeqRanges;
  /**
   * Set when retention has removed the beginning of the range from the journal: what is before this
   * time was not compared.
   */
  readonly completeFrom?: number;
  readonly problems: readonly Diagnostic[];
}

export interface ReconcileOptions {
  readonly inventory: Inventory;
  /** Folder of the journal. */
  readonly folder: string;
  readonly expectation: Expectation;
  /** Event times in `[from, to)`, milliseconds since the epoch; widened to whole minutes. */
  readonly from: number;
  readonly to: number;
  /** Compare ids of every minute, also where the numbers agree. */
  readonly exact: boolean;
  /** Other connectors deliver into the same product: events that the journal lacks are theirs. */
  readonly shared: boolean;
  readonly signal: AbortSignal;
  readonly onMissing?: (missing: MissingEvent) => Promise<void>;
  readonly onProgress?: (step: "journal" | "product", done: number, events: number) => void;
}

type Sums = { -readonly [Name in keyof Totals]: number };

class Reconciler {
  readonly #options: ReconcileOptions;
  readonly #index: TimeIndex;
  readonly #minutes: MinuteReport[] = [];
  readonly #missing = new SeqRanges();
  readonly #sums: Sums = {
    ...{ due: 0, records: 0, distinct: 0, missing: 0, duplicates: 0 },
    ...{ foreign: 0, waiting: 0, dead: 0, filtered: 0, tests: 0 },
  };

  constructor(options: ReconcileOptions) {
    this.#options = options;
    const { folder, expectation, signal, onProgress } = options;
    this.#index = new TimeIndex({
      ...{ folder, expectation, signal },
      from: Math.floor(options.from / MINUTE_MS) * MINUTE_MS,
      to: Math.ceil(options.to / MINUTE_MS) * MINUTE_MS,
      ...(onProgress !== undefined && {
        onProgress: (seq: number) => onProgress("journal", seq, seq),
      }),
    });
  }

  async run(): Promise<Reconciliation> {
    const { expectation, shared } = this.#options;
    await this.#index.extend();
    const to = Math.ceil(this.#options.to / MINUTE_MS) * MINUTE_MS;
    const asked = Math.floor(this.#options.from / MINUTE_MS) * MINUTE_MS;
    const { completeFrom } = this.#index;
    const from = Math.min(to, Math.max(asked, completeFrom ?? asked));
    for (let start = from; start < to; start += BLOCK_MS)
      await this.#block(start, Math.min(start + BLOCK_MS, to));
    return {
      ...{ from, to, shared, totals: this.#sums, minutes: this.#minutes, missing: this.#missing },
      ...(from > asked && { completeFrom: from }),
      problems: [...expectation.problems, ...this.#index.problems],
    };
  }

  /** A day at most: its numbers, then the ids of what they leave in doubt. */
  async #block(from: number, to: number): Promise<void> {
    const { exact, signal, onProgress } = this.#options;
    const inventory = askedInventory(this.#options.inventory);
    const counts = await inventory.countByMinute(from, to, signal);
    const held = new Map(counts.map((count) => [count.minute, count]));
    const doubtful: Doubtful[] = [];
    for (let minute = from; minute < to; minute += MINUTE_MS) {
      const entry = this.#index.entry(minute);
      const count = held.get(minute);
      if (entry === undefined && count === undefined) continue;
      this.#sums.dead += entry?.counts.dead ?? 0;
      this.#sums.filtered += entry?.counts.filtered ?? 0;
      if (!exact && agrees(entry?.counts, count)) {
        this.#sums.due += count?.records ?? 0;
        this.#sums.records += count?.records ?? 0;
        this.#sums.distinct += count?.distinct ?? 0;
      } else doubtful.push({ minute, ids: this.#idsOf(minute, held) });
    }
    const idsOf = (minute: number): number => this.#idsOf(minute, held);
    for (const stretch of stretchesOf(doubtful, IDS_MAX, idsOf)) {
      await this.#compare(stretch, held, new Set(doubtful.map(({ minute }) => minute)));
      onProgress?.("product", stretch.to, this.#sums.records);
    }
    onProgress?.("product", to, this.#sums.records);
  }

  #idsOf(minute: number, held: ReadonlyMap<number, MinuteCount>): number {
    const {
      due = 0,
      waiting = 0,
      dead = 0,
      filtered = 0,
    } = this.#index.entry(minute)?.counts ?? {};
    return Math.max(held.get(minute)?.records ?? 0, due + waiting + dead + filtered);
  }

  async #compare(
    { from, to }: Stretch,
    held: ReadonlyMap<number, MinuteCount>,
    doubtful: ReadonlySet<number>,
  ): Promise<void> {
    const { signal, onMissing } = this.#options;
    const inventory = askedInventory(this.#options.inventory);
    const copies = new Map<string, number>();
    for await (const id of inventory.eventIds(from, to, signal))
      copies.set(id, (copies.get(id) ?? 0) + 1);
    // What was journaled and delivered while the product was asked is no stranger.
    await this.#index.extend();
    const comparison = new MinuteComparison(held, copies, this.#options.shared);
    for await (const { record, event, minute, standing } of this.#index.read(from, to)) {
      const expected: ExpectedEvent = {
        event_id: event.event_id,
        seq: record.seq,
        minute,
        standing,
      };
      comparison.expect(expected);
    }
    const { minutes: reports, missing, tests } = comparison.finish(minutesOf(from, to));
    this.#sums.tests += tests;
    for (const report of reports) this.#add(report, doubtful);
    for (const one of missing) {
      this.#missing.add(one.seq);
      await onMissing?.(one);
    }
  }

  #add(report: MinuteReport, doubtful: ReadonlySet<number>): void {
    if (differs(report, this.#options.shared)) this.#minutes.push(report);
    const { missing, duplicates, foreign } = report;
    this.#sums.missing += missing;
    this.#sums.duplicates += duplicates;
    this.#sums.foreign += foreign;
    // The minutes between were counted already.
    if (!doubtful.has(report.minute)) return;
    this.#sums.due += report.due;
    this.#sums.waiting += report.waiting;
    this.#sums.records += report.records;
    this.#sums.distinct += report.distinct;
  }
}

/** Every minute of a stretch: those between doubtful ones were asked along, so they are compared too. */
function* minutesOf(from: number, to: number): Generator<number> {
  for (let minute = from; minute < to; minute += MINUTE_MS) yield minute;
}

/** Rejects with what the inventory rejects with when the product does not answer. */
export function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  return new Reconciler(options).run();
}
