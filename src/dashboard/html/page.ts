/**
 * A dashboard as one HTML file that needs nothing else: no script, no network, no external file. A
 * content security policy forbids both, so that even a text that slipped through could do nothing.
 */
import { createHash } from "node:crypto";
import type { Predicate } from "../../rule/ir.ts";
import { renderPredicate } from "../../rule/render-predicate.ts";
import {
  type ChartPanel,
  type Dashboard,
  type Panel,
  type Section,
  SMALL_CELL_USERS,
} from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { drawBars, drawLegend, drawRing, drawStat } from "./figure.ts";
import { formatCount, formatDay, formatLength, formatMinute } from "./format.ts";
import { layOut } from "./layout.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { drawColumns, drawHeatMap, drawLines } from "./plot.ts";
import { type Grid, gridOf, type Shown } from "./series.ts";
import { PAGE_STYLE } from "./style.ts";
import { drawTable, renderCsv } from "./table.ts";

export interface PageOptions {
  /** What the reader is told the numbers come from, such as the name of a file. */
  readonly source: string;
  readonly events: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The time shown: from (included) to (excluded). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Events that do not match are not counted anywhere on the page. */
  readonly where?: Predicate;
  readonly version: string;
}

/** A ring has one series for each part, where other charts have one for each value of the second field. */
function ringGrid(panel: ChartPanel, rows: readonly ResultRow[], shown: Shown): Grid {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return { places: [], series: [], leftOut: 0 };
  const dimensions = [{ kind: "hour_of_day" as const }, dimension];
  const turned = rows.map((row) => ({ ...row, keys: [0, ...row.keys] }));
  return gridOf({ ...panel, query: { ...panel.query, dimensions } }, turned, shown);
}

function drawChart(panel: ChartPanel, rows: readonly ResultRow[], shown: Shown): Markup {
  switch (panel.kind) {
    case "stat":
      return drawStat(panel, rows);
    case "bar":
      return drawBars(panel, rows);
    case "donut":
      return drawRing(panel, ringGrid(panel, rows, shown));
    case "table":
      return drawTable(panel, rows);
    case "heat_map":
      return drawHeatMap(panel, gridOf(panel, rows, shown));
    case "time_series":
    case "stacked":
    case "share": {
      const grid = gridOf(panel, rows, shown);
      const plot = panel.kind === "time_series" ? drawLines(panel, grid) : drawColumns(panel, grid);
      const left =
        grid.leftOut === 0
          ? NOTHING
          : html`<p class="note">${formatCount(grid.leftOut)} more in the table.</p>`;
      return html`${plot}${drawLegend(panel, grid)}${left}`;
    }
  }
}

/** What the reader must know of rows without a number. */
function withheldNote(kind: ChartPanel["kind"], rows: readonly ResultRow[]): Markup {
  if (kind === "stat") return NOTHING;
  const small = rows.filter((row) => row.small).length;
  if (small === 0) return NOTHING;
  const shares = kind === "share" || kind === "donut" ? " Shares are of the values shown." : "";
  return html`<p class="note">${formatCount(small)} of ${formatCount(rows.length)} values withheld: fewer than ${SMALL_CELL_USERS} users each.${shares}</p>`;
}

function drawPanel(
  dashboard: Dashboard,
  panel: Panel,
  results: ReadonlyMap<string, readonly ResultRow[]>,
  shown: Shown,
): Markup {
  if (panel.kind === "text")
    return html`<section class="card"><h3>${panel.title}</h3><p>${panel.text}</p></section>`;
  const rows = results.get(panel.name) ?? [];
  const isEmpty = rows.length === 0 && panel.kind !== "stat";
  const chart = isEmpty ? html`<p class="empty">No events.</p>` : drawChart(panel, rows, shown);
  const note = panel.note === undefined ? NOTHING : html`<p class="note">${panel.note}</p>`;
  const address = `data:text/csv;charset=utf-8,${encodeURIComponent(renderCsv(panel, rows))}`;
  const csv = html`<p class="csv"><a download="${dashboard.name}-${panel.name}.csv" href="${address}">Download CSV</a></p>`;
  const table =
    panel.kind === "table"
      ? html`<details><summary>Export</summary>${csv}</details>`
      : html`<details><summary>Table</summary>${drawTable(panel, rows)}${csv}</details>`;
  return html`<section class="card" id="${panel.name}"><h3>${panel.title}</h3>${chart}${withheldNote(panel.kind, rows)}${note}${isEmpty ? NOTHING : table}</section>`;
}

function drawSection(
  dashboard: Dashboard,
  { title, about, panels }: Section,
  results: ReadonlyMap<string, readonly ResultRow[]>,
  shown: Shown,
): Markup {
  const drawn = layOut(panels).map((place) => {
    const cards = place.panels.map((panel) => drawPanel(dashboard, panel, results, shown));
    return html`<div class="place w${place.width}">${cards}</div>`;
  });
  return html`<section><h2>${title}</h2><p class="about">${about}</p><div class="grid">${drawn}</div></section>`;
}

function drawFacts(options: PageOptions): Markup {
  const { fromMs, toMs, where } = options;
  const last = formatDay(toMs - 1);
  const filter =
    where === undefined
      ? NOTHING
      : html`<p class="facts">Only events where <code>${renderPredicate(where)}</code></p>`;
  return html`<p class="facts">${formatDay(fromMs)} to ${last} (${formatLength(toMs - fromMs)}, UTC). ${formatCount(options.events)} events in ${options.source}, the last one at ${formatMinute(options.lastMs)}.</p>${filter}`;
}

/**
 * The page of a dashboard. Pure: equal results give equal bytes.
 *
 * @param results Rows by the name of the panel.
 */
export function renderPage(
  dashboard: Dashboard,
  results: ReadonlyMap<string, readonly ResultRow[]>,
  options: PageOptions,
): string {
  const style = createHash("sha256").update(PAGE_STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
  const sections = dashboard.sections.map((one) => drawSection(dashboard, one, results, options));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${dashboard.title}</title>
<style>${{ markup: PAGE_STYLE }}</style>
</head>
<body>
<header><h1>${dashboard.title}</h1><p class="about">${dashboard.description}</p>${drawFacts(options)}</header>
<main>${sections}</main>
<footer>Dashboard ${dashboard.name} ${dashboard.version}, claude-siem ${options.version}. Totals only; no user ids.</footer>
</body>
</html>
`;
  return page.markup;
}
