/** A dashboard over the live store, for one choice of time, filters and subject. */
import { drawDashboard } from "../../dashboard/html/dashboard.ts";
import {
  formatCount,
  formatLength,
  formatMinute,
  formatName,
} from "../../dashboard/html/format.ts";
import { html, type Markup, NOTHING } from "../../dashboard/html/markup.ts";
import {
  type ChartPanel,
  type Dashboard,
  type EventsPanel,
  panelsOf,
  type StatusPanel,
} from "../../dashboard/ir.ts";
import type { RowKeys } from "../../dashboard/row-predicate.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { type DashboardResult, runSelection } from "./dashboard-result.ts";
import { drawColumns } from "./event-table.ts";
import { fieldTitle, type SubjectLink, shortPseudonym } from "./field.ts";
import { overviewVersion } from "./overview.ts";
import type { PageStore } from "./page-store.ts";
import type { Computed } from "./result-cache.ts";
import {
  parseSelection,
  rangeOfSelection,
  type Selection,
  selectionNames,
  selectionParameters,
} from "./selection.ts";
import { drawStatus } from "./status-table.ts";
import type { PageWorld } from "./world.ts";

const RANGES = ["24h", "7d", "30d", "90d"];

/** Where a session or a user is looked at: the first dashboard about one. */
export function subjectLink(dashboards: readonly Dashboard[]): SubjectLink {
  return (field, value) => {
    const dashboard = dashboards.find(({ subject }) => subject.some((one) => one === field));
    if (dashboard === undefined) return undefined;
    return `/dashboards/${dashboard.name}?${new URLSearchParams({ [field]: value }).toString()}`;
  };
}

function keyOf(dashboard: Dashboard, selection: Selection, nowMs: number): string {
  const { fromMs, toMs } = rangeOfSelection(selection, nowMs);
  const chosen = [...selection.filters, ...selection.subject];
  return JSON.stringify([dashboard.name, fromMs, toMs, chosen]);
}

/** What the page of a selection would show, as a token. */
export async function dashboardVersion(
  world: PageWorld,
  store: PageStore,
  dashboard: Dashboard,
  parameters: URLSearchParams,
): Promise<string | undefined> {
  const selection = parseSelection(dashboard, parameters);
  if (typeof selection === "string") return undefined;
  const key = keyOf(dashboard, selection, world.now());
  return versionWith(world, dashboard, world.results.version(key, await store.arrived()));
}

/** A dashboard with panels of the connector's state changes with that as well. */
function versionWith(world: PageWorld, dashboard: Dashboard, version: string): string {
  const isOfState = panelsOf(dashboard).some(({ kind }) => kind === "status");
  return isOfState ? `${version} ${overviewVersion(world)}` : version;
}

function drawSelect(
  field: string,
  title: string,
  values: readonly string[],
  chosen: string,
  none?: string,
): Markup {
  const all = values.includes(chosen) || chosen === "" ? values : [chosen, ...values];
  const options = all.map((value) =>
    value === chosen
      ? html`<option value="${value}" selected>${formatName(value)}</option>`
      : html`<option value="${value}">${formatName(value)}</option>`,
  );
  const first = none === undefined ? NOTHING : html`<option value="">${none}</option>`;
  return html`<label>${title}<select name="${field}">${first}${options}</select></label>`;
}

/** The choices of a reader, as a form that asks for the page of them. */
function drawForm(
  dashboard: Dashboard,
  selection: Selection,
  values: DashboardResult["values"],
): Markup {
  const range = formatDuration(selection.rangeMs);
  const own = formatDuration(dashboard.rangeMs);
  const ranges = RANGES.includes(own) ? RANGES : [own, ...RANGES];
  const filters = dashboard.filters.map((field) =>
    drawSelect(
      field,
      fieldTitle(field),
      values.get(field) ?? [],
      selection.filters.get(field) ?? "",
      "all",
    ),
  );
  const subject = dashboard.subject.map((field) => {
    const given = selection.subject.get(field) ?? "";
    const shown = field === "user_id_hash" ? shortPseudonym(given) : given;
    return html`<label>${fieldTitle(field)}<input name="${field}" value="${shown}" maxlength="256" autocomplete="off" spellcheck="false"></label>`;
  });
  return html`<form class="choose" method="get" action="/dashboards/${dashboard.name}">${subject}${drawSelect("range", "time shown", ranges, range)}<label>last day<input type="date" name="until" value="${selection.until ?? ""}"></label>${filters}<button>Show</button></form>`;
}

