/** What a query item of a workbook must return for the rows that the embedded store has for its panel. */

import type { ChartPanel, Dimension } from "../../../src/dashboard/ir.ts";
import { dimensionName } from "../../../src/dashboard/ir.ts";
import type { ResultRow } from "../../../src/dashboard/panel-result.ts";
import { fieldInfo } from "../../../src/event/field.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

const HOUR = 3_600_000;
const LENGTHS = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const;

function isCount({ query: { measure } }: ChartPanel): boolean {
  return ["count", "distinct", "sum"].includes(measure.kind);
}

/** Of a time, the milliseconds; of everything else the number. Rounded, since engines add in any order. */
function plain(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" && value.includes(":"))
    return Date.parse(`${value.replace(" ", "T").slice(0, 23)}Z`);
  return Number.isInteger(Number(value)) ? Number(value) : Number(Number(value).toPrecision(9));
}

function keyOf(dimension: Dimension, cell: unknown): string | number {
  if (dimension.kind === "time") return plain(cell) ?? 0;
  return dimension.kind === "hour_of_day" ? Number(cell) : String(cell);
}

function remarkOf({ query }: ChartPanel, row: ResultRow): string {
  if (row.small) return "< 5 users";
  return query.measure.kind === "ratio" && row.value === undefined ? "too few cases" : "";
}

function cases({ query, unit }: ChartPanel, row: ResultRow | undefined): string {
  if (query.measure.kind !== "ratio") return ["usd", "ms"].includes(unit) ? "" : unit;
  if (row === undefined) return "too few cases, n = 0";
  if (row.small) return "< 5 users";
  const told = `n = ${row.n}`;
  return row.value === undefined ? `too few cases, ${told}` : told;
}

/** Numbers within a sentence are told apart from its words: engines write them differently. */
function wordsOf(sentence: unknown): string {
  return String(sentence).replaceAll(/\d+(\.\d+)?(e[+-]\d+)?/g, "#");
}

/** The words below a comparison. */
function comparison(
  panel: ChartPanel,
  current: ResultRow | undefined,
  [now, before]: readonly [number | null, number | null],
): string {
  const { measure, hidesSmallCells } = panel.query;
  const isRate = measure.kind === "ratio";
  const first = cases(panel, current);
  const missing = isRate ? "too few cases" : hidesSmallCells ? "< 5 users" : "none";
  const amount = { usd: "$#", percent: "#%", ms: "# s" }[panel.unit as string] ?? "#";
  const sign = (now ?? 0) > (before ?? 0) ? "+" : "-";
  const much = isRate ? `${sign}# points` : before === 0 ? "none before" : `${sign}#%`;
  const moved = now === null || before === null ? "" : now === before ? "no change, " : `${much}, `;
  const told = before === null ? missing : amount;
  const unit = panel.query.dimensions[0]?.kind === "period" ? panel.query.dimensions[0].ms : 0;
  const length = unit % (24 * HOUR) === 0 ? (unit === 24 * HOUR ? "# day" : "# days") : "#h";
  const start = first === "" ? "" : `${first}; `;
  return wordsOf(`${start}${moved}${told} in the ${length} before`);
}

function expectedStat(panel: ChartPanel, rows: readonly ResultRow[]): readonly Row[] {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) {
    const [row] = rows;
    const value = row?.value;
    if (panel.query.measure.kind === "latest") {
      const minute =
        value === undefined ? "none" : `${new Date(value).toISOString().slice(0, 16)} UTC`;
      return [{ value: minute.replace("T", " "), remark: "" }];
    }
    return [{ value: plain(value), remark: cases(panel, row) }];
  }
  const none = isCount(panel) ? 0 : null;
  const find = (period: string): ResultRow | undefined =>
    rows.find(({ keys }) => keys[0] === period);
  const shownIn = (row: ResultRow | undefined): number | null =>
    row === undefined ? none : plain(row.value);
  const both = [shownIn(find("current")), shownIn(find("before"))] as const;
  const words = comparison(panel, find("current"), both);
  return [{ value: both[0], before: both[1], words }];
}

/** Groups that columns of a heat map stand for, in order. */
export function columnGroups(dimension: Dimension): readonly (string | number)[] | undefined {
  if (dimension.kind === "hour_of_day") return Array.from({ length: 24 }, (_, hour) => hour);
  if (dimension.kind !== "field") return undefined;
  const { kind, values } = fieldInfo(dimension.field) ?? {};
  if (kind === "boolean") return ["true", "false", "unknown"];
  return values && [...values.filter((one) => one !== "unknown"), "unknown"];
}

/** The dimension that is laid out in columns, where there is one. */
function columnOf({ query: { dimensions } }: ChartPanel): Dimension | undefined {
  return dimensions.find((one) => columnGroups(one) !== undefined);
}

