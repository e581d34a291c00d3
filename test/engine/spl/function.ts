/** Functions of eval and where (Search Reference, Evaluation functions). */
import { createHash } from "node:crypto";
import { SplError } from "./error.ts";
import type { Context } from "./reading.ts";
import { shownFunctions } from "./shown-function.ts";
import { formatTime, modifiedTime, parseTime } from "./time.ts";
import { isList, numberOf, oneOrMany, type Result, type Row, textsOf } from "./value.ts";

/** An argument, evaluated when the function asks for it. */
export type Argument = () => Result;

export interface EvalFunction {
  readonly least: number;
  readonly most: number;
  readonly apply: (args: readonly Argument[], context: Context, at: number) => Result;
}

export function numberArgument(argument: Argument | undefined, at: number): number | null {
  const value = argument?.() ?? null;
  if (value === null) return null;
  const number = numberOf(value);
  if (number === undefined) throw new SplError(`a number was expected, not ${String(value)}`, at);
  return number;
}

export function textArgument(argument: Argument | undefined, at: number): string {
  const value = argument?.();
  if (typeof value !== "string") throw new SplError("a text was expected", at);
  return value;
}

/** "The first value for which the condition is TRUE"; without one, NULL. */
function caseOf(args: readonly Argument[], _context: Context, at: number): Result {
  if (args.length % 2 !== 0) throw new SplError("case takes pairs", at);
  for (let index = 0; index < args.length; index += 2) {
    if (args[index]?.() === true) return args[index + 1]?.() ?? null;
  }
  return null;
}

/** The value of one key of a JSON object, as text; objects and arrays as JSON. */
function jsonExtract([json, path]: readonly Argument[], _context: Context, at: number): Result {
  const text = json?.() ?? null;
  const key = textArgument(path, at);
  if (!/^\w+$/.test(key)) throw new SplError(`the JSON path "${key}"`, at);
  if (text === null) return null;
  const value = (JSON.parse(String(text)) as Readonly<Record<string, unknown>>)[key];
  if (value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const functions: Readonly<Record<string, EvalFunction>> = {
  ...shownFunctions,
  case: { least: 2, most: 200, apply: caseOf },
  coalesce: {
    least: 1,
    most: 50,
    // An empty text is a value and not null.
    apply: (args) => {
      for (const argument of args) {
        const value = argument();
        if (value !== null) return value;
      }
      return null;
    },
  },
  floor: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const number = numberArgument(argument, at);
      return number === null ? null : Math.floor(number);
    },
  },
  if: {
    least: 3,
    most: 3,
    // What is not TRUE, a condition that is NULL included, takes the other branch.
    apply: ([condition, then, otherwise]) =>
      (condition?.() === true ? then?.() : otherwise?.()) ?? null,
  },
  isnull: { least: 1, most: 1, apply: ([argument]) => (argument?.() ?? null) === null },
  json_extract: { least: 2, most: 2, apply: jsonExtract },
  mvdedup: {
    least: 1,
    most: 1,
    apply: ([argument]) => {
      const value = argument?.() ?? null;
      return isList(value) ? oneOrMany([...new Set(textsOf(value))]) : value;
    },
  },
  // "The time that the search was started", in whole seconds.
  now: { least: 0, most: 0, apply: (_args, { now }) => Math.floor(now) },
  null: { least: 0, most: 0, apply: () => null },
  relative_time: {
    least: 2,
    most: 2,
    apply: ([time, modifier], _context, at) => {
      const seconds = numberArgument(time, at);
      return seconds === null ? null : modifiedTime(textArgument(modifier, at), seconds, at);
    },
  },
  replace: {
    least: 3,
    most: 3,
    // A PCRE expression; letters, digits and an anchor mean the same in both languages.
    apply: ([text, pattern, replacement], _context, at) => {
      const expression = textArgument(pattern, at);
      const put = textArgument(replacement, at);
      if (!/^[\w-]+\$?$/.test(expression) || /[\\$]/.test(put))
        throw new SplError(`the pattern "${expression}" or its replacement`, at);
      const value = text?.() ?? null;
      if (isList(value)) throw new SplError("replace in several values", at);
      return value === null ? null : String(value).replaceAll(new RegExp(expression, "g"), put);
    },
  },
  round: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const number = numberArgument(argument, at);
      return number === null ? null : Math.round(number);
    },
  },
  sha256: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const value = argument?.() ?? null;
      if (isList(value)) throw new SplError("sha256 of several values", at);
      return value === null ? null : createHash("sha256").update(String(value)).digest("hex");
    },
  },
  strftime: {
    least: 2,
    most: 2,
    apply: ([time, format], { reading }, at) => {
      const seconds = numberArgument(time, at);
      if (seconds === null) return null;
      return formatTime(seconds, textArgument(format, at), reading.zoneMinutes, at);
    },
  },
  strptime: {
    least: 2,
    most: 2,
    apply: ([text, format], _context, at) => {
      const value = text?.() ?? null;
      return value === null ? null : parseTime(String(value), textArgument(format, at), at);
    },
  },
  urldecode: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const text = textArgument(argument, at);
      if (/\+|%(?![\dA-Fa-f]{2})/.test(text))
        throw new SplError("a plus or a lone percent sign in urldecode", at);
      return decodeURIComponent(text);
    },
  },
};

/** A call of a function, checked for its name and number of arguments. */
export function callOf(
  name: string,
  args: readonly ((row: Row, context: Context) => Result)[],
  at: number,
): (row: Row, context: Context) => Result {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined) throw new SplError(`the function ${name}`, at);
  if (args.length < found.least || args.length > found.most)
    throw new SplError(`${args.length} arguments of ${name}`, at);
  return (row, context) =>
    found.apply(
      args.map((argument) => () => argument(row, context)),
      context,
      at,
    );
}
