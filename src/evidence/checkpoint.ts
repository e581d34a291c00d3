/**
 * Checkpoints of a log as C2SP specifies them (c2sp.org/tlog-checkpoint): which log, how many records,
 * and the root over them, as the text of a signed note.
 */
import { HASH_BYTES } from "./merkle.ts";

export interface LogCheckpoint {
  /** What names the log, unique for each journal; no line feed. */
  readonly origin: string;
  /** Number of records. */
  readonly size: number;
  /** Root of the tree over them. */
  readonly root: Buffer;
  /** More lines, none of them empty. */
  readonly extensions: readonly string[];
}

function isLine(line: string): boolean {
  return line !== "" && !line.includes("\n");
}

/** The text of a note. Throws where a line would break it. */
export function renderCheckpoint({ origin, size, root, extensions }: LogCheckpoint): string {
  if (!isLine(origin) || !extensions.every(isLine) || root.length !== HASH_BYTES)
    throw new TypeError(
      "a checkpoint has an origin, a root of 32 bytes and lines that are not empty",
    );
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError("a size is a whole number");
  return `${[origin, size, root.toString("base64"), ...extensions].join("\n")}\n`;
}

/** Reads the text of a note; `undefined` where it is no checkpoint. */
export function parseCheckpoint(text: string): LogCheckpoint | undefined {
  if (!text.endsWith("\n")) return undefined;
  const [origin = "", size = "", root = "", ...extensions] = text.slice(0, -1).split("\n");
  const bytes = Buffer.from(root, "base64");
  const count = Number(size);
  if (!/^(0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(count)) return undefined;
  if (bytes.length !== HASH_BYTES || bytes.toString("base64") !== root) return undefined;
  if (!isLine(origin) || !extensions.every(isLine)) return undefined;
  return { origin, size: count, root: bytes, extensions };
}
