/** What the pump needs of the machine: the journal's records, cursors that last, a box for dead letters. */
import type { CanonicalEvent } from "../event/event.ts";
import type { Feed } from "../journal/feed.ts";

/** The side of the journal that is read. */
export interface JournalPort {
  /** Records after `seq`, in order. */
  readonly openFeed: (afterSeq: number) => Feed;
  /** The last durable record. */
  readonly committed: { readonly seq: number; readonly hash: string };
  /**
   * Events of single records that a feed gave before, by sequence number. One that cannot be read any
   * more is missing in the answer.
   */
  readonly readAgain: (
    seqs: readonly number[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<number, CanonicalEvent>>;
}

/** Up to where a sink has settled everything, and single stretches beyond. */
export interface SinkPosition {
  readonly seq: number;
  readonly hash: string;
  readonly aheadRanges: readonly (readonly [number, number])[];
}

export interface CursorPort {
  /** Resolves when the position is on the device. */
  readonly save: (position: SinkPosition) => Promise<void>;
}

/** A record that a sink will never take, and why. */
export interface RefusedRecord {
  readonly seq: number;
  readonly hash: string;
  readonly event_id: string;
  readonly reason: string;
}

/** The same with its event, as it goes to the dead letters. */
export interface DeadLetter extends RefusedRecord {
  readonly event: CanonicalEvent;
}

export interface DeadLetterPort {
  /** Resolves when the letters are on the device. */
  readonly append: (letters: readonly DeadLetter[]) => Promise<void>;
}
