/** Records that are sent once more, in the place of a journal: the pump reads them one way and ends. */
import type { JournalPort } from "../../delivery/port.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { Feed, FeedItem } from "../../journal/feed.ts";

/** What there is to read, before anybody has. */
const AWAITED = { seq: Number.MAX_SAFE_INTEGER, hash: "" } as const;

export class OneWayJournal implements JournalPort {
  /** More is always to come, so that the pump never takes itself for done: `resend` knows better. */
  readonly committed: { readonly seq: number; readonly hash: string } = AWAITED;
  readonly #items: AsyncIterator<FeedItem>;
  readonly problems: Diagnostic[] = [];
  /** Records handed to the pump. */
  given = 0;
  ended = false;

  constructor(items: AsyncIterable<FeedItem>) {
    this.#items = items[Symbol.asyncIterator]();
  }

  /** Every feed reads on where the one before stopped. */
  readonly openFeed = (): Feed => ({
    next: async ({ records }, signal) => {
      const block: FeedItem[] = [];
      while (block.length < records && !signal.aborted) {
        const { done, value } = await this.#items.next();
        if (done === true) {
          this.ended = true;
          break;
        }
        if (value.kind === "damage") this.problems.push(value.problem);
        else if (value.record.kind === "event") block.push(value);
      }
      this.given += block.length;
      return block;
    },
    close: async () => {},
  });

  async close(): Promise<void> {
    await this.#items.return?.();
  }
}
