/** A journal on a simulated disk, for tests of what is read back. */
import type { FeedItem } from "../../src/journal/feed.ts";
import type { Journal, JournalOptions } from "../../src/journal/journal.ts";
import { FOLDER, openOn, testEvent } from "../fault/journal-run.ts";
import type { SimulatedDisk } from "../fault/simulated-disk.ts";

export { FOLDER, openOn, testEvent } from "../fault/journal-run.ts";
export { SimulatedDisk } from "../fault/simulated-disk.ts";

/** Writes `count` events `e0…` and closes. */
export async function writeEvents(
  disk: SimulatedDisk,
  count: number,
  changed: Partial<JournalOptions> = {},
): Promise<void> {
  const { journal } = await openOn(disk, changed);
  for (let n = 0; n < count; n += 3) {
    const ids = Array.from({ length: Math.min(3, count - n) }, (_, at) => `e${n + at}`);
    await journal.appendBatch(ids.map(testEvent));
  }
  await journal.close();
}

export function segmentPaths(disk: SimulatedDisk): readonly string[] {
  return disk
    .names(FOLDER)
    .filter((name) => name.endsWith(".journal"))
    .map((name) => `${FOLDER}/${name}`);
}

/** Items in a form that reads well in assertions: numbers of records, and ranges of damage. */
export function seqs(items: readonly FeedItem[]): readonly (number | string)[] {
  return items.map((item) =>
    item.kind === "record" ? item.record.seq : `${item.from}-${item.to} ${item.problem.code}`,
  );
}

/** Everything that is committed behind a record. */
export async function collect(journal: Journal, after: number): Promise<readonly FeedItem[]> {
  const feed = journal.openFeed(after);
  const items: FeedItem[] = [];
  const { signal } = new AbortController();
  const last = (): number => {
    const item = items.at(-1);
    return item === undefined ? after : item.kind === "record" ? item.record.seq : after;
  };
  while (last() < journal.committed.seq)
    items.push(...(await feed.next({ records: 7, bytes: 2000 }, signal)));
  await feed.close();
  return items;
}
