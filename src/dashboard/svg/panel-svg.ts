/**
 * A chart as a picture of its own, for documents and slides: SVG with its style, a title and a
 * description, on light ground. The marks are those of the page.
 */

import { tickPlaces } from "../html/axis.ts";
import { ringGrid } from "../html/chart.ts";
import { sayWithheld } from "../html/dashboard.ts";
import type { Draw } from "../html/draw.ts";
import { ringArcs, statWords } from "../html/figure.ts";
import {
  dimensionTitle,
  formatCell,
  formatCount,
  formatKey,
  formatShare,
  formatShort,
  formatTimes,
} from "../html/format.ts";
import { coordinate, html, type Markup, NOTHING } from "../html/markup.ts";
import { columnMarks, heatMarks, lineMarks } from "../html/plot-marks.ts";
import { type Grid, gridOf } from "../html/series.ts";
import type { ChartPanel } from "../ir.ts";
import { palette } from "../palette.ts";
import type { ResultRow } from "../panel-result.ts";

const WIDTH = 720;
const MARGIN = 20;
/** Below the title and the time. */
const TOP = 66;
const LINE = 24;
/** About what a letter takes at 13 pixels. */
const LETTER = 7.2;
/** Names longer than this are cut; the table of the page has them whole. */
const NAME_LETTERS = 28;
/** Rows of a table in a picture. */
const ROWS_MAX = 24;

const colours = Object.entries(palette).map(
  ([name, colour]) =>
    `.${name}{fill:${colour}}.line.${name},.arc.${name}{fill:none;stroke:${colour}}`,
);

const STYLE = `text{font:13px system-ui,"Segoe UI",Roboto,sans-serif;fill:#1c2330}.title{font-size:16px;font-weight:600}.soft{fill:#5a6473}.small{font-size:11px}.big{font-size:40px;font-weight:650}.total{font-size:6px;font-weight:650}.of{font-size:3px;fill:#5a6473}.card{fill:#fff;stroke:#e1e4ea}.rule{stroke:#e1e4ea}.track{fill:#f4f5f7}.line{stroke-width:2}.arc{stroke-width:6}.heat{fill:${palette.k0}}.on{fill:#fff}${colours.join("")}`;

/** What is drawn below the title, and how high it is. */
interface Drawn {
  readonly body: Markup;
  readonly height: number;
}

function cut(name: string): string {
  return name.length > NAME_LETTERS ? `${name.slice(0, NAME_LETTERS - 1)}…` : name;
}

function write(x: number, y: number, words: string, style = "", anchor = "start"): Markup {
  return html`<text x="${coordinate(x)}" y="${coordinate(y)}" class="${style}" text-anchor="${anchor}">${words}</text>`;
}

/** Width of a column with these names. */
function widthOf(names: readonly string[]): number {
  return Math.max(0, ...names.map(({ length }) => length)) * LETTER + 12;
}

function numberOf(panel: ChartPanel, row: ResultRow): string {
  const n = row.n === undefined ? "" : `  n = ${formatCount(row.n)}`;
  return `${formatCell(panel, row)}${n}`;
}

function drawStat(panel: ChartPanel, rows: readonly ResultRow[]): Drawn {
  const { value, unit, row, delta } = statWords(panel, rows);
  const n = row.n === undefined ? "" : `n = ${formatCount(row.n)}`;
  const beside = [unit, n].filter((word) => word !== "").join("  ");
  const x = MARGIN + value.length * 27 + 10;
  const body = html`${write(MARGIN, TOP + 38, value, "big")}${write(x, TOP + 38, beside, "soft")}${write(MARGIN, TOP + 66, delta ?? "", "soft")}`;
  return { body, height: 76 };
}

