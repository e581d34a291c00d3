/** Functions of eval that dashboards use beside those of rules (Search Reference, Evaluation functions). */
import { SplError } from "./error.ts";
import type { Argument, EvalFunction } from "./function.ts";
import { isList, numberOf, oneOrMany, type Result, textsOf, type Value } from "./value.ts";

function anyValue(argument: Argument | undefined, at: number): Value | null {
  const value = argument?.() ?? null;
  if (typeof value === "boolean") throw new SplError("a truth value as argument", at);
  return value;
}

function one(argument: Argument | undefined, at: number): string | number | null {
  const value = anyValue(argument, at);
  if (isList(value)) throw new SplError("several values as argument", at);
  return value as string | number | null;
}

/** "Returns TRUE if one of the values in the list matches a value that you specify." */
function isIn([wanted, ...list]: readonly Argument[], at: number): Result {
  const value = one(wanted, at);
  if (value === null) throw new SplError("in of a missing field, which is not documented", at);
  return list.some((argument) => {
    const other = one(argument, at);
    if (other === null) throw new SplError("in of a missing field, which is not documented", at);
    return String(value) === String(other);
  });
}

/** Commas between thousands; decimals are rounded to two places. */
function withCommas(number: number): string {
  return number.toLocaleString("en-US", {
    minimumFractionDigits: Number.isInteger(number) ? 0 : 2,
    maximumFractionDigits: 2,
  });
}

export const shownFunctions: Readonly<Record<string, EvalFunction>> = {
  ceiling: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const number = numberOf(one(argument, at));
      return number === undefined ? null : Math.ceil(number);
    },
  },
  in: { least: 2, most: 200, apply: (args, _context, at) => isIn(args, at) },
  match: {
    least: 2,
    most: 2,
    apply: ([text, pattern], _context, at) =>
      new RegExp(String(one(pattern, at))).test(String(one(text, at) ?? "")),
  },
  mvappend: {
    least: 1,
    most: 200,
    apply: (args, _context, at) =>
      oneOrMany(args.flatMap((argument) => textsOf(anyValue(argument, at) ?? undefined))),
  },
  mvcount: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const count = textsOf(anyValue(argument, at) ?? undefined).length;
      return count === 0 ? null : count;
    },
  },
  mvindex: {
    least: 2,
    most: 2,
    apply: ([argument, place], _context, at) => {
      const index = numberOf(one(place, at));
      if (index === undefined || index < 0) throw new SplError("a place from the end", at);
      return textsOf(anyValue(argument, at) ?? undefined)[index] ?? null;
    },
  },
  tonumber: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => numberOf(one(argument, at)) ?? null,
  },
  tostring: {
    least: 2,
    most: 2,
    apply: ([argument, format], _context, at) => {
      if (one(format, at) !== "commas") throw new SplError("a format of tostring", at);
      const number = numberOf(one(argument, at));
      return number === undefined ? null : withCommas(number);
    },
  },
  trim: {
    least: 1,
    most: 1,
    apply: ([argument], _context, at) => {
      const value = one(argument, at);
      return value === null ? null : String(value).replace(/^[ \t]+|[ \t]+$/g, "");
    },
  },
};
