/**
 * A small interpreter of Splunk's search language, written from Splunk's manuals (Search Reference,
 * Search Manual, Admin Manual) and knowing nothing of the compiler. It reads the text of a search as the
 * app holds it, and refuses every command, function, option and operator that it does not know.
 */
import { parseCommand } from "./command.ts";
import { expandMacros, type Stanza } from "./conf.ts";
import { commandsOf } from "./lexer.ts";
import { type Context, type LookupTable, type Reading, usualReading } from "./reading.ts";
import { splitTimeSearch } from "./time-search.ts";
import { numberOf, type Row } from "./value.ts";

export interface SearchOptions {
  /** Macros by name, with the number of their arguments as macros.conf has it. */
  readonly macros: ReadonlyMap<string, Stanza>;
  /** When the search begins, seconds since the epoch. */
  readonly now: number;
  /** Events from this time on, seconds. */
  readonly earliest?: number;
  /** Events before this time, seconds. */
  readonly latest?: number;
  readonly reading?: Reading;
  /** Tables by the stanzas of transforms.conf. */
  readonly lookups?: ReadonlyMap<string, LookupTable>;
}

/** A search that was read once and can run often. */
export function prepareSearch(
  text: string,
  macros: ReadonlyMap<string, Stanza>,
): (events: readonly Row[], options: Omit<SearchOptions, "macros">) => readonly Row[] {
  const { outer, times } = splitTimeSearch(expandMacros(text, macros));
  const runs = commandsOf(outer).map(parseCommand);
  return (events, { reading = usualReading, ...options }) => {
    const chosen: Context = { ...options, reading };
    // "That time overrides the time specified in the Time Range Picker."
    const { earliest, latest } = times?.(chosen) ?? chosen;
    const within = events
      .map((row) => ({ row, time: numberOf(row.get("_time") ?? null) ?? Number.NaN }))
      .filter(({ time }) => time >= (earliest ?? time))
      .filter(({ time }) => time < (latest ?? Number.POSITIVE_INFINITY));
    // "The most recent events are searched first."
    const newestFirst = within.sort((a, b) => b.time - a.time).map(({ row }) => row);
    return runs.reduce((rows, run) => run(rows, chosen), newestFirst as readonly Row[]);
  };
}

/** Runs a search over events as Splunk has indexed them. */
export function runSearch(
  text: string,
  events: readonly Row[],
  { macros, ...options }: SearchOptions,
): readonly Row[] {
  return prepareSearch(text, macros)(events, options);
}
