/** Dead letters of a sink, sent again; what was delivered or refused anew is settled as it goes. */
import type { CursorPort } from "../../delivery/port.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import { readLetters, settleLetters } from "../../journal/dead-letter.ts";
import type { FeedItem } from "../../journal/feed.ts";

/** A letter that was read and has not settled. */
interface OpenLetter {
  readonly hash: string;
  readonly endsAt: number;
}

/** One box while it is sent again. */
export class LetterReplay {
  readonly #folder: string;
  readonly #box: string;
  readonly #open: OpenLetter[] = [];
  readonly problems: Diagnostic[] = [];
  #endsAt = 0;

  /** @param folder Folder of the journal. */
  constructor(folder: string, box: string) {
    this.#folder = folder;
    this.#box = box;
  }

  /** The letters as records, in the order in which they were written. */
  async *items(): AsyncGenerator<FeedItem> {
    for await (const { letter, problem, endsAt } of readLetters(this.#folder, this.#box)) {
      this.#endsAt = endsAt;
      if (letter === undefined) {
        this.problems.push(problem);
        continue;
      }
      const { seq, hash, event } = letter;
      this.#open.push({ hash, endsAt });
      const body = JSON.stringify(event);
      yield { kind: "record", record: { seq, hash, previousHash: "", kind: "event", body } };
    }
  }

  /**
   * Marks the letters up to the one at which the pump stands. The same event may have several letters;
   * the first of them is taken, so that the mark may lag and never leads.
   */
  readonly cursor: CursorPort = {
    save: async ({ hash }) => {
      const index = this.#open.findIndex((one) => one.hash === hash);
      const reached = this.#open[index];
      if (reached === undefined) return;
      await settleLetters(this.#folder, this.#box, reached.endsAt);
      this.#open.splice(0, index + 1);
    },
  };

  /** Marks everything that was read; only when all of it has settled. */
  async finish(): Promise<void> {
    if (this.#endsAt > 0) await settleLetters(this.#folder, this.#box, this.#endsAt);
    this.#open.length = 0;
  }
}
