/**
 * A small state that survives crashes: cursors, checkpoints, offsets of sources.
 *
 * The file is one line of JSON, `{"sha256":"…","state":…}`; the checksum covers the text of the state as
 * it stands in the file, so a flipped bit is seen. A new state is written beside the old one, synced,
 * and put in its place at once: after a crash the file holds one of the two, whole.
 */
import { hash } from "node:crypto";
import { dirname } from "node:path";
import { type Diagnostic, fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as journalMessage from "../diagnostic/message/journal.ts";
import { type JournalFileSystem, nodeFileSystem } from "./file-system.ts";

/** What a state file holds. */
export interface LoadedState {
  /** JSON text; absent when the file is missing or damaged. */
  readonly state?: string;
  /** Why a file that exists cannot be used. */
  readonly problem?: Diagnostic;
}

const FORM = /^\{"sha256":"([0-9a-f]{64})","state":(.*)\}\n$/s;

/** Reads a state file. */
export async function loadState(files: JournalFileSystem, path: string): Promise<LoadedState> {
  const text = await files.readText(path);
  if (text === undefined) return {};
  const [, checksum, state] = FORM.exec(text) ?? [];
  if (checksum === undefined || state === undefined || hash("sha256", state, "hex") !== checksum)
    return { problem: report(journalMessage.damagedState, fileSpan(path), {}) };
  return { state };
}

export class StateFile {
  readonly path: string;
  readonly #files: JournalFileSystem;
  /** The last write that was begun or waits for its turn. */
  #latest: Promise<void> = Promise.resolve();
  /** A state that waits until the one before it is written. */
  #waiting: { state: string; readonly done: Promise<void> } | undefined;

  constructor(path: string, files: JournalFileSystem = nodeFileSystem) {
    this.path = path;
    this.#files = files;
  }

  load(): Promise<LoadedState> {
    return loadState(this.#files, this.path);
  }

  /**
   * Resolves when this state, or one that was saved after it, is on the device; the one before it
   * stays whole until then. While one is written only the newest of those that follow is kept.
   *
   * @param state JSON text.
   */
  save(state: string): Promise<void> {
    if (this.#waiting !== undefined) {
      this.#waiting.state = state;
      return this.#waiting.done;
    }
    const begin = (): Promise<void> => {
      const text = this.#waiting?.state ?? state;
      this.#waiting = undefined;
      return this.#replace(text);
    };
    // A failure of the write before is its own caller's matter.
    const done = this.#latest.then(begin, begin);
    this.#waiting = { state, done };
    this.#latest = done;
    return done;
  }

  async #replace(state: string): Promise<void> {
    const temporary = `${this.path}.new`;
    const line = `{"sha256":"${hash("sha256", state, "hex")}","state":${state}}\n`;
    await this.#files.writeSynced(temporary, line);
    await this.#files.rename(temporary, this.path);
    await this.#files.syncFolder(dirname(this.path));
  }
}

/** Whether a name of a sink or source may be part of a file's name. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/.test(name);
}

/** Durable text for one owner, in the shape that sources expect. */
export interface TextState {
  readonly load: () => Promise<string | undefined>;
  readonly save: (state: string) => Promise<void>;
}

/**
 * A state file for text of any form.
 *
 * @param onProblem Told when the file exists and is damaged; `load` then answers as if it were missing.
 */
export function textState(
  path: string,
  onProblem: (problem: Diagnostic) => void,
  files: JournalFileSystem = nodeFileSystem,
): TextState {
  const file = new StateFile(path, files);
  return {
    load: async () => {
      const { state, problem } = await file.load();
      if (problem !== undefined) onProblem(problem);
      return state === undefined ? undefined : String(JSON.parse(state));
    },
    save: (state) => file.save(JSON.stringify(state)),
  };
}