function drawBars(panel: ChartPanel, rows: readonly ResultRow[]): Drawn {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return { body: NOTHING, height: 0 };
  const names = rows.map(({ keys }) => cut(formatKey(dimension, keys[0] ?? "")));
  const numbers = rows.map((row) => numberOf(panel, row));
  const left = MARGIN + widthOf(names);
  const length = WIDTH - MARGIN - widthOf(numbers) - left;
  const max = Math.max(0, ...rows.map(({ value }) => value ?? 0)) || 1;
  const lines = rows.map((row, index) => {
    const y = TOP + index * LINE;
    const name = names[index] ?? "";
    const colour = name === "unknown" || name === "none" ? "grey" : "k0";
    const part = coordinate((length * Math.max(0, row.value ?? 0)) / max);
    return html`${write(MARGIN, y + 14, name)}<rect class="track" x="${coordinate(left)}" y="${y + 3}" width="${coordinate(length)}" height="14" rx="2"/><rect class="${colour}" x="${coordinate(left)}" y="${y + 3}" width="${part}" height="14" rx="2"/>${write(WIDTH - MARGIN, y + 14, numbers[index] ?? "", "", "end")}`;
  });
  return { body: html`${lines}`, height: rows.length * LINE };
}

/** Entries beside or below a chart, as many on a line as fit. */
function drawLegend(names: readonly (readonly [colour: string, name: string])[], y: number): Drawn {
  let [x, line] = [MARGIN, 0];
  const entries = names.map(([colour, name]) => {
    const width = name.length * LETTER + 34;
    if (x + width > WIDTH - MARGIN && x > MARGIN) [x, line] = [MARGIN, line + 1];
    const at = y + line * LINE;
    const entry = html`<rect class="${colour}" x="${coordinate(x)}" y="${at}" width="12" height="12" rx="2"/>${write(x + 18, at + 11, name)}`;
    x += width;
    return entry;
  });
  return { body: html`${entries}`, height: (line + 1) * LINE };
}

