/** `claude-siem filter`: the events of a log that match. */
import { fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { eventsOption, rejectsOption, strictOption } from "./event-options.ts";
import { eventSelection, hourOption, whereOption } from "./event-selection.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { EventReader } from "./read-events.ts";

const spec: CommandSpec = {
  name: "filter",
  summary: "the events of a log that match an expression, as NDJSON",
  description:
    "Prints the events of a log that match an expression of the language of rules and lie within a time, each event_id once, in the order of the log. The pages of `preview` show such a command for every row.",
  positionals: [],
  options: [
    eventsOption,
    whereOption,
    {
      name: "since",
      value: "TIME",
      description: "Events from this time on: RFC 3339, or a duration back from now such as 24h.",
    },
    { name: "until", value: "TIME", description: "Events before this time." },
    hourOption,
    { name: "limit", value: "N", description: "Print at most so many." },
    rejectsOption,
    strictOption,
  ],
  examples: [
    'claude-siem filter --events log.ndjson --where "activity_type = mcp_query and mcp_server = github"',
    "claude-siem filter --events log.ndjson --since 2026-03-01T00:00:00Z --until 2026-03-02T00:00:00Z --hour 3",
    'claude-siem journal cat journal | claude-siem filter --events - --where "severity = critical"',
  ],
};

function limitOf(args: Arguments): number {
  const text = args.text("limit");
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  const wrong = { option: "--limit", value: text, known: ["a whole number from 1 on"] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(text), wrong)], 2);
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const path = args.text("events") ?? "-";
  const limit = limitOf(args);
  const isSelected = eventSelection(args, context.now());
  const reader = new EventReader(
    {
      path,
      span: path === "-" ? fileSpan("stdin") : args.spanOf(path),
      rejectsPath: args.text("rejects"),
      strict: args.flag("strict"),
      label: "Reading",
    },
    context,
  );
  const printed = new Set<string>();
  for await (const batch of reader.batches()) {
    let text = "";
    for (const { event } of batch) {
      if (printed.size >= limit) break;
      if (!isSelected(event) || printed.has(event.event_id)) continue;
      printed.add(event.event_id);
      text += `${JSON.stringify(event)}\n`;
    }
    await write(context.stdout, text);
    if (printed.size >= limit) break;
  }
  await reader.summarise();
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const filter: Command = { spec, run };
