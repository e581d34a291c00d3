/**
 * The frame of charts over places along an axis, and what stands in it: columns, lines, cells.
 *
 * Drawn by hand, because six forms of charts are some hundred lines of SVG, while a charting library
 * is tens of megabytes to install, audit and keep, and needs scripts in a page that has none. Marks
 * have coordinates in percent, so that a chart fills any width and its text keeps its size.
 */
import type { ChartPanel } from "../ir.ts";
import { axisBelow } from "./axis.ts";
import { type Draw, linkName } from "./draw.ts";
import { formatKey, formatShort } from "./format.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { heatMarks, type PlotMarks } from "./plot-marks.ts";
import type { Grid } from "./series.ts";

/** A plot with an axis of values from 0 to `max` at its left. */
export function drawPlot(panel: ChartPanel, grid: Grid, { max, marks }: PlotMarks): Markup {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
  const unit = panel.kind === "share" ? "percent" : panel.unit;
  const labels = [max, max / 2, 0].map((value) => html`<span>${formatShort(value, unit)}</span>`);
  const lines = [0, 50, 100].map(
    (y) => html`<line class="rule" x1="0" x2="100%" y1="${y}%" y2="${y}%"/>`,
  );
  return html`<div class="plot"><div class="left" aria-hidden="true">${labels}</div><svg class="area" aria-hidden="true">${lines}${marks}</svg>${axisBelow(dimension, grid.places)}</div>`;
}

/** A heat map: the first dimension runs along the axis, each value of the second is a line. */
export function drawHeatMap(panel: ChartPanel, grid: Grid, draw: Draw): Markup {
  const [across, down] = panel.query.dimensions;
  if (across === undefined || down === undefined) return NOTHING;
  const lines = heatMarks(panel, grid, draw).map(({ series, cells }) => {
    const { key } = series;
    const title = formatKey(down, series.name);
    const name = key === undefined ? title : linkName(draw, panel, [undefined, key], title);
    return html`<span class="name">${name}</span><svg class="row" aria-hidden="true">${cells}</svg>`;
  });
  return html`<div class="heatmap">${lines}<span></span>${axisBelow(across, grid.places)}</div>`;
}
