/** What the pump needs of the machine: the journal's records, cursors that last, a box for dead letters. */
import type { CanonicalEvent } from "../event/event.ts";
import type { Feed } from "../journal/feed.ts";

/** The side of the journal that is read. */
export interface JournalPort {
  /** Records after `seq`, in order. */
  readonly openFeed: (afterSeq: number) => Feed;
  /** The last durable record. */
  readonly committed: { readonly seq: number; readonly hash: string };
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

/** An event that a sink will never take, and why. */
export interface DeadLetter {
  readonly seq: number;
  readonly hash: string;
  readonly event_id: string;
  readonly reason: string;
  readonly event: CanonicalEvent;
}

export interface DeadLetterPort {
  /** Resolves when the letters are on the device. */
  readonly append: (letters: readonly DeadLetter[]) => Promise<void>;
}
