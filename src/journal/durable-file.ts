/**
 * A file that only grows, and knows up to which byte it is on the device.
 *
 * After a failed write or fsync nothing is known about what was written since the last good fsync: the
 * kernel may have dropped those pages and report success from then on (see fsync(2), and the
 * PostgreSQL wiki on "Fsync Errors"). So a failed fsync is never repeated. The file is opened anew, cut
 * back to its last durable byte, and the caller appends the same bytes again.
 */
import { type AppendHandle, hasCode, type JournalFileSystem } from "./file-system.ts";

/** The file has lost bytes that were durable, or its name: somebody else touched it. */
export class LostBytesError extends Error {
  readonly path: string;

  constructor(path: string, durableBytes: number) {
    super(`${path} is shorter than the ${durableBytes} bytes that were durable, or missing`);
    this.name = "LostBytesError";
    this.path = path;
  }
}

export class DurableFile {
  readonly path: string;
  readonly #files: JournalFileSystem;
  #handle: AppendHandle | undefined;
  #bytes: number;
  /** Whether the file may hold more than its durable bytes. */
  #doubtful = true;

  /**
   * @param durableBytes Up to where the file's content counts. What lies beyond is cut off before the
   *   first append; what lies before is brought to the device then, for a killed process may have
   *   left it in memory only.
   */
  constructor(files: JournalFileSystem, path: string, durableBytes: number) {
    this.#files = files;
    this.path = path;
    this.#bytes = durableBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Makes the file exactly its durable bytes. Throws `LostBytesError` when they are not there.
   *
   * @param create Whether a missing file is a new one.
   */
  async restore(create = false): Promise<void> {
    if (!this.#doubtful) return;
    await this.close();
    const handle = await this.#openHandle(create);
    this.#handle = handle;
    const size = await handle.size();
    if (size < this.#bytes) throw new LostBytesError(this.path, this.#bytes);
    if (size > this.#bytes) await handle.truncate(this.#bytes);
    if (size > 0) await handle.datasync();
    this.#doubtful = false;
  }

  async #openHandle(create: boolean): Promise<AppendHandle> {
    try {
      return await this.#files.openAppend(this.path, create);
    } catch (cause) {
      if (!create && hasCode(cause, "ENOENT")) throw new LostBytesError(this.path, this.#bytes);
      throw cause;
    }
  }

  /** Appends and brings to the device; when it rejects, the bytes count as not written. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.restore();
    const handle = this.#handle;
    if (handle === undefined) throw new Error("a restored file has a handle");
    this.#doubtful = true;
    await handle.write(bytes);
    await handle.datasync();
    this.#bytes += bytes.length;
    this.#doubtful = false;
  }

  /** Closes the handle. The file can be used again: the next append opens it anew. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#doubtful = true;
    try {
      await handle?.close();
    } catch {
      // Everything that counts was synced before; what a close can report concerns doubtful bytes only.
    }
  }
}
