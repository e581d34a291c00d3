/** Command lines → typed arguments. Unknown options are errors with a suggestion and a place. */
import {
  type Diagnostic,
  fail,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";

/** One option of a command. `value` is the placeholder of its value; absent for a flag. */
export interface OptionSpec {
  readonly name: string;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly description: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What the command does, in a few sentences. */
  readonly description: string;
  /** Names of the positional arguments, e.g. `["[FILE]"]`; a trailing `…` takes any number. */
  readonly positionals: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
}

/** Options every command has. */
export const commonOptions: readonly OptionSpec[] = [
  { name: "help", description: "Show this help and exit." },
  {
    name: "no-color",
    description: "No colour. Also off when output is no terminal, or NO_COLOR is set.",
  },
  { name: "no-progress", description: "No progress bar." },
  { name: "quiet", description: "Only results and errors; no warnings, no summary." },
  { name: "debug", description: "Show the stack trace of an unexpected failure." },
];

export interface Arguments {
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly positionals: readonly string[];
  /** The place of an option on the command line, for later diagnostics. */
  readonly spanOf: (nameOrValue: string) => Span;
}

/** The command line as one string, and the column where each word starts. */
export function lineOf(argv: readonly string[]): { text: string; columns: readonly number[] } {
  const columns: number[] = [];
  let text = "claude-siem";
  for (const word of argv) {
    text += " ";
    columns.push(text.length + 1);
    text += word;
  }
  return { text, columns };
}

export const COMMAND_LINE = "command line";

export function spanOfWord(argv: readonly string[], index: number): Span {
  const { columns } = lineOf(argv);
  const length = Math.max(1, argv[index]?.length ?? 1);
  return { file: COMMAND_LINE, line: 1, column: columns[index] ?? 1, length };
}

interface Scan {
  readonly values: Map<string, string[]>;
  readonly flags: Set<string>;
  readonly positionals: { word: string; index: number }[];
  readonly wordOf: Map<string, number>;
  readonly diagnostics: Diagnostic[];
}

/** Reads the option at `index`; returns the index of the next unread word. */
function scanOption(argv: readonly string[], index: number, spec: CommandSpec, scan: Scan): number {
  const word = argv[index] ?? "";
  const equals = word.indexOf("=");
  const given = equals === -1 ? word : word.slice(0, equals);
  const options = [...spec.options, ...commonOptions];
  const option = options.find(
    ({ name }) => given === `--${name}` || (given === "-h" && name === "help"),
  );
  if (option === undefined) {
    const known = options.map(({ name }) => `--${name}`);
    const args = { option: given, known };
    scan.diagnostics.push(report(commandMessage.unknownOption, spanOfWord(argv, index), args));
    return index + 1;
  }
  scan.wordOf.set(option.name, index);
  if (option.value === undefined) {
    scan.flags.add(option.name);
    return index + 1;
  }
  const next = argv[index + 1];
  const value = equals !== -1 ? word.slice(equals + 1) : next;
  const missing = value === undefined || (equals === -1 && value !== "-" && value.startsWith("-"));
  if (missing) {
    const args = { option: given, placeholder: option.value };
    scan.diagnostics.push(report(commandMessage.missingValue, spanOfWord(argv, index), args));
    return index + 1;
  }
  if (option.choices && !option.choices.includes(value)) {
    const at = equals === -1 ? index + 1 : index;
    const args = { option: given, value, known: option.choices };
    scan.diagnostics.push(report(commandMessage.badValue, spanOfWord(argv, at), args));
  }
  const earlier = option.multiple ? (scan.values.get(option.name) ?? []) : [];
  scan.values.set(option.name, [...earlier, value]);
  return index + (equals === -1 ? 2 : 1);
}

function checkPositionals(argv: readonly string[], spec: CommandSpec, scan: Scan): void {
  const last = spec.positionals.at(-1);
  const limit =
    last?.endsWith("…") || last?.endsWith("…]")
      ? Number.POSITIVE_INFINITY
      : spec.positionals.length;
  for (const { word, index } of scan.positionals.slice(limit)) {
    scan.diagnostics.push(
      report(commandMessage.extraArgument, spanOfWord(argv, index), { argument: word }),
    );
  }
  const required = spec.positionals.filter((name) => !name.startsWith("["));
  for (const name of required.slice(scan.positionals.length)) {
    const args = { option: name, placeholder: "" };
    scan.diagnostics.push(
      report(commandMessage.missingOption, spanOfWord(argv, argv.length - 1), args),
    );
  }
}

/**
 * Parses the words after the command's name.
 *
 * @param argv All words, the command's name included, so that places are right.
 * @param start Index of the first word to read.
 */
export function parseArguments(
  argv: readonly string[],
  start: number,
  spec: CommandSpec,
): Result<Arguments> {
  const scan: Scan = {
    values: new Map(),
    flags: new Set(),
    positionals: [],
    wordOf: new Map(),
    diagnostics: [],
  };
  let onlyPositionals = false;
  for (let index = start; index < argv.length; ) {
    const word = argv[index] ?? "";
    if (!onlyPositionals && word === "--") onlyPositionals = true;
    else if (!onlyPositionals && word.startsWith("-") && word !== "-") {
      index = scanOption(argv, index, spec, scan);
      continue;
    } else scan.positionals.push({ word, index });
    index += 1;
  }
  if (!scan.flags.has("help")) {
    checkPositionals(argv, spec, scan);
    for (const option of spec.options) {
      if (!option.required || scan.wordOf.has(option.name)) continue;
      const args = { option: `--${option.name}`, placeholder: option.value ?? "" };
      scan.diagnostics.push(
        report(commandMessage.missingOption, spanOfWord(argv, argv.length - 1), args),
      );
    }
  }
  if (scan.diagnostics.length > 0) return fail(scan.diagnostics);
  const value: Arguments = {
    flag: (name) => scan.flags.has(name),
    text: (name) => scan.values.get(name)?.at(-1),
    texts: (name) => scan.values.get(name) ?? [],
    positionals: scan.positionals.map(({ word }) => word),
    spanOf: (nameOrValue) => {
      const index = argv.indexOf(nameOrValue, start);
      return spanOfWord(argv, index === -1 ? (scan.wordOf.get(nameOrValue) ?? 0) : index);
    },
  };
  return resultOf(value, []);
}
