/**
 * Appends events until it is killed, and prints an id only after it was acknowledged. A feed follows and
 * moves a cursor; its position is printed only after it was saved. Small sizes make segments and
 * checkpoints change all the time, so that kills fall into that as well.
 */
import { randomBytes } from "node:crypto";
import type { CanonicalEvent } from "../../src/event/event.ts";
import { openCursor } from "../../src/journal/cursor.ts";
import { Journal } from "../../src/journal/journal.ts";

const [folder = "", run = "0"] = process.argv.slice(2);
const opened = await Journal.open({
  folder,
  now: Date.now,
  random: (n) => randomBytes(n),
  segmentBytesMax: 8000,
  commitEventsMax: 20,
  checkpointRecordsMax: 30,
});
if (!opened.ok) {
  process.stderr.write(JSON.stringify(opened.diagnostics));
  process.exit(4);
}
const journal = opened.value;
process.stdout.write("ready\n");

async function follow(): Promise<never> {
  const { cursor, start, problems } = await openCursor({ folder, name: "siem", journal });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const feed = journal.openFeed(start.seq);
  const { signal } = new AbortController();
  for (;;) {
    const items = await feed.next({ records: 50, bytes: 100_000 }, signal);
    const last = items.at(-1);
    if (last?.kind !== "record") throw new Error(JSON.stringify(items));
    const { seq, hash } = last.record;
    await cursor.save({ seq, hash, aheadRanges: [] });
    process.stdout.write(`cursor ${seq}\n`);
  }
}

function giveUp(cause: unknown): void {
  process.stderr.write(String(cause));
  process.exit(4);
}

follow().catch(giveUp);
for (let n = 0; ; n += 10) {
  const events = Array.from({ length: 10 }, (_, turn) => {
    const event_id = `${run}-${n + turn}`;
    return {
      event_id,
      event_type: "session_end",
      timestamp: "2026-03-01T00:00:00.000Z",
    } as unknown as CanonicalEvent;
  });
  await Promise.all(
    events.map((event) =>
      journal.append(event).then(() => process.stdout.write(`${event.event_id}\n`)),
    ),
  );
}
