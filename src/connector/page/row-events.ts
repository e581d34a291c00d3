/** The events behind a row of a dashboard. */
import { formatMinute } from "../../dashboard/html/format.ts";
import { html, type Markup } from "../../dashboard/html/markup.ts";
import { type ChartPanel, chartsOf, type Dashboard, panelsOf } from "../../dashboard/ir.ts";
import { type RowKeys, rowEvents } from "../../dashboard/row-predicate.ts";
import { narrowToSubject } from "../../dashboard/subject.ts";
import { resolveSubject } from "../../engine/resolve-subject.ts";
import { type EventPlace, listEvents } from "../../engine/run-events.ts";
import type { EventField } from "../../event/event.ts";
import { type Drawn, subjectLink } from "./dashboard.ts";
import { drawEvents, listedFields } from "./event-table.ts";
import { fieldText, fieldTitle } from "./field.ts";
import type { PageStore } from "./page-store.ts";
import { filtered, parseSelection, rangeOfSelection, selectionParameters } from "./selection.ts";
import type { PageWorld } from "./world.ts";

const EVENTS_SHOWN = 50;

/** Keys of the row that `key0`, `key1` … name; an absent one stands for every key. */
function keysOf({ query }: ChartPanel, parameters: URLSearchParams): RowKeys | undefined {
  const keys = query.dimensions.map((dimension, index) => {
    const key = parameters.get(`key${index}`);
    if (key === null) return undefined;
    const isNumber = dimension.kind === "time" || dimension.kind === "hour_of_day";
    return isNumber ? Number(key) : key;
  });
  const isBad = keys.some((key) => typeof key === "number" && !Number.isSafeInteger(key));
  return isBad ? undefined : keys;
}

function placeOf(parameters: URLSearchParams): EventPlace | undefined {
  const timeMs = Number(parameters.get("before") ?? Number.NaN);
  const eventId = parameters.get("id");
  return Number.isSafeInteger(timeMs) && eventId !== null ? { timeMs, eventId } : undefined;
}

function drawKeys({ query }: ChartPanel, keys: RowKeys): readonly string[] {
  return query.dimensions.flatMap((dimension, index) => {
    const key = keys[index];
    if (key === undefined) return [];
    if (dimension.kind === "field")
      return [`${fieldTitle(dimension.field)} ${fieldText(dimension.field, key)}`];
    if (dimension.kind === "hour_of_day") return [`hour ${String(key).padStart(2, "0")}`];
    return dimension.kind === "time" ? [] : [key === "current" ? "now" : "the time before"];
  });
}

/** The events behind a row, newest first, page by page. */
export async function drawRowEvents(
  world: PageWorld,
  store: PageStore,
  dashboard: Dashboard,
  parameters: URLSearchParams,
): Promise<Drawn> {
  const selection = parseSelection(dashboard, parameters);
  if (typeof selection === "string") return { kind: "refused", reason: selection };
  const name = parameters.get("panel") ?? "";
  const panel = chartsOf(dashboard).find((one) => one.name === name);
  if (panel === undefined) {
    const known = panelsOf(dashboard).some((one) => one.name === name);
    const reason = known ? "This panel has no rows of events." : "There is no such panel.";
    return { kind: "refused", reason };
  }
  const keys = keysOf(panel, parameters);
  if (keys === undefined) return { kind: "refused", reason: "There is no such row." };
  const range = rangeOfSelection(selection, world.now());
  const after = placeOf(parameters);
  const listed = await store.read(async (table) => {
    const subject = await resolveSubject(table, selection.subject);
    if (typeof subject === "string") return subject;
    const own = chartsOf(narrowToSubject(dashboard, subject)).find((one) => one.name === name);
    if (own === undefined) return "Give the session or user that the dashboard is about.";
    const query = { ...own.query, where: filtered(own.query.where, selection) };
    const events = rowEvents(query, keys, range);
    const page = await listEvents(table, events, listedFields, EVENTS_SHOWN, after);
    return { ...page, events };
  });
  if (typeof listed === "string") return { kind: "refused", reason: listed };
  const { rows, next, events } = listed;
  const chosen = [...selection.filters, ...selection.subject].map(
    ([field, value]: readonly [EventField, string]) =>
      `${fieldTitle(field)} ${fieldText(field, value)}`,
  );
  const about = [...drawKeys(panel, keys), ...chosen].join(", ");
  const time = `${formatMinute(events.fromMs)} to ${formatMinute(events.toMs)}`;
  const own = new URLSearchParams(parameters);
  for (const one of ["before", "id"]) own.delete(one);
  const back = selectionParameters(dashboard, selection);
  const links: Markup[] = [
    html`<a href="/dashboards/${dashboard.name}?${back.toString()}#${panel.name}">Back to ${dashboard.title}</a>`,
  ];
  if (after !== undefined)
    links.push(html`<a href="/dashboards/${dashboard.name}/events?${own.toString()}">Newest</a>`);
  if (next !== undefined) {
    const older = new URLSearchParams(own);
    older.set("before", String(next.timeMs));
    older.set("id", next.eventId);
    links.push(
      html`<a href="/dashboards/${dashboard.name}/events?${older.toString()}" rel="next">Older</a>`,
    );
  }
  return {
    kind: "page",
    main: html`<header><h1>Events: ${panel.title}</h1><p class="about">${about === "" ? "Every row" : about}. ${time}, newest first.</p></header>
<section class="card list">${drawEvents(rows, "Events", subjectLink(world.dashboards))}<div class="pages">${links}</div></section>`,
  };
}
