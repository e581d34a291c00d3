/** `claude-siem rollup`: the daily usage records that SIEMs with a short memory need. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { rollUp, type UsageRollup } from "../engine/rollup.ts";
import { parseDate } from "../event/time.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { loadEvents } from "./detect.ts";
import { rejectsOption } from "./event-options.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";

const spec: CommandSpec = {
  name: "rollup",
  summary: "daily usage records for SIEMs that cannot look back 30 days",
  description:
    "Reads a log and prints one usage_rollup event for each user and UTC day: the day's tokens and those of the active days among the 30 days before. Sentinel and Sigma judge the rule for high-volume users by them. The last day of the log is left out, because it may go on; name it with --day once it is over. Records have ids made from user and day: sending one again does no harm.",
  positionals: [],
  options: [
    {
      name: "events",
      value: "FILE",
      required: true,
      description: "NDJSON file of events with 30 days of history, gzip allowed; - for stdin.",
    },
    {
      name: "day",
      value: "DATE",
      multiple: true,
      description:
        "Only this UTC day, such as 2026-03-01; may be repeated. Default: all but the last.",
    },
    rejectsOption,
  ],
  examples: [
    "claude-siem rollup --events log.ndjson > rollups.ndjson",
    "claude-siem rollup --events log.ndjson --day 2026-03-01 | claude-siem normalize --target sentinel",
  ],
};

function checkDays(days: readonly string[], args: Arguments): void {
  const diagnostics: Diagnostic[] = days
    .filter((day) => day.length !== 10 || parseDate(day) === undefined)
    .map((day) => {
      const about = { key: "--day", value: day, range: "a date such as 2026-03-01" };
      return report(yamlMessage.outOfRange, args.spanOf(day), about);
    });
  if (diagnostics.length > 0) throw new CommandFailure(diagnostics, 2);
}

const dayOf = ({ timestamp }: UsageRollup): string => timestamp.slice(0, 10);

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const days = args.texts("day");
  checkDays(days, args);
  const { store, reader } = await loadEvents(args.text("events") ?? "-", args, context);
  const rollups = await rollUp(store).finally(() => store.close());
  const last = rollups.at(-1);
  const isWanted = (rollup: UsageRollup): boolean =>
    days.length > 0
      ? days.includes(dayOf(rollup))
      : last !== undefined && dayOf(rollup) !== dayOf(last);
  for (const rollup of rollups.filter(isWanted))
    await write(context.stdout, `${JSON.stringify(rollup)}\n`);
  await reader.summarise();
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const rollup: Command = { spec, run };
