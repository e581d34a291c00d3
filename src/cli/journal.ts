/** `claude-siem journal`: one file per action under `journal/`. */
import { report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { cat } from "./journal/cat.ts";
import { stat } from "./journal/stat.ts";
import { verify } from "./journal/verify.ts";

type Action = (folder: string, args: Arguments, context: Context) => Promise<ExitCode>;

const actions: ReadonlyMap<string, Action> = new Map(Object.entries({ verify, stat, cat }));

const spec: CommandSpec = {
  name: "journal",
  summary: "verify, describe or print a journal",
  description:
    "`journal verify DIR` reads every record of a journal, recomputes its hash and its place in the chain, and names the first bad record with file and line. A chain cannot show that its tail was cut off or that the whole folder was rewritten: compare the head hash with one you kept elsewhere. `journal stat DIR` tells what the journal holds, how far each sink has come and how many dead letters wait. `journal cat DIR` prints the events as NDJSON. All three read only, also while the connector writes. The exit code is 4 when the chain does not hold or something is unreadable.",
  positionals: ["verify|stat|cat", "DIR"],
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
      description: "verify, stat: default text.",
    },
    { name: "from", value: "SEQ", description: "cat: first record to print. Default: the oldest." },
    { name: "limit", value: "N", description: "cat: print at most so many." },
    {
      name: "records",
      description: "cat: print whole records of all kinds, with number and hashes.",
    },
  ],
  examples: [
    "claude-siem journal verify /var/lib/claude-siem/journal",
    "claude-siem journal verify demo/journal --format json",
    "claude-siem journal stat demo/journal",
    "claude-siem journal cat demo/journal --from 100 --limit 10",
  ],
};

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const [name = "", folder = ""] = args.positionals;
  const action = actions.get(name);
  if (action !== undefined) return action(folder, args, context);
  const wrong = { option: "journal", value: name, known: [...actions.keys()] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(name), wrong)], 2);
}

export const journal: Command = { spec, run };
