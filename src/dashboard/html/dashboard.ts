/** The sections of a dashboard: cards with charts, and behind every chart its table and CSV. */
import {
  type ChartPanel,
  type Dashboard,
  isChart,
  type Panel,
  type Section,
  SMALL_CELL_USERS,
} from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { drawChart } from "./chart.ts";
import type { Draw } from "./draw.ts";
import { formatCount } from "./format.ts";
import { layOut } from "./layout.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { drawTable, renderCsv } from "./table.ts";

/** Rows by the name of the panel. */
export type Results = ReadonlyMap<string, readonly ResultRow[]>;

/** Charts without a place for words where a number is missing. */
const WORDLESS: readonly ChartPanel["kind"][] = ["time_series", "heat_map"];

/** What the reader must know of rows without a number, in words. */
export function sayWithheld(
  { kind, query }: Pick<ChartPanel, "kind" | "query">,
  rows: readonly ResultRow[],
): string | undefined {
  const small = rows.filter((row) => row.small).length;
  const few =
    query.measure.kind === "ratio" && WORDLESS.includes(kind)
      ? rows.filter((row) => row.value === undefined && !row.small).length
      : 0;
  if (kind === "stat" || small + few === 0) return undefined;
  const reasons = [
    ...(small > 0 ? [`fewer than ${SMALL_CELL_USERS} users each`] : []),
    ...(few > 0 ? ["too few cases"] : []),
  ].join(", or ");
  const shares = kind === "share" || kind === "donut" ? " Shares are of the values shown." : "";
  return `${formatCount(small + few)} of ${formatCount(rows.length)} values withheld: ${reasons}.${shares}`;
}

function drawNote(note: string | undefined): Markup {
  return note === undefined ? NOTHING : html`<p class="note">${note}</p>`;
}

/** Delays are known of events that carry both times; a chart of none would be an empty frame. */
function hasNoValues({ kind, query }: ChartPanel, rows: readonly ResultRow[]): boolean {
  if (query.measure.kind !== "longest_delay" || kind === "stat" || kind === "table") return false;
  return rows.every(({ value, small }) => value === undefined && !small);
}

/** The content of a chart's card below its title. */
export function drawPanel(
  dashboard: Dashboard,
  panel: ChartPanel,
  rows: readonly ResultRow[],
  draw: Draw,
): Markup {
  const isEmpty = rows.length === 0 && panel.kind !== "stat";
  const chart = isEmpty
    ? html`<p class="empty">No events.</p>`
    : hasNoValues(panel, rows)
      ? html`<p class="empty">No event has a value.</p>`
      : drawChart(panel, rows, draw);
  const address = `data:text/csv;charset=utf-8,${encodeURIComponent(renderCsv(panel, rows))}`;
  const csv = html`<p class="csv"><a download="${dashboard.name}-${panel.name}.csv" href="${address}">Download CSV</a></p>`;
  const table =
    panel.kind === "table"
      ? html`<details><summary>Export</summary>${csv}</details>`
      : html`<details><summary>Table</summary>${drawTable(panel, rows, draw)}${csv}</details>`;
  return html`${chart}${drawNote(sayWithheld(panel, rows))}${drawNote(panel.note)}${isEmpty ? NOTHING : table}`;
}

/** Whether there is anything to put into a panel's card. */
function isDrawn(panel: Panel, draw: Draw): boolean {
  if (panel.kind === "text" || isChart(panel)) return true;
  return draw.drawOther?.(panel) !== undefined;
}

function drawCard(dashboard: Dashboard, panel: Panel, results: Results, draw: Draw): Markup {
  const title = html`<h3>${panel.title}</h3>`;
  if (panel.kind === "text")
    return html`<section class="card" id="${panel.name}">${title}<p>${panel.text}</p></section>`;
  if (!isChart(panel))
    return html`<section class="card" id="${panel.name}">${title}${draw.drawOther?.(panel) ?? NOTHING}${drawNote(panel.note)}</section>`;
  const content = drawPanel(dashboard, panel, results.get(panel.name) ?? [], draw);
  return html`<section class="card" id="${panel.name}">${title}<div class="content">${content}</div></section>`;
}

function drawSection(
  dashboard: Dashboard,
  { title, about, panels }: Section,
  results: Results,
  draw: Draw,
): Markup {
  const drawn = panels.filter((panel) => isDrawn(panel, draw));
  if (drawn.length === 0) return NOTHING;
  const places = layOut(drawn).map((place) => {
    const cards = place.panels.map((panel) => drawCard(dashboard, panel, results, draw));
    return html`<div class="place w${place.width}">${cards}</div>`;
  });
  return html`<section><h2>${title}</h2><p class="about">${about}</p><div class="grid">${places}</div></section>`;
}

/**
 * All sections, to stand in the main part of a page with `PAGE_STYLE`. Pure: equal results give equal
 * markup. The card of a panel has the panel's name as its id, and what changes of it with the
 * results is the element of class `content`.
 */
export function drawDashboard(dashboard: Dashboard, results: Results, draw: Draw): Markup {
  const sections = dashboard.sections.map((one) => drawSection(dashboard, one, results, draw));
  return html`${sections}`;
}
