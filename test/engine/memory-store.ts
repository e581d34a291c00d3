/** An embedded store for the tests of a file, emptied and loaded as often as they want. */
import { tmpdir } from "node:os";
import { Store } from "../../src/engine/store.ts";

export class MemoryStore {
  readonly store: Store;

  private constructor(store: Store) {
    this.store = store;
  }

  static async open(): Promise<MemoryStore> {
    const opened = await Store.open({ temporaryFolder: tmpdir() });
    if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
    return new MemoryStore(opened.value);
  }

  /** Leaves these events in the store and no others; ready for queries. */
  async load(events: readonly object[]): Promise<void> {
    await this.store.clear();
    await this.store.load(
      events.map((event) => ({
        event: event as { readonly timestamp: string },
        json: JSON.stringify(event),
      })),
    );
    await this.store.seal();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
