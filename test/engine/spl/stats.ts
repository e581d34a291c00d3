/** The commands stats and streamstats. */
import { type Aggregation, parseStatistics } from "./aggregate.ts";
import { SplError } from "./error.ts";
import { argumentTokens, type Command, Tokens } from "./lexer.ts";
import type { Context } from "./reading.ts";
import { type Row, textsOf, type Value } from "./value.ts";

export type Run = (rows: readonly Row[], context: Context) => readonly Row[];

function computed(
  row: Row,
  columns: readonly Aggregation[],
  rows: readonly Row[],
): Map<string, Value> {
  const result = new Map(row);
  for (const { as, of } of columns) {
    const value = of(rows);
    if (value === undefined) result.delete(as);
    else result.set(as, value);
  }
  return result;
}

/** Every combination of the values of a row's fields; none where one of them is missing. */
function keysOf(row: Row, by: readonly string[]): readonly Map<string, Value>[] {
  return by.reduce<readonly Map<string, Value>[]>(
    (keys, field) =>
      keys.flatMap((key) => {
        const value = row.get(field);
        const values = typeof value === "number" ? [value] : textsOf(value);
        return values.map((one) => new Map<string, Value>([...key, [field, one]]));
      }),
    [new Map<string, Value>()],
  );
}

/**
 * One row for each combination of values of the BY fields: an event without one of them is in no row,
 * and one with several values is in the row of each (`dedup_splitvals` speaks of their repeats). What
 * cannot be computed leaves its field out of the row.
 */
export function parseStats({ text, at }: Command): Run {
  const { columns, by } = parseStatistics(new Tokens(argumentTokens(text, at)));
  return (rows, { reading }) => {
    if (by.length === 0) {
      const row = computed(new Map(), columns, rows);
      return row.size === 0 && reading.emptyStats === "none" ? [] : [row];
    }
    const groups = new Map<string, { key: Map<string, Value>; rows: Row[] }>();
    for (const row of rows) {
      for (const key of keysOf(row, by)) {
        const id = JSON.stringify([...key.values()].map(String));
        const group = groups.get(id) ?? { key, rows: [] };
        group.rows.push(row);
        groups.set(id, group);
      }
    }
    return [...groups.values()].map((group) => computed(group.key, columns, group.rows));
  };
}

interface Window {
  readonly countsCurrent: boolean;
  /** 0 is no limit. */
  readonly rows: number;
  readonly isShared: boolean;
}

function flag(text: string, at: number): boolean {
  if (["t", "true"].includes(text)) return true;
  if (["f", "false"].includes(text)) return false;
  throw new SplError(`the flag "${text}"`, at);
}

function parseWindow(tokens: Tokens): Window {
  let window: Window = { countsCurrent: true, rows: 0, isShared: true };
  for (;;) {
    const { text: name, at } = tokens.peek;
    // Whether its edge belongs to it is not documented.
    if (name === "time_window") throw new SplError("the option time_window", at);
    if (!["current", "window", "global"].includes(name)) return window;
    tokens.next();
    tokens.expectSign("=");
    const { text } = tokens.next();
    if (name === "current") window = { ...window, countsCurrent: flag(text, at) };
    else if (name === "global") window = { ...window, isShared: flag(text, at) };
    else if (/^\d+$/.test(text)) window = { ...window, rows: Number(text) };
    else throw new SplError(`the window "${text}"`, at);
  }
}

interface Seen {
  readonly row: Row;
  /** Place among all rows. */
  readonly index: number;
}

/** The rows of the window from which a row's columns are computed, the row itself still missing. */
function inWindow(seen: readonly Seen[], current: number, window: Window): readonly Seen[] {
  const { rows, countsCurrent, isShared } = window;
  if (rows === 0) return seen;
  const room = countsCurrent ? rows - 1 : rows;
  if (isShared) return seen.filter(({ index }) => current - index <= room);
  return seen.slice(seen.length - Math.min(room, seen.length));
}

/**
 * Adds to each row what is computed from the rows up to it. A row without one of the BY fields passes as
 * it is. `window=N` has N rows, of all rows together unless `global=f` gives each group its own. Without
 * a window a result of stats gets "the running total of the events preceding that result".
 */
export function parseStreamstats({ text, at }: Command): Run {
  const tokens = new Tokens(argumentTokens(text, at));
  const window = parseWindow(tokens);
  const { columns, by } = parseStatistics(tokens);
  if (window.rows > 0 && window.isShared && by.length > 0)
    throw new SplError("a window that groups share", at);
  return (rows) => {
    const groups = new Map<string, readonly Seen[]>();
    return rows.map((row, index) => {
      const keys = keysOf(row, by);
      if (keys.length > 1) throw new SplError("BY a field of several values", at);
      if (keys.length === 0) return row;
      const id = JSON.stringify([...(keys[0]?.values() ?? [])].map(String));
      const kept = inWindow(groups.get(id) ?? [], index, window);
      const pool = kept.map((one) => one.row);
      const result = computed(row, columns, window.countsCurrent ? [...pool, row] : pool);
      groups.set(id, [...kept, { row, index }]);
      return result;
    });
  };
}
