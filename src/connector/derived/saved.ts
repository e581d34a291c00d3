/** The state of a follower on the disk: how far it has read, what it knows, what it is about to tell. */
import type { AuditEvent } from "../../event/event.ts";
import type { StateFile } from "../../journal/state-file.ts";

export interface SavedFollower {
  readonly version: 1;
  /** The last record that was read; -1 before the first. */
  readonly seq: number;
  readonly hash: string;
  /** The journal's end when this was saved: events of `pending` stand behind it or nowhere. */
  readonly head: number;
  /** Events that are told next. */
  readonly pending: readonly AuditEvent[];
  readonly part: unknown;
}

/** What of the journal decides whether a state belongs to it. */
export interface SavedJournal {
  readonly committed: { readonly seq: number };
  readonly hashAt: (seq: number) => Promise<string | undefined>;
}

export interface LoadedFollower {
  readonly saved?: SavedFollower;
  /** Why a state that exists is not used. */
  readonly problem?: string;
}

/** The state, if it is whole and was written beside this journal. */
export async function loadFollower(
  file: StateFile,
  journal: SavedJournal,
): Promise<LoadedFollower> {
  const { state, problem } = await file.load();
  if (problem !== undefined) return { problem: problem.message };
  if (state === undefined) return {};
  // The checksum of the file was right, so this is what `save` wrote.
  const saved = JSON.parse(state) as SavedFollower;
  if (saved.seq > journal.committed.seq) return { problem: "the journal is shorter than it was" };
  // Retention may have removed the record since; one that is there and differs is of another journal.
  const hash = saved.seq < 0 ? undefined : await journal.hashAt(saved.seq);
  if (hash !== undefined && hash !== saved.hash) return { problem: "the journal is another one" };
  return { saved };
}
