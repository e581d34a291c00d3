/** Reads single records of a journal again: one walk over the part that holds them. */
import type { CanonicalEvent } from "../event/event.ts";
import type { Feed } from "../journal/feed.ts";
import type { JournalPort } from "./port.ts";

/** The part of a journal that is needed here. */
export interface FeedSource {
  readonly openFeed: (afterSeq: number) => Feed;
  readonly committed: JournalPort["committed"];
}

const READ = { records: 200, bytes: 262_144 } as const;

async function walk(
  journal: FeedSource,
  seqs: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, CanonicalEvent>> {
  const wanted = new Set(seqs);
  const found = new Map<number, CanonicalEvent>();
  const last = Math.max(...seqs);
  const feed = journal.openFeed(Math.min(...seqs) - 1);
  try {
    for (let at = -1; at < last; ) {
      const items = await feed.next(READ, signal);
      if (items.length === 0) break;
      for (const item of items) {
        at = item.kind === "record" ? item.record.seq : (item.to ?? last);
        if (item.kind === "record" && wanted.has(at))
          found.set(at, JSON.parse(item.record.body) as CanonicalEvent);
      }
    }
  } finally {
    await feed.close();
  }
  return found;
}

/** A journal as the pump needs it. */
export function journalPort(journal: FeedSource): JournalPort {
  return {
    openFeed: (afterSeq) => journal.openFeed(afterSeq),
    get committed() {
      return journal.committed;
    },
    readAgain: async (seqs, signal) =>
      seqs.length === 0 ? new Map() : walk(journal, seqs, signal),
  };
}
