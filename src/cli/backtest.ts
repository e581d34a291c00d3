/** `claude-siem backtest`: alert volume over a log for several values of a rule's parameters. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import {
  alertsPerDay,
  type BacktestResult,
  backtest as runBacktest,
  suggestVariant,
} from "../engine/backtest.ts";
import { type LoadedRule, loadRules } from "../engine/rule-set.ts";
import type { RuleIr, Scalar } from "../rule/ir.ts";
import { parseRule } from "../rule/parse-rule.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { selectRules } from "./content.ts";
import { type Context, write } from "./context.ts";
import { loadEvents } from "./detect.ts";
import { eventsOption, rejectsOption } from "./event-options.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { renderTable } from "./terminal/table.ts";

/** Alerts a day that one rule may raise unless the caller says otherwise. */
const BUDGET_DEFAULT = 5;

/** Most combinations of values that one call tries. */
const VARIANTS_MAX = 50;

const spec: CommandSpec = {
  name: "backtest",
  summary: "alert volume over a log for several values of a parameter",
  description:
    "Runs one rule over a log once for each value of its parameters and shows what people would have had to read: alerts a day, by department, by user. It suggests the first value whose alerts stay within a budget; name the values from the most sensitive to the least.",
  positionals: [],
  options: [
    eventsOption,
    { name: "rule", value: "NAME", required: true, description: "The rule to try." },
    {
      name: "param",
      value: "NAME=A,B,C",
      multiple: true,
      description: "Values of a parameter; several parameters are combined. Default: as shipped.",
    },
    {
      name: "budget",
      value: "NUMBER",
      description: `Alerts a day that are acceptable. Default: ${BUDGET_DEFAULT}.`,
    },
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json"],
      description: "Default: text.",
    },
    rejectsOption,
  ],
  examples: [
    "claude-siem backtest --events log.ndjson --rule anomalous-mcp-volume --param limit=30,50,80",
    "claude-siem backtest --events log.ndjson --rule high-volume-user --param factor=2,3,5 --param floor=10000,50000 --budget 2",
  ],
};

/** Values by parameter, as one variant of the rule has them. */
type Values = Readonly<Record<string, Scalar>>;

interface Variant {
  readonly values: Values;
  readonly rule: RuleIr;
}

function fail(diagnostics: readonly Diagnostic[]): never {
  throw new CommandFailure(diagnostics, 2);
}

/** Text of the command line as a value: a number where it is one. */
function scalarOf(text: string): Scalar {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Every combination of the values asked for, later parameters varying fastest. */
function combinations(args: Arguments, rule: RuleIr): readonly Values[] {
  const known = rule.parameters.map(({ name }) => name);
  let all: readonly Values[] = [{}];
  for (const option of args.texts("param")) {
    const [name = "", list = ""] = option.split(/=(.*)/s);
    const span = args.spanOf(option);
    if (!known.includes(name))
      fail([report(ruleMessage.unknownParameter, span, { parameter: name, known })]);
    const values = list.split(",").filter((value) => value !== "");
    if (values.length === 0) {
      const about = { option: "--param", value: option, known: [`${name}=A,B,C`] };
      fail([report(commandMessage.badValue, span, about)]);
    }
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: scalarOf(value) })));
  }
  if (all.length > VARIANTS_MAX) {
    const about = {
      option: "--param",
      value: `${all.length} combinations`,
      known: [`at most ${VARIANTS_MAX}`],
    };
    fail([report(commandMessage.badValue, args.spanOf("param"), about)]);
  }
  return all;
}

function variantsOf(loaded: LoadedRule, text: string, args: Arguments): readonly Variant[] {
  return combinations(args, loaded.rule).map((values) => {
    const parsed = parseRule(text, loaded.source, { parameters: values });
    if (!parsed.ok) return fail(parsed.diagnostics);
    return { values, rule: parsed.value };
  });
}

