/** Lines appended to files that are closed when they are large or old enough. */
import { join } from "node:path";
import { DurableFile, LostBytesError } from "../../journal/durable-file.ts";
import { hasCode, type JournalFileSystem } from "../../journal/file-system.ts";
import { type LockOwner, takeLock } from "../../journal/lock.ts";
import { wholeLines } from "./disk.ts";
import { fileName, namedFiles } from "./name.ts";

export interface RotatingOptions {
  readonly files: JournalFileSystem;
  readonly owner: LockOwner;
  readonly folder: string;
  readonly prefix: string;
  readonly sizeMax: number;
  readonly ageMsMax: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
  /** Told after a file was closed, and once at the start: closed files may need care. */
  readonly onClosed: () => void;
}

/** Another process writes here. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

interface Current {
  readonly begun: number;
  readonly file: DurableFile;
}

export class RotatingFiles {
  readonly #options: RotatingOptions;
  #release: (() => Promise<void>) | undefined;
  #current: Current | undefined;
  /** When the latest file was begun; names never go back, whatever the clock does. */
  #latest = 0;

  constructor(options: RotatingOptions) {
    this.#options = options;
  }

  /** Name of the file that is being written. */
  get currentName(): string | undefined {
    return this.#current === undefined
      ? undefined
      : fileName(this.#options.prefix, this.#current.begun);
  }

  /**
   * Appends whole lines and brings them to the device. When it rejects, none of them counts as written,
   * and nothing of them is in the file after the next call.
   */
  async append(lines: Uint8Array): Promise<void> {
    const current = await this.#ready(lines.length);
    try {
      await this.#expectWhole(current.file);
      await current.file.append(lines);
    } catch (cause) {
      if (!(cause instanceof LostBytesError)) throw cause;
      const { warn } = this.#options;
      warn(
        `${cause.message}; a new file is begun, and what was in this one is with whoever took it`,
      );
      this.#current = undefined;
      await current.file.close();
      await (await this.#begin()).file.append(lines);
    }
  }

  /** An open file can be written after its name is gone, and then nobody finds what was written. */
  async #expectWhole({ path, bytes }: DurableFile): Promise<void> {
    try {
      if ((await this.#options.files.stat(path)).size >= bytes) return;
    } catch (cause) {
      if (!hasCode(cause, "ENOENT")) throw cause;
    }
    throw new LostBytesError(path, bytes);
  }

  async #ready(bytes: number): Promise<Current> {
    const { sizeMax, ageMsMax, now } = this.#options;
    await this.#lock();
    const current = this.#current ?? (await this.#resume());
    if (current === undefined) return this.#begin();
    const isLarge = current.file.bytes > 0 && current.file.bytes + bytes > sizeMax;
    const isOld = current.file.bytes > 0 && now() - current.begun >= ageMsMax;
    if (!isLarge && !isOld) return current;
    // What an attempt that failed may have left is cut off before nobody looks at this file any more.
    await current.file.restore();
    await current.file.close();
    this.#current = undefined;
    const next = await this.#begin();
    this.#options.onClosed();
    return next;
  }

  async #lock(): Promise<void> {
    if (this.#release !== undefined) return;
    const { files, folder, prefix, owner } = this.#options;
    await files.makeFolder(folder);
    const name = `.${prefix}.lock`;
    const lock = await takeLock(files, folder, owner, name);
    if (!lock.ok)
      throw new FolderInUseError(`another process writes ${prefix} files into ${folder} (${name})`);
    this.#release = lock.value;
    this.#options.onClosed();
  }

  /** Goes on with the latest file of an earlier run. */
  async #resume(): Promise<Current | undefined> {
    const { files, folder, prefix } = this.#options;
    const last = namedFiles(prefix, await files.list(folder)).at(-1);
    if (last === undefined) return undefined;
    this.#latest = Math.max(this.#latest, last.begun);
    if (last.compression !== "none") return undefined;
    const path = join(folder, last.name);
    const file = new DurableFile(files, path, await wholeLines(files, path));
    // Its name may not have been durable when the earlier run ended.
    await files.syncFolder(folder);
    this.#current = { begun: last.begun, file };
    return this.#current;
  }

  async #begin(): Promise<Current> {
    const { files, folder, prefix, now } = this.#options;
    const begun = Math.max(now(), this.#latest + 1);
    const path = join(folder, fileName(prefix, begun));
    await files.createExclusive(path, "");
    this.#latest = begun;
    await files.syncFolder(folder);
    this.#current = { begun, file: new DurableFile(files, path, 0) };
    return this.#current;
  }

  /** Cuts off what did not become durable, and lets others write. */
  async close(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    await current?.file.close();
    const release = this.#release;
    this.#release = undefined;
    try {
      await release?.();
    } catch (cause) {
      this.#options.warn(
        `the lock of ${this.#options.folder} stays until this process ends: ${cause}`,
      );
    }
  }
}
