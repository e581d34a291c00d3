/** `claude-siem normalize`: events in, documents of a SIEM out. */
import { normalize as renderDocument } from "../mapping/normalize.ts";
import { type Target, targets } from "../mapping/schema.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { rejectsOption, strictOption } from "./event-options.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { EventReader } from "./read-events.ts";
import { recordReading, recordsOption } from "./record-format.ts";

const spec: CommandSpec = {
  name: "normalize",
  summary: "map events to the documents of a SIEM",
  description:
    "Reads events, one JSON object a line, and prints the documents that the target would receive, one a line: ECS for elastic, a row of ClaudeAudit_CL for sentinel, the whole HEC envelope for splunk. Lines that are no event are reported on stderr, kept with --rejects, and make the exit code 1.",
  positionals: ["[FILE]"],
  options: [
    {
      name: "target",
      value: "TARGET",
      choices: targets,
      required: true,
      description: "The product to map for.",
    },
    recordsOption,
    rejectsOption,
    strictOption,
  ],
  examples: [
    "claude-siem normalize --target elastic log.ndjson > ecs.ndjson",
    "claude-siem normalize --target elastic --records litellm litellm.ndjson",
    "cat log.ndjson | claude-siem normalize --target splunk --rejects rejects.ndjson",
  ],
};

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const target = args.text("target") as Target;
  const path = args.positionals[0] ?? "-";
  const reader = new EventReader(
    {
      path,
      span: args.spanOf(path),
      rejectsPath: args.text("rejects"),
      strict: args.flag("strict"),
      label: "Normalizing",
      records: recordReading(args),
    },
    context,
  );
  for await (const batch of reader.batches()) {
    let text = "";
    for (const { event } of batch) text += `${renderDocument(event, target)}\n`;
    await write(context.stdout, text);
  }
  await reader.summarise();
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const normalize: Command = { spec, run };
