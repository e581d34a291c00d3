/**
 * How far a sink has come, kept over restarts. A cursor may lag behind what was delivered, never lead.
 *
 * It remembers a few older places too, so that a journal that was restored from a backup, or replaced,
 * is noticed, and delivery goes on from the newest place that both have.
 */
import { join } from "node:path";
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { type JournalFileSystem, listIfThere, nodeFileSystem } from "./file-system.ts";
import { GENESIS_HASH } from "./record.ts";
import { isPlainName, loadState, StateFile } from "./state-file.ts";

/** Up to where everything has settled, and single stretches beyond. */
export interface CursorPosition {
  /** Last sequence number of which it and all before have settled; -1 before the first. */
  readonly seq: number;
  readonly hash: string;
  /** Settled beyond `seq`: closed ranges, ascending. */
  readonly aheadRanges: readonly (readonly [number, number])[];
}

/** A sequence number and the hash of its record. */
export type TrailPoint = readonly [number, string];

/** What a cursor has to ask the journal. */
export interface CursorJournal {
  readonly committed: { readonly seq: number; readonly hash: string };
  /** Hash of a record; `undefined` when the journal does not have it or cannot read it. */
  readonly hashAt: (seq: number) => Promise<string | undefined>;
}

export interface CursorOptions {
  /** Folder of the journal; cursors are in `cursors` below it. */
  readonly folder: string;
  /** Name of the sink. */
  readonly name: string;
  readonly journal: CursorJournal;
  readonly files?: JournalFileSystem;
}

/** A cursor, where it stands, and what was wrong with it. */
export interface OpenedCursor {
  readonly cursor: Cursor;
  readonly start: CursorPosition;
  readonly problems: readonly Diagnostic[];
}

interface StoredCursor extends CursorPosition {
  readonly trail: readonly TrailPoint[];
}

const START: CursorPosition = { seq: -1, hash: GENESIS_HASH, aheadRanges: [] };

export function cursorFolder(folder: string): string {
  return join(folder, "cursors");
}

export function cursorPath(folder: string, name: string): string {
  if (!isPlainName(name)) throw new RangeError(`a sink cannot be named ${JSON.stringify(name)}`);
  return join(cursorFolder(folder), `${name}.json`);
}

/**
 * Older places at distances that at least double: dense near the head, sparse far behind it. The oldest
 * stays, so the trail always reaches back to where it began.
 */
export function extendTrail(
  trail: readonly TrailPoint[],
  point: TrailPoint,
  head: number,
): readonly TrailPoint[] {
  const kept: TrailPoint[] = [];
  for (const one of [...trail, point]) {
    const last = kept.at(-1);
    if (last === undefined || (head - one[0]) * 2 <= head - last[0]) kept.push(one);
  }
  return kept;
}

/** Writes one sink's position. */
export class Cursor {
  readonly #file: StateFile;
  #trail: readonly TrailPoint[];
  #last: TrailPoint | undefined;

  constructor(file: StateFile, trail: readonly TrailPoint[], start: CursorPosition) {
    this.#file = file;
    this.#trail = trail;
    if (start.seq >= 0) this.#last = [start.seq, start.hash];
  }

  /** Resolves when this position, or a later one, is on the device. */
  save(position: CursorPosition): Promise<void> {
    const { seq, hash, aheadRanges } = position;
    // A place goes on the trail when the cursor leaves it.
    if (this.#last !== undefined && this.#last[0] < seq)
      this.#trail = extendTrail(this.#trail, this.#last, seq);
    if (seq >= 0) this.#last = [seq, hash];
    return this.#file.save(JSON.stringify({ seq, hash, aheadRanges, trail: this.#trail }));
  }
}

/** A position as it was stored, without asking the journal; for `stat` and for the journal itself. */
export function parseCursor(state: string): StoredCursor {
  // The checksum of the file was right, so this is what `save` wrote.
  return JSON.parse(state) as StoredCursor;
}

/** The highest number that any cursor of a journal has seen; -1 when there is none that can be read. */
export async function furthestCursor(files: JournalFileSystem, folder: string): Promise<number> {
  let furthest = -1;
  for (const { position } of await listCursors(files, folder)) {
    const ahead = position?.aheadRanges.at(-1)?.[1] ?? -1;
    furthest = Math.max(furthest, position?.seq ?? -1, ahead);
  }
  return furthest;
}

/** All cursors of a journal as they are stored; those that are damaged without a position. */
export async function listCursors(
  files: JournalFileSystem,
  folder: string,
): Promise<readonly { readonly name: string; readonly position?: CursorPosition }[]> {
  const found: { name: string; position?: CursorPosition }[] = [];
  for (const file of await listIfThere(files, cursorFolder(folder))) {
    if (!file.endsWith(".json")) continue;
    const { state } = await loadState(files, join(cursorFolder(folder), file));
    const name = file.slice(0, -".json".length);
    found.push(state === undefined ? { name } : { name, position: parseCursor(state) });
  }
  return found;
}

/** The newest of these places that the journal has. */
async function newestShared(
  trail: readonly TrailPoint[],
  journal: CursorJournal,
): Promise<CursorPosition> {
  for (const [seq, hash] of trail.toReversed()) {
    if (seq <= journal.committed.seq && (await journal.hashAt(seq)) === hash)
      return { seq, hash, aheadRanges: [] };
  }
  return START;
}

/**
 * Reads a sink's cursor and compares it with the journal. A cursor beyond the journal's head, or at a
 * record that has another hash now, goes back to the newest place that both have; a damaged file
 * starts from the oldest record. Either way some events are delivered twice and none is left out.
 */
export async function openCursor(options: CursorOptions): Promise<OpenedCursor> {
  const { folder, name, journal, files = nodeFileSystem } = options;
  const path = cursorPath(folder, name);
  await files.makeFolder(cursorFolder(folder));
  const file = new StateFile(path, files);
  const { state, problem } = await file.load();
  if (problem !== undefined || state === undefined) {
    const problems = problem === undefined ? [] : [problem];
    return { cursor: new Cursor(file, [], START), start: START, problems };
  }
  const { seq, hash, aheadRanges, trail } = parseCursor(state);
  const place = seq === -1 ? START : await newestShared([...trail, [seq, hash] as const], journal);
  const furthest = aheadRanges.at(-1)?.[1] ?? seq;
  if (place.seq === seq && furthest <= journal.committed.seq) {
    const start = { seq, hash, aheadRanges };
    return { cursor: new Cursor(file, trail, start), start, problems: [] };
  }
  const kept = trail.filter(([at]) => at < place.seq);
  const args = { sink: name, seq: Math.max(seq, furthest), back: place.seq };
  return {
    cursor: new Cursor(file, kept, place),
    start: place,
    problems: [report(journalMessage.cursorAstray, fileSpan(path), args)],
  };
}
