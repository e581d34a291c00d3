/**
 * The service cuts a field longer than 64 KB without telling anybody ("Azure Monitor service limits",
 * Logs Ingestion API). In an audit trail that is tampering, so nothing longer is ever sent: the value is
 * cut here, says so itself, and names the SHA-256 under which the whole of it is kept.
 */
import { hash } from "node:crypto";

/**
 * UTF-8 bytes of the largest value that is sent. The product does not say whether its 64 KB are 64,000 or
 * 65,536, nor whether it counts bytes or characters; this is within each reading.
 */
export const FIELD_BYTES_MAX = 64_000;

/** The whole of a value that was cut: text of a string column, JSON text of a dynamic one. */
export interface WholeValue {
  /** Over the UTF-8 bytes of `text`, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly text: string;
}

export interface LimitedRow {
  readonly row: string;
  readonly whole: readonly WholeValue[];
  /** One for each column that was cut. */
  readonly marks: readonly string[];
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** The longest beginning of a text with at most so many UTF-8 bytes, never ending inside a character. */
export function cutText(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  // A byte 10xxxxxx continues a character (RFC 3629, section 3).
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function limitText(text: string, { sha256 }: WholeValue): string {
  const note = `… [truncated: whole value ${bytesOf(text)} bytes, sha256 ${sha256}]`;
  return cutText(text, FIELD_BYTES_MAX - bytesOf(note)) + note;
}

/** How many of the parts fit beside a note, each with its comma. */
function countFitting(parts: readonly string[], note: string): number {
  let bytes = bytesOf(note) + 2;
  const first = parts.findIndex((part) => {
    bytes += bytesOf(part) + 1;
    return bytes > FIELD_BYTES_MAX;
  });
  return first === -1 ? parts.length : first;
}

/** Elements stay whole, so that what queries find in the rest of the list is still found. */
function limitList(list: readonly unknown[], { sha256 }: WholeValue): readonly unknown[] {
  const note = `[truncated: whole list ${list.length} elements, sha256 ${sha256}]`;
  const kept = countFitting(
    list.map((element) => JSON.stringify(element)),
    JSON.stringify(note),
  );
  return [...list.slice(0, kept), note];
}

/** Members stay whole; the note takes a name that no member has. */
function limitMap(map: Readonly<Record<string, unknown>>, { sha256, text }: WholeValue): unknown {
  const members = Object.entries(map);
  let name = "_truncated";
  while (Object.hasOwn(map, name)) name = `_${name}`;
  const note = { sha256, whole_bytes: bytesOf(text), whole_members: members.length };
  const kept = countFitting(
    members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`),
    `${JSON.stringify(name)}:${JSON.stringify(note)}`,
  );
  return Object.fromEntries([...members.slice(0, kept), [name, note]]);
}

function limitValue(value: unknown, whole: WholeValue): unknown {
  if (typeof value === "string") return limitText(value, whole);
  if (Array.isArray(value)) return limitList(value, whole);
  return limitMap(value as Readonly<Record<string, unknown>>, whole);
}

/** A row whose columns are all within the limit; the row itself when they are already. */
export function limitFields(row: string): LimitedRow {
  if (bytesOf(row) <= FIELD_BYTES_MAX) return { row, whole: [], marks: [] };
  const whole: WholeValue[] = [];
  const marks: string[] = [];
  const columns = JSON.parse(row) as Record<string, unknown>;
  for (const [column, value] of Object.entries(columns)) {
    if (typeof value !== "string" && (typeof value !== "object" || value === null)) continue;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (bytesOf(text) <= FIELD_BYTES_MAX) continue;
    const one = { sha256: hash("sha256", text, "hex"), text };
    columns[column] = limitValue(value, one);
    whole.push(one);
    marks.push(`${column} was longer than 64 KB: cut, and kept whole beside the connector`);
  }
  return whole.length === 0
    ? { row, whole, marks }
    : { row: JSON.stringify(columns), whole, marks };
}