function drawRing(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Drawn {
  const [dimension] = panel.query.dimensions;
  const grid = ringGrid(panel, rows, draw);
  const { total, arcs } = ringArcs(panel, grid, draw);
  const lines = grid.series.map(({ name, colour, rows: [row] }, index) => {
    const y = TOP + 8 + index * LINE;
    const words = dimension === undefined ? name : cut(formatKey(dimension, name));
    return html`<rect class="${colour}" x="220" y="${y}" width="12" height="12" rx="2"/>${write(240, y + 11, words)}${write(520, y + 11, row === undefined ? "" : formatCell(panel, row), "", "end")}${write(600, y + 11, row?.value === undefined || total === 0 ? "" : formatShare(row.value / total), "soft", "end")}`;
  });
  const body = html`<svg x="${MARGIN}" y="${TOP}" width="170" height="170" viewBox="0 0 42 42">${arcs}<text x="21" y="21.5" text-anchor="middle" class="total">${formatShort(total, panel.unit)}</text><text x="21" y="25.5" text-anchor="middle" class="of">${panel.unit}</text></svg>${lines}`;
  return { body, height: Math.max(180, grid.series.length * LINE + 10) };
}

/** Names of places along an axis that begins at `left` and is `width` wide. */
function drawPlaces(panel: ChartPanel, grid: Grid, left: number, y: number): Markup {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
  const width = (WIDTH - MARGIN - left) / Math.max(1, grid.places.length);
  const names = tickPlaces(grid.places.length).map((place) =>
    write(
      left + (place + 0.5) * width,
      y,
      formatKey(dimension, grid.places[place] ?? ""),
      "soft",
      "middle",
    ),
  );
  return html`${names}`;
}

function legendOf(panel: ChartPanel, grid: Grid): readonly (readonly [string, string])[] {
  const [, dimension] = panel.query.dimensions;
  if (dimension === undefined) return [];
  return grid.series.map(({ colour, name }) => [colour, cut(formatKey(dimension, name))]);
}

function drawPlot(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Drawn {
  const grid = gridOf(panel, rows, draw);
  const isLine = panel.kind === "time_series";
  const { max, marks } = isLine ? lineMarks(panel, grid, draw) : columnMarks(panel, grid, draw);
  const unit = panel.kind === "share" ? "percent" : panel.unit;
  const labels = [max, max / 2, 0].map((value) => formatShort(value, unit));
  const [left, height] = [MARGIN + widthOf(labels), 220];
  const axis = labels.map((label, index) => {
    const y = TOP + 6 + (height * index) / 2;
    return html`<line class="rule" x1="${coordinate(left)}" x2="${WIDTH - MARGIN}" y1="${y}" y2="${y}"/>${write(left - 8, y + 4, label, "soft", "end")}`;
  });
  const more = grid.leftOut === 0 ? [] : [["grey", `${grid.leftOut} more, not drawn`] as const];
  const legend = drawLegend([...legendOf(panel, grid), ...more], TOP + height + 44);
  const isNamed = panel.query.dimensions.length > 1;
  const body = html`${axis}<svg x="${coordinate(left)}" y="${TOP + 6}" width="${coordinate(WIDTH - MARGIN - left)}" height="${height}" overflow="visible">${marks}</svg>${drawPlaces(panel, grid, left, TOP + height + 26)}${isNamed ? legend.body : NOTHING}`;
  return { body, height: height + 36 + (isNamed ? legend.height : 0) };
}

function drawHeatMap(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Drawn {
  const [, down] = panel.query.dimensions;
  if (down === undefined) return { body: NOTHING, height: 0 };
  const grid = gridOf(panel, rows, draw);
  const names = grid.series.map(({ name }) => cut(formatKey(down, name)));
  const left = MARGIN + widthOf(names);
  const lines = heatMarks(panel, grid, draw).map(({ cells }, index) => {
    const y = TOP + index * 26;
    return html`${write(MARGIN, y + 17, names[index] ?? "")}<svg x="${coordinate(left)}" y="${y}" width="${coordinate(WIDTH - MARGIN - left)}" height="26"><rect class="track" width="100%" height="26"/>${cells}</svg>`;
  });
  const bottom = TOP + names.length * 26;
  return {
    body: html`${lines}${drawPlaces(panel, grid, left, bottom + 18)}`,
    height: names.length * 26 + 26,
  };
}

function drawTable(panel: ChartPanel, rows: readonly ResultRow[]): Drawn {
  const { dimensions } = panel.query;
  const shown = rows.slice(0, ROWS_MAX);
  const step = (WIDTH - 2 * MARGIN) / (dimensions.length + 1);
  const head = dimensions.map((one, index) =>
    write(MARGIN + index * step, TOP + 12, dimensionTitle(one), "soft"),
  );
  const lines = shown.map((row, at) => {
    const y = TOP + 12 + (at + 1) * LINE;
    const keys = dimensions.map((one, index) =>
      write(MARGIN + index * step, y, cut(formatKey(one, row.keys[index] ?? ""))),
    );
    return html`${keys}${write(WIDTH - MARGIN, y, numberOf(panel, row), "", "end")}`;
  });
  const left = rows.length - shown.length;
  const y = TOP + 12 + (shown.length + 1) * LINE;
  const more = left === 0 ? NOTHING : write(MARGIN, y, `${formatCount(left)} more`, "soft");
  return { body: html`${head}${lines}${more}`, height: (shown.length + 1.5) * LINE };
}

function drawBody(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Drawn {
  if (rows.length === 0 && panel.kind !== "stat")
    return { body: write(MARGIN, TOP + 14, "No events.", "soft"), height: LINE };
  switch (panel.kind) {
    case "stat":
      return drawStat(panel, rows);
    case "bar":
      return drawBars(panel, rows);
    case "donut":
      return drawRing(panel, rows, draw);
    case "heat_map":
      return drawHeatMap(panel, rows, draw);
    case "table":
      return drawTable(panel, rows);
    default:
      return drawPlot(panel, rows, draw);
  }
}

/** The picture of one panel: a complete SVG file. Pure: equal rows give equal bytes. */
export function renderPanelSvg(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): string {
  const { body, height } = drawBody(panel, rows, draw);
  const times = formatTimes(draw);
  const notes = [sayWithheld(panel, rows), panel.note].filter((one) => one !== undefined);
  const told = notes.map((note, index) =>
    write(MARGIN, TOP + height + 18 + index * 20, note, "soft small"),
  );
  const full = TOP + height + notes.length * 20 + MARGIN;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${coordinate(full)}" viewBox="0 0 ${WIDTH} ${coordinate(full)}" role="img" aria-labelledby="title about">
<title id="title">${panel.title}</title>
<desc id="about">${[times, ...notes].join(" ")}</desc>
<style>${{ markup: STYLE }}</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${coordinate(full - 1)}" rx="8"/>
${write(MARGIN, 28, panel.title, "title")}${write(MARGIN, 48, times, "soft")}
${body}${told}
</svg>
`.markup;
}
