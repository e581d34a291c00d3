/**
 * Events that a sink will never take, each with the reason: one file of JSON lines per sink. Nothing is
 * ever removed from it; what was sent again is marked as settled by a byte offset in a file beside it.
 */
import { join } from "node:path";
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import type { CanonicalEvent } from "../event/event.ts";
import { formatTime } from "../event/time.ts";
import { type JournalFileSystem, listIfThere, nodeFileSystem } from "./file-system.ts";
import { LineBox, sizeOf } from "./line-box.ts";
import { LineReader } from "./line-reader.ts";
import { isPlainName, loadState, StateFile } from "./state-file.ts";

/** An event that a sink will never take, and why. */
export interface Letter {
  readonly seq: number;
  /** Hash of its record in the journal. */
  readonly hash: string;
  readonly event_id: string;
  readonly reason: string;
  readonly event: CanonicalEvent;
}

/** A letter as it stands in the file. */
export interface StoredLetter extends Letter {
  /** When it was written, RFC 3339. */
  readonly at: string;
}

/** A letter that was read, or a line that is none. `endsAt`: byte offset behind its line. */
export type LetterItem =
  | { readonly letter: StoredLetter; readonly endsAt: number; readonly problem?: undefined }
  | { readonly problem: Diagnostic; readonly endsAt: number; readonly letter?: undefined };

export interface DeadLetterOptions {
  /** Folder of the journal; dead letters are in `dead-letter` below it. */
  readonly folder: string;
  /** Name of the sink. */
  readonly name: string;
  readonly now: () => number;
  readonly files?: JournalFileSystem;
}

export function deadLetterFolder(folder: string): string {
  return join(folder, "dead-letter");
}

export function deadLetterPath(folder: string, name: string): string {
  if (!isPlainName(name)) throw new RangeError(`a sink cannot be named ${JSON.stringify(name)}`);
  return join(deadLetterFolder(folder), `${name}.ndjson`);
}

/** Names of the sinks that have dead letters. */
export async function listDeadLetters(
  files: JournalFileSystem,
  folder: string,
): Promise<readonly string[]> {
  const names = await listIfThere(files, deadLetterFolder(folder));
  return names.filter((name) => name.endsWith(".ndjson")).map((name) => name.slice(0, -7));
}

function settledPath(folder: string, name: string): string {
  return join(deadLetterFolder(folder), `${name}.settled.json`);
}

/** The box that a sink's pump puts dead letters into. */
export class DeadLetterBox {
  readonly #box: LineBox;
  readonly #now: () => number;

  private constructor(box: LineBox, now: () => number) {
    this.#box = box;
    this.#now = now;
  }

  /** Opens a sink's box; the file itself appears with the first letter. */
  static async open(options: DeadLetterOptions): Promise<DeadLetterBox> {
    const { folder, name, now, files = nodeFileSystem } = options;
    return new DeadLetterBox(await LineBox.open(deadLetterPath(folder, name), files), now);
  }

  /** Resolves when the letters are on the device. After a rejection the same letters may be given again. */
  append(letters: readonly Letter[]): Promise<void> {
    const at = formatTime(this.#now());
    const lines = letters.map(({ seq, hash, event_id, reason, event }) =>
      JSON.stringify({ at, seq, hash, event_id, reason, event } satisfies StoredLetter),
    );
    return this.#box.append(lines);
  }

  close(): Promise<void> {
    return this.#box.close();
  }
}

function parseLetter(line: string): StoredLetter | undefined {
  try {
    const value = JSON.parse(line) as Partial<StoredLetter> | null;
    if (typeof value?.event_id !== "string" || typeof value.reason !== "string") return undefined;
    if (typeof value.seq !== "number" || typeof value.event !== "object") return undefined;
    return value as StoredLetter;
  } catch {
    // A piece of a letter that a crash left; the caller reports the line.
    return undefined;
  }
}

/** Up to which byte a sink's letters have been sent again. */
async function settledBytes(
  files: JournalFileSystem,
  folder: string,
  name: string,
): Promise<{ bytes: number; problem?: Diagnostic }> {
  const { state, problem } = await loadState(files, settledPath(folder, name));
  if (problem !== undefined) return { bytes: 0, problem };
  if (state === undefined) return { bytes: 0 };
  return { bytes: (JSON.parse(state) as { bytes: number }).bytes };
}

/**
 * A sink's letters that were not settled yet, oldest first. A line that is no letter is reported and
 * passed over; a piece at the end without a line break is left for later.
 */
export async function* readLetters(
  folder: string,
  name: string,
  files: JournalFileSystem = nodeFileSystem,
): AsyncGenerator<LetterItem> {
  const path = deadLetterPath(folder, name);
  const size = await sizeOf(files, path);
  const settled = await settledBytes(files, folder, name);
  if (settled.problem !== undefined) yield { problem: settled.problem, endsAt: 0 };
  if (size === 0) return;
  // A file that is shorter than its marker was replaced: everything in it is new.
  const start = settled.bytes > size ? 0 : settled.bytes;
  const handle = await files.openRead(path);
  try {
    const reader = new LineReader(handle, start);
    do {
      while (reader.next()) {
        const letter = parseLetter(reader.text());
        if (letter !== undefined) yield { letter, endsAt: reader.endsAt };
        else {
          const args = { byte: reader.startsAt };
          const problem = report(journalMessage.badLetter, fileSpan(path), args);
          yield { problem, endsAt: reader.endsAt };
        }
      }
    } while (await reader.fill(size));
  } finally {
    await handle.close();
  }
}

/**
 * Marks everything up to a byte offset as sent again; resolves when the mark is on the device. Letters
 * that were refused once more are appended anew first, so they come again next time.
 */
export async function settleLetters(
  folder: string,
  name: string,
  endsAt: number,
  files: JournalFileSystem = nodeFileSystem,
): Promise<void> {
  await new StateFile(settledPath(folder, name), files).save(JSON.stringify({ bytes: endsAt }));
}
