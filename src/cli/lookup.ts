/** `claude-siem lookup`: a site's clearances and business hours in the form that a product looks up. */
import { readFileSync } from "node:fs";
import { type Result, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { parseCalendar } from "../enrich/calendar.ts";
import { parseClearances } from "../enrich/clearance.ts";
import {
  businessHoursTable,
  clearanceTable,
  type LookupTable,
  renderCsv,
} from "../enrich/lookup-table.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, tell, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, reading } from "./failure.ts";

const targets = ["sentinel", "splunk", "elastic"] as const;

const spec: CommandSpec = {
  name: "lookup",
  summary: "clearances and business hours as tables of a SIEM",
  description:
    "Prints a clearance table or a business calendar in the form that rules built with --context native look up: CSV for a Sentinel watchlist or a Splunk lookup, a bulk request for Elastic's lookup index. Rows must name users by the pseudonym that events carry. Only Sentinel can look business hours up.",
  positionals: [],
  options: [
    {
      name: "target",
      value: "TARGET",
      required: true,
      choices: targets,
      description: "The product.",
    },
    { name: "clearances", value: "FILE", description: "Clearance table, CSV or YAML." },
    { name: "calendar", value: "FILE", description: "Business calendar, YAML." },
  ],
  examples: [
    "claude-siem lookup --target sentinel --clearances clearances.csv > ClaudeClearances.csv",
    "claude-siem lookup --target sentinel --calendar calendar.yaml > ClaudeBusinessHours.csv",
    "claude-siem lookup --target elastic --clearances clearances.csv > bulk.ndjson",
  ],
};

/** Only cleared users matter to a rule; a bulk request replaces them by user. */
function bulk({ rows }: LookupTable): string {
  const lines = rows
    .filter(([, clearance]) => clearance !== "")
    .flatMap(([user, clearance]) => [
      { index: { _id: user } },
      { user: { hash: user }, listed_clearance: clearance },
    ]);
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The columns that the app's lookup has. */
function forSplunk({ rows }: LookupTable): LookupTable {
  const columns = ["user_id_hash", "clearance"];
  return {
    columns,
    rows: rows.map((row) => row.slice(0, 2)).filter(([, clearance]) => clearance !== ""),
  };
}

async function load<T>(
  path: string,
  args: Arguments,
  context: Context,
  parse: (text: string, file: string) => Result<T>,
): Promise<T> {
  const text = await reading(path, args.spanOf(path), async () => readFileSync(path, "utf8"));
  const parsed = parse(text, path);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  await tell(context, parsed.diagnostics);
  return parsed.value;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const target = args.text("target") ?? "";
  const [clearances, calendar] = [args.text("clearances"), args.text("calendar")];
  if ((clearances === undefined) === (calendar === undefined)) {
    const about = { option: "--clearances", placeholder: "FILE or --calendar FILE" };
    throw new CommandFailure(
      [report(commandMessage.missingOption, args.spanOf("lookup"), about)],
      2,
    );
  }
  if (clearances !== undefined) {
    const table = clearanceTable(await load(clearances, args, context, parseClearances));
    const text =
      target === "elastic"
        ? bulk(table)
        : renderCsv(target === "splunk" ? forSplunk(table) : table);
    await write(context.stdout, text);
    return EXIT.ok;
  }
  if (target !== "sentinel") {
    const about = { option: "--target", value: target, known: ["sentinel"] };
    throw new CommandFailure([report(commandMessage.badValue, args.spanOf(target), about)], 2);
  }
  const hours = await load(calendar ?? "", args, context, parseCalendar);
  await write(context.stdout, renderCsv(businessHoursTable(hours)));
  return EXIT.ok;
}

export const lookup: Command = { spec, run };
