/** `claude-siem detect`: alerts over a log. */
import { tmpdir } from "node:os";
import { fileSpan, report } from "../diagnostic/diagnostic.ts";
import * as eventMessage from "../diagnostic/message/event.ts";
import { detect as runDetect } from "../engine/detect.ts";
import { Store, type StoredEvent } from "../engine/store.ts";
import type { EventField } from "../event/event.ts";
import type { Alert } from "../rule/ir.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { selectRules } from "./content.ts";
import { type Context, tell, write } from "./context.ts";
import { eventsOption, rejectsOption, strictOption } from "./event-options.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { EventReader } from "./read-events.ts";
import { recordReading, recordsOption } from "./record-format.ts";
import { contentOption, loadSiteRules } from "./site.ts";
import { severityTint } from "./terminal/style.ts";
import { counted, renderTable } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "detect",
  summary: "alerts over a log of events",
  description:
    "Runs the rules over a log with the embedded engine and prints alerts. Events are judged as they are: user_clearance and within_business_hours count as stamped, and an event that lacks them is judged without. Alerts are no failure: the exit code is 0 with or without them, 1 when lines were rejected.",
  positionals: [],
  options: [
    eventsOption,
    recordsOption,
    {
      name: "rule",
      value: "NAME",
      multiple: true,
      description: "Only this rule; may be repeated. All rules when absent.",
    },
    contentOption,
    { name: "no-suppress", description: "Show every match, not one per suppression period." },
    {
      name: "format",
      value: "FORMAT",
      choices: ["table", "ndjson", "json"],
      description: "Table on a terminal, ndjson otherwise.",
    },
    rejectsOption,
    strictOption,
  ],
  examples: [
    "claude-siem detect --events log.ndjson",
    "claude-siem detect --events log.ndjson --rule anomalous-mcp-volume --no-suppress --format ndjson",
    "claude-siem detect --events invocations.ndjson.gz --records bedrock",
    "zcat log.ndjson.gz | claude-siem detect --events -",
  ],
};

/** Alerts as a table for people. */
export function renderAlerts(alerts: readonly Alert[], colour: boolean): string {
  if (alerts.length === 0) return "No alerts.\n";
  const columns = [
    { title: "time" },
    { title: "severity", tint: severityTint },
    { title: "rule" },
    { title: "about", widthMax: 52 },
    { title: "value", align: "right" as const },
    { title: "limit", align: "right" as const },
    { title: "events", align: "right" as const },
  ];
  const number = (value: number): string =>
    value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  const rows = alerts.map((alert) => [
    alert.time,
    alert.severity,
    alert.rule,
    Object.entries(alert.entity)
      .map(([key, value]) => `${key}=${value.length > 36 ? `${value.slice(0, 12)}…` : value}`)
      .join(" "),
    alert.limit === 0 && alert.value === 1 ? "" : number(alert.value),
    alert.limit === 0 && alert.value === 1 ? "" : number(alert.limit),
    number(alert.event_ids.length),
  ]);
  return `${renderTable(columns, rows, colour)}\n${counted(alerts.length, "alert")}.\n`;
}

/** Opens the embedded store or ends the command with what to install. */
export async function openStore(fields?: readonly EventField[]): Promise<Store> {
  const opened = await Store.open({ temporaryFolder: tmpdir(), ...(fields && { fields }) });
  if (!opened.ok) throw new CommandFailure(opened.diagnostics, 3);
  return opened.value;
}

async function* stored(reader: EventReader): AsyncGenerator<readonly StoredEvent[]> {
  for await (const batch of reader.batches())
    yield batch.map(({ event, text }) => ({
      event,
      json: text?.startsWith("{") === true ? text : JSON.stringify(event),
    }));
}

/**
 * A sealed store with the events of a file, and the reader that knows what was rejected.
 *
 * @param fields Those that queries will read; all when absent.
 */
export async function loadEvents(
  path: string,
  args: Arguments,
  context: Context,
  fields?: readonly EventField[],
): Promise<{ readonly store: Store; readonly reader: EventReader }> {
  const options = {
    path,
    span: args.spanOf(path),
    rejectsPath: args.text("rejects"),
    strict: args.flag("strict"),
    label: "Reading",
    records: recordReading(args),
  };
  const reader = new EventReader(options, context);
  const store = await openStore(fields);
  try {
    await store.loadBatches(stored(reader));
    const { conflicts } = await store.seal();
    if (conflicts > 0) {
      const found = report(eventMessage.conflictingDuplicate, fileSpan(path), { count: conflicts });
      await tell(context, [found]);
    }
    return { store, reader };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const site = await loadSiteRules(args, context);
  const selected = selectRules(site.rules, args.texts("rule"), args.spanOf).map(({ rule }) => rule);
  const { store, reader } = await loadEvents(args.text("events") ?? "-", args, context);
  const suppress = !args.flag("no-suppress");
  const alerts = await runDetect(store, selected, { suppress }).finally(() => store.close());
  await reader.summarise();
  const format = args.text("format") ?? (context.stdout.isTTY === true ? "table" : "ndjson");
  if (format === "table") await write(context.stdout, renderAlerts(alerts, context.colour.stdout));
  if (format === "json") await write(context.stdout, `${JSON.stringify(alerts, null, 2)}\n`);
  if (format === "ndjson")
    for (const alert of alerts) await write(context.stdout, `${JSON.stringify(alert)}\n`);
  return reader.tally.rejected > 0 ? EXIT.findings : EXIT.ok;
}

export const detect: Command = { spec, run };
