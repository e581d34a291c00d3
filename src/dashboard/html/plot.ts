/**
 * The frame of charts over places along an axis, and what stands in it: columns, lines, cells.
 *
 * Drawn by hand, because six forms of charts are some hundred lines of SVG, while a charting library
 * is tens of megabytes to install, audit and keep, and needs scripts in a page that has none. Marks
 * have coordinates in percent, so that a chart fills any width and its text keeps its size.
 */
import type { ChartPanel, Dimension } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { type Draw, linkMark, linkName } from "./draw.ts";
import { formatCell, formatKey, formatShare, formatShort } from "./format.ts";
import { coordinate, html, type Markup, NOTHING } from "./markup.ts";
import { type Grid, roundUp, type Series } from "./series.ts";

/** Marks along the axis; more would touch each other on a phone. */
const TICKS_MAX = 5;

/** So many places have all of their names, in the middle. */
const FEW_PLACES = 6;

/** Letters that fit below a plot on a phone. */
const PHONE_LETTERS = 36;

/** Part of a place that a column fills. */
const COLUMN_WIDTH = 0.78;

/** Places with a name: all of few, otherwise some at equal distances from the first. */
function tickPlaces(count: number): readonly number[] {
  const step = count <= FEW_PLACES ? 1 : Math.ceil((count - 1) / (TICKS_MAX - 1));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

/** Names of some of the places, below the plot. */
export function axisBelow(dimension: Dimension, places: Grid["places"]): Markup {
  const width = 100 / Math.max(1, places.length);
  const few = places.length <= FEW_PLACES;
  const anchor = (place: number): string => {
    if (few) return "middle";
    return place === 0 ? "start" : place === places.length - 1 ? "end" : "middle";
  };
  const at = (place: number): number => {
    if (anchor(place) === "middle") return (place + 0.5) * width;
    return place === 0 ? 0 : 100;
  };
  const ticks = tickPlaces(places.length).map((place) => ({
    place,
    name: formatKey(dimension, places[place] ?? ""),
  }));
  const labels = ticks.map(
    ({ place, name }) =>
      html`<text x="${coordinate(at(place))}%" y="13" text-anchor="${anchor(place)}">${name}</text>`,
  );
  // On a phone, long names take turns in two lines.
  const letters = ticks.reduce((sum, { name }) => sum + name.length + 1, 0);
  const long = letters > PHONE_LETTERS ? " long" : "";
  return html`<svg class="below${long}" aria-hidden="true">${labels}</svg>`;
}

/** A plot with an axis of values from 0 to `max` at its left. */
function frame(panel: ChartPanel, grid: Grid, max: number, marks: readonly Markup[]): Markup {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
  const unit = panel.kind === "share" ? "percent" : panel.unit;
  const labels = [max, max / 2, 0].map((value) => html`<span>${formatShort(value, unit)}</span>`);
  const lines = [0, 50, 100].map(
    (y) => html`<line class="rule" x1="0" x2="100%" y1="${y}%" y2="${y}%"/>`,
  );
  return html`<div class="plot"><div class="left" aria-hidden="true">${labels}</div><svg class="area" aria-hidden="true">${lines}${marks}</svg>${axisBelow(dimension, grid.places)}</div>`;
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
export function drawColumns(panel: ChartPanel, grid: Grid, draw: Draw): Markup {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
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
  return frame(panel, grid, max, marks);
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
    const [x, y] = [coordinate((place + 0.5) * width), coordinate(100 - (100 * row.value) / max)];
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
export function drawLines(panel: ChartPanel, grid: Grid, draw: Draw): Markup {
  const values = grid.series.flatMap(({ rows }) => rows.map((row) => row?.value ?? 0));
  const max = roundUp(Math.max(0, ...values), isCounted(panel));
  const marks = grid.series.flatMap((series) => drawLine(panel, grid, series, max, draw));
  return frame(panel, grid, max, marks);
}

/** Cells of a heat map: the first dimension runs along the axis, each value of the second is a line. */
export function drawHeatMap(panel: ChartPanel, grid: Grid, draw: Draw): Markup {
  const [across, down] = panel.query.dimensions;
  if (across === undefined || down === undefined) return NOTHING;
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
    const { key } = series;
    const title = formatKey(down, series.name);
    const name = key === undefined ? title : linkName(draw, panel, [undefined, key], title);
    return html`<span class="name">${name}</span><svg class="row" aria-hidden="true">${cells}</svg>`;
  });
  return html`<div class="heatmap">${lines}<span></span>${axisBelow(across, grid.places)}</div>`;
}
