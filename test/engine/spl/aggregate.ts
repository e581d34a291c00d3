/** Functions of stats and streamstats (Search Reference, Statistical and charting functions). */
import { SplError } from "./error.ts";
import type { Tokens } from "./lexer.ts";
import {
  compareBytes,
  isList,
  numberOf,
  oneOrMany,
  type Row,
  textsOf,
  type Value,
} from "./value.ts";

/** One column of a result. */
export interface Aggregation {
  readonly as: string;
  /** `undefined` where nothing could be computed: the field is left out of the row. */
  readonly of: (rows: readonly Row[]) => Value | undefined;
}

function numbersOf(rows: readonly Row[], field: string, at: number): readonly number[] {
  return rows.flatMap((row) => {
    const value = row.get(field);
    if (value === undefined) return [];
    const number = numberOf(value);
    if (number === undefined)
      throw new SplError(`${field} is no number but ${JSON.stringify(value)}`, at);
    return [number];
  });
}

function onNumbers(
  fold: (numbers: readonly number[]) => number,
): (rows: readonly Row[], field: string, at: number) => Value | undefined {
  return (rows, field, at) => {
    const numbers = numbersOf(rows, field, at);
    return numbers.length === 0 ? undefined : fold(numbers);
  };
}

const functions: Readonly<
  Record<string, (rows: readonly Row[], field: string, at: number) => Value | undefined>
> = {
  dc: (rows, field, at) => {
    const values = rows.map((row) => row.get(field)).filter((value) => value !== undefined);
    if (values.some(isList)) throw new SplError(`dc of several values in ${field}`, at);
    return new Set(values.map(String)).size;
  },
  max: onNumbers((numbers) => numbers.reduce((a, b) => Math.max(a, b))),
  min: onNumbers((numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  sum: onNumbers((numbers) => numbers.reduce((a, b) => a + b)),
  // "A list of the distinct values in a field as a multivalue entry. The order is lexicographical."
  values: (rows, field) => {
    const texts = new Set(rows.flatMap((row) => textsOf(row.get(field))));
    return oneOrMany([...texts].sort(compareBytes)) ?? undefined;
  },
};

/** Reads `function(field) AS name`, or `count AS name`. */
export function parseAggregation(tokens: Tokens): Aggregation {
  const { kind, text: name, at } = tokens.next();
  if (kind !== "word") throw new SplError(`unexpected "${name}"`, at);
  if (name === "count") {
    if (tokens.peek.text === "(") throw new SplError("count of a field", tokens.peek.at);
    return { as: nameAfter(tokens) ?? "count", of: (rows) => rows.length };
  }
  const apply = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (apply === undefined) throw new SplError(`the statistic ${name}`, at);
  tokens.expectSign("(");
  const field = tokens.next();
  if (field.kind !== "word" || field.text.includes("*"))
    throw new SplError(`the field "${field.text}" of ${name}`, field.at);
  tokens.expectSign(")");
  return {
    as: nameAfter(tokens) ?? `${name}(${field.text})`,
    of: (rows) => apply(rows, field.text, at),
  };
}

function nameAfter(tokens: Tokens): string | undefined {
  if (!tokens.takeWord("AS")) return undefined;
  return tokens.next().text;
}

/** Reads names up to the end, separated by spaces or commas. */
export function parseFields(tokens: Tokens): readonly string[] {
  const names: string[] = [];
  while (!tokens.isDone) {
    const { kind, text, at } = tokens.next();
    if (kind !== "word" || /[*\\]/.test(text)) throw new SplError(`the field "${text}"`, at);
    names.push(text);
    tokens.takeSign(",");
  }
  if (names.length === 0) tokens.refuse("a field is missing");
  return names;
}

/** Reads statistics and the names after BY. */
export function parseStatistics(tokens: Tokens): {
  readonly columns: readonly Aggregation[];
  readonly by: readonly string[];
} {
  const columns: Aggregation[] = [];
  while (!tokens.isDone) {
    if (tokens.takeWord("by") || tokens.takeWord("BY")) return { columns, by: parseFields(tokens) };
    columns.push(parseAggregation(tokens));
    tokens.takeSign(",");
  }
  if (columns.length === 0) tokens.refuse("a statistic is missing");
  return { columns, by: [] };
}
