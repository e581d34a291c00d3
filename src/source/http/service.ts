/** What differs between receivers that speak HTTP: where they take what, and how they answer. */
import type { IncomingHttpHeaders } from "node:http";
import type { Emitted, SourceRecord } from "../source.ts";
import type { Refusal } from "./answer.ts";

/** An answer as it goes out. */
export interface Reply {
  readonly status: number;
  /** Media type of the body. */
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body that was understood. */
export interface Understood {
  readonly records: readonly SourceRecord[];
  /** What the request counts for in the bound on rate. */
  readonly cost: number;
  /** The answer, once all records are durable. */
  readonly reply: (emitted: Emitted) => Reply;
}

/** How the body of a request is read. */
export interface Reading {
  readonly isGzip: boolean;
  readonly parse: (body: Buffer, origin: string) => Promise<Understood | Refusal>;
}

export interface Service {
  /** Stands before the sender's address in the origin of records: `http`. */
  readonly scheme: string;
  /** Why nothing is taken at a path; `undefined` where something is. */
  readonly refusePath: (path: string) => Refusal | undefined;
  /** How a body is read that comes to a path where something is taken, or why it is not. */
  readonly judge: (path: string, headers: IncomingHttpHeaders) => Reading | Refusal;
  /** A refusal in a form that the sender of such headers understands. */
  readonly renderRefusal: (reason: Refusal, headers: IncomingHttpHeaders) => Reply;
}
