/** What stands in a plot: columns, points on lines, cells. Coordinates are percent of the plot. */
import type { ChartPanel } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { FEW_PLACES } from "./axis.ts";
import { type Draw, linkMark } from "./draw.ts";
import { formatCell, formatKey, formatShare } from "./format.ts";
import { coordinate, html, type Markup, NOTHING } from "./markup.ts";
import { type Grid, roundUp, type Series } from "./series.ts";

/** Part of a place that a column fills. */
const COLUMN_WIDTH = 0.78;

/** Marks, and the value at the top of their plot. */
export interface PlotMarks {
  readonly max: number;
  readonly marks: readonly Markup[];
}

function hint(panel: ChartPanel, place: string, series: Series, row: ResultRow, more = ""): string {
  const name = panel.query.dimensions.length > 1 ? `${series.name}: ` : "";
  const n = row.n === undefined ? "" : ` (n = ${row.n})`;
  return `${place}, ${name}${formatCell(panel, row)}${n}${more}`;
}

/** Merged rows have no keys, and an empty place no row of the query: neither has events of its own. */
function linkRow(draw: Draw, panel: ChartPanel, { keys }: ResultRow, mark: Markup): Markup {
  return keys.length === 0 ? mark : linkMark(draw, panel, keys, mark);
}

function sumAt(grid: Grid, place: number): number {
  return grid.series.reduce((sum, { rows }) => sum + (rows[place]?.value ?? 0), 0);
}

function isCounted({ unit, query }: ChartPanel): boolean {
  return unit !== "usd" && unit !== "ms" && query.measure.kind !== "ratio";
}

/** Stacked columns; as shares of 100 %, each column is as high as the plot. */
export function columnMarks(panel: ChartPanel, grid: Grid, draw: Draw): PlotMarks {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return { max: 1, marks: [] };
  const isShare = panel.kind === "share";
  const sums = grid.places.map((_, place) => sumAt(grid, place));
  const max = isShare ? 1 : roundUp(Math.max(0, ...sums), isCounted(panel));
  const width = 100 / Math.max(1, grid.places.length);
  const marks = grid.places.flatMap((key, place) => {
    let below = 0;
    const whole = isShare ? (sums[place] ?? 0) : max;
    return grid.series.flatMap((series) => {
      const row = series.rows[place];
      if (row?.value === undefined || row.value === 0 || whole === 0) return [];
      const height = (100 * row.value) / whole;
      const y = 100 - below - height;
      below += height;
      const share = isShare ? `, ${formatShare(row.value / whole)}` : "";
      const title = hint(panel, formatKey(dimension, key), series, row, share);
      const x = (place + (1 - COLUMN_WIDTH) / 2) * width;
      const mark = html`<rect class="${series.colour}" x="${coordinate(x)}%" y="${coordinate(y)}%" width="${coordinate(width * COLUMN_WIDTH)}%" height="${coordinate(height)}%"><title>${title}</title></rect>`;
      return [linkRow(draw, panel, row, mark)];
    });
  });
  return { max, marks };
}

/** Whether a time without events counts as 0. A rate, a delay or a time is not there at all. */
function isZeroWithout({ query }: ChartPanel): boolean {
  return ["count", "sum", "distinct"].includes(query.measure.kind);
}

/** One series as a line, with gaps where there is no value. */
function drawLine(
  panel: ChartPanel,
  grid: Grid,
  series: Series,
  max: number,
  draw: Draw,
): readonly Markup[] {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return [];
  const width = 100 / Math.max(1, grid.places.length);
  const none = isZeroWithout(panel) ? { keys: [], value: 0, small: false } : undefined;
  const points = grid.places.map((key, place) => {
    const row = series.rows[place] ?? none;
    if (row?.value === undefined) return undefined;
    // Clocks that differ make a delay negative; it stands on the axis.
    const height = (100 * Math.max(0, row.value)) / max;
    const [x, y] = [coordinate((place + 0.5) * width), coordinate(100 - height)];
    return { x, y, row, title: hint(panel, formatKey(dimension, key), series, row) };
  });
  const lines = points.flatMap((point, index) => {
    const before = points[index - 1];
    if (point === undefined || before === undefined) return [];
    return [
      html`<line class="line ${series.colour}" x1="${before.x}%" y1="${before.y}%" x2="${point.x}%" y2="${point.y}%"/>`,
    ];
  });
  const dots = points.flatMap((point) => {
    if (point === undefined) return [];
    const dot = html`<circle class="${series.colour}" cx="${point.x}%" cy="${point.y}%" r="3"><title>${point.title}</title></circle>`;
    return [linkRow(draw, panel, point.row, dot)];
  });
  return [...lines, ...dots];
}

/** Lines over time. */
export function lineMarks(panel: ChartPanel, grid: Grid, draw: Draw): PlotMarks {
  const values = grid.series.flatMap(({ rows }) => rows.map((row) => row?.value ?? 0));
  const max = roundUp(Math.max(0, ...values), isCounted(panel));
  const marks = grid.series.flatMap((series) => drawLine(panel, grid, series, max, draw));
  return { max, marks };
}

/** The cells of each line of a heat map, as high as what they stand in, which is 26. */
export function heatMarks(
  panel: ChartPanel,
  grid: Grid,
  draw: Draw,
): readonly { readonly series: Series; readonly cells: readonly Markup[] }[] {
  const [across] = panel.query.dimensions;
  if (across === undefined) return [];
  const values = grid.series.flatMap(({ rows }) => rows.map((row) => row?.value ?? 0));
  const max = Math.max(1, ...values);
  const width = 100 / Math.max(1, grid.places.length);
  const isRoomy = grid.places.length <= FEW_PLACES;
  const lines = grid.series.map((series) => {
    const cells = grid.places.flatMap((key, place) => {
      const row = series.rows[place];
      if (row === undefined) return [];
      // The root spreads small values, which are most of them.
      const strength = Math.sqrt((row.value ?? 0) / max);
      const x = place * width;
      const title = hint(panel, formatKey(across, key), series, row);
      const text = isRoomy
        ? html`<text class="${strength > 0.55 ? "on" : "off"}" x="${coordinate(x + width / 2)}%" y="17" text-anchor="middle">${formatCell(panel, row)}</text>`
        : NOTHING;
      const cell = html`<rect class="heat" x="${coordinate(x + 0.1)}%" y="1" width="${coordinate(width - 0.2)}%" height="24" fill-opacity="${coordinate(0.06 + 0.94 * strength)}"><title>${title}</title></rect>${text}`;
      return [linkRow(draw, panel, row, cell)];
    });
    return { series, cells };
  });
  return lines;
}