/** Links of rows to their events; rows that hide their number for the sake of few people have none. */
function rowLinks(
  dashboard: Dashboard,
  selection: Selection,
  { charts }: DashboardResult,
): (panel: ChartPanel, keys: RowKeys) => string | undefined {
  const base = selectionParameters(dashboard, selection);
  return (panel, keys) => {
    const rows = charts.get(panel.name) ?? [];
    const isOf = (row: (typeof rows)[number]): boolean =>
      keys.every((key, index) => key === undefined || row.keys[index] === key);
    if (rows.some((row) => row.small && isOf(row))) return undefined;
    const parameters = new URLSearchParams(base);
    parameters.set("panel", panel.name);
    for (const [index, key] of keys.entries())
      if (key !== undefined) parameters.set(`key${index}`, String(key));
    return `/dashboards/${dashboard.name}/events?${parameters.toString()}`;
  };
}

function drawFacts(
  dashboard: Dashboard,
  selection: Selection,
  { value, at }: Computed<DashboardResult>,
  nowMs: number,
): Markup {
  const { fromMs, toMs } = rangeOfSelection(selection, nowMs);
  const time = `${formatMinute(fromMs)} to ${formatMinute(toMs)} (${formatLength(toMs - fromMs)})`;
  return html`<p class="facts" data-part="facts">${time}. ${formatCount(value.events)} events in the store, as of ${new Date(at).toISOString().slice(11, 19)} UTC. Dashboard ${dashboard.name} ${dashboard.version}.</p>`;
}

/** A page, or what is wrong with what was asked. */
export type Drawn =
  | { readonly kind: "page"; readonly main: Markup; readonly version?: string }
  | { readonly kind: "refused"; readonly reason: string };

export async function drawDashboardPage(
  world: PageWorld,
  store: PageStore,
  dashboard: Dashboard,
  parameters: URLSearchParams,
): Promise<Drawn> {
  const selection = parseSelection(dashboard, parameters);
  if (typeof selection === "string") return { kind: "refused", reason: selection };
  const now = world.now();
  const range = rangeOfSelection(selection, now);
  const key = keyOf(dashboard, selection, now);
  const computed = await world.results.get(key, await store.arrived(), () =>
    store.read((table) => runSelection(table, dashboard, selection, range)),
  );
  const { value } = computed;
  const linkOf = subjectLink(world.dashboards);
  const status = world.status();
  const drawOther = (panel: EventsPanel | StatusPanel): Markup => {
    if (panel.kind === "status") return drawStatus(panel.of, status);
    const rows = value.lists.get(panel.name) ?? [];
    return drawColumns(rows, panel.query.columns, panel.title, linkOf);
  };
  const asks = dashboard.subject.length > 0 && selection.subject.size === 0;
  const draw = {
    ...range,
    firstMs: value.firstMs ?? range.fromMs,
    rowLink: rowLinks(dashboard, selection, value),
    drawOther,
  };
  const body =
    value.problem !== undefined
      ? html`<p class="problem" data-part="problem">${value.problem}</p>`
      : asks
        ? html`<p class="empty" data-part="problem">Give a ${dashboard.subject.map(fieldTitle).join(" or a ")} above.</p>`
        : drawDashboard(value.dashboard, value.charts, draw);
  const main = html`<header><h1>${dashboard.title}</h1><p class="about">${dashboard.description}</p>${drawFacts(dashboard, selection, computed, now)}</header>
${drawForm(dashboard, selection, value.values)}
${body}`;
  return { kind: "page", main, version: versionWith(world, dashboard, computed.version) };
}

/** Parameters that a page of the dashboard reads; others are a mistake somebody should hear of. */
export function knownParameters(dashboard: Dashboard): readonly string[] {
  const keys = ["panel", "key0", "key1", "before", "id"];
  return [...selectionNames, ...dashboard.filters, ...dashboard.subject, ...keys];
}
