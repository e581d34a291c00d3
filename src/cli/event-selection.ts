/** Events by an expression and a time, as options of several commands name them. */
import { report, type Span } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { canonicalTimeMs } from "../event/time.ts";
import type { Predicate } from "../rule/ir.ts";
import { compilePredicate, type EventTest } from "../rule/match.ts";
import { parseExpression } from "../rule/parse-expression.ts";
import type { Arguments, OptionSpec } from "./arguments.ts";
import { CommandFailure } from "./failure.ts";
import { requireOrder, timeOption } from "./time-option.ts";

const HOUR_MS = 3_600_000;

export const whereOption: OptionSpec = {
  name: "where",
  value: "EXPRESSION",
  description:
    'Only events that match, e.g. "department = sales and severity in (high, critical)".',
};

export const hourOption: OptionSpec = {
  name: "hour",
  value: "HOUR",
  description: "Only events of this hour of their day in UTC, 0 to 23.",
};

/** The place of a part of an option's value on the command line. */
function within(span: Span, offset: number, length: number): Span {
  return { ...span, column: span.column + offset, length: Math.max(1, length) };
}

/** What `--where` says. A bad expression ends the command, exit code 2. */
export function wherePredicate(args: Arguments): Predicate | undefined {
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

function hourOf(args: Arguments): number | undefined {
  const text = args.text("hour");
  if (text === undefined) return undefined;
  const hour = /^[0-9]{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (hour <= 23) return hour;
  const wrong = { option: "--hour", value: text, known: ["an hour from 0 to 23"] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(text), wrong)], 2);
}

/** Whether an event is among those that `--where`, `--since`, `--until` and `--hour` name. */
export function eventSelection(args: Arguments, now: number): EventTest {
  const where = wherePredicate(args);
  const holds = where === undefined ? () => true : compilePredicate(where);
  const from = timeOption(args, "since", now) ?? Number.NEGATIVE_INFINITY;
  const to = timeOption(args, "until", now) ?? Number.POSITIVE_INFINITY;
  requireOrder(args, from, to);
  const hour = hourOf(args);
  return (event) => {
    const time = canonicalTimeMs(event.timestamp);
    const isThen = time >= from && time < to;
    const isHour = hour === undefined || Math.floor(time / HOUR_MS) % 24 === hour;
    return isThen && isHour && holds(event);
  };
}
