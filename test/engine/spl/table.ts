/** Commands that make rows or turn them into the tables of charts (Search Reference). */
import { parseFields } from "./aggregate.ts";
import { SplError } from "./error.ts";
import { argumentTokens, type Command, Tokens } from "./lexer.ts";
import type { Run } from "./stats.ts";
import { isList, type Row, type Value } from "./value.ts";

/** Columns in the order they are named. `*` stands for the others that do not begin with "_". */
export function parseTable({ text, at }: Command): Run {
  const rest = /\s\*\s*$/.test(` ${text}`);
  const listed = rest ? text.replace(/\*\s*$/, "") : text;
  const isAll = rest && listed.trim() === "";
  const names = isAll ? [] : parseFields(new Tokens(argumentTokens(listed, at)));
  return (rows) => {
    const found = rest ? rows.flatMap((row) => [...row.keys()]) : [];
    const others = found.filter((name) => !name.startsWith("_"));
    const columns = [...new Set([...names, ...others])];
    return rows.map((row) => {
      const cells = columns.flatMap((name): readonly (readonly [string, Value])[] => {
        const value = row.get(name);
        return value === undefined ? [] : [[name, value]];
      });
      return new Map(cells);
    });
  };
}

/**
 * `xyseries x y-name y-data`: one row for each value of the first field, a column for each value of the
 * second, the third in the cells. A cell for which there are two rows is not documented.
 */
export function parseXyseries({ text, at }: Command): Run {
  const [x = "", y = "", data = "", ...more] = parseFields(new Tokens(argumentTokens(text, at)));
  if (data === "" || more.length > 0) throw new SplError("xyseries of other than three fields", at);
  return (rows) => {
    const series = new Map<string, Map<string, Value>>();
    for (const row of rows) {
      const [key, name, value] = [row.get(x), row.get(y), row.get(data)];
      if (key === undefined || name === undefined || isList(key) || isList(name))
        throw new SplError("xyseries without a key", at);
      const line = series.get(String(key)) ?? new Map<string, Value>([[x, key]]);
      series.set(String(key), line);
      if (value === undefined) continue;
      if (line.has(String(name))) throw new SplError(`two cells of ${key} and ${name}`, at);
      line.set(String(name), value);
    }
    return [...series.values()];
  };
}

/** One row with the time of the search. */
export function parseMakeresults({ text, at }: Command): Run {
  if (text.trim() !== "") throw new SplError("makeresults with options", at);
  return (_rows, { now }) => [new Map<string, Value>([["_time", Math.floor(now)]])];
}

/** "The earliest time boundary for the search", and the latest, which may be none. */
export function parseAddinfo({ text, at }: Command): Run {
  if (text.trim() !== "") throw new SplError("addinfo with options", at);
  return (rows, { earliest = 0, latest }) =>
    rows.map(
      (row): Row =>
        new Map<string, Value>([
          ...row,
          ["info_min_time", earliest],
          ["info_max_time", latest ?? "+Infinity"],
        ]),
    );
}
