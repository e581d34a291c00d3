/** Writes commits into segments: begins a new one when the last is full, repairs after a failure. */
import { DurableFile } from "./durable-file.ts";
import type { JournalFileSystem } from "./file-system.ts";
import { type Segment, segmentAt } from "./segment.ts";

/** A segment that is open for appending. */
export interface ActiveSegment {
  readonly segment: Segment;
  /** Up to where it counts, in bytes and lines. */
  readonly bytes: number;
  readonly lines: number;
}

export interface SegmentWriterOptions {
  readonly files: JournalFileSystem;
  readonly folder: string;
  /** A segment that has grown to this is sealed. */
  readonly segmentBytesMax: number;
}

interface OpenFile {
  readonly segment: Segment;
  readonly file: DurableFile;
  lines: number;
}

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #active: OpenFile | undefined;
  /** A new segment whose name may not be on the device yet. */
  #begun: OpenFile | undefined;

  constructor(options: SegmentWriterOptions, active: ActiveSegment | undefined) {
    this.#options = options;
    if (active === undefined) return;
    const { segment, bytes, lines } = active;
    this.#active = { segment, lines, file: new DurableFile(options.files, segment.path, bytes) };
  }

  /** The segment that the last commit went to. */
  get active(): ActiveSegment | undefined {
    const active = this.#active;
    if (active === undefined) return undefined;
    return { segment: active.segment, bytes: active.file.bytes, lines: active.lines };
  }

  /**
   * Appends whole records and brings them to the device. When it rejects, nothing of them counts, and
   * the same call may be made again. `LostBytesError`: durable bytes of the active segment are gone.
   *
   * @returns Whether a new segment was begun.
   */
  async commit(bytes: Uint8Array, lines: number, firstSeq: number): Promise<boolean> {
    const active = this.#active;
    const begins = active === undefined || active.file.bytes >= this.#options.segmentBytesMax;
    const target = begins ? await this.#begin(firstSeq) : active;
    await target.file.append(bytes);
    target.lines += lines;
    if (!begins) return false;
    this.#active = target;
    this.#begun = undefined;
    await active?.file.close();
    return true;
  }

  /** Appends go to a new segment from now on; the active one stays as it is. */
  async abandon(): Promise<void> {
    await this.#active?.file.close();
    this.#active = undefined;
  }

  /** Brings what a killed process left in the active segment to the device, and nothing else. */
  async restore(): Promise<void> {
    await this.#active?.file.restore();
  }

  async #begin(firstSeq: number): Promise<OpenFile> {
    if (this.#begun === undefined || this.#begun.segment.firstSeq !== firstSeq) {
      await this.#begun?.file.close();
      const segment = segmentAt(this.#options.folder, firstSeq);
      const file = new DurableFile(this.#options.files, segment.path, 0);
      this.#begun = { segment, file, lines: 0 };
    }
    await this.#begun.file.restore(true);
    await this.#options.files.syncFolder(this.#options.folder);
    return this.#begun;
  }

  async close(): Promise<void> {
    await this.#active?.file.close();
    await this.#begun?.file.close();
  }
}
