/** `claude-siem test`: cases, boundaries and mutants of the rules, run on the embedded engine. */
import { type Diagnostic, isError, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { loadRules } from "../engine/rule-set.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { selectRules } from "./content.ts";
import { type Context, write } from "./context.ts";
import { openStore } from "./detect.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { renderJson } from "./test/render-json.ts";
import { renderJunit } from "./test/render-junit.ts";
import { renderText } from "./test/render-text.ts";
import { hasFailed, type RuleReport } from "./test/report.ts";
import { tryRules } from "./test/try-rules.ts";

const FLOOR_DEFAULT = "95";

const spec: CommandSpec = {
  name: "test",
  summary: "run the rules' test cases, their boundaries and their mutants",
  description:
    "Runs the cases of every tests.yaml on the embedded engine: described events in, expected alerts out. Boundary cases made from each rule itself follow (one event below and above a limit, a millisecond around a window, each field missing, lines twice and out of order). Then the rules are changed in small ways, one at a time, and the cases must notice. The exit code is 1 when a case fails, or when too many of a rule's mutants survive.",
  positionals: [],
  options: [
    {
      name: "rule",
      value: "NAME",
      multiple: true,
      description: "Only this rule; may be repeated.",
    },
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json", "junit"],
      description: "Default: text.",
    },
    {
      name: "mutation-floor",
      value: "PERCENT",
      description: `Share of each rule's mutants that the cases must notice. Default: ${FLOOR_DEFAULT}.`,
    },
    { name: "no-boundaries", description: "Leave out the boundary cases." },
    { name: "no-mutants", description: "Leave out the mutants." },
    {
      name: "verbose",
      description: "Name every boundary case, and say why cases are impossible and mutants equal.",
    },
  ],
  examples: [
    "claude-siem test",
    "claude-siem test --rule high-volume-user --verbose",
    "claude-siem test --format junit > report.xml",
  ],
};

/** The share of `--mutation-floor`, from 0 to 1. */
function readFloor(args: Arguments): number {
  const option = "mutation-floor";
  const value = args.text(option) ?? FLOOR_DEFAULT;
  const number = /^\d{1,3}(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 0 && number <= 100) return number / 100;
  const known = ["a percentage from 0 to 100"];
  const found = { option: `--${option}`, value, known };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(value), found)], 2);
}

function render(reports: readonly RuleReport[], args: Arguments, context: Context): string {
  const floor = readFloor(args);
  const format = args.text("format") ?? "text";
  if (format === "junit") return renderJunit(reports, floor);
  if (format === "json") return renderJson(reports, floor);
  return renderText(reports, {
    colour: context.colour.stdout,
    verbose: args.flag("verbose"),
    floor,
  });
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const floor = readFloor(args);
  const loaded = loadRules(context.root);
  const broken: readonly Diagnostic[] = loaded.diagnostics.filter(isError);
  if (broken.length > 0) throw new CommandFailure(broken, 2);
  const selected = selectRules(loaded.rules, args.texts("rule"), args.spanOf);
  const options = { boundaries: !args.flag("no-boundaries"), mutants: !args.flag("no-mutants") };
  const store = await openStore();
  try {
    const reports = await tryRules(store, selected, options, context);
    await write(context.stdout, render(reports, args, context));
    return reports.some((one) => hasFailed(one, floor)) ? EXIT.findings : EXIT.ok;
  } finally {
    await store.close();
  }
}

export const test: Command = { spec, run };
