/** The journal as the pump sees it: committed records in order, and what can no longer be read. */
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { JournalRecord } from "./record.ts";

/** A record of the chain, or a stretch of it that cannot be read any more. */
export type FeedItem =
  | { readonly kind: "record"; readonly record: JournalRecord }
  | {
      readonly kind: "damage";
      /**
       * The missing sequence numbers, both included; `to` is unknown at the end of the journal. After
       * the end of a journal was lost, numbering goes on far beyond what can have been given out, so
       * the stretch may span many more numbers than there were records.
       */
      readonly from: number;
      readonly to: number | undefined;
      readonly problem: Diagnostic;
    };

export interface FeedLimit {
  readonly records: number;
  readonly bytes: number;
}

/** A place in the journal that moves forward; each sink has its own. */
export interface Feed {
  /**
   * The next items, at least one, at most `limit` (a single record may be larger). Waits until one is
   * committed; resolves with none only when `signal` aborts or the journal or feed is closed. Rejects
   * when the system cannot read the file; the feed stays where it is, and the next call tries again.
   *
   * Every record's hash has been checked. One call at a time.
   */
  readonly next: (limit: FeedLimit, signal: AbortSignal) => Promise<readonly FeedItem[]>;
  readonly close: () => Promise<void>;
}

/** Whether the journal takes events. */
export type JournalState =
  | { readonly state: "ok" }
  /** Nothing is acknowledged; it goes on by itself when the cause is gone. `since`: milliseconds since the epoch. */
  | { readonly state: "blocked"; readonly reason: string; readonly since: number };
