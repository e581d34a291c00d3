/**
 * The journal's record: one line of JSON that an auditor can read and check with standard tools.
 *
 *     {"seq":7,"previous_hash":"…","hash":"…","event":{…}}
 *
 * `hash` is SHA-256 over the UTF-8 text of four lines, joined by newlines: the previous record's hash,
 * the sequence number, the kind (`event`, `journal` or `recovery`) and the body exactly as it stands in
 * the line. So for record 7 of kind `event`:
 *
 *     printf '%s\n%s\n%s\n%s' "$previous_hash" 7 event "$body" | sha256sum
 *
 * A chain shows edits, deletions, insertions and reordering. It does not show that its tail was cut or
 * that somebody who can write the folder rewrote it whole; checkpoints kept elsewhere do.
 */
import { hash } from "node:crypto";

/** `journal`: the first record, which names the journal. `recovery`: what was cut off after a crash. */
export type RecordKind = "event" | "journal" | "recovery";

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

const RECORD =
  /^\{"seq":(0|[1-9][0-9]{0,15}),"previous_hash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","(event|journal|recovery)":(\{.*\})\}$/s;

/** A line without its newline as a record, or `undefined`. Hashes are not checked here. */
export function parseRecord(line: string): JournalRecord | undefined {
  const parts = RECORD.exec(line);
  if (parts === null) return undefined;
  const [, seq = "", previousHash = "", own = "", kind = "", body = ""] = parts;
  return { seq: Number(seq), previousHash, hash: own, kind: kind as RecordKind, body };
}

/** Name of the segment that starts with a sequence number: names sort as numbers. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(20, "0")}.journal`;
}
