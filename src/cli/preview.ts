/** `claude-siem preview`: the dashboards as pages that need nothing but a browser. */
import { basename } from "node:path";
import { fieldsRead, predicateFields } from "../dashboard/fields-read.ts";
import { quoteWord } from "../dashboard/html/behind.ts";
import { type Dashboard, RANGE_MS_MAX, RANGE_MS_MIN } from "../dashboard/ir.ts";
import { hasSubject } from "../dashboard/subject.ts";
import { isError, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import { loadDashboards } from "../engine/dashboard-set.ts";
import type { EventField } from "../event/event.ts";
import { parseDate } from "../event/time.ts";
import { DAY_MS } from "../rule/detection.ts";
import { formatDuration, parseDuration } from "../yaml/reader.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, tell, write } from "./context.ts";
import { loadEvents } from "./detect.ts";
import { eventsOption, rejectsOption, strictOption } from "./event-options.ts";
import { wherePredicate } from "./event-selection.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { type PageRequest, type WrittenPages, writePages } from "./preview/write-pages.ts";
import { recordsOption } from "./record-format.ts";
import { counted } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "preview",
  summary: "dashboards over a log as HTML pages",
  description:
    "Runs the dashboards over a log with the embedded engine and writes one HTML file for each: charts, a table and CSV behind every chart, filters, and for every row the command that prints its events; no network. Each chart is written as an SVG file too. The pages hold totals, never events, and rows about fewer than five users hide their numbers. A dashboard about one session or one user lists events, and is written only when --session or --user says which. Events are counted as they are: cost and business unit count as stamped at ingest. The time shown ends with the day of the last event.",
  positionals: [],
  options: [
    eventsOption,
    recordsOption,
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
      name: "session",
      value: "ID",
      description: "The session that dashboards about an incident show.",
    },
    {
      name: "user",
      value: "PSEUDONYM",
      description:
        "The user that they show: user_id_hash as events carry it, or its first 8 digits or more.",
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
    rejectsOption,
    strictOption,
  ],
  examples: [
    "claude-siem preview --events log.ndjson --out preview",
    'claude-siem preview --events log.ndjson --where "department = sales" --range 7d',
    "claude-siem journal cat journal | claude-siem preview --events -",
    "claude-siem preview --events log.ndjson --dashboard incident --session 0b0a2c1e",
  ],
};

const SUBJECT_OPTIONS: readonly (readonly [option: string, field: EventField])[] = [
  ["session", "session_id"],
  ["user", "user_id_hash"],
];

function rangeMsOf(args: Arguments): number | undefined {
  const text = args.text("range");
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= RANGE_MS_MIN && ms <= RANGE_MS_MAX) return ms;
  const known = [
    `a duration from ${formatDuration(RANGE_MS_MIN)} to ${formatDuration(RANGE_MS_MAX)}`,
  ];
  const about = { option: "--range", value: text, known };
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

/** The subject that the options name. */
function subjectOf(args: Arguments): ReadonlyMap<EventField, string> {
  const values = new Map<EventField, string>();
  for (const [option, field] of SUBJECT_OPTIONS) {
    const value = args.text(option);
    if (value !== undefined) values.set(field, value);
  }
  return values;
}

/** Refuses to leave out what was asked for by name. */
function requireSubject(args: Arguments, asked: PageRequest): void {
  const missing = asked.dashboards.filter(
    (one) => !hasSubject(one, asked.subject) && args.texts("dashboard").includes(one.name),
  );
  if (missing.length === 0) return;
  const problems = missing.map(({ name }) =>
    report(dashboardMessage.subjectNeeded, args.spanOf(name), { dashboard: name }),
  );
  throw new CommandFailure(problems, 2);
}

function describeWritten({ paths, pictures, leftOut }: WrittenPages): string {
  const list = paths.map((path) => `  ${path}\n`).join("");
  const missing = leftOut.map(
    (name) => `${name} is left out: say whom it is about, with --session ID or --user PSEUDONYM.\n`,
  );
  const drawn = `${counted(pictures, "chart")} as SVG beside them, in svg/.\n`;
  return `${counted(paths.length, "page")} written:\n${list}${drawn}${missing.join("")}`;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const events = args.text("events") ?? "-";
  const [where, rangeMs, lastMs] = [wherePredicate(args), rangeMsOf(args), lastMsOf(args)];
  const asked: PageRequest = {
    dashboards: select(args, context),
    ...(where !== undefined && { where }),
    ...(rangeMs !== undefined && { rangeMs }),
    ...(lastMs !== undefined && { lastMs }),
    subject: subjectOf(args),
    folder: args.text("out") ?? "preview",
    source: events === "-" ? "standard input" : basename(events),
    command:
      events === "-"
        ? "claude-siem journal cat JOURNAL"
        : `claude-siem filter --events ${quoteWord(events)}`,
  };
  requireSubject(args, asked);
  const fields = [
    ...asked.dashboards.filter((one) => hasSubject(one, asked.subject)).flatMap(fieldsRead),
    ...(where === undefined ? [] : predicateFields(where)),
  ];
  const { store, reader } = await loadEvents(events, args, context, fields);
  const written = await writePages(store, asked, context).finally(() => store.close());
  await reader.summarise();
  if (written === undefined) {
    const source = asked.where === undefined ? events : `${events} that matches`;
    await tell(context, [report(dashboardMessage.nothingToShow, args.spanOf(events), { source })]);
    return EXIT.findings;
  }
  if (typeof written === "string") {
    const option = SUBJECT_OPTIONS.map(([name]) => args.text(name)).find(
      (one) => one !== undefined,
    );
    const place = args.spanOf(option ?? events);
    await tell(context, [report(dashboardMessage.subjectNotFound, place, { reason: written })]);
    return EXIT.findings;
  }
  if (!context.quiet) await write(context.stdout, describeWritten(written));
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const preview: Command = { spec, run };