function expectedMap(
  panel: ChartPanel,
  rows: readonly ResultRow[],
  column: Dimension,
): readonly Row[] {
  const at = panel.query.dimensions.indexOf(column);
  const none = isCount(panel) ? 0 : null;
  const keys = [...new Set(rows.map((row) => row.keys[1 - at] ?? ""))].sort();
  return keys.map((key) => {
    const cells = (columnGroups(column) ?? []).map((group) => {
      const row = rows.find((one) => one.keys[1 - at] === key && one.keys[at] === group);
      return row === undefined ? none : plain(row.value);
    });
    return { key, cells };
  });
}

function expectedFilled(
  rows: readonly ResultRow[],
  every: keyof typeof LENGTHS,
  { toMs }: Times,
): readonly Row[] {
  const length = LENGTHS[every];
  const first = Math.min(...rows.map(({ keys }) => Number(keys[0])));
  const series = [...new Set(rows.map(({ keys }) => keys[1]))];
  const filled: Row[] = [];
  for (let at = first; at < toMs; at += length)
    for (const one of series) {
      const row = rows.find(({ keys }) => keys[0] === at && keys[1] === one);
      const keys = one === undefined ? [at] : [at, one];
      filled.push({ keys, value: row === undefined ? 0 : plain(row.value) });
    }
  return filled;
}

function expectedChart(
  panel: ChartPanel,
  rows: readonly ResultRow[],
  times: Times,
): readonly Row[] {
  const [first] = panel.query.dimensions;
  if (panel.kind === "time_series" && first?.kind === "time" && isCount(panel))
    return rows.length === 0 ? [] : expectedFilled(rows, first.every, times);
  const shown = rows.filter(({ value }) => value !== undefined);
  if (panel.kind !== "share")
    return shown.map(({ keys, value }) => ({ keys, value: plain(value) }));
  return shown.flatMap(({ keys, value = 0 }) => {
    const total = shown
      .filter((one) => one.keys[0] === keys[0])
      .reduce((sum, one) => sum + (one.value ?? 0), 0);
    return total === 0 ? [] : [{ keys, value: plain(value / total) }];
  });
}

function isGrid(panel: ChartPanel): boolean {
  return (
    panel.kind === "bar" ||
    panel.kind === "table" ||
    (panel.kind === "heat_map" && columnOf(panel) === undefined)
  );
}

function sorted(rows: readonly Row[]): readonly Row[] {
  const text = (row: Row): string => JSON.stringify(row);
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function encoded(key: string | number, dimension: Dimension): string | undefined {
  return dimension.kind === "field"
    ? Buffer.from(String(key), "utf8").toString("base64")
    : undefined;
}

export function expectedRows(
  panel: ChartPanel,
  rows: readonly ResultRow[],
  times: Times,
): readonly Row[] {
  if (panel.kind === "stat") return expectedStat(panel, rows);
  const { dimensions, measure, hidesSmallCells } = panel.query;
  if (isGrid(panel))
    return rows.map((row) => ({
      keys: row.keys,
      value: plain(row.value),
      ...(measure.kind === "ratio" && { n: plain(row.n) }),
      ...((measure.kind === "ratio" || hidesSmallCells) && { remark: remarkOf(panel, row) }),
      hidden: dimensions.map((one, index) => encoded(row.keys[index] ?? "", one)),
    }));
  const column = panel.kind === "heat_map" ? columnOf(panel) : undefined;
  if (column !== undefined) return sorted(expectedMap(panel, rows, column));
  return sorted(expectedChart(panel, rows, times));
}

/** The rows that a query item returned, in the same form. */
export function foundRows(panel: ChartPanel, rows: readonly Row[]): readonly Row[] {
  const { dimensions } = panel.query;
  const keys = (row: Row) => dimensions.map((one) => keyOf(one, row[dimensionName(one)]));
  if (panel.kind === "stat") {
    const isTime = panel.query.measure.kind === "latest";
    return rows.map((row) =>
      dimensions.length === 0
        ? { value: isTime ? row["value"] : plain(row["value"]), remark: row["remark"] }
        : {
            value: plain(row["value"]),
            before: plain(row["before"]),
            words: wordsOf(row["remark"]),
          },
    );
  }
  if (isGrid(panel))
    return rows.map((row) => ({
      keys: keys(row),
      value: plain(row["value"]),
      ...("n" in row && { n: plain(row["n"]) }),
      ...("remark" in row && { remark: row["remark"] }),
      hidden: dimensions.map((one, index) =>
        one.kind === "field" ? row[`key_${index}`] : undefined,
      ),
    }));
  const column = panel.kind === "heat_map" ? columnOf(panel) : undefined;
  if (column === undefined)
    return sorted(rows.map((row) => ({ keys: keys(row), value: plain(row["value"]) })));
  const other = dimensions.find((one) => one !== column);
  return sorted(
    rows.map((row) => ({
      key: other === undefined ? "" : keyOf(other, row[dimensionName(other)]),
      cells: (columnGroups(column) ?? []).map((_, index) => plain(row[`c${index}`])),
    })),
  );
}
