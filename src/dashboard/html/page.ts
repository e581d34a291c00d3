/** A dashboard as one HTML file. */
import type { Predicate } from "../../rule/ir.ts";
import { renderPredicate } from "../../rule/render-predicate.ts";
import type { Dashboard } from "../ir.ts";
import { drawDashboard, type Results } from "./dashboard.ts";
import type { Shown } from "./draw.ts";
import { formatCount, formatDay, formatLength, formatMinute } from "./format.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { renderShell } from "./shell.ts";
import { PAGE_STYLE } from "./style.ts";

export interface PageOptions extends Shown {
  /** What the reader is told the numbers come from, such as the name of a file. */
  readonly source: string;
  readonly events: number;
  readonly lastMs: number;
  /** Events that do not match are not counted anywhere on the page. */
  readonly where?: Predicate;
  readonly version: string;
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

/** The page of a dashboard. Pure: equal results give equal bytes. */
export function renderPage(dashboard: Dashboard, results: Results, options: PageOptions): string {
  const body = html`<header><h1>${dashboard.title}</h1><p class="about">${dashboard.description}</p>${drawFacts(options)}</header>
<main>${drawDashboard(dashboard, results, options)}</main>
<footer>Dashboard ${dashboard.name} ${dashboard.version}, claude-siem ${options.version}. Totals only; no user ids.</footer>`;
  return renderShell({ title: dashboard.title, style: PAGE_STYLE, body });
}
