/** Removing segments whose time has come: decided here, recorded by the journal, then done. */
import { createHash } from "node:crypto";
import { formatTime } from "../event/time.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { LineReader } from "./line-reader.ts";
import type { DeletionBody } from "./note.ts";
import { hashOfView, ownHash, previousHash, viewRecord } from "./record.ts";
import { fileName, type Segment } from "./segment.ts";

export interface PruneOptions {
  /** Only records up to this number may go: the lowest cursor of all sinks. */
  readonly passedSeq: number;
  /** Only segments that were last written so long ago, in milliseconds. */
  readonly olderThanMs: number;
}

/** What was removed. */
export interface Pruned {
  readonly segments: number;
  readonly bytes: number;
  /** The last record that was removed. */
  readonly toSeq?: number;
}

export interface DeletionPlan {
  readonly segments: readonly Segment[];
  readonly bytes: number;
  readonly body: DeletionBody;
}

/** The hash that the first record of a segment follows; `undefined` when that record is damaged. */
async function hashBefore(
  files: JournalFileSystem,
  { path, firstSeq }: Segment,
): Promise<string | undefined> {
  const handle = await files.openRead(path);
  try {
    const reader = new LineReader(handle);
    while (!reader.next()) if (!(await reader.fill(Number.POSITIVE_INFINITY))) return undefined;
    const { buffer, start, end } = reader;
    const view = viewRecord(buffer, start, end);
    if (view?.seq !== firstSeq || hashOfView(buffer, view) !== ownHash(buffer, view))
      return undefined;
    return previousHash(buffer, view);
  } finally {
    await handle.close();
  }
}

async function describe(
  files: JournalFileSystem,
  segment: Segment,
): Promise<DeletionBody["segments"][number]> {
  const handle = await files.openRead(segment.path);
  try {
    const hash = createHash("sha256");
    const block = Buffer.alloc(262_144);
    let bytes = 0;
    for (;;) {
      const read = await handle.read(block, bytes);
      if (read === 0) break;
      hash.update(block.subarray(0, read));
      bytes += read;
    }
    return { file: fileName(segment), bytes, sha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

/** The oldest segments that may go, never the last one; `undefined` when none may. */
export async function planDeletion(
  files: JournalFileSystem,
  segments: readonly Segment[],
  { passedSeq, olderThanMs }: PruneOptions,
  now: number,
): Promise<DeletionPlan | undefined> {
  let count = 0;
  for (const segment of segments.slice(0, -1)) {
    const next = segments[count + 1];
    if (next === undefined || next.firstSeq - 1 > passedSeq) break;
    if ((await files.stat(segment.path)).modified > now - olderThanMs) break;
    count += 1;
  }
  const chosen = segments.slice(0, count);
  const [first] = chosen;
  const next = segments[count];
  if (first === undefined || next === undefined) return undefined;
  const hash = await hashBefore(files, next);
  // Without it nobody could show that the rest follows what was removed.
  if (hash === undefined) return undefined;
  const described: DeletionBody["segments"][number][] = [];
  for (const segment of chosen) described.push(await describe(files, segment));
  const body: DeletionBody = {
    deleted_at: formatTime(now),
    from_seq: first.firstSeq,
    to_seq: next.firstSeq - 1,
    hash,
    segments: described,
  };
  const bytes = described.reduce((sum, one) => sum + one.bytes, 0);
  return { segments: chosen, bytes, body };
}

/** Removes files, the oldest first, and makes that durable. */
export async function removeSegments(
  files: JournalFileSystem,
  folder: string,
  segments: readonly Segment[],
): Promise<void> {
  for (const { path } of segments) await files.remove(path);
  if (segments.length > 0) await files.syncFolder(folder);
}

/** What pruning needs of the journal that it prunes. */
export interface PrunedJournal {
  readonly files: JournalFileSystem;
  readonly folder: string;
  readonly now: () => number;
  readonly segments: () => readonly Segment[];
  /** Puts a deletion record in and gives its number. */
  readonly push: (body: DeletionBody) => number;
  /** Resolves when a record is on the device. */
  readonly durable: (seq: number) => Promise<void>;
  /** Takes segments out of what feeds see. */
  readonly forget: (segments: readonly Segment[]) => void;
}

/** Prunes one journal, one call after the other: record, fsync, remove, sync of the folder. */
export class Pruner {
  readonly #journal: PrunedJournal;
  #deletedTo: number;
  /** A deletion whose record may not be durable yet: its number, and up to which record it removes. */
  #deciding: { readonly seq: number; readonly toSeq: number } | undefined;
  /** Segments whose deletion is recorded, and that may still be there. */
  #doomed: readonly Segment[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(journal: PrunedJournal, deletedTo: number) {
    this.#journal = journal;
    this.#deletedTo = deletedTo;
  }

  /**
   * Up to which record deletion was decided, as far as the journal is durable up to `seq`. A checkpoint
   * behind a deletion's record has to tell of it, for the next start does not read that record.
   */
  deletedTo(seq: number): number {
    if (this.#deciding !== undefined && this.#deciding.seq <= seq)
      this.#deletedTo = this.#deciding.toSeq;
    return this.#deletedTo;
  }

  prune(options: PruneOptions): Promise<Pruned> {
    const pruned = this.#turn.then(() => this.#prune(options));
    // A refusal is told to the caller, and concerns nobody after it.
    this.#turn = pruned.catch(() => {});
    return pruned;
  }

  /** Resolves when nothing is being pruned. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async #prune(options: PruneOptions): Promise<Pruned> {
    const { files, now, segments, push, durable, forget } = this.#journal;
    await this.#removeDoomed();
    const plan = await planDeletion(files, segments(), options, now());
    if (plan === undefined) return { segments: 0, bytes: 0 };
    const seq = push(plan.body);
    this.#deciding = { seq, toSeq: plan.body.to_seq };
    await durable(seq);
    forget(plan.segments);
    this.#doomed = [...this.#doomed, ...plan.segments];
    await this.#removeDoomed();
    return { segments: plan.segments.length, bytes: plan.bytes, toSeq: plan.body.to_seq };
  }

  /** What a refusal of the system leaves is removed the next time, at the latest when the journal opens. */
  async #removeDoomed(): Promise<void> {
    await removeSegments(this.#journal.files, this.#journal.folder, this.#doomed);
    this.#doomed = [];
  }
}
