/** Lines of JSON that must last: appended with fsync, whole lines only, never removed. */
import { dirname } from "node:path";
import { DurableFile } from "./durable-file.ts";
import { hasCode, type JournalFileSystem, nodeFileSystem } from "./file-system.ts";

/** Bytes of a file, 0 when it is missing. */
export async function sizeOf(files: JournalFileSystem, path: string): Promise<number> {
  try {
    return (await files.stat(path)).size;
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return 0;
    throw cause;
  }
}

async function endsWithNewline(
  files: JournalFileSystem,
  path: string,
  size: number,
): Promise<boolean> {
  const handle = await files.openRead(path);
  try {
    const last = new Uint8Array(1);
    await handle.read(last, size - 1);
    return last[0] === 10;
  } finally {
    await handle.close();
  }
}

export class LineBox {
  readonly #files: JournalFileSystem;
  readonly #file: DurableFile;
  #isNew: boolean;
  #turn: Promise<void> = Promise.resolve();

  private constructor(files: JournalFileSystem, path: string, size: number) {
    this.#files = files;
    this.#file = new DurableFile(files, path, size);
    this.#isNew = size === 0;
  }

  /** Opens a box; the file itself appears with the first line, its folder now. */
  static async open(path: string, files: JournalFileSystem = nodeFileSystem): Promise<LineBox> {
    await files.makeFolder(dirname(path));
    const size = await sizeOf(files, path);
    const box = new LineBox(files, path, size);
    // A crash can leave a piece of a line. It was not acknowledged, so it comes again; its line is
    // ended, so that the next one stands alone.
    if (size > 0 && !(await endsWithNewline(files, path, size)))
      await box.#file.append(Buffer.from("\n"));
    return box;
  }

  /**
   * Resolves when the lines are on the device. After a rejection the same lines may be given again.
   *
   * @param lines Texts without line breaks.
   */
  append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const write = (): Promise<void> => this.#write(bytes);
    // One at a time; a failure of the one before is its own caller's matter.
    this.#turn = this.#turn.then(write, write);
    return this.#turn;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#isNew) {
      await this.#file.restore(true);
      await this.#files.syncFolder(dirname(this.#file.path));
      this.#isNew = false;
    }
    await this.#file.append(bytes);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#turn]);
    await this.#file.close();
  }
}
