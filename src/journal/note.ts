/** Bodies of the records that the journal writes about itself. */

/** The first record of a journal. */
export interface JournalBody {
  /** 32 hex digits that name this journal. */
  readonly id: string;
  readonly created_at: string;
  readonly format: 1;
}

/** A stretch of the chain that was found damaged. */
export interface DamageNote {
  /** File in which it was found. */
  readonly file: string;
  readonly from_seq: number;
  /** Null: unknown, the journal ended with it. `from_seq - 1`: no record is missing. */
  readonly to_seq: number | null;
  /** Code and words of the finding. */
  readonly finding: string;
}

/** What was found when the journal was opened after a crash or another accident. */
export interface RecoveryBody {
  readonly recovered_at: string;
  /** Bytes of an unfinished record that were cut off, their place and their SHA-256. */
  readonly discarded_bytes?: number;
  readonly at_byte?: number;
  readonly discarded_sha256?: string;
  /** What cannot be read any more; the files were left as they are. */
  readonly damage?: readonly DamageNote[];
}

/** Segments that were removed: written before they are. */
export interface DeletionBody {
  readonly deleted_at: string;
  readonly from_seq: number;
  readonly to_seq: number;
  /** Hash of record `to_seq`: what the first remaining record follows. */
  readonly hash: string;
  readonly segments: readonly {
    readonly file: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}
