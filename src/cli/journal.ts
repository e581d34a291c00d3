/** `claude-siem journal`: one file per action under `journal/`. */
import { report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { configOption } from "./configuration.ts";
import type { Context } from "./context.ts";
import { hourOption, whereOption } from "./event-selection.ts";
import type { ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { cat } from "./journal/cat.ts";
import { replay } from "./journal/replay.ts";
import { stat } from "./journal/stat.ts";
import { verify } from "./journal/verify.ts";

type Action = (folder: string, args: Arguments, context: Context) => Promise<ExitCode>;

const actions: ReadonlyMap<string, Action> = new Map(Object.entries({ verify, stat, cat }));

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const spec: CommandSpec = {
  name: "journal",
  summary: "verify, describe or print a journal; send events again",
  description:
    "`journal verify DIR` reads every record of a journal, recomputes its hash and its place in the chain, and names the first bad record with file and line. A chain cannot show that its tail was cut off or that the whole folder was rewritten: compare the head hash with one you kept elsewhere. `journal stat DIR` tells what the journal holds, how far each sink has come and how many dead letters wait. `journal cat DIR` prints the events as NDJSON, all or those that match. These three read only, also while the connector writes. The exit code is 4 when the chain does not hold or something is unreadable. `journal replay --sink NAME` sends the dead letters of a sink again, once their cause is mended, or with a range the journal's events of that range; what is refused once more is kept as a dead letter. It may be used while the connector runs. Its exit code is 1 when something was refused, 3 when the sink takes nothing at the moment.",
  positionals: ["verify|stat|cat|replay", "[DIR]"],
  options: [
    {
      name: "expect-head",
      value: "HASH",
      description: "verify: fail unless the chain ends with this hash, kept from an earlier run.",
    },
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json"],
      description: "verify, stat, replay: default text.",
    },
    {
      name: "from",
      value: "SEQ",
      description: "cat, replay: first record. Default: the oldest.",
    },
    { name: "to", value: "SEQ", description: "replay: last record. Default: the newest." },
    { ...whereOption, description: `cat: ${lowerFirst(whereOption.description)}` },
    { name: "limit", value: "N", description: "cat: print at most so many." },
    {
      name: "records",
      description: "cat: print whole records of all kinds, with number and hashes.",
    },
    { name: "sink", value: "NAME", description: "replay: the sink, by its name." },
    {
      name: "since",
      value: "TIME",
      description:
        "cat, replay: events from this time on: RFC 3339, or a duration back from now such as 24h.",
    },
    {
      name: "until",
      value: "TIME",
      description: "cat, replay: events before this time. Replay: default now.",
    },
    { ...hourOption, description: `cat: ${lowerFirst(hourOption.description)}` },
    {
      name: "patience",
      value: "DURATION",
      description: "replay: give up when nothing was delivered for so long. Default: 2m.",
    },
    configOption,
  ],
  examples: [
    "claude-siem journal verify /var/lib/claude-siem/journal",
    "claude-siem journal verify demo/journal --format json",
    "claude-siem journal stat demo/journal",
    "claude-siem journal cat demo/journal --from 100 --limit 10",
    'claude-siem journal cat demo/journal --where "severity = critical" --since 2026-03-01T00:00:00Z',
    "claude-siem journal replay --sink elastic",
    "claude-siem journal replay --sink splunk --since 2026-03-01T09:00:00Z --until 2026-03-01T10:00:00Z",
  ],
};

/** Refuses what is one argument too many or too few for an action. */
function checkFolder(name: string, folder: string | undefined, args: Arguments): void {
  if ((name === "replay") === (folder === undefined)) return;
  const problem =
    folder === undefined
      ? report(commandMessage.missingOption, args.spanOf(name), { option: "DIR", placeholder: "" })
      : report(commandMessage.extraArgument, args.spanOf(folder), { argument: folder });
  throw new CommandFailure([problem], 2);
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const [name = "", folder] = args.positionals;
  const known = [...actions.keys(), "replay"];
  if (!known.includes(name)) {
    const wrong = { option: "journal", value: name, known };
    throw new CommandFailure([report(commandMessage.badValue, args.spanOf(name), wrong)], 2);
  }
  checkFolder(name, folder, args);
  return actions.get(name)?.(folder ?? "", args, context) ?? replay(args, context);
}

export const journal: Command = { spec, run };
