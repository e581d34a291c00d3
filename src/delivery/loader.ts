/**
 * From the journal to the shelf: records are read in order, filtered, and encoded for the product. While
 * a sink is far behind, a scout reads ahead and takes out what may not wait for its turn.
 */
import type { CanonicalEvent } from "../event/event.ts";
import { canonicalTimeMs } from "../event/time.ts";
import type { FeedItem } from "../journal/feed.ts";
import type { JournalRecord } from "../journal/record.ts";
import { tierOf } from "../policy/tier.ts";
import { Bell, type Clock } from "./clock.ts";
import type { JournalPort, RefusedRecord } from "./port.ts";
import type { Passage, Settlement } from "./settlement.ts";
import type { Shelf } from "./shelf.ts";
import type { EncodedRecord, Sink, Unencodable } from "./sink.ts";
import type { SinkCounts, SinkNotice } from "./sink-status.ts";

export interface LoaderOptions {
  readonly sink: Sink;
  readonly journal: JournalPort;
  readonly settlement: Settlement;
  readonly shelf: Shelf;
  readonly counts: SinkCounts;
  readonly clock: Clock;
  /** Which events the sink gets; all when absent. */
  readonly matches?: ((event: CanonicalEvent) => boolean) | undefined;
  /** Whether security events pass a backlog. */
  readonly priority: boolean;
  readonly notify: (notice: SinkNotice) => void;
  /** Resolves when the letter is durable, however long that takes; rejects when the pump stops first. */
  readonly bury: (refused: RefusedRecord, signal: AbortSignal) => Promise<void>;
}

const READ = { records: 1000, bytes: 1_048_576 } as const;
/** Records behind the head from which on a scout looks for what is urgent. */
const SCOUT_LAG = 2000;
/** How far back from the head a scout begins: older ones go in their turn. */
const SCOUT_BACK = 100_000;
/** Bounds what one record that is refused for long can pile up behind it. */
export const HELD_MAX = 100_000;
/** Bounds the list of what settled before its turn, which is part of the cursor. */
const AHEAD_MAX = 20_000;
/** How long a critical event may wait until it is looked for. */
const SCOUT_REST_MS = 1000;
const READ_AGAIN_MS = 1000;
/** How long a reader at the journal's head gathers; far below what anybody waits for an alert. */
const GATHER_MS = 50;

/**
 * Whether the text of an event can be one of tier 3; cheap, and never wrong with no. The journal's text
 * has no blanks between tokens.
 */
export function mayBeUrgent(body: string): boolean {
  return (
    body.includes('"event_type":"security_event"') ||
    (body.includes('"security_flags":[') && !body.includes('"security_flags":[]'))
  );
}

function isUrgent(event: CanonicalEvent): boolean {
  return tierOf(event) === 3;
}

