/** Wakes feeds when something was committed, so that none of them has to ask again and again. */

export class CommitSignal {
  readonly #listeners = new Set<() => void>();
  #count = 0;

  /** Changes with every commit, and when the journal is closed. */
  get count(): number {
    return this.#count;
  }

  announce(): void {
    this.#count += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Resolves when `count` is no longer `seen`, or the signal aborts. */
  wait(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#listeners.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#listeners.add(wake);
      signal.addEventListener("abort", wake);
    });
  }
}
