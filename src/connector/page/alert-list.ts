/** Alerts with their state: on the overview, and as a page of its own. */
import { html, type Markup } from "../../dashboard/html/markup.ts";
import type { LiveAlert } from "../../engine/live-detection.ts";
import { type AlertState, alertStates } from "../alert-state/state.ts";
import { newestAlerts } from "./alert-store.ts";
import { fieldText, fieldTitle } from "./field.ts";
import type { PageStore } from "./page-store.ts";
import { drawBadge, drawList, type Tone } from "./status-table.ts";
import type { PageWorld } from "./world.ts";

/** The newest alerts; the file of alerts has all. */
export const ALERTS_READ_MAX = 2000;
const ALERTS_SHOWN = 100;

/** What should be looked at now is red. */
export const severityTones: Readonly<Record<LiveAlert["severity"], Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "busy",
  low: "idle",
};

export const stateTones: Readonly<Record<AlertState, Tone>> = {
  new: "bad",
  acknowledged: "busy",
  closed: "idle",
};

/** The newest alerts with what is known of their state, newest first. */
export async function readAlerts(
  { alerts, book }: PageWorld,
  store: PageStore,
): Promise<readonly LiveAlert[]> {
  const arrived = await store.arrived();
  const { value } = await alerts.get(store.name, alertsKey(arrived, store), () =>
    store.read((table) => newestAlerts(table, ALERTS_READ_MAX)),
  );
  await store.read((table) => book.refresh(table, arrived));
  return value;
}

/** Higher when there may be other alerts: they are found some time after their events arrive. */
function alertsKey(arrived: number, store: PageStore): number {
  return arrived + store.alertsTold();
}

export function drawEntity(entity: LiveAlert["entity"]): Markup {
  const parts = Object.entries(entity).map(
    ([field, value]) =>
      html`<div>${fieldTitle(field)} <code>${fieldText(field, value)}</code></div>`,
  );
  return html`${parts}`;
}

function drawAlert(alert: LiveAlert, state: AlertState): Markup {
  const { severity, time, title, rule, entity, alert_id: id } = alert;
  return html`<tr><td>${drawBadge(severityTones[severity], severity)}</td><td class="time">${fieldText("timestamp", time)}</td><td class="long"><a href="/alerts/${id}">${title}</a><small>${rule}</small></td><td>${drawEntity(entity)}</td><td>${drawBadge(stateTones[state], state)}</td></tr>`;
}

export function drawAlerts(alerts: readonly LiveAlert[], world: PageWorld): Markup {
  if (alerts.length === 0) return html`<p class="empty">No alerts.</p>`;
  const rows = alerts.map((alert) => drawAlert(alert, world.book.state(alert.alert_id)));
  return drawList("Alerts", ["severity", "time (UTC)", "alert", "about", "state"], rows);
}

const shownStates: Readonly<Record<string, readonly AlertState[]>> = {
  open: ["new", "acknowledged"],
  new: ["new"],
  acknowledged: ["acknowledged"],
  closed: ["closed"],
  all: alertStates,
};

function drawChoice(name: string, label: string, values: readonly string[], now: string): Markup {
  const options = values.map((value) =>
    value === now ? html`<option selected>${value}</option>` : html`<option>${value}</option>`,
  );
  return html`<label>${label}<select name="${name}">${options}</select></label>`;
}

/** The page of alerts. `state`, `severity` and `rule` narrow it, `page` turns it. */
export async function drawAlertPage(
  world: PageWorld,
  store: PageStore,
  parameters: URLSearchParams,
): Promise<Markup> {
  const all = await readAlerts(world, store);
  const asked = parameters.get("state") ?? "";
  const state = Object.hasOwn(shownStates, asked) ? asked : "open";
  const severity = parameters.get("severity") ?? "any";
  const rule = parameters.get("rule") ?? "any";
  const page = Math.max(0, Math.trunc(Number(parameters.get("page") ?? 0)) || 0);
  const wanted = all.filter(
    (alert) =>
      shownStates[state]?.includes(world.book.state(alert.alert_id)) === true &&
      (severity === "any" || alert.severity === severity) &&
      (rule === "any" || alert.rule === rule),
  );
  const first = page * ALERTS_SHOWN;
  const shown = wanted.slice(first, first + ALERTS_SHOWN);
  const rules = [...new Set(all.map((alert) => alert.rule))].sort();
  const link = (to: number, text: string): Markup => {
    const query = new URLSearchParams({ state, severity, rule, page: String(to) });
    return html`<a href="/alerts?${query.toString()}">${text}</a>`;
  };
  const turn = [
    ...(page > 0 ? [link(page - 1, "Newer")] : []),
    ...(wanted.length > first + ALERTS_SHOWN ? [link(page + 1, "Older")] : []),
  ];
  const more =
    all.length < ALERTS_READ_MAX
      ? ""
      : ` Only ${ALERTS_READ_MAX} alerts are read, the newest of every rule; the file of alerts has all.`;
  return html`<header><h1>Alerts</h1><p class="about">What the rules found in the events of this connector. Acknowledging and closing is kept in the journal.</p></header>
<form class="choose" method="get" action="/alerts">${drawChoice("state", "state", Object.keys(shownStates), state)}${drawChoice("severity", "severity", ["any", "critical", "high", "medium", "low"], severity)}${drawChoice("rule", "rule", ["any", ...rules], rule)}<button>Show</button></form>
<section class="card list" data-part="alerts"><h2 class="count">${wanted.length} of ${all.length} alerts</h2>${drawAlerts(shown, world)}<div class="pages">${turn}</div><p class="note">${more}</p></section>`;
}
