/**
 * What a source of events has to be. A source hands over records and may tell its own origin that
 * they were taken only after `emit` has resolved: then they are on the device.
 */
import type { OptionTable, SettingConflict } from "../config/option.ts";
import type { ReadSecret } from "../config/secret.ts";
import type { CheckFinding } from "../delivery/sink.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { AuditEvent } from "../event/event.ts";
import type { DataInReach } from "../event/reach.ts";

/** Fields of an event that hold the pseudonym of somebody else than the user. */
export type PersonField = "approver_id_hash" | "target_user_id_hash";

/** One record as it came in: JSON text of one event, or why there is no text. */
export type SourceRecord =
  | {
      readonly text: string;
      readonly position: number;
      readonly problem?: undefined;
      /**
       * The event that the text says, where the source made it itself and nothing has to be read. Its
       * texts are well formed (no half characters).
       */
      readonly event?: AuditEvent;
      /**
       * Who the user is, raw, where the origin names people and not pseudonyms: an account id, an e-mail
       * address. The event gets the pseudonym; the identity itself is written nowhere.
       */
      readonly identity?: string | undefined;
      /** Other people the record is about, raw, by the field that gets their pseudonym. */
      readonly others?: Readonly<Partial<Record<PersonField, string>>> | undefined;
      /** Where it happened, as far as no field says it: for the class of the data, written nowhere. */
      readonly reach?: DataInReach | undefined;
    }
  | {
      readonly problem: Diagnostic;
      readonly position: number;
      readonly text?: undefined;
      /** What came in, where it is text: it goes to the reject file beside the reason. */
      readonly raw?: string;
    };

/** What became of a batch of records, all of it durable. */
export interface Emitted {
  readonly accepted: number;
  /** Records that are no valid event: kept in the reject file with their reasons. */
  readonly rejected: readonly {
    /** Index in the batch. */
    readonly index: number;
    readonly diagnostics: readonly Diagnostic[];
  }[];
}

/**
 * Hands records over, in order. Resolves after fsync of all of them. Waits while the journal cannot
 * write; rejects only when the connector stops, and then nothing of the batch may be acknowledged.
 *
 * @param origin Name in diagnostics: a file, an address of a peer, a topic and partition.
 */
export type Emit = (records: readonly SourceRecord[], origin: string) => Promise<Emitted>;

/** Small durable state of a source, such as the offset up to which a file was taken. */
export interface Checkpoints {
  readonly load: () => Promise<string | undefined>;
  /** Resolves when the state is on the device; the state before it stays whole until then. */
  readonly save: (state: string) => Promise<void>;
}

/** Something that a source has counted and an operator should know. */
export interface SourceNote {
  /** A word for programs and metrics, such as `records_lost_upstream`. */
  readonly what: string;
  readonly count: number;
  /** What the count means. */
  readonly meaning: string;
  /** What to do about it, where there is something to do. */
  readonly instruction?: string;
}

export interface Source {
  readonly name: string;
  readonly kind: string;
  /**
   * Runs until its input ends or `signal` aborts; what was handed over by then is settled before this
   * resolves. Rejects when it cannot go on, with a message that says what to do.
   */
  readonly start: (emit: Emit, signal: AbortSignal) => Promise<void>;
  /** Where it listens, once it does: `127.0.0.1:8514`. */
  readonly address?: () => string | undefined;
  /** What it has counted beside records since the start; a note stays out until its count is above 0. */
  readonly notes?: () => readonly SourceNote[];
  /** Asks the origin what `doctor` wants to know; takes no records. */
  readonly check?: (signal: AbortSignal) => Promise<readonly CheckFinding[]>;
  /** How somebody who has seen no record yet makes the origin send: a setting, a command. */
  readonly whenSilent?: () => string;
}

/** What an origin knows about a person beside events. */
export interface KnownPerson {
  /** Raw: account id, address. Events of other sources may name the person by any of them. */
  readonly identities: readonly string[];
  readonly department: string;
}

/** What a source may use of the world. */
export interface SourceTools {
  readonly name: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly readSecret: ReadSecret;
  readonly checkpoints: Checkpoints;
  readonly warn: (message: string) => void;
  /** Takes what the origin knows about people, all of it anew: context for events of every source. */
  readonly knowPeople?: (people: readonly KnownPerson[]) => void;
  /** Whether the connector takes more at the moment: `false` while the journal is blocked or far behind. */
  readonly ready: () => boolean;
}

/** A kind of source: its settings, and how one is made from them. */
export interface SourceKind<Options> {
  readonly kind: string;
  readonly summary: string;
  readonly options: OptionTable<Options>;
  /** Settings that do not go together, so that `check` finds them before `open` would. Pure. */
  readonly conflicts?: (options: Options) => readonly SettingConflict[];
  /** Optional keys that a first configuration sets to their example, where one of several is needed. */
  readonly starter?: readonly (keyof Options & string)[];
  readonly open: (options: Options, tools: SourceTools) => Promise<Source>;
}
