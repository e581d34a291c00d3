/** Watches the space that is left, so that the connector stops taking events before the disk is full. */
import { statfs } from "node:fs/promises";
import { Bell, type Clock } from "../delivery/clock.ts";

export interface DiskGuardOptions {
  readonly folder: string;
  /** Bytes that must stay free. */
  readonly freeMin: number;
  readonly clock: Clock;
  /** Told when space runs low and when there is room again. */
  readonly onChange: (low: boolean, freeBytes: number) => void;
  /** Bytes that are free; of the file system that holds the folder when absent. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** The connector stops while somebody waits for room. */
export class StoppingError extends Error {
  override readonly name = "StoppingError";

  constructor() {
    super("the connector stops; the records were not taken and have to be sent again");
  }
}

const LOOK_MS = 5000;

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export class DiskGuard {
  readonly #options: DiskGuardOptions;
  readonly #pause: Bell;
  #waiters: { readonly resolve: () => void; readonly reject: (cause: Error) => void }[] = [];
  #low = false;
  #free: number | undefined;
  #stopped = false;
  #loop: Promise<void> | undefined;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
    this.#pause = new Bell(options.clock);
  }

  get low(): boolean {
    return this.#low;
  }

  /** As it was last seen; absent where the system does not tell. */
  get freeBytes(): number | undefined {
    return this.#free;
  }

  /** Looks once and then again and again until `stop`. */
  async start(): Promise<void> {
    await this.#look();
    this.#loop = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      await this.#pause.wait(LOOK_MS);
      if (!this.#stopped) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { folder, freeMin, onChange, freeBytes = freeOf } = this.#options;
    try {
      this.#free = await freeBytes(folder);
    } catch {
      // Not every file system tells; the journal still notices when it cannot write.
      this.#free = undefined;
    }
    const low = this.#free !== undefined && this.#free < freeMin;
    if (low === this.#low) return;
    this.#low = low;
    onChange(low, this.#free ?? 0);
    if (!low) for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  /** Resolves while there is room, waits while there is not; rejects with `StoppingError` at the stop. */
  room(): Promise<void> {
    if (this.#stopped) return Promise.reject(new StoppingError());
    if (!this.#low) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.ring();
    for (const { reject } of this.#waiters.splice(0)) reject(new StoppingError());
    await this.#loop;
  }
}
