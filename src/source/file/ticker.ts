/** When to look again: at an interval, and at once when the system tells of a change. */
import { type FSWatcher, watch } from "node:fs";
import { folderOf } from "./discover.ts";

/** Hints within this time count as one, so that a busy writer does not keep the reader from reading. */
const GATHER_MS = 25;

/** `names`: files may have come, gone or been renamed. `content`: a file has changed. */
export type Tick = "names" | "content";

export class Ticker {
  readonly #pollMs: number;
  readonly #stop: AbortSignal;
  readonly #watchers: FSWatcher[] = [];
  readonly #warn: (message: string) => void;
  #hint: Tick | undefined;
  #wake = Promise.withResolvers<void>();
  #pollsAt: number;

  constructor(
    patterns: readonly string[],
    pollMs: number,
    stop: AbortSignal,
    warn: (message: string) => void,
  ) {
    this.#pollMs = pollMs;
    this.#stop = stop;
    this.#warn = warn;
    this.#pollsAt = performance.now() + pollMs;
    stop.addEventListener("abort", () => this.#wake.resolve(), { once: true });
    for (const folder of new Set(patterns.map(folderOf))) this.#watch(folder);
  }

  /** Hints are a courtesy: folders that cannot be watched are looked at at the interval. */
  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (type) => {
        if (type === "rename") this.#hint = "names";
        else this.#hint ??= "content";
        this.#wake.resolve();
      });
      watcher.on("error", (cause) => this.#tell(folder, cause));
      this.#watchers.push(watcher);
    } catch (cause) {
      this.#tell(folder, cause);
    }
  }

  #tell(folder: string, cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#warn(
      `changes in ${folder} are not told by the system (${reason}); new lines are seen within ${this.#pollMs} ms`,
    );
  }

  /** Resolves at the next change or interval, and at once when it is told to stop. */
  async next(): Promise<Tick> {
    if (this.#stop.aborted) return "names";
    const left = Math.max(0, this.#pollsAt - performance.now());
    await this.#sleep(left);
    if (this.#hint !== undefined && !this.#stop.aborted) await this.#pause(GATHER_MS);
    const isDue = performance.now() >= this.#pollsAt;
    const tick = isDue ? "names" : (this.#hint ?? "names");
    this.#hint = undefined;
    this.#wake = Promise.withResolvers();
    if (this.#stop.aborted) this.#wake.resolve();
    if (tick === "names") this.#pollsAt = performance.now() + this.#pollMs;
    return tick;
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([promise, this.#wake.promise]);
    clearTimeout(timer);
  }

  async #pause(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
