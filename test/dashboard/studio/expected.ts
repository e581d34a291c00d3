/** What visualizations should read, in the plainest TypeScript: from the meaning of a panel alone. */
import { type ChartPanel, type Dimension, dimensionName } from "../../../src/dashboard/ir.ts";
import type { Row } from "../../engine/spl/value.ts";
import type { PanelRow } from "../../oracle/panel.ts";

/** A row of a table, by the names of its columns. */
export type Cells = Readonly<Record<string, string | number>>;

function unitName({ unit }: ChartPanel): string {
  return unit === "usd" ? "USD" : unit;
}

function utcTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ").concat(" +0000");
}

function scaled({ unit }: ChartPanel, value: number): string | number {
  if (unit === "time") return utcTime(value);
  return unit === "percent" ? 100 * value : value;
}

function words({ query }: ChartPanel, row: PanelRow): string | undefined {
  if (row.small === true) return "< 5 users";
  if (row.value !== null) return undefined;
  return query.measure.kind === "ratio" ? "too few cases" : "none";
}

function keyCell(dimension: Dimension, key: string | number | undefined): string | number {
  return dimension.kind === "time" ? Number(key) / 1000 : (key ?? "");
}

function defined(cells: Readonly<Record<string, string | number | null | undefined>>): Cells {
  const kept = Object.entries(cells).filter(([, cell]) => cell !== undefined && cell !== null);
  return Object.fromEntries(kept) as Cells;
}

/** Name of the column that a dimension has. */
export function named(dimension: Dimension): string {
  return dimension.kind === "time" ? "_time" : dimensionName(dimension);
}

/** What a visualization should read, from the meaning of the panel. */
export function expected(panel: ChartPanel, rows: readonly PanelRow[]): readonly Cells[] {
  const [first, second] = panel.query.dimensions;
  const mayWithhold = panel.query.hidesSmallCells || panel.query.measure.kind === "ratio";
  if (first === undefined || panel.kind === "stat") return [];
  if (panel.kind === "table" || second === undefined)
    return rows.map((row) =>
      defined({
        [named(first)]: keyCell(first, row.keys[0]),
        ...(second && { [named(second)]: keyCell(second, row.keys[1]) }),
        [unitName(panel)]: row.value === null ? null : scaled(panel, row.value),
        n: row.n,
        ...(mayWithhold && { withheld: words(panel, row) }),
      }),
    );
  const isHeat = panel.kind === "heat_map";
  const lines = new Map<string, Record<string, string | number>>();
  for (const row of rows) {
    const [across = "", down = ""] = row.keys;
    const hour = first.kind === "hour_of_day" ? String(across).padStart(2, "0") : across;
    const [key, column] = isHeat ? [down, String(hour)] : [keyCell(first, across), String(down)];
    const name = isHeat ? dimensionName(second) : named(first);
    const line = lines.get(String(key)) ?? { [name]: key };
    lines.set(String(key), line);
    const said = isHeat && mayWithhold ? words(panel, row) : undefined;
    if (said !== undefined) line[column] = said;
    else if (row.value !== null) line[column] = scaled(panel, row.value);
  }
  return [...lines.values()];
}

/** The one row of a single value; `n` stands in its label. */
export function expectedSingle(panel: ChartPanel, rows: readonly PanelRow[]): Cells {
  const { measure, hidesSmallCells, dimensions } = panel.query;
  const isCounted =
    measure.kind === "count" || measure.kind === "distinct" || measure.kind === "sum";
  const compares = dimensions.length > 0;
  const none: PanelRow = { keys: [], value: isCounted ? 0 : null };
  const find = (period: string): PanelRow => rows.find(({ keys }) => keys[0] === period) ?? none;
  const now = compares ? find("current") : (rows[0] ?? none);
  const before = compares ? find("before").value : null;
  const unit = panel.unit === "percent" ? "%" : panel.unit === "usd" ? "$" : panel.unit;
  return defined({
    shown: words(panel, now) ?? (now.value === null ? "none" : scaled(panel, now.value)),
    unit: now.value === null || panel.unit === "time" ? "" : unit,
    ...(compares && {
      change: now.value === null || before === null ? null : scaled(panel, now.value - before),
    }),
    ...(measure.kind === "ratio" && { n: now.n ?? (hidesSmallCells ? "withheld" : 0) }),
  });
}

/** Rows as records, in the precision that sums of doubles have. */
export function plain(rows: readonly Row[] | readonly Cells[]): readonly Cells[] {
  return rows.map((row) => {
    const entries = row instanceof Map ? [...row] : Object.entries(row as Cells);
    const cells = entries.map(([name, cell]) => {
      const number = typeof cell === "number" ? cell : Number.NaN;
      return [name, Number.isNaN(number) ? cell : Number(number.toFixed(9))] as const;
    });
    return Object.fromEntries(cells.sort(([a], [b]) => (a < b ? -1 : 1))) as Cells;
  });
}
