/**
 * A small interpreter of ES|QL, written from Elastic's documentation of the language and of each
 * function, and knowing nothing of the compiler. It refuses every command, function and operator that
 * it does not know.
 */
import { Expression } from "./esql-expression.ts";
import {
  compare,
  type EsRow,
  type EsValue,
  type Evaluate,
  list,
  plain,
  single,
} from "./esql-value.ts";

function statsOf(text: string): (rows: readonly EsRow[], now: number) => readonly EsRow[] {
  const reader = new Expression(text);
  const columns: [string, ReturnType<Expression["aggregate"]>][] = [];
  do {
    const name = reader.next().text;
    reader.expect("=");
    columns.push([name, reader.aggregate()]);
  } while (reader.take(","));
  const keys: string[] = [];
  if (!reader.done) {
    reader.expect("BY");
    do keys.push(reader.next().text);
    while (reader.take(","));
  }
  if (!reader.done) throw new Error(`rest of STATS ${text}`);
  return (rows, now) => {
    // Without keys there is one group, also of no rows.
    const groups = new Map<string, EsRow[]>(keys.length === 0 ? [["[]", []]] : []);
    for (const row of rows) {
      const key = JSON.stringify(keys.map((name) => list(row.get(name) ?? null).map(plain)));
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups.values()].map((group) => {
      const aggregated = columns.map(([name, run]) => [name, run(group, now)] as const);
      const keyed = keys.map((name) => [name, group[0]?.get(name) ?? null] as const);
      return new Map<string, EsValue>([...keyed, ...aggregated]);
    });
  };
}

function evalOf(text: string, doubles: Set<string>): (row: EsRow, now: number) => EsRow {
  const reader = new Expression(text, doubles);
  const columns: [string, Evaluate][] = [];
  do {
    const name = reader.next().text;
    reader.expect("=");
    const evaluate = reader.or();
    columns.push([name, evaluate]);
    if (reader.isDouble(evaluate)) doubles.add(name);
    else doubles.delete(name);
  } while (reader.take(","));
  if (!reader.done) throw new Error(`rest of EVAL ${text}`);
  return (row, now) => {
    const result = new Map(row);
    // A column may use the ones before it in the same EVAL.
    for (const [name, evaluate] of columns) result.set(name, evaluate(result, now));
    return result;
  };
}

function dissectOf(text: string): (row: EsRow) => EsRow {
  const match = /^(\S+) "((?:%\{\w+\},?)+)"$/.exec(text);
  if (match === null) throw new Error(`DISSECT ${text}`);
  const [, field = "", pattern = ""] = match;
  const keys = [...pattern.matchAll(/%\{(\w+)\}/g)].map(([, key]) => key as string);
  return (row) => {
    const parts = String(row.get(field)).split(",");
    // The last key takes whatever is left.
    const values = [...parts.slice(0, keys.length - 1), parts.slice(keys.length - 1).join(",")];
    return new Map([...row, ...keys.map((key, index) => [key, values[index] ?? null] as const)]);
  };
}

/** Compares rows by columns in order. Nulls come last, in descending order first unless it says so. */
function sortOf(text: string): (a: EsRow, b: EsRow) => number {
  const orders = text.split(", ").map((part) => {
    const match = /^(\S+) (ASC|DESC|DESC NULLS LAST)$/.exec(part);
    if (match === null) throw new Error(`SORT ${part}`);
    const [, name = "", order] = match;
    return { name, sign: order === "ASC" ? 1 : -1, nulls: order === "DESC" ? -1 : 1 };
  });
  return (a, b) => {
    for (const { name, sign, nulls } of orders) {
      const [x, y] = [single(a.get(name) ?? null), single(b.get(name) ?? null)];
      const order =
        x === null || y === null
          ? nulls * (Number(x === null) - Number(y === null))
          : sign * compare(x, y);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Splits at pipes outside of strings. */
function commandsOf(query: string): readonly string[] {
  const hidden = query.replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replaceAll("|", "\u0000"));
  return hidden.split("|").map((part) => part.replaceAll("\u0000", "|").trim());
}

/** Runs a query over rows of the index it names; every row must have every column. */
export function runEsql(query: string, index: readonly EsRow[], now: number): readonly EsRow[] {
  const [from = "", ...commands] = commandsOf(query);
  if (!/^FROM \S+$/.test(from)) throw new Error(from);
  let rows = index;
  const doubles = new Set<string>();
  for (const command of commands) {
    const [, name = "", rest = ""] = /^(\w+)\s+([\s\S]*)$/.exec(command) ?? [];
    if (name === "WHERE") {
      const reader = new Expression(rest);
      const condition = reader.or();
      if (!reader.done) throw new Error(`rest of ${command}`);
      rows = rows.filter((row) => condition(row, now) === true);
    } else if (name === "EVAL") {
      const evaluate = evalOf(rest, doubles);
      rows = rows.map((row) => evaluate(row, now));
    } else if (name === "STATS") rows = statsOf(rest)(rows, now);
    else if (name === "SORT") rows = [...rows].sort(sortOf(rest));
    else if (name === "LIMIT") rows = rows.slice(0, Number(rest));
    else if (name === "DISSECT") rows = rows.map(dissectOf(rest));
    else if (name === "MV_EXPAND") {
      rows = rows.flatMap((row) => {
        const values = list(row.get(rest) ?? null);
        const expanded: readonly EsValue[] = values.length === 0 ? [null] : values;
        return expanded.map((one) => new Map(row).set(rest, one));
      });
    } else if (name === "KEEP") {
      const names = rest.split(", ");
      rows = rows.map((row) => new Map(names.map((one) => [one, row.get(one) ?? null])));
    } else throw new Error(`unknown command ${command}`);
  }
  return rows;
}
