/**
 * Where in the journal the events of each minute stand.
 *
 * The journal is in order of arrival and products are asked by the time of events. One pass over the
 * journal counts the events of every minute and remembers the stretches that hold them, so that a
 * minute that differs can be read again without reading everything. Memory grows with the minutes of
 * the range, not with the events.
 */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../event/event.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import type { FeedItem } from "../../journal/feed.ts";
import { openFolderFeed } from "../../journal/feed-reader.ts";
import { listIfThere, nodeFileSystem } from "../../journal/file-system.ts";
import type { JournalRecord } from "../../journal/record.ts";
import { listSegments, type Segment } from "../../journal/segment.ts";
import type { Expectation, Standing } from "./expectation.ts";
import { joinRanges, type SeqRange } from "./seq-ranges.ts";

export const MINUTE_MS = 60_000;
/** Records between two stretches that are not worth a jump. */
const JUMP_RECORDS = 2000;
/** Stretches of one minute; the closest ones are joined beyond. */
const STRETCHES_MAX = 16;
/** How far a producer's clock may be ahead of this machine's. */
const CLOCK_AHEAD_MS = 86_400_000;
const BLOCK = { records: 2000, bytes: 1_048_576 } as const;

/** Events of one minute in the journal. */
export interface MinuteEntry {
  readonly counts: Record<Standing, number>;
  stretches: [number, number][];
}

/** An event of the journal that lies in the range. */
export interface IndexedEvent {
  readonly record: JournalRecord;
  readonly event: CanonicalEvent;
  readonly minute: number;
  readonly standing: Standing;
}

export interface TimeIndexOptions {
  /** Folder of the journal. */
  readonly folder: string;
  /** Event times in `[from, to)`, whole minutes, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly expectation: Expectation;
  readonly signal: AbortSignal;
  /** Told how far the pass is: the last sequence number read. */
  readonly onProgress?: (seq: number) => void;
}

/**
 * The first segment that can hold an event of `from` or later: one that was last written before holds
 * older events only, because an event is journaled after it happened.
 */
async function firstSegmentFor(
  segments: readonly Segment[],
  from: number,
): Promise<Segment | undefined> {
  for (const segment of segments) {
    const { modified } = await nodeFileSystem.stat(segment.path);
    if (modified >= from - CLOCK_AHEAD_MS) return segment;
  }
  return segments.at(-1);
}

export class TimeIndex {
  readonly #options: TimeIndexOptions;
  readonly #minutes = new Map<number, MinuteEntry>();
  #after: number | undefined;
  #completeFrom: number | undefined;
  /** Whether reading begins where retention has removed what was before. */
  #isCut = false;
  /** Stretches of the journal that cannot be read. */
  readonly problems: Diagnostic[] = [];

  constructor(options: TimeIndexOptions) {
    this.#options = options;
  }

  /**
   * When retention has removed the journal's beginning: from which minute on the journal has every
   * event. Absent when it has its beginning.
   */
  get completeFrom(): number | undefined {
    return this.#completeFrom;
  }

  entry(minute: number): MinuteEntry | undefined {
    return this.#minutes.get(minute);
  }

  /** Takes in what was journaled since the last call; everything at the first. */
  async extend(): Promise<void> {
    const { folder, signal, onProgress } = this.#options;
    const isFirst = this.#after === undefined;
    const after = this.#after ?? (await this.#findStart());
    if (after === undefined) return;
    this.#after = after;
    for await (const item of readFolder(folder, after, signal)) {
      if (item.kind === "damage") {
        this.problems.push(item.problem);
        continue;
      }
      const { seq, kind, body } = item.record;
      this.#after = seq;
      if (seq % 1000 === 0) onProgress?.(seq);
      if (kind !== "event") continue;
      const event = JSON.parse(body) as CanonicalEvent;
      const time = canonicalTimeMs(event.timestamp);
      if (isFirst && this.#isCut && this.#completeFrom === undefined) {
        // Neighbours arrive a little out of order, so the minute itself may be cut and so may the next.
        this.#completeFrom = (Math.floor(time / MINUTE_MS) + 2) * MINUTE_MS;
      }
      this.#note(seq, event, time);
    }
  }

  /** The record to read behind; `undefined` while there is no journal. */
  async #findStart(): Promise<number | undefined> {
    const { folder, from } = this.#options;
    const names = await listIfThere(nodeFileSystem, folder);
    const segments = names.length === 0 ? [] : await listSegments(nodeFileSystem, folder);
    const first = await firstSegmentFor(segments, from);
    if (first === undefined) return undefined;
    this.#isCut = first === segments[0] && first.firstSeq > 0;
    return first.firstSeq - 1;
  }

  #note(seq: number, event: CanonicalEvent, time: number): void {
    const { from, to, expectation } = this.#options;
    if (time < from || time >= to) return;
    const minute = Math.floor(time / MINUTE_MS) * MINUTE_MS;
    let entry = this.#minutes.get(minute);
    if (entry === undefined) {
      entry = { counts: { due: 0, waiting: 0, dead: 0, filtered: 0 }, stretches: [] };
      this.#minutes.set(minute, entry);
    }
    entry.counts[expectation.standingOf(seq, event)] += 1;
    const last = entry.stretches.at(-1);
    if (last !== undefined && seq <= last[1] + JUMP_RECORDS) last[1] = seq;
    else entry.stretches.push([seq, seq]);
    if (entry.stretches.length > STRETCHES_MAX) entry.stretches = joinClosest(entry.stretches);
  }

  /** The events of `[from, to)`, whole minutes, in order of the journal. */
  async *read(from: number, to: number): AsyncGenerator<IndexedEvent> {
    const { folder, expectation, signal } = this.#options;
    const ranges: SeqRange[] = [];
    for (let minute = from; minute < to; minute += MINUTE_MS)
      ranges.push(...(this.#minutes.get(minute)?.stretches ?? []));
    for (const [first, last] of joinRanges(ranges, JUMP_RECORDS)) {
      for await (const item of readFolder(folder, first - 1, signal)) {
        if (item.kind === "damage") continue;
        const { record } = item;
        if (record.seq > last) break;
        if (record.kind !== "event") continue;
        const event = JSON.parse(record.body) as CanonicalEvent;
        const time = canonicalTimeMs(event.timestamp);
        if (time < from || time >= to) continue;
        const minute = Math.floor(time / MINUTE_MS) * MINUTE_MS;
        yield { record, event, minute, standing: expectation.standingOf(record.seq, event) };
      }
    }
  }
}

/** Makes one of the two stretches that are closest to each other. */
function joinClosest(stretches: readonly [number, number][]): [number, number][] {
  let closest = Number.POSITIVE_INFINITY;
  for (const [index, [, to]] of stretches.entries()) {
    const next = stretches[index + 1];
    if (next !== undefined) closest = Math.min(closest, next[0] - to - 1);
  }
  return joinRanges(stretches, closest);
}

/** What a journal holds behind a record, up to its end as it is when this is called. */
export async function* readFolder(
  folder: string,
  afterSeq: number,
  signal: AbortSignal,
): AsyncGenerator<FeedItem> {
  const feed = await openFolderFeed(nodeFileSystem, folder, afterSeq);
  try {
    for (;;) {
      signal.throwIfAborted();
      const items = await feed.next(BLOCK, signal);
      if (items.length === 0) return;
      yield* items;
    }
  } finally {
    await feed.close();
  }
}
