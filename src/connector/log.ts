/** The connector's own log: structured lines for collectors, readable ones for a terminal. */
import { pino } from "pino";
import type { Log } from "./alarm.ts";
import type { LogSettings } from "./config-table.ts";

export interface LogTarget {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
}

interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly about?: string;
  readonly instruction?: string;
  readonly held?: number;
}

const COLOURS: Readonly<Record<string, string>> = {
  debug: "\u001b[2m",
  info: "\u001b[36m",
  warn: "\u001b[33m",
  error: "\u001b[31m",
};
const PLAIN = "\u001b[0m";

/** A line for people: time, level, what it is about, what happened, what to do. */
export function renderLogLine(line: string, colour: boolean): string {
  const { level, time, msg, about, instruction, held, ...rest } = JSON.parse(line) as LogLine;
  const word = colour ? `${COLOURS[level] ?? ""}${level.padEnd(5)}${PLAIN}` : level.padEnd(5);
  const subject = about === undefined ? "" : `${about}: `;
  const more = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const repeated = held === undefined ? "" : ` (${held} more like this were not shown)`;
  const advice = instruction === undefined ? "" : `\n      → ${instruction}`;
  return `${time.slice(11, 23)} ${word} ${subject}${msg}${more.join("")}${repeated}${advice}\n`;
}

/** Control characters could rewrite a terminal; JSON escapes most, and these two kinds it does not. */
function printable(text: string): string {
  return text.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** A log on a stream. Messages name secrets by their place only, so nothing has to be masked here. */
export function createLog({ level, format }: LogSettings, target: LogTarget): Log {
  const pretty = format === "pretty" || (format === "auto" && target.isTTY === true);
  const destination = {
    write: (line: string): void => {
      target.write(pretty ? printable(renderLogLine(line, target.isTTY === true)) : line);
    },
  };
  return pino(
    {
      level,
      base: pretty ? null : { service: "claude-siem" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
