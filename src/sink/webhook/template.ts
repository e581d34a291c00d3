/** What receivers of a webhook differ in. */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import type { CheckFinding, JournaledEvent } from "../../delivery/sink.ts";

/** The answer of a receiver. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Encoded {
  readonly body: string;
  readonly marks?: readonly string[];
}

/** A request that tries the receiver without leaving anything behind. */
export interface Probe {
  readonly method: "HEAD" | "POST";
  /** The body; `key` as in `Template.render`. */
  readonly render: (key: string) => string;
  /** What the answer shows. */
  readonly judge: (answer: Answer) => CheckFinding;
}

export interface Template {
  readonly recordsMax: number;
  /** Bytes of one request. */
  readonly bytesMax: number;
  readonly encode: (record: JournaledEvent) => Encoded;
  /**
   * The body of a request. `key` is the receiver's key where it goes into the body.
   *
   * @param bodies At most `recordsMax`.
   */
  readonly render: (bodies: readonly string[], key: string) => string;
  /** Whether the answer proves that the receiver took the request. */
  readonly isTaken: (answer: Answer) => boolean;
  /** What an answer means where it differs from what is usual. */
  readonly judge?: (answer: Answer) => RecordOutcome | undefined;
  readonly probe: Probe;
}
