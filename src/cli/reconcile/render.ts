/** What `reconcile` found, for people and for machines. */
import {
  differs,
  type MinuteReport,
  type MissingEvent,
} from "../../connector/reconcile/compare.ts";
import type { Reconciliation, Totals } from "../../connector/reconcile/reconcile.ts";
import type { Repair } from "../../connector/reconcile/repair.ts";
import type { ResendResult } from "../../connector/resend/resend.ts";
import { formatTime } from "../../event/time.ts";
import { paint } from "../terminal/style.ts";
import { count, counted, renderTable } from "../terminal/table.ts";

/** What is shown of long lists on a terminal. */
const MINUTES_SHOWN = 30;
export const IDS_SHOWN = 20;

export interface Found {
  readonly sink: string;
  readonly kind: string;
  readonly target: string;
  readonly before: Reconciliation;
  /** What was missing before the repair: all of it for JSON, the first for people. */
  readonly missing: readonly MissingEvent[];
  /** File that all of it was written to. */
  readonly missingFile?: string | undefined;
  readonly repair?: Repair;
}

export function holds({ totals, shared }: Reconciliation): boolean {
  return !differs(totals, shared);
}

const minuteText = (minute: number): string => `${formatTime(minute).slice(0, 16)}Z`;

function minuteTable(minutes: readonly MinuteReport[], colour: boolean): string {
  const right = { align: "right" as const };
  const alarm = (cell: string) => (cell === "0" ? ("dim" as const) : ("red" as const));
  const columns = [
    { title: "minute" },
    { title: "expected", ...right },
    { title: "held", ...right },
    { title: "distinct", ...right },
    { title: "missing", ...right, tint: alarm },
    { title: "duplicates", ...right, tint: alarm },
    { title: "foreign", ...right, tint: alarm },
    { title: "waiting", ...right },
  ];
  const rows = minutes
    .slice(0, MINUTES_SHOWN)
    .map((one) => [
      minuteText(one.minute),
      ...[one.due, one.records, one.distinct, one.missing].map(count),
      ...[one.duplicates, one.foreign, one.waiting].map(count),
    ]);
  const more = minutes.length - rows.length;
  return (
    renderTable(columns, rows, colour) +
    (more > 0 ? `  … and ${counted(more, "minute")} more\n` : "")
  );
}

/** Sentences about what was seen, one a line. */
function notes({ totals, completeFrom, shared }: Reconciliation): readonly string[] {
  const lines: string[] = [];
  const { missing, duplicates, foreign, waiting, dead, filtered, tests } = totals;
  if (missing > 0)
    lines.push(`${counted(missing, "event")} missing: delivered once, and not there now.`);
  if (duplicates > 0)
    lines.push(
      `${counted(duplicates, "duplicate")}: delivery is at least once, and the rules of this package count an event_id once.`,
    );
  if (foreign > 0)
    lines.push(
      `${counted(foreign, "event_id")} that the journal does not have: ${shared ? "of other connectors" : "not from this connector, or altered"}.`,
    );
  if (waiting > 0) lines.push(`${counted(waiting, "event")} still waiting for delivery.`);
  if (dead > 0)
    lines.push(
      `${counted(dead, "event")} among the dead letters; \`claude-siem journal replay\` sends them again.`,
    );
  if (filtered > 0) lines.push(`${counted(filtered, "event")} passed by, as \`where\` says.`);
  if (tests > 0) lines.push(`${counted(tests, "test event")} of \`claude-siem doctor\`.`);
  if (completeFrom !== undefined)
    lines.push(
      `Compared from ${minuteText(completeFrom)} on: retention has removed the journal before.`,
    );
  return lines;
}

function verdict(found: Reconciliation, colour: boolean): string {
  const { due, distinct } = found.totals;
  return holds(found)
    ? `${paint(colour, "green", "Everything is there.")} ${counted(due, "event")} expected, ${count(distinct)} held.\n`
    : `${paint(colour, "red", "It differs.")} ${counted(due, "event")} expected, ${count(distinct)} held.\n`;
}

function comparisonText(found: Reconciliation, colour: boolean): string {
  const table = found.minutes.length === 0 ? "" : `${minuteTable(found.minutes, colour)}\n`;
  const lines = notes(found).map((line) => `  ${line}\n`);
  return `${table}${verdict(found, colour)}${lines.join("")}`;
}

function missingText({ missing, before, missingFile }: Found): string {
  const total = before.totals.missing;
  if (total === 0) return "";
  const shown = missing.slice(0, IDS_SHOWN);
  const lines = shown.map(({ event_id, seq }) => `  ${event_id}  record ${seq}\n`);
  const rest = total - shown.length;
  const where =
    missingFile === undefined
      ? "--out FILE writes all of them, --repair sends them again"
      : `all of them are in ${missingFile}`;
  const more = rest > 0 ? `  … and ${count(rest)} more; ${where}\n` : "";
  return `Missing:\n${lines.join("")}${more}`;
}

function repairText({ sent, after }: Repair, colour: boolean): string {
  const { delivered, duplicates, refused, setAside } = sent;
  const there = duplicates > 0 ? `, ${count(duplicates)} of them were there already` : "";
  const aside = setAside > 0 ? `, ${count(setAside)} went into a quarantine of the product` : "";
  const summary = `Sent again: ${count(delivered)} delivered${there}${aside}, ${count(refused)} refused.\n`;
  const reasons = sent.refusals
    .slice(0, IDS_SHOWN)
    .map(({ event_id, reason }) => `  ${event_id}  ${reason}\n`);
  const late =
    sent.complete && after.totals.missing > 0
      ? "  What was delivered just now may not be searchable yet; ask again in a few minutes.\n"
      : "";
  return `\n${summary}${reasons.join("")}\nAfterwards:\n${comparisonText(after, colour)}${late}`;
}

export function renderText(found: Found, colour: boolean): string {
  const { sink, kind, target, before, repair } = found;
  const range = `${formatTime(before.from)} to ${formatTime(before.to)}`;
  const head = `${paint(colour, "bold", sink)} (${kind}, ${target})\n${range}, by the time of the events\n\n`;
  const after = repair === undefined ? "" : repairText(repair, colour);
  return `${head}${comparisonText(before, colour)}${missingText(found)}${after}`;
}

function totalsOf(totals: Totals): object {
  const { due: expected, ...rest } = totals;
  return { expected, ...rest };
}

function sentOf({ given, complete, refusals, problems: _, ...rest }: ResendResult): object {
  return { sent: given, complete, ...rest, refusals };
}

export function renderJson(found: Found): string {
  const { sink, kind, target, before, missing, missingFile, repair } = found;
  return `${JSON.stringify({
    sink,
    kind,
    target,
    from: formatTime(before.from),
    to: formatTime(before.to),
    ...(before.completeFrom !== undefined && { complete_from: formatTime(before.completeFrom) }),
    matches: holds(repair?.after ?? before),
    totals: totalsOf(before.totals),
    minutes: before.minutes.map(({ minute, due: expected, ...rest }) => ({
      minute: formatTime(minute),
      expected,
      ...rest,
    })),
    ...(missingFile === undefined
      ? { missing: missing.map(({ event_id, seq }) => ({ event_id, seq })) }
      : { missing_file: missingFile }),
    ...(repair !== undefined && {
      repair: sentOf(repair.sent),
      after: totalsOf(repair.after.totals),
    }),
  })}\n`;
}
