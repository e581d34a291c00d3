/** Charts of groups without an axis of places: a number, bars, a ring. And the legend of series. */

import type { ChartPanel } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { type Draw, linkMark, linkName } from "./draw.ts";
import {
  formatCell,
  formatCount,
  formatKey,
  formatLength,
  formatShare,
  formatShort,
  formatUnit,
  formatValue,
} from "./format.ts";
import { coordinate, html, type Markup, NOTHING } from "./markup.ts";
import type { Grid } from "./series.ts";

function cases(row: ResultRow | undefined): Markup {
  return row?.n === undefined ? NOTHING : html`<span class="n">n = ${formatCount(row.n)}</span>`;
}

/** How a value moved: rates in points, everything else in percent of what it was. */
function change(panel: ChartPanel, now: number, before: number): string {
  if (now === before) return "no change";
  const sign = now > before ? "+" : "−";
  if (panel.query.measure.kind === "ratio" && panel.unit === "percent")
    return `${sign}${formatValue(Math.abs(now - before) * 100, "events")} points`;
  if (before === 0) return "none before";
  return `${sign}${formatShare(Math.abs(now - before) / before)}`;
}

/** A number, what stands beside it, and how it compares with the time before. */
export interface StatWords {
  readonly value: string;
  readonly unit: string;
  readonly row: ResultRow;
  readonly delta?: string;
}

export function statWords(panel: ChartPanel, rows: readonly ResultRow[]): StatWords {
  const [dimension] = panel.query.dimensions;
  const isCounted = ["count", "sum", "distinct"].includes(panel.query.measure.kind);
  // A time without any event has no row: nothing was counted, but no rate or delay can be told.
  const none: ResultRow = { keys: [], ...(isCounted && { value: 0 }), small: false };
  const find = (period: string): ResultRow => rows.find(({ keys }) => keys[0] === period) ?? none;
  const row = dimension === undefined ? (rows[0] ?? none) : find("current");
  const words = { value: formatCell(panel, row), unit: formatUnit(panel.unit), row };
  if (dimension?.kind !== "period") return words;
  const before = find("before");
  const moved =
    row.value === undefined || before.value === undefined
      ? ""
      : `${change(panel, row.value, before.value)}, `;
  const length = formatLength(dimension.ms).replace(/^1 /, "");
  return { ...words, delta: `${moved}${formatCell(panel, before)} in the ${length} before` };
}

/** One number, and how it compares with the same time before. */
export function drawStat(panel: ChartPanel, rows: readonly ResultRow[]): Markup {
  const { value, unit, row, delta } = statWords(panel, rows);
  const compared = delta === undefined ? NOTHING : html`<p class="delta">${delta}</p>`;
  return html`<p class="stat"><strong>${value}</strong> <span class="unit">${unit}</span> ${cases(row)}</p>${compared}`;
}

/** A bar for each group, with its name and number. */
export function drawBars(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Markup {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
  const max = Math.max(0, ...rows.map(({ value }) => value ?? 0)) || 1;
  const lines = rows.map((row) => {
    const key = String(row.keys[0]);
    const colour = key === "unknown" || key === "none" ? "grey" : "k0";
    const width = coordinate((100 * Math.max(0, row.value ?? 0)) / max);
    const bar = html`<rect class="${colour}" width="${width}%" height="100%" rx="2"/>`;
    return html`<span class="name">${linkName(draw, panel, row.keys, formatKey(dimension, key))}</span><svg class="bar" aria-hidden="true">${linkMark(draw, panel, row.keys, bar)}</svg><span class="number">${formatCell(panel, row)} ${cases(row)}</span>`;
  });
  return html`<div class="bars">${lines}</div>`;
}

/** The parts of a ring, drawn in a square of 42, and what they add up to. */
export function ringArcs(
  panel: ChartPanel,
  grid: Grid,
  draw: Draw,
): { readonly total: number; readonly arcs: readonly Markup[] } {
  const parts = grid.series.map((series) => ({ series, row: series.rows[0] }));
  const total = parts.reduce((sum, { row }) => sum + (row?.value ?? 0), 0);
  let start = 0;
  const arcs = parts.flatMap(({ series, row }) => {
    if (row?.value === undefined || row.value === 0) return [];
    const share = (100 * row.value) / total;
    const arc = html`<circle class="arc ${series.colour}" cx="21" cy="21" r="15.9" pathLength="100" stroke-dasharray="${coordinate(Math.max(0, share - 0.5))} ${coordinate(100 - Math.max(0, share - 0.5))}" stroke-dashoffset="${coordinate(25 - start)}"><title>${series.name}: ${formatCell(panel, row)}, ${formatShare(row.value / total)}</title></circle>`;
    start += share;
    return [series.key === undefined ? arc : linkMark(draw, panel, [series.key], arc)];
  });
  return { total, arcs };
}

/** A ring of the parts of a whole, with a legend that has the numbers. */
export function drawRing(panel: ChartPanel, grid: Grid, draw: Draw): Markup {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
  const { total, arcs } = ringArcs(panel, grid, draw);
  const parts = grid.series.map((series) => ({ series, row: series.rows[0] }));
  const legend = parts.map(({ series, row }) => {
    const share = row?.value === undefined || total === 0 ? "" : formatShare(row.value / total);
    const title = formatKey(dimension, series.name);
    const name = series.key === undefined ? title : linkName(draw, panel, [series.key], title);
    return html`<li><svg class="key" aria-hidden="true"><rect class="${series.colour}" width="12" height="12" rx="2"/></svg><span>${name}</span><span class="number">${row === undefined ? "" : formatCell(panel, row)}</span><span class="number">${share}</span></li>`;
  });
  return html`<div class="ring"><svg viewBox="0 0 42 42" aria-hidden="true">${arcs}<text x="21" y="21.5" text-anchor="middle" class="total">${formatShort(total, panel.unit)}</text><text x="21" y="25.5" text-anchor="middle" class="of">${panel.unit}</text></svg><ul class="parts">${legend}</ul></div>`;
}

/** Which colour is which series. */
export function drawLegend(panel: ChartPanel, grid: Grid, draw: Draw): Markup {
  const [, dimension] = panel.query.dimensions;
  if (dimension === undefined) return NOTHING;
  const entries = grid.series.map((series) => {
    const title = formatKey(dimension, series.name);
    const { key } = series;
    const name = key === undefined ? title : linkName(draw, panel, [undefined, key], title);
    return html`<li><svg class="key" aria-hidden="true"><rect class="${series.colour}" width="12" height="12" rx="2"/></svg>${name}</li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}
