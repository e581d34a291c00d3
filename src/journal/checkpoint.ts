/**
 * The checkpoint: a record that was on the device, and where it stands. It saves reading the whole
 * journal at every start, and it shows when the journal's end was cut off. It may lag, never lead.
 */
import { join } from "node:path";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { loadState, StateFile } from "./state-file.ts";
import type { Timer } from "./timer.ts";

export interface Checkpoint {
  readonly seq: number;
  readonly hash: string;
  /** File name of the segment that ends, so far, with this record. */
  readonly segment: string;
  /** Bytes and lines of the segment up to and including the record. */
  readonly bytes: number;
  readonly lines: number;
  /** Up to which record deletion was decided; -1 when none was. */
  readonly deletedTo: number;
}

/** A checkpoint is written when so many records followed the last one, or so much time has passed. */
const RECORDS_MAX = 10_000;
const DELAY_MS_MAX = 5000;

export function checkpointPath(folder: string): string {
  return join(folder, "checkpoint.json");
}

export async function loadCheckpoint(
  files: JournalFileSystem,
  folder: string,
): Promise<{ readonly checkpoint?: Checkpoint; readonly problem?: Diagnostic }> {
  const { state, problem } = await loadState(files, checkpointPath(folder));
  if (problem !== undefined) return { problem };
  return state === undefined ? {} : { checkpoint: JSON.parse(state) as Checkpoint };
}

export interface CheckpointerOptions {
  readonly files: JournalFileSystem;
  readonly folder: string;
  readonly after: Timer;
  /** Told when a checkpoint cannot be written. The journal goes on; the next start reads more. */
  readonly onProblem: (cause: unknown) => void;
  readonly recordsMax?: number;
}

/** Writes checkpoints from time to time, beside the commits. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #file: StateFile;
  #place: Checkpoint | undefined;
  #savedSeq: number;
  #saving: Promise<void> = Promise.resolve();
  #cancel: (() => void) | undefined;

  constructor(options: CheckpointerOptions, savedSeq: number) {
    this.#options = options;
    this.#file = new StateFile(checkpointPath(options.folder), options.files);
    this.#savedSeq = savedSeq;
  }

  /**
   * Takes note of a durable record.
   *
   * @param now Whether a checkpoint should follow at once, such as when a segment was sealed.
   */
  reached(place: Checkpoint, now: boolean): void {
    this.#place = place;
    if (now || place.seq - this.#savedSeq >= (this.#options.recordsMax ?? RECORDS_MAX)) {
      this.flush().catch(this.#options.onProblem);
      return;
    }
    this.#cancel ??= this.#options.after(DELAY_MS_MAX, () => {
      this.flush().catch(this.#options.onProblem);
    });
  }

  /** Resolves when the last durable record that was noted is in the checkpoint. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const place = this.#place;
    if (place !== undefined && place.seq > this.#savedSeq) {
      this.#savedSeq = place.seq;
      this.#saving = this.#file.save(JSON.stringify(place));
    }
    try {
      await this.#saving;
    } catch (cause) {
      // The next one is due at once.
      this.#savedSeq = -1;
      throw cause;
    }
  }

  /** Writes the last checkpoint; a failure is told like those before. */
  async close(): Promise<void> {
    await this.flush().catch(this.#options.onProblem);
    this.#cancel?.();
  }
}
