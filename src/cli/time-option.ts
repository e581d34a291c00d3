/** Times on the command line: RFC 3339, or a duration back from now. */
import { report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { formatTime, isRepresentable, parseTime } from "../event/time.ts";
import { parseDuration } from "../yaml/reader.ts";
import type { Arguments } from "./arguments.ts";
import { CommandFailure } from "./failure.ts";

/** The text as milliseconds since the epoch; `undefined` when it is no time. */
export function parseMoment(text: string, now: number): number | undefined {
  const back = parseDuration(text);
  const moment = back === undefined ? parseTime(text)?.epochMs : now - back;
  return moment !== undefined && isRepresentable(moment) ? moment : undefined;
}

/** The time that an option names; `undefined` when the option is absent. */
export function timeOption(args: Arguments, name: string, now: number): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const moment = parseMoment(text, now);
  if (moment !== undefined) return moment;
  const wrong = { option: `--${name}`, value: text };
  throw new CommandFailure([report(commandMessage.badTime, args.spanOf(text), wrong)], 2);
}

/** The duration that an option names, milliseconds. */
export function durationOption(args: Arguments, name: string, absent: number): number {
  const text = args.text(name);
  if (text === undefined) return absent;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  const wrong = { option: `--${name}`, value: text, known: ["30s", "2m", "1h"] };
  throw new CommandFailure([report(commandMessage.badValue, args.spanOf(text), wrong)], 2);
}

/** Throws when a range ends before it begins. */
export function requireOrder(args: Arguments, from: number, to: number): void {
  if (from < to) return;
  const problem = `The range ends at ${formatTime(to)}, before it begins at ${formatTime(from)}`;
  const instruction = "Give --since a time before --until.";
  const span = args.spanOf("since");
  throw new CommandFailure([report(commandMessage.badRange, span, { problem, instruction })], 2);
}
