/** `claude-siem reconcile`: does a product hold what was delivered to it? */
import { type FileHandle, open } from "node:fs/promises";
import type { ConfiguredSink } from "../connector/config-table.ts";
import { placesOf } from "../connector/parts.ts";
import { askedInventory, CannotAskError, READER_SETTINGS } from "../connector/reconcile/asked.ts";
import type { MissingEvent } from "../connector/reconcile/compare.ts";
import { readExpectation } from "../connector/reconcile/expectation.ts";
import { type Reconciliation, reconcile } from "../connector/reconcile/reconcile.ts";
import { type Repair, repair } from "../connector/reconcile/repair.ts";
import { MINUTE_MS } from "../connector/reconcile/time-index.ts";
import type { Inventory, Sink } from "../delivery/sink.ts";
import { isError, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { formatTime } from "../event/time.ts";
import { compilePredicate, type EventTest } from "../rule/match.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { configOption } from "./configuration.ts";
import { type Context, tell, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, reading, writing } from "./failure.ts";
import { type Found, holds, IDS_SHOWN, renderJson, renderText } from "./reconcile/render.ts";
import {
  busyFailure,
  commandClock,
  connectorConfiguration,
  namedSink,
  openNamedSink,
  sinkFailure,
  sinkOption,
} from "./sink-command.ts";
import { startProgress } from "./terminal/progress.ts";
import { durationOption, requireOrder, timeOption } from "./time-option.ts";

/** Products take a while until what they took can be found. */
const UNTIL_BACK_MS = 15 * 60_000;
const WAIT_MS = 60_000;
const PATIENCE_MS = 120_000;

const spec: CommandSpec = {
  name: "reconcile",
  summary: "compare what a SIEM holds with the journal; repair gaps",
  description:
    "Asks the product of a sink how many events of each minute it holds, by the time of the events, and compares with what the journal says was delivered. Where the numbers differ it compares event_ids, and lists gaps, duplicates and events that the journal does not have. Events that wait for delivery, dead letters and those that the sink's `where` leaves out are no gaps. --repair sends the missing again and asks once more. The connector may run meanwhile. The exit code is 1 when something differs, 3 when the product cannot be asked.",
  positionals: [],
  options: [
    sinkOption,
    {
      name: "since",
      value: "TIME",
      required: true,
      description: "Start of the range: RFC 3339, or a duration back from now such as 24h.",
    },
    {
      name: "until",
      value: "TIME",
      description: "End of the range. Default: 15m, because products show late what they took.",
    },
    configOption,
    { name: "repair", description: "Send what is missing again, then compare once more." },
    {
      name: "exact",
      description: "Compare every event_id, also where the numbers of a minute agree.",
    },
    {
      name: "shared",
      description:
        "Other connectors deliver there too: events that this journal does not have are theirs, and no difference.",
    },
    { name: "out", value: "FILE", description: "Write all missing events there, one JSON a line." },
    {
      name: "wait",
      value: "DURATION",
      description: "How long the product may take to show what a repair sent. Default: 1m.",
    },
    {
      name: "patience",
      value: "DURATION",
      description: "Give a repair up when nothing was delivered for so long. Default: 2m.",
    },
    { name: "format", value: "FORMAT", choices: ["text", "json"], description: "Default: text." },
  ],
  examples: [
    "claude-siem reconcile --sink elastic --since 24h",
    "claude-siem reconcile --sink splunk --since 2026-03-01T00:00:00Z --until 2026-03-02T00:00:00Z --repair",
    "claude-siem reconcile --sink elastic --since 7d --format json --out missing.ndjson",
  ],
};

function inventoryOf(sink: Sink, args: Arguments): Inventory {
  if (sink.inventory !== undefined) return sink.inventory;
  const wrong = { sink: sink.name, kind: sink.kind, setting: READER_SETTINGS[sink.kind] };
  throw new CommandFailure([report(commandMessage.cannotReadBack, args.spanOf("sink"), wrong)], 3);
}

/** Where missing events go: the first of them, or all, are kept, and all go to `--out`. */
class MissingList {
  readonly kept: MissingEvent[] = [];
  readonly #keepMax: number;
  readonly #file: FileHandle | undefined;

  constructor(keepMax: number, file: FileHandle | undefined) {
    this.#keepMax = keepMax;
    this.#file = file;
  }

  async add(missing: MissingEvent): Promise<void> {
    if (this.kept.length < this.#keepMax) this.kept.push(missing);
    const { event_id, seq, minute } = missing;
    const line = `${JSON.stringify({ event_id, seq, minute: formatTime(minute) })}\n`;
    await this.#file?.write(line);
  }
}

interface Job {
  readonly sink: Sink;
  readonly configured: ConfiguredSink;
  readonly inventory: Inventory;
  /** Folder of the journal. */
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  readonly matches: EventTest | undefined;
}

/** What to throw when a question failed: what the product says, or a defect as it is. */
function cannotAskFailure(cause: unknown, sink: string, args: Arguments): unknown {
  if (!(cause instanceof CannotAskError)) return cause;
  const advice = "Mend what the reason names; `claude-siem doctor` tries every sink.";
  return sinkFailure(args.spanOf("sink"), sink, cause.message, advice);
}

async function compare(
  job: Job,
  args: Arguments,
  context: Context,
  onMissing?: (missing: MissingEvent) => Promise<void>,
): Promise<Reconciliation> {
  const { sink, inventory, folder, from, to, matches } = job;
  const expectation = await readExpectation({ folder, name: sink.name, matches });
  const bar = (label: string, total: number) =>
    startProgress({
      ...{ stream: context.stderr, enabled: context.progress, now: context.now },
      ...{ label, unit: "events", total },
    });
  const journalBar = bar("reading the journal", expectation.cursor);
  const productBar = bar(`asking ${sink.name}`, to - from);
  try {
    return await reconcile({
      ...{ inventory, folder, expectation, from, to },
      exact: args.flag("exact"),
      shared: args.flag("shared"),
      signal: new AbortController().signal,
      ...(onMissing !== undefined && { onMissing }),
      onProgress: (step, done, events) => {
        if (step === "journal") journalBar.update(done, events);
        else productBar.update(done - from, events);
      },
    });
  } catch (cause) {
    throw cannotAskFailure(cause, sink.name, args);
  } finally {
    journalBar.finish();
    productBar.finish();
  }
}

async function repairGaps(
  job: Job,
  before: Reconciliation,
  args: Arguments,
  context: Context,
): Promise<Repair> {
  const { sink, configured, folder, matches } = job;
  const { totals } = before;
  const progress = startProgress({
    ...{ stream: context.stderr, enabled: context.progress, now: context.now },
    ...{ label: `sending to ${sink.name}`, unit: "events", total: totals.missing },
  });
  const repaired = await repair({
    ...{ sink, folder, matches, before, delivery: configured.delivery },
    clock: commandClock(context),
    patienceMs: durationOption(args, "patience", PATIENCE_MS),
    waitMs: durationOption(args, "wait", WAIT_MS),
    signal: new AbortController().signal,
    again: () => compare(job, args, context),
    onProgress: (settled) => progress.update(settled, settled),
  }).finally(() => progress.finish());
  if (repaired.ok) return repaired.value;
  throw busyFailure(sink.name, repaired.diagnostics, args);
}

async function openOut(args: Arguments): Promise<FileHandle | undefined> {
  const path = args.text("out");
  return path === undefined ? undefined : writing(path, () => open(path, "w", 0o600));
}

async function work(job: Job, args: Arguments, context: Context): Promise<ExitCode> {
  const { sink } = job;
  const out = await openOut(args);
  const asJson = args.text("format") === "json";
  const keep = asJson && out === undefined ? Number.POSITIVE_INFINITY : IDS_SHOWN;
  const missing = new MissingList(keep, out);
  let before: Reconciliation;
  try {
    before = await compare(job, args, context, (one) => missing.add(one));
  } finally {
    await out?.close();
  }
  await tell(context, before.problems);
  const wanted = args.flag("repair") && before.totals.missing > 0;
  const repaired = wanted ? await repairGaps(job, before, args, context) : undefined;
  const found: Found = {
    ...{ sink: sink.name, kind: sink.kind, target: sink.target },
    ...{ before, missing: missing.kept, missingFile: args.text("out") },
    ...(repaired !== undefined && { repair: repaired }),
  };
  const text = asJson ? renderJson(found) : renderText(found, context.colour.stdout);
  await write(context.stdout, text);
  if (repaired?.sent.stopped !== undefined) {
    const { reason, instruction } = repaired.sent.stopped;
    throw sinkFailure(args.spanOf("sink"), sink.name, reason, instruction);
  }
  const last = repaired?.after ?? before;
  return holds(last) && !last.problems.some(isError) ? EXIT.ok : EXIT.findings;
}

/** Where the comparison can begin: what the sink has deleted as it should is not missing. */
async function startOf(
  asked: number,
  to: number,
  sink: string,
  inventory: Inventory,
  args: Arguments,
  context: Context,
): Promise<number> {
  const keptFrom = await askedKeptFrom(inventory, sink, args);
  if (keptFrom === undefined || keptFrom <= asked) return asked;
  // The minute in which deletion stopped is half there.
  const from = Math.min(to, Math.ceil(keptFrom / MINUTE_MS) * MINUTE_MS);
  const about = { sink, from: formatTime(from) };
  await tell(context, [report(commandMessage.deletedThere, args.spanOf("since"), about)]);
  return from;
}

async function askedKeptFrom(
  inventory: Inventory,
  sink: string,
  args: Arguments,
): Promise<number | undefined> {
  try {
    return await askedInventory(inventory).keptFrom?.();
  } catch (cause) {
    throw cannotAskFailure(cause, sink, args);
  }
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const now = context.now();
  const from = timeOption(args, "since", now) ?? now;
  const to = timeOption(args, "until", now) ?? now - UNTIL_BACK_MS;
  requireOrder(args, from, to);
  const config = await connectorConfiguration(args, context);
  const configured = namedSink(config, args);
  const { where } = configured;
  const folder = placesOf(config).journal;
  const opened = await openNamedSink(config, configured, args, context);
  try {
    const inventory = inventoryOf(opened.sink, args);
    const job: Job = {
      ...{ configured, folder, to, inventory, sink: opened.sink },
      from: await startOf(from, to, opened.sink.name, inventory, args, context),
      matches: where === undefined ? undefined : compilePredicate(where.predicate),
    };
    return await reading(folder, args.spanOf("sink"), () => work(job, args, context));
  } finally {
    await opened.close();
  }
}

export const reconcileCommand: Command = { spec, run };
