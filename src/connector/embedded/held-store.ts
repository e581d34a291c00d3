/** The store while a process holds it: opened when it is first needed, and again after a failure. */
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type DuckdbApi, EventStore } from "../../engine/event-store.ts";
import { LiveDetection } from "../../engine/live-detection.ts";
import { nodeFileSystem } from "../../journal/file-system.ts";
import { type LockOwner, lockHolder, takeLock } from "../../journal/lock.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { StoreInUseError } from "./failure.ts";

export interface HeldStoreOptions {
  readonly api: DuckdbApi;
  readonly path: string;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly threads: number;
  readonly rules: readonly RuleIr[];
  readonly owner: LockOwner;
}

/** What is open. */
export interface OpenStore {
  readonly store: EventStore;
  readonly detection: LiveDetection;
}

interface Held extends OpenStore {
  readonly release: () => Promise<void>;
}

export class HeldStore {
  readonly #options: HeldStoreOptions;
  #held: Promise<Held> | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: HeldStoreOptions) {
    this.#options = options;
  }

  /** Who holds the file now, this process included. */
  holder(): Promise<LockOwner | undefined> {
    const { path } = this.#options;
    return lockHolder(nodeFileSystem, dirname(path), lockName(path));
  }

  /** Whether it is open in this object. */
  get isOpen(): boolean {
    return this.#held !== undefined;
  }

  /** Rejects with `StoreInUseError`, or with what the engine or the system says. */
  get(): Promise<OpenStore> {
    this.#held ??= this.#open().catch((cause: unknown) => {
      this.#held = undefined;
      throw cause;
    });
    return this.#held;
  }

  async #open(): Promise<Held> {
    const { api, path, memoryLimit: memoryBytesMax, threads, rules, owner } = this.#options;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // The engine's own lock holds off other processes only; a second opening by this process would
    // pass it and damage the file.
    await this.#closing;
    const lock = await takeLock(nodeFileSystem, dirname(path), owner, lockName(path));
    if (!lock.ok) throw new StoreInUseError(lock.diagnostics[0]?.message ?? "it is in use");
    try {
      const scratch = `${path}.scratch`;
      const store = await EventStore.open(api, { path, scratch, memoryBytesMax, threads });
      try {
        const detection = await LiveDetection.open(store, rules);
        return { store, detection, release: lock.value };
      } catch (cause) {
        await store.close();
        throw cause;
      }
    } catch (cause) {
      await lock.value();
      throw cause;
    }
  }

  /** Closes what is open. The next `get` opens it again. */
  close(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return this.#closing;
    this.#held = undefined;
    const done = held.then(letGo, () => undefined);
    // A failure to close is told to whoever asked for it; the next opening only has to wait for it.
    this.#closing = done.catch(() => undefined);
    return done;
  }

  /**
   * Closes the store that an operation failed on, unless another one is open already: after an error
   * the engine may refuse everything until the file is opened again.
   */
  async drop(failed: OpenStore): Promise<void> {
    if (this.#held === undefined || (await this.#held) !== failed) return;
    await this.close();
  }
}

async function letGo({ store, release }: Held): Promise<void> {
  try {
    await store.close();
  } finally {
    await release();
  }
}

function lockName(path: string): string {
  return `${basename(path)}.lock`;
}
