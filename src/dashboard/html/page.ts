/** A dashboard as one HTML file. */
import { PAGE_SCRIPT } from "../../generated/page-script.ts";
import type { Predicate } from "../../rule/ir.ts";
import { renderPredicate } from "../../rule/render-predicate.ts";
import type { Dashboard, EventsPanel, StatusPanel } from "../ir.ts";
import { statusText } from "../status-panel.ts";
import { drawControls } from "./controls.ts";
import { drawDashboard, type Results } from "./dashboard.ts";
import type { Shown } from "./draw.ts";
import { drawEvents, type ListedEvent } from "./event-list.ts";
import { formatCount, formatMinute, formatTimes } from "./format.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { renderShell } from "./shell.ts";
import { PAGE_STYLE } from "./style.ts";
import type { Views } from "./views.ts";

export interface PageOptions extends Shown {
  /** What the reader is told the numbers come from, such as the name of a file. */
  readonly source: string;
  readonly events: number;
  readonly lastMs: number;
  /** Events that do not match are not counted anywhere on the page. */
  readonly where?: Predicate;
  readonly version: string;
  /** What the reader can choose; without it the page shows one view and runs no script. */
  readonly views?: Views;
  /** Events by the name of the panel that lists them. */
  readonly lists?: ReadonlyMap<string, readonly ListedEvent[]>;
}

function drawFacts(options: PageOptions): Markup {
  const { where } = options;
  const filter =
    where === undefined
      ? NOTHING
      : html`<p class="facts">Only events where <code>${renderPredicate(where)}</code></p>`;
  return html`<p class="facts"><span id="shown">${formatTimes(options)}</span> ${formatCount(options.events)} events in ${options.source}, the last one at ${formatMinute(options.lastMs)}.</p>${filter}`;
}

/** JSON that stands in a script element, which a tag in it would end. */
function embed(views: Views): Markup {
  const text = JSON.stringify(views, (key, value: unknown) => (key === "span" ? undefined : value));
  return {
    markup: `<script type="application/json" id="views">${text.replaceAll("<", "\\u003c")}</script>`,
  };
}

/** The page of a dashboard. Pure: equal results give equal bytes. */
export function renderPage(dashboard: Dashboard, results: Results, options: PageOptions): string {
  const { views, lists } = options;
  const drawOther = (panel: EventsPanel | StatusPanel): Markup =>
    panel.kind === "events"
      ? drawEvents(panel, lists?.get(panel.name))
      : html`<p class="note">${statusText(panel.of)}</p>`;
  const sections = drawDashboard(dashboard, results, { ...options, drawOther });
  const content =
    dashboard.subject.length === 0 ? "Totals only; no user ids." : "Holds single events.";
  const body = html`<header><h1>${dashboard.title}</h1><p class="about">${dashboard.description}</p>${drawFacts(options)}${views === undefined ? NOTHING : drawControls(views)}</header>
<main>${sections}</main>
<footer>Dashboard ${dashboard.name} ${dashboard.version}, claude-siem ${options.version}. ${content}</footer>${views === undefined ? NOTHING : embed(views)}`;
  return renderShell({
    title: dashboard.title,
    style: PAGE_STYLE,
    ...(views !== undefined && { script: PAGE_SCRIPT }),
    body,
  });
}