export class Loader {
  readonly #options: LoaderOptions;
  readonly #rest: Bell;
  readonly #pause: Bell;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#rest = new Bell(options.clock);
    this.#pause = new Bell(options.clock);
  }

  /** Ends all pauses; called when the pump stops. */
  wake(): void {
    this.#rest.ring();
    this.#pause.ring();
  }

  /** Reads in order until `signal` aborts. A disk that cannot be read is told and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#readOn(signal);
        return;
      } catch (cause) {
        if (signal.aborted) return;
        const detail = cause instanceof Error ? cause.message : String(cause);
        this.#options.notify({ kind: "disk", reason: `the journal cannot be read: ${detail}` });
        await this.#pause.wait(READ_AGAIN_MS);
      }
    }
  }

  async #readOn(signal: AbortSignal): Promise<void> {
    const { journal, settlement, shelf } = this.#options;
    const feed = journal.openFeed(settlement.lastRead);
    try {
      while (!signal.aborted) {
        await shelf.waitForRoom(() => settlement.held < HELD_MAX, signal);
        if (signal.aborted) break;
        const items = await feed.next(READ, signal);
        // None without being told to stop: the journal was closed, and nothing more will come.
        if (items.length === 0) break;
        for (const item of items) await this.#load(item, signal);
        shelf.bell.ring();
        // Events that trickle in are read a few at a time: waking up for each costs more than the events.
        if (items.length < READ.records / 10) await this.#pause.wait(GATHER_MS);
      }
    } finally {
      await feed.close();
    }
  }

  async #load(item: FeedItem, signal: AbortSignal): Promise<void> {
    const { settlement, counts, notify, journal } = this.#options;
    if (item.kind === "damage") {
      const to = item.to ?? journal.committed.seq;
      counts.unreadable += to - item.from + 1;
      notify({ kind: "unreadable", reason: item.problem.message });
      settlement.skipTo(to);
      return;
    }
    const { record } = item;
    const passage = settlement.read(record.seq, record.hash);
    if (passage === undefined) return;
    if (record.kind === "event") await this.#take(record, passage, signal);
    else settlement.settle(passage);
  }

  /** Filters and encodes an event, and puts it on the shelf. */
  async #take(record: JournalRecord, passage: Passage, signal: AbortSignal): Promise<void> {
    const { settlement, shelf, counts, matches, clock } = this.#options;
    const event = JSON.parse(record.body) as CanonicalEvent;
    passage.time = canonicalTimeMs(event.timestamp);
    if (matches !== undefined && !matches(event)) {
      counts.filtered += 1;
      settlement.settle(passage);
      return;
    }
    const form = this.#encode(record, event);
    if ("reason" in form) {
      const { seq, hash } = record;
      await this.#options.bury(
        { seq, hash, event_id: event.event_id, reason: form.reason },
        signal,
      );
      settlement.settle(passage);
      return;
    }
    counts.marked += form.marks === undefined ? 0 : 1;
    const waiting = { record: form, passage, since: clock.monotonic() };
    shelf.put(waiting, this.#options.priority && isUrgent(event));
  }

  /** A defect of an encoder costs one event its way, not the connector its life. */
  #encode({ seq, hash }: JournalRecord, event: CanonicalEvent): EncodedRecord | Unencodable {
    try {
      return this.#options.sink.encode({ seq, hash, event });
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      return { reason: `this version cannot write the event for the product: ${detail}` };
    }
  }

  /** While the sink is far behind, puts urgent events on the shelf before their turn. */
  async scout(signal: AbortSignal): Promise<void> {
    const { journal, settlement, shelf } = this.#options;
    let at = journal.committed.seq - SCOUT_BACK;
    while (!signal.aborted) {
      if (!this.#isBehind()) {
        at = Math.max(at, settlement.lastRead);
        await this.#rest.wait(SCOUT_REST_MS);
        continue;
      }
      const feed = journal.openFeed(Math.max(at, settlement.lastRead));
      try {
        while (!signal.aborted && this.#isBehind()) {
          await shelf.waitForUrgentRoom(() => settlement.aheadCount < AHEAD_MAX, signal);
          const items = await feed.next(READ, signal);
          if (items.length === 0) return;
          for (const item of items) {
            if (item.kind !== "record") continue;
            at = item.record.seq;
            await this.#takeAhead(item.record, signal);
          }
        }
      } catch (cause) {
        // The loader tells of a disk that cannot be read; the scout only waits for it.
        if (signal.aborted) throw cause;
        await this.#rest.wait(READ_AGAIN_MS);
      } finally {
        await feed.close();
      }
    }
  }

  async #takeAhead(record: JournalRecord, signal: AbortSignal): Promise<void> {
    if (record.kind !== "event" || !mayBeUrgent(record.body)) return;
    if (!isUrgent(JSON.parse(record.body) as CanonicalEvent)) return;
    const passage = this.#options.settlement.readAhead(record.seq, record.hash);
    if (passage !== undefined) await this.#take(record, passage, signal);
  }

  #isBehind(): boolean {
    return this.#options.journal.committed.seq - this.#options.settlement.lastRead > SCOUT_LAG;
  }
}
