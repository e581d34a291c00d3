/** Progress of all files of a source, written down now and then. */
import type { Checkpoints } from "../source.ts";
import { type FileProgress, parseState, renderState } from "./progress.ts";

/** Replaced files whose copies are recognised. */
const PAST_MAX = 128;

export class Ledger {
  readonly #checkpoints: Checkpoints;
  readonly #warn: (message: string) => void;
  readonly #files: Map<string, FileProgress>;
  #past: FileProgress[];
  #isDirty = false;
  /** Whether there was no checkpoint: the source runs for the first time. */
  readonly isNew: boolean;

  private constructor(
    checkpoints: Checkpoints,
    warn: (message: string) => void,
    state: ReturnType<typeof parseState>,
    isNew: boolean,
  ) {
    this.#checkpoints = checkpoints;
    this.#warn = warn;
    this.#files = new Map((state?.files ?? []).map((file) => [file.id, file]));
    this.#past = [...(state?.past ?? [])];
    this.isNew = isNew;
    // That the source has run must be known even when it found no file.
    this.#isDirty = isNew;
  }

  /** Reads the checkpoint. One that cannot be understood is told, and everything is read again. */
  static async load(checkpoints: Checkpoints, warn: (message: string) => void): Promise<Ledger> {
    const text = await checkpoints.load();
    const state = text === undefined ? undefined : parseState(text);
    if (text !== undefined && state === undefined)
      warn(
        "the checkpoint of this source is not readable, so all files are read from their beginning; events that were taken before come again with the same ids",
      );
    return new Ledger(checkpoints, warn, state, text === undefined);
  }

  get(id: string): FileProgress | undefined {
    return this.#files.get(id);
  }

  all(): readonly FileProgress[] {
    return [...this.#files.values()];
  }

  /** Files that a new one may be a copy of, the latest first. */
  possibleOriginals(id: string): readonly FileProgress[] {
    return [...this.#past, ...this.#files.values()]
      .filter((file) => file.offset > 0 && (file.id !== id || this.#past.includes(file)))
      .reverse();
  }

  set(progress: FileProgress): void {
    this.#files.set(progress.id, progress);
    this.#isDirty = true;
  }

  /** The file is gone or holds something else now; a copy of what it held may turn up. */
  retire(id: string): void {
    const file = this.#files.get(id);
    if (file === undefined) return;
    this.#files.delete(id);
    this.#past = [...this.#past, file].slice(-PAST_MAX);
    this.#isDirty = true;
  }

  /** Writes down what changed. When that fails, it is told and tried again next time. */
  async save(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.#checkpoints.save(renderState({ files: this.all(), past: this.#past }));
    } catch (cause) {
      this.#isDirty = true;
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#warn(
        `the checkpoint cannot be written (${reason}); free space or mend the folder, until then a restart reads events again`,
      );
    }
  }
}
