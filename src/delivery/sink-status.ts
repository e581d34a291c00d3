/** What a sink is doing, for the status page, metrics and logs. */
import type { SinkReport } from "./sink.ts";

/**
 * `idle`: nothing waits. `delivering`. `retrying`: the last attempt failed, the next comes by itself.
 * `held`: somebody has to act. `stopped`.
 */
export type SinkState = "idle" | "delivering" | "retrying" | "held" | "stopped";

/** Counts since the start. */
export interface SinkCounts {
  delivered: number;
  /** Delivered, and there before: the product knew the event_id. */
  duplicates: number;
  /** Delivered into a quarantine of the product. */
  setAside: number;
  /** Passed over because the sink's `where` does not match. */
  filtered: number;
  quarantined: number;
  /** Records that an attempt left to be tried again. */
  retried: number;
  /** Attempts by what became of them as a whole. */
  batches: number;
  failedBatches: number;
  bytes: number;
  /** Records of the journal that could not be read. */
  unreadable: number;
  /** Records that encoding had to change, with a mark. */
  marked: number;
}

export interface SinkError {
  readonly at: number;
  readonly reason: string;
  readonly instruction?: string;
}

export interface SinkStatus {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly state: SinkState;
  /** Durable records that have not settled. */
  readonly lagRecords: number;
  /** Age of the oldest event that has not settled, by event time, milliseconds; 0 when none waits. */
  readonly lagMs: number;
  readonly cursor: number;
  readonly inFlight: number;
  readonly concurrency: number;
  readonly counts: Readonly<SinkCounts>;
  readonly lastError?: SinkError;
  /** Milliseconds since the epoch; absent until the first. */
  readonly lastDelivery?: number;
  /** Present when the sink works on what it holds. */
  readonly report?: SinkReport;
}

export function noCounts(): SinkCounts {
  return {
    delivered: 0,
    duplicates: 0,
    setAside: 0,
    filtered: 0,
    quarantined: 0,
    retried: 0,
    batches: 0,
    failedBatches: 0,
    bytes: 0,
    unreadable: 0,
    marked: 0,
  };
}

/** Something an operator should read about a sink. */
export type SinkNotice =
  | { readonly kind: "failing"; readonly reason: string }
  | { readonly kind: "held"; readonly reason: string; readonly instruction: string }
  | { readonly kind: "recovered" }
  | { readonly kind: "quarantined"; readonly event_id: string; readonly reason: string }
  | { readonly kind: "setAside"; readonly event_id: string; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "disk"; readonly reason: string }
  /** A loop of the pump ended by a defect: the sink stands still until a restart. */
  | { readonly kind: "broken"; readonly reason: string };
