/** What a format makes of what a source has taken: records as they may be handed over, and counts. */
import type { SourceRecord } from "../source.ts";

/** A text as it came in. */
export interface RawRecord {
  readonly text: string;
  /** As diagnostics of the source name it: the number of a line, an offset. */
  readonly position: number;
}

export interface Reading {
  /** Events and refusals. */
  readonly records: readonly SourceRecord[];
  /** Members that the mapping table does not know, once for each record. */
  readonly unknownFields?: readonly string[];
  /** Records of a kind that the table does not know: they were kept under their name. */
  readonly unknownRecords?: number;
  /** Texts that are not meant to be events, such as a header, or log lines for people. */
  readonly passedOver?: number;
}

/** Reads the records of one product. */
export interface FormatReader {
  readonly read: (raw: RawRecord, origin: string) => Reading | Promise<Reading>;
}
