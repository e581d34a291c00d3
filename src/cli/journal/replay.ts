/** `claude-siem journal replay`: dead letters, or a part of the journal, once more through a sink. */
import { placesOf } from "../../connector/parts.ts";
import {
  type ReplayOptions,
  recordsBetween,
  recordsIn,
  replayLetters,
  resendRecords,
} from "../../connector/resend/replay.ts";
import type { ResendResult } from "../../connector/resend/resend.ts";
import { type Result, report } from "../../diagnostic/diagnostic.ts";
import * as commandMessage from "../../diagnostic/message/command.ts";
import type { FeedItem } from "../../journal/feed.ts";
import { compilePredicate } from "../../rule/match.ts";
import type { Arguments } from "../arguments.ts";
import { type Context, tell, write } from "../context.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, reading } from "../failure.ts";
import {
  busyFailure,
  commandClock,
  connectorConfiguration,
  namedSink,
  openNamedSink,
  sinkFailure,
} from "../sink-command.ts";
import { startProgress } from "../terminal/progress.ts";
import { count, counted } from "../terminal/table.ts";
import { durationOption, requireOrder, timeOption } from "../time-option.ts";

const PATIENCE_MS = 120_000;
const REFUSALS_SHOWN = 20;

/** What is sent: dead letters, records by number, or records by the time of their events. */
type Choice =
  | { readonly kind: "letters" }
  | { readonly kind: "numbers"; readonly from: number; readonly to: number }
  | { readonly kind: "times"; readonly from: number; readonly to: number };

function badRange(args: Arguments, option: string, problem: string, instruction: string): never {
  const span = args.spanOf(option);
  throw new CommandFailure([report(commandMessage.badRange, span, { problem, instruction })], 2);
}

function seqOption(args: Arguments, name: string, absent: number): number {
  const text = args.text(name);
  if (text === undefined) return absent;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  const wrong = { option: `--${name}`, value: text, known: ["the number of a record"] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(text), wrong)], 2);
}

function choose(args: Arguments, now: number): Choice {
  const has = (name: string): boolean => args.text(name) !== undefined;
  const byNumber = has("from") || has("to");
  const byTime = has("since") || has("until");
  if (byNumber && byTime) {
    const advice = "Use --from and --to, or --since and --until.";
    badRange(args, "since", "Records are chosen by number or by time, not by both", advice);
  }
  if (byTime) {
    const from = timeOption(args, "since", now);
    if (from === undefined)
      badRange(args, "until", "--until alone chooses everything before it", "Add --since.");
    const to = timeOption(args, "until", now) ?? now;
    requireOrder(args, from, to);
    return { kind: "times", from, to };
  }
  if (!byNumber) return { kind: "letters" };
  const from = seqOption(args, "from", 0);
  const to = seqOption(args, "to", Number.MAX_SAFE_INTEGER - 1);
  if (from > to)
    badRange(
      args,
      "from",
      `Record ${to} is before record ${from}`,
      "Give --from the lower number.",
    );
  return { kind: "numbers", from, to };
}

function send(choice: Choice, options: ReplayOptions): Promise<Result<ResendResult>> {
  const { folder, signal } = options;
  if (choice.kind === "letters") return replayLetters(options);
  const items: AsyncIterable<FeedItem> =
    choice.kind === "numbers"
      ? recordsIn(folder, [[choice.from, choice.to]], signal)
      : recordsBetween(folder, choice.from, choice.to, signal);
  return resendRecords(options, items);
}

function renderText(choice: Choice, result: ResendResult): string {
  const { given, delivered, duplicates, setAside, filtered, refused, refusals, stopped } = result;
  const what = choice.kind === "letters" ? "dead letter" : "event";
  if (given === 0 && stopped === undefined)
    return choice.kind === "letters"
      ? "No dead letters wait.\n"
      : "The journal has no such events.\n";
  const parts = [
    `${count(delivered)} delivered${duplicates > 0 ? ` (${count(duplicates)} were there already)` : ""}`,
    ...(setAside > 0 ? [`${count(setAside)} of them into a quarantine of the product`] : []),
    ...(filtered > 0 ? [`${count(filtered)} passed by, as \`where\` says`] : []),
    `${count(refused)} refused`,
  ];
  const reasons = refusals
    .slice(0, REFUSALS_SHOWN)
    .map(({ event_id, reason }) => `  ${event_id}  ${reason}\n`);
  const more = refused - reasons.length;
  if (more > 0) reasons.push(`  … and ${count(more)} more\n`);
  const kept = refused > 0 ? "What was refused is kept as dead letters.\n" : "";
  const left = given - delivered - filtered - refused;
  const open =
    stopped === undefined
      ? ""
      : `It stopped early: ${counted(left, what)} read and not settled, and what follows is as it was.\n`;
  return `${counted(given, what)}: ${parts.join(", ")}.\n${reasons.join("")}${kept}${open}`;
}

function renderJson(choice: Choice, result: ResendResult): string {
  const { problems: _, ...rest } = result;
  return `${JSON.stringify({ source: choice.kind, ...rest })}\n`;
}

/** Exit code 0: all delivered; 1: some were refused or unreadable; 3: the sink takes nothing. */
export async function replay(args: Arguments, context: Context): Promise<ExitCode> {
  if (args.text("sink") === undefined) {
    const wrong = { option: "--sink", placeholder: "NAME" };
    throw new CommandFailure(
      [report(commandMessage.missingOption, args.spanOf("replay"), wrong)],
      2,
    );
  }
  const choice = choose(args, context.now());
  const patienceMs = durationOption(args, "patience", PATIENCE_MS);
  const config = await connectorConfiguration(args, context);
  const configured = namedSink(config, args);
  const { name, where, delivery } = configured;
  const folder = placesOf(config).journal;
  const opened = await openNamedSink(config, configured, args, context);
  const progress = startProgress({
    ...{ stream: context.stderr, enabled: context.progress, now: context.now },
    ...{ label: `sending to ${name}`, unit: "events" },
  });
  try {
    const options: ReplayOptions = {
      ...{ folder, delivery, patienceMs, sink: opened.sink, clock: commandClock(context) },
      matches: where === undefined ? undefined : compilePredicate(where.predicate),
      signal: new AbortController().signal,
      onProgress: (settled) => progress.update(settled, settled),
    };
    const sent = await reading(folder, args.spanOf("sink"), () => send(choice, options));
    progress.finish();
    if (!sent.ok) throw busyFailure(name, sent.diagnostics, args);
    const result = sent.value;
    await tell(context, result.problems);
    const asJson = args.text("format") === "json";
    await write(context.stdout, asJson ? renderJson(choice, result) : renderText(choice, result));
    if (result.stopped !== undefined) {
      const { reason, instruction } = result.stopped;
      throw sinkFailure(args.spanOf("sink"), name, reason, instruction);
    }
    return result.refused + result.problems.length > 0 ? EXIT.findings : EXIT.ok;
  } finally {
    progress.finish();
    await opened.close();
  }
}
