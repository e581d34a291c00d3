/** Appends events until it is killed, and prints an id only after it was acknowledged. */
import { randomBytes } from "node:crypto";
import type { CanonicalEvent } from "../../src/event/event.ts";
import { Journal } from "../../src/journal/journal.ts";

const [folder = "", run = "0"] = process.argv.slice(2);
const opened = await Journal.open({
  folder,
  now: Date.now,
  random: (n) => randomBytes(n),
  segmentBytesMax: 20_000,
  commitEventsMax: 20,
});
if (!opened.ok) {
  process.stderr.write(JSON.stringify(opened.diagnostics));
  process.exit(4);
}
const journal = opened.value;
process.stdout.write("ready\n");
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
