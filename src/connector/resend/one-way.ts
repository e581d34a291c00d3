/** Records that are sent once more, in the place of a journal: the pump reads them one way and ends. */
import { HELD_MAX } from "../../delivery/loader.ts";
import type { JournalPort } from "../../delivery/port.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../event/event.ts";
import type { Feed, FeedItem } from "../../journal/feed.ts";

type RecordItem = Extract<FeedItem, { kind: "record" }>;

/** The pump reads no further than this beyond the oldest record that has not settled, and one block. */
const REMEMBERED = HELD_MAX + 2000;

/** What there is to read, before anybody has. */
const AWAITED = { seq: Number.MAX_SAFE_INTEGER, hash: "" } as const;

export class OneWayJournal implements JournalPort {
  /** More is always to come, so that the pump never takes itself for done: `resend` knows better. */
  readonly committed: { readonly seq: number; readonly hash: string } = AWAITED;
  readonly #items: AsyncIterator<FeedItem>;
  /** Texts of the records given last: all that the pump can still hold. */
  readonly #recent = new Map<number, string>();
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
        else if (value.record.kind === "event") block.push(this.#remembered(value));
      }
      this.given += block.length;
      return block;
    },
    close: async () => {},
  });

  #remembered(item: RecordItem): RecordItem {
    // A record that comes once more is the newest again.
    this.#recent.delete(item.record.seq);
    this.#recent.set(item.record.seq, item.record.body);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > REMEMBERED && oldest !== undefined) this.#recent.delete(oldest);
    return item;
  }

  readonly readAgain: JournalPort["readAgain"] = async (seqs) => {
    const bodies = seqs.flatMap((seq) => {
      const body = this.#recent.get(seq);
      return body === undefined ? [] : [[seq, JSON.parse(body) as CanonicalEvent] as const];
    });
    return new Map(bodies);
  };

  async close(): Promise<void> {
    await this.#items.return?.();
  }
}
