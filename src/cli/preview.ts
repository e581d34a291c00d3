/** `claude-siem preview`: the dashboards as pages that need nothing but a browser. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { renderPage } from "../dashboard/html/page.ts";
import type { Dashboard } from "../dashboard/ir.ts";
import { isError, report, type Span } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import { loadDashboards } from "../engine/dashboard-set.ts";
import { extentOf, keepOnly, rangeOf, runDashboard } from "../engine/run-panel.ts";
import type { Store } from "../engine/store.ts";
import { parseDate } from "../event/time.ts";
import { DAY_MS } from "../rule/detection.ts";
import type { Predicate } from "../rule/ir.ts";
import { parseExpression } from "../rule/parse-expression.ts";
import { parseDuration } from "../yaml/reader.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, tell, write } from "./context.ts";
import { loadEvents } from "./detect.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, writing } from "./failure.ts";
import { counted } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "preview",
  summary: "dashboards over a log as HTML pages",
  description:
    "Runs the dashboards over a log with the embedded engine and writes one HTML file for each: charts, a table and CSV behind every chart, no script, no network. The pages hold totals, never events, and rows about fewer than five users hide their numbers. Events are counted as they are: cost and business unit count as stamped at ingest. The time shown ends with the day of the last event.",
  positionals: [],
  options: [
    {
      name: "events",
      value: "FILE",
      required: true,
      description: "NDJSON file of events, gzip allowed; - for stdin.",
    },
    { name: "out", value: "DIR", description: "Output folder. Default: preview." },
    {
      name: "dashboard",
      value: "NAME",
      multiple: true,
      description: "Only this dashboard; may be repeated. All when absent.",
    },
    {
      name: "where",
      value: "EXPRESSION",
      description: 'Count only events that match, e.g. "department = sales".',
    },
    {
      name: "range",
      value: "DURATION",
      description: "Time to show, e.g. 7d. Default: what the dashboard says.",
    },
    {
      name: "until",
      value: "DAY",
      description: "Last day to show, e.g. 2026-03-31. Default: the day of the last event.",
    },
    {
      name: "rejects",
      value: "FILE",
      description: "Keep rejected lines with their reasons in this file.",
    },
    {
      name: "strict",
      description: "Reject events with unknown fields instead of keeping those under labels.",
    },
  ],
  examples: [
    "claude-siem preview --events log.ndjson --out preview",
    'claude-siem preview --events log.ndjson --where "department = sales" --range 7d',
    "claude-siem journal cat journal | claude-siem preview --events -",
  ],
};

/** The place of a part of an option's value on the command line. */
function within(span: Span, offset: number, length: number): Span {
  return { ...span, column: span.column + offset, length: Math.max(1, length) };
}

function whereOf(args: Arguments): Predicate | undefined {
  const text = args.text("where");
  if (text === undefined) return undefined;
  const span = args.spanOf(text);
  const parsed = parseExpression(text, {
    parameters: new Map(),
    used: new Set(),
    spanAt: (offset, length) => within(span, offset, length),
  });
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  return parsed.value;
}

function rangeMsOf(args: Arguments): number | undefined {
  const text = args.text("range");
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  const about = { option: "--range", value: text, known: ["a duration such as 7d or 12h"] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(text), about)], 2);
}

/** The last moment of the last day to show. */
function lastMsOf(args: Arguments): number | undefined {
  const text = args.text("until");
  if (text === undefined) return undefined;
  const day = text.length === 10 ? parseDate(text) : undefined;
  if (day !== undefined) return (day + 1) * DAY_MS - 1;
  const about = { option: "--until", value: text, known: ["a day such as 2026-03-31"] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(text), about)], 2);
}

/** The dashboards that the options name. Broken ones end the command, exit code 2. */
function select(args: Arguments, context: Context): readonly Dashboard[] {
  const { dashboards, diagnostics } = loadDashboards(context.root);
  if (diagnostics.some(isError)) throw new CommandFailure(diagnostics, 2);
  const names = args.texts("dashboard");
  const known = dashboards.map(({ dashboard }) => dashboard.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const about = (value: string) => ({ option: "--dashboard", value, known });
    throw new CommandFailure(
      unknown.map((name) => report(commandMessage.badValue, args.spanOf(name), about(name))),
      2,
    );
  }
  const all = dashboards.map(({ dashboard }) => dashboard);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** What pages to write. */
export interface PageRequest {
  readonly dashboards: readonly Dashboard[];
  /** Only events that match are counted. */
  readonly where?: Predicate;
  /** Time to show, milliseconds; what the dashboard says when absent. */
  readonly rangeMs?: number;
  /** A time on the last day to show; that of the last event when absent. */
  readonly lastMs?: number;
  readonly folder: string;
  /** What a reader is told the numbers come from. */
  readonly source: string;
}

/** Writes the pages; returns their paths, or nothing where no event is there to show. */
export async function writePages(
  store: Store,
  asked: PageRequest,
  context: Context,
): Promise<readonly string[] | undefined> {
  const { where, folder, source } = asked;
  if (where !== undefined) await keepOnly(store, where);
  const extent = await extentOf(store);
  if (extent === undefined) return undefined;
  const paths: string[] = [];
  for (const dashboard of asked.dashboards) {
    const range = rangeOf(asked.lastMs ?? extent.lastMs, asked.rangeMs ?? dashboard.rangeMs);
    const results = await runDashboard(store, dashboard, range);
    const { version } = context;
    const about = { source, ...extent, ...range, ...(where && { where }), version };
    const path = join(folder, `${dashboard.name}.html`);
    const page = renderPage(dashboard, results, about);
    await writing(path, async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(path, page);
    });
    paths.push(path);
  }
  return paths;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const events = args.text("events") ?? "-";
  const [where, rangeMs, lastMs] = [whereOf(args), rangeMsOf(args), lastMsOf(args)];
  const asked: PageRequest = {
    dashboards: select(args, context),
    ...(where !== undefined && { where }),
    ...(rangeMs !== undefined && { rangeMs }),
    ...(lastMs !== undefined && { lastMs }),
    folder: args.text("out") ?? "preview",
    source: events === "-" ? "standard input" : basename(events),
  };
  const { store, reader } = await loadEvents(events, args, context);
  const paths = await writePages(store, asked, context).finally(() => store.close());
  await reader.summarise();
  if (paths === undefined) {
    const source = asked.where === undefined ? events : `${events} that matches`;
    await tell(context, [report(dashboardMessage.nothingToShow, args.spanOf(events), { source })]);
    return EXIT.findings;
  }
  if (!context.quiet) {
    const list = paths.map((path) => `  ${path}\n`).join("");
    await write(context.stdout, `${counted(paths.length, "page")} written:\n${list}`);
  }
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const preview: Command = { spec, run };
