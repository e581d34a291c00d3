/** `claude-siem journal stat`: what a journal holds, and how far its sinks have come. */
import { isError } from "../../diagnostic/diagnostic.ts";
import { type JournalStat, statJournal } from "../../journal/stat.ts";
import type { Arguments } from "../arguments.ts";
import { type Context, tell, write } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { reading } from "../failure.ts";
import { counted, renderTable } from "../terminal/table.ts";

function renderText(found: JournalStat, colour: boolean): string {
  const { records, events, segments, bytes, firstSeq, headSeq, headHash } = found;
  const megabytes = (bytes / 1e6).toFixed(1);
  let text = `${counted(records, "record")} (${firstSeq} to ${headSeq}), ${counted(events, "event")}, ${counted(segments, "segment")}, ${megabytes} MB.\n`;
  if (found.earliest !== undefined) text += `Events from ${found.earliest} to ${found.latest}.\n`;
  text += `Head: record ${headSeq}, hash ${headHash}\n`;
  const letters = new Map(found.deadLetters.map((one) => [one.sink, one.letters]));
  const cursors = new Map(found.cursors.map((one) => [one.sink, one]));
  const sinks = [...new Set([...cursors.keys(), ...letters.keys()])].sort();
  if (sinks.length === 0) return `${text}No sink has a cursor or dead letters here.\n`;
  const rows = sinks.map((sink) => {
    const cursor = cursors.get(sink);
    const at = cursor === undefined ? "none" : cursor.damaged ? "damaged" : String(cursor.seq);
    return [sink, at, String(cursor?.lag ?? ""), String(letters.get(sink) ?? 0)];
  });
  const columns = [
    { title: "Sink" },
    { title: "Settled up to", align: "right" },
    { title: "Behind", align: "right" },
    { title: "Dead letters", align: "right" },
  ] as const;
  return `${text}\n${renderTable(columns, rows, colour)}`;
}

export async function stat(folder: string, args: Arguments, context: Context): Promise<ExitCode> {
  const found = await reading(folder, args.spanOf(folder), () => statJournal(folder));
  await tell(context, found.problems);
  if (args.text("format") === "json") await write(context.stdout, `${JSON.stringify(found)}\n`);
  else await write(context.stdout, renderText(found, context.colour.stdout));
  return found.problems.some(isError) ? EXIT.integrity : EXIT.ok;
}
