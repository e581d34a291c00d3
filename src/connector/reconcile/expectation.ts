/** What a sink has to hold: everything it was sent, as the files beside the journal tell. */
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../event/event.ts";
import { type CursorPosition, cursorPath, parseCursor } from "../../journal/cursor.ts";
import { readLetters } from "../../journal/dead-letter.ts";
import { nodeFileSystem } from "../../journal/file-system.ts";
import { loadState } from "../../journal/state-file.ts";
import { refusedBox } from "../resend/refused-box.ts";
import { isWithin } from "./seq-ranges.ts";

/**
 * - `due`: the sink has passed it, so the product must hold it.
 * - `waiting`: the sink has not passed it yet.
 * - `dead`: it is among the dead letters.
 * - `filtered`: the sink's `where` lets it pass by.
 */
export type Standing = "due" | "waiting" | "dead" | "filtered";

export interface Expectation {
  readonly standingOf: (seq: number, event: CanonicalEvent) => Standing;
  /** Up to which record the sink has settled everything; -1 when nothing. */
  readonly cursor: number;
  /** Files that are damaged; nothing in them counts. */
  readonly problems: readonly Diagnostic[];
}

export interface ExpectationOptions {
  /** Folder of the journal. */
  readonly folder: string;
  /** Name of the sink. */
  readonly name: string;
  readonly matches?: ((event: CanonicalEvent) => boolean) | undefined;
}

/**
 * Takes the sink's cursor and dead letters as they are now. What is delivered later counts as waiting,
 * so the connector may go on while the product is asked.
 */
export async function readExpectation(options: ExpectationOptions): Promise<Expectation> {
  const { folder, name, matches } = options;
  const problems: Diagnostic[] = [];
  const { state, problem } = await loadState(nodeFileSystem, cursorPath(folder, name));
  if (problem !== undefined) problems.push(problem);
  const position: CursorPosition | undefined = state === undefined ? undefined : parseCursor(state);
  const cursor = position?.seq ?? -1;
  const ahead = position?.aheadRanges ?? [];
  const dead = new Set<string>();
  for (const box of [name, refusedBox(name)]) {
    for await (const item of readLetters(folder, box)) {
      if (item.letter !== undefined) dead.add(item.letter.event_id);
      else problems.push(item.problem);
    }
  }
  return {
    cursor,
    problems,
    standingOf: (seq, event) => {
      if (matches !== undefined && !matches(event)) return "filtered";
      if (dead.has(event.event_id)) return "dead";
      return seq <= cursor || isWithin(ahead, seq) ? "due" : "waiting";
    },
  };
}