function budgetOf(args: Arguments): number {
  const text = args.text("budget");
  if (text === undefined) return BUDGET_DEFAULT;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const about = { option: "--budget", value: text, known: ["a number such as 5 or 0.5"] };
  return fail([report(commandMessage.badValue, args.spanOf(text), about)]);
}

const BARS = " ▁▂▃▄▅▆▇█";

/** One character a day, from none to the busiest day of all variants. */
function bars({ byDay }: BacktestResult, most: number): string {
  return [...byDay.values()]
    .map((count) => BARS[count === 0 ? 0 : Math.max(1, Math.ceil((count / most) * 8))] ?? " ")
    .join("");
}

function nameOf(values: Values): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? "as shipped" : parts.join(" ");
}

const decimal = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: 2 });

function renderText(
  variants: readonly Variant[],
  results: readonly BacktestResult[],
  budget: number,
  colour: boolean,
): string {
  const most = Math.max(1, ...results.flatMap(({ byDay }) => [...byDay.values()]));
  const right = { align: "right" as const };
  const columns = [
    { title: "variant" },
    { title: "matches", ...right },
    { title: "alerts", ...right },
    { title: "a day", ...right },
    { title: "busiest", ...right },
    { title: "users", ...right },
    { title: "departments", widthMax: 44 },
    { title: "days" },
  ];
  const rows = results.map((result, index) => [
    nameOf(variants[index]?.values ?? {}),
    decimal(result.matches),
    decimal(result.alerts),
    decimal(alertsPerDay(result)),
    decimal(Math.max(0, ...result.byDay.values())),
    `${result.users} of ${decimal(result.usersOfLog)}`,
    [...result.byDepartment].map(([name, count]) => `${name} ${count}`).join(", "),
    bars(result, most),
  ]);
  const [first, last] = [
    [...(results[0]?.byDay.keys() ?? [])][0],
    [...(results[0]?.byDay.keys() ?? [])].at(-1),
  ];
  const suggested = suggestVariant(results, budget);
  const advice =
    suggested === undefined
      ? `No variant stays within ${decimal(budget)} alerts a day; try less sensitive values.`
      : `Suggested: ${nameOf(variants[suggested]?.values ?? {})}, the first within ${decimal(budget)} alerts a day.`;
  return `${renderTable(columns, rows, colour)}\nDays from ${first} to ${last}, one bar each.\n${advice}\n`;
}

function renderJson(
  variants: readonly Variant[],
  results: readonly BacktestResult[],
  budget: number,
): string {
  const rows = results.map((result, index) => ({
    parameters: variants[index]?.values ?? {},
    matches: result.matches,
    alerts: result.alerts,
    alerts_per_day: alertsPerDay(result),
    users: result.users,
    users_of_log: result.usersOfLog,
    by_day: Object.fromEntries(result.byDay),
    by_department: Object.fromEntries(result.byDepartment),
  }));
  const suggested = suggestVariant(results, budget);
  const suggestion = suggested === undefined ? null : (variants[suggested]?.values ?? {});
  return `${JSON.stringify({ budget_per_day: budget, variants: rows, suggestion }, null, 2)}\n`;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const loaded = loadRules(context.root);
  const [one] = selectRules(loaded.rules, [args.text("rule") ?? ""], args.spanOf);
  if (one === undefined) return EXIT.usage;
  const variants = variantsOf(one, loaded.texts.get(one.source) ?? "", args);
  const budget = budgetOf(args);
  const { store, reader } = await loadEvents(args.text("events") ?? "-", args, context);
  const rules = variants.map(({ rule }) => rule);
  const results = await runBacktest(store, rules).finally(() => store.close());
  const isJson = args.text("format") === "json";
  const text = isJson
    ? renderJson(variants, results, budget)
    : renderText(variants, results, budget, context.colour.stdout);
  await write(context.stdout, text);
  await reader.summarise();
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const backtest: Command = { spec, run };
