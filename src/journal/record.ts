/**
 * The journal's record: one line of JSON that an auditor can read and check with standard tools.
 *
 *     {"seq":7,"previous_hash":"…","hash":"…","event":{…}}
 *
 * `hash` is SHA-256 over the UTF-8 text of four lines, joined by newlines: the previous record's hash,
 * the sequence number, the kind and the body exactly as it stands in the line. So for record 7 of kind
 * `event`:
 *
 *     printf '%s\n%s\n%s\n%s' "$previous_hash" 7 event "$body" | sha256sum
 *
 * The newline is the frame: JSON text has none inside. The hash is the checksum of the record as well;
 * a CRC beside it would find nothing that SHA-256 does not, and would be one more thing to explain.
 *
 * A chain shows edits, deletions, insertions and reordering. It does not show that its tail was cut or
 * that somebody who can write the folder rewrote it whole; checkpoints kept elsewhere do.
 */
import { hash } from "node:crypto";

/**
 * `journal`: the first record, which names the journal. `recovery`: what was cut off after a crash, or
 * what was found damaged. `deletion`: segments that were removed when their retention had ended.
 */
export type RecordKind = "event" | "journal" | "recovery" | "deletion";

export interface JournalRecord {
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly kind: RecordKind;
  /** JSON text of the body, byte for byte as in the journal. */
  readonly body: string;
}

/** What the first record follows. */
export const GENESIS_HASH: string = "0".repeat(64);

export function hashRecord(
  previousHash: string,
  seq: number,
  kind: RecordKind,
  body: string,
): string {
  return hash("sha256", `${previousHash}\n${seq}\n${kind}\n${body}`, "hex");
}

/** The record that follows. */
export function nextRecord(
  previousHash: string,
  seq: number,
  kind: RecordKind,
  body: string,
): JournalRecord {
  return { seq, previousHash, hash: hashRecord(previousHash, seq, kind, body), kind, body };
}

export function renderRecord({ seq, previousHash, hash: own, kind, body }: JournalRecord): string {
  return `{"seq":${seq},"previous_hash":"${previousHash}","hash":"${own}","${kind}":${body}}\n`;
}

/** A record in a buffer: where its parts are. Nothing is decoded but the number. */
export interface RecordView {
  readonly seq: number;
  readonly kind: RecordKind;
  /** Offset of the first digit of `seq`. */
  readonly seqStart: number;
  readonly previousStart: number;
  readonly hashStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

const HASH_BYTES = 64;
const BEFORE_SEQ = Buffer.from('{"seq":');
const BEFORE_PREVIOUS = Buffer.from(',"previous_hash":"');
const BEFORE_HASH = Buffer.from('","hash":"');
const BEFORE_KIND = Buffer.from('","');
/** Each kind with what follows it, by its first letter. */
const KINDS: ReadonlyMap<number, { readonly kind: RecordKind; readonly text: Buffer }> = new Map(
  (["event", "journal", "recovery", "deletion"] as const).map((kind) => [
    kind.charCodeAt(0),
    { kind, text: Buffer.from(`${kind}":{`) },
  ]),
);

function standsAt(buffer: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (buffer[at + index] !== text[index]) return false;
  return true;
}

/** A line without its newline as a record, or `undefined`. Hashes are not checked here. */
export function viewRecord(buffer: Uint8Array, start: number, end: number): RecordView | undefined {
  if (end - start < 180 || !standsAt(buffer, start, BEFORE_SEQ)) return undefined;
  const seqStart = start + BEFORE_SEQ.length;
  let at = seqStart;
  let seq = 0;
  for (let digit = (buffer[at] ?? 0) - 48; digit >= 0 && digit <= 9; ) {
    seq = seq * 10 + digit;
    at += 1;
    digit = (buffer[at] ?? 0) - 48;
  }
  const digits = at - seqStart;
  // A leading zero is not how a number is written; beyond 15 digits numbers are no longer exact.
  if (digits === 0 || digits > 15 || (digits > 1 && buffer[seqStart] === 48)) return undefined;
  if (!standsAt(buffer, at, BEFORE_PREVIOUS)) return undefined;
  const previousStart = at + BEFORE_PREVIOUS.length;
  if (!standsAt(buffer, previousStart + HASH_BYTES, BEFORE_HASH)) return undefined;
  const hashStart = previousStart + HASH_BYTES + BEFORE_HASH.length;
  at = hashStart + HASH_BYTES;
  if (!standsAt(buffer, at, BEFORE_KIND)) return undefined;
  at += BEFORE_KIND.length;
  const known = KINDS.get(buffer[at] ?? 0);
  if (known === undefined || !standsAt(buffer, at, known.text)) return undefined;
  const bodyStart = at + known.text.length - 1;
  const bodyEnd = end - 1;
  // The body ends with a brace, and the record with another.
  if (buffer[bodyEnd] !== 125 || buffer[bodyEnd - 1] !== 125) return undefined;
  return { seq, kind: known.kind, seqStart, previousStart, hashStart, bodyStart, bodyEnd };
}

/** Room for what is hashed; grows with the largest record that was seen. */
let scratch = Buffer.allocUnsafe(16_384);

/** The hash that a record's content has, as 64 hex digits. */
export function hashOfView(buffer: Buffer, view: RecordView): string {
  const { previousStart, seqStart, hashStart, bodyStart, bodyEnd, kind } = view;
  const bytes = bodyEnd - bodyStart + 128;
  if (bytes > scratch.length) scratch = Buffer.allocUnsafe(bytes * 2);
  let at = buffer.copy(scratch, 0, previousStart, previousStart + HASH_BYTES);
  scratch[at] = 10;
  at += 1;
  const seqEnd = previousStart - BEFORE_PREVIOUS.length;
  for (let from = seqStart; from < seqEnd; from += 1, at += 1) scratch[at] = buffer[from] ?? 0;
  scratch[at] = 10;
  at += 1;
  const kindStart = hashStart + HASH_BYTES + BEFORE_KIND.length;
  for (let index = 0; index < kind.length; index += 1, at += 1)
    scratch[at] = buffer[kindStart + index] ?? 0;
  scratch[at] = 10;
  at += 1;
  at += buffer.copy(scratch, at, bodyStart, bodyEnd);
  return hash("sha256", scratch.subarray(0, at), "hex");
}

/** The hash that a record carries. */
export function ownHash(buffer: Buffer, { hashStart }: RecordView): string {
  return buffer.toString("latin1", hashStart, hashStart + HASH_BYTES);
}

/** The hash of the record before, as a record carries it. */
export function previousHash(buffer: Buffer, { previousStart }: RecordView): string {
  return buffer.toString("latin1", previousStart, previousStart + HASH_BYTES);
}

/** A record taken out of its buffer. */
export function recordOf(buffer: Buffer, view: RecordView): JournalRecord {
  return {
    seq: view.seq,
    previousHash: previousHash(buffer, view),
    hash: ownHash(buffer, view),
    kind: view.kind,
    body: buffer.toString("utf8", view.bodyStart, view.bodyEnd),
  };
}
