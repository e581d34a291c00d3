/**
 * What a product's connector has to be. A sink moves one batch and reports on every record of it; the
 * pump owns queue, batching, retry, patience and dead letters. A sink never retries and never drops.
 */
import type { OptionTable, SettingConflict } from "../config/option.ts";
import type { ReadSecret } from "../config/secret.ts";
import type { CanonicalEvent, Severity } from "../event/event.ts";
import type { RecordOutcome } from "./outcome.ts";

/** An event of the journal with its place in the chain. */
export interface JournaledEvent {
  readonly seq: number;
  /** SHA-256 of the record, 64 lower-case hex digits. */
  readonly hash: string;
  readonly event: CanonicalEvent;
}

/** A record in the form of a product, sized, ready to be put into a batch. */
export interface EncodedRecord {
  readonly seq: number;
  readonly event_id: string;
  /** What the product gets of this record: a document, a row, a line. No line break at its end. */
  readonly body: string;
  /** UTF-8 bytes of `body`. */
  readonly bytes: number;
  /** When the event happened, milliseconds since the epoch. */
  readonly time: number;
  /** What encoding had to change so that the product does not change it in silence; shown and counted. */
  readonly marks?: readonly string[];
}

/** Why an event has no form that the product would take; it becomes a dead letter. */
export interface Unencodable {
  readonly reason: string;
}

/** Bounds of one batch, hard limits of the product among them. */
export interface BatchLimits {
  readonly recordsMax: number;
  /** Sum of `bytes` and of `overheadBytes` for each record. */
  readonly bytesMax: number;
  /** Bytes that framing adds to each record: separators, action lines. */
  readonly overheadBytes: number;
  /** Oldest to newest event of one batch, where the product limits that. */
  readonly spanMsMax?: number;
}

/** One thing that `check` looked at. */
export interface CheckFinding {
  /** `warning`: works, but not as it should, such as a key that may do more than write. */
  readonly status: "ok" | "warning" | "failed";
  /** What was looked at and seen, such as `TLS certificate verified` or `key may delete documents`. */
  readonly what: string;
  /** What somebody has to do. Always present unless `ok`. */
  readonly instruction?: string;
}

/** Events of a minute that a product holds. */
export interface MinuteCount {
  /** Start of the minute by event time, milliseconds since the epoch. */
  readonly minute: number;
  readonly records: number;
  /** Distinct event_ids: less than `records` when the product holds duplicates. */
  readonly distinct: number;
}

/** Reads back what a product holds, for `reconcile`. Uses credentials of its own: writers cannot read. */
export interface Inventory {
  /** Counts of the minutes in `[from, to)` by event time; minutes without events may be missing. */
  readonly countByMinute: (
    from: number,
    to: number,
    signal: AbortSignal,
  ) => Promise<readonly MinuteCount[]>;
  /** event_ids in `[from, to)` by event time, one for each record, so that duplicates repeat. */
  readonly eventIds: (from: number, to: number, signal: AbortSignal) => AsyncIterable<string>;
  /**
   * Time of events before which the sink has deleted some as its own options ask, milliseconds since
   * the epoch. Absent, or `undefined`, where it deletes none.
   */
  readonly keptFrom?: () => Promise<number | undefined>;
}

/** An alert that a sink has raised by itself. */
export interface RaisedAlert {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** Time of the event that fired it, UTC milliseconds. */
  readonly time: string;
  /** Whom or what it is about. */
  readonly entity: Readonly<Record<string, string>>;
}

/** What a sink that judges events has found. */
export interface SinkReport {
  readonly alerts: {
    /** Alerts since the start, by rule. */
    readonly counts: readonly {
      readonly rule: string;
      readonly severity: Severity;
      readonly alerts: number;
    }[];
    /** The newest alerts, those of earlier runs among them, oldest first. */
    readonly recent: readonly RaisedAlert[];
  };
}

export interface Sink {
  readonly name: string;
  /** Kind in the configuration, such as `elasticsearch`. */
  readonly kind: string;
  /** Where it sends to, for people: never with credentials. */
  readonly target: string;
  readonly limits: BatchLimits;
  /** The record in the product's form. Pure. */
  readonly encode: (record: JournaledEvent) => EncodedRecord | Unencodable;
  /**
   * One attempt to deliver a batch, within `limits` unless it is a single record.
   *
   * @returns One outcome for each record, in order. What is not known is `retry`.
   *   A rejected promise is a defect; the pump counts it as `retry` for all.
   */
  readonly send: (
    batch: readonly EncodedRecord[],
    signal: AbortSignal,
  ) => Promise<readonly RecordOutcome[]>;
  /** Tries what a real send would need, without leaving anything behind that looks like an event. */
  readonly check: (signal: AbortSignal) => Promise<readonly CheckFinding[]>;
  /** Present when the configuration has what reading back needs. */
  readonly inventory?: Inventory;
  /** Creates what the product needs (templates, pipeline, role), where its API can; says what it did. */
  readonly setUp?: (signal: AbortSignal) => Promise<readonly CheckFinding[]>;
  /**
   * Begins work of its own beside deliveries, such as detection; ends with `close`. The connector calls
   * it once; commands that only look at a sink do not.
   */
  readonly start?: () => void;
  /** What work of its own has found so far. */
  readonly report?: () => SinkReport;
  readonly close: () => Promise<void>;
}

/** What a sink may use of the world. */
export interface SinkTools {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly readSecret: ReadSecret;
  /** Folder for what a sink must keep over restarts; it exists, and is its own. */
  readonly folder: string;
  /** Something worth telling an operator that is no outcome of a record. */
  readonly warn: (message: string) => void;
}

/** A kind of sink: its settings, and how one is made from them. */
export interface SinkKind<Options> {
  readonly kind: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly options: OptionTable<Options>;
  /** Settings that do not go together, so that `check` finds them before `open` would. Pure. */
  readonly conflicts?: (options: Options) => readonly SettingConflict[];
  /** Optional keys that a first configuration sets to their example, where one of several is needed. */
  readonly starter?: readonly (keyof Options & string)[];
  /** Loads the client it needs only now; throws `MissingPackageError` when it is not installed. */
  readonly open: (options: Options, tools: SinkTools) => Promise<Sink>;
}
