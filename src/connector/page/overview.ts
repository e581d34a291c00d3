/** The first page: whether everything flows, what was found, and where to look further. */
import { html, type Markup, NOTHING } from "../../dashboard/html/markup.ts";
import type { StatusSubject } from "../../dashboard/ir.ts";
import type { LiveAlert } from "../../engine/live-detection.ts";
import type { Severity } from "../../event/event.ts";
import { type ConnectorStatus, readiness } from "../status.ts";
import { ALERTS_READ_MAX, drawAlerts, readAlerts } from "./alert-list.ts";
import { drawAlarms, drawStatus, renderAge } from "./status-table.ts";
import type { PageWorld } from "./world.ts";

const ALERTS_SHOWN = 10;
/** Ages on the page are this old at most while somebody looks. */
const AGE_MS = 10_000;

function drawVerdict(status: ConnectorStatus): Markup {
  const { ready, reasons } = readiness(status);
  const namesOf = (state: "held" | "retrying"): readonly string[] =>
    status.sinks.filter((sink) => sink.state === state).map(({ name }) => name);
  const [held, retrying] = [namesOf("held"), namesOf("retrying")];
  if (!ready) return html`<p class="verdict bad">Not ready: ${reasons.join("; ")}.</p>`;
  if (held.length > 0)
    return html`<p class="verdict bad">Takes events and keeps them; somebody has to act for ${held.join(", ")}.</p>`;
  if (retrying.length > 0)
    return html`<p class="verdict busy">Takes events and keeps them; ${retrying.join(", ")} is being tried again.</p>`;
  return html`<p class="verdict">Everything flows.</p>`;
}

function drawPart(name: string, title: string, content: Markup): Markup {
  return html`<section class="card list" data-part="${name}"><h2>${title}</h2>${content}</section>`;
}

/** What the store has to say, or why it says nothing. */
export type Found =
  | { readonly kind: "alerts"; readonly alerts: readonly LiveAlert[] }
  | { readonly kind: "no store" }
  | { readonly kind: "trouble"; readonly reason: string };

const ranks: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** The worst first; among equals the newest, as they come. */
function worstFirst(alerts: readonly LiveAlert[]): readonly LiveAlert[] {
  return [...alerts].sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

function drawFound(found: Found, world: PageWorld): Markup {
  switch (found.kind) {
    case "no store":
      return html`<p class="empty">No sink of kind embedded runs: there are no rules, alerts and dashboards here.</p>`;
    case "trouble":
      return html`<p class="problem">The store cannot be read at the moment: ${found.reason}</p>`;
    case "alerts": {
      const open = found.alerts.filter((one) => world.book.state(one.alert_id) !== "closed");
      const shown = worstFirst(open).slice(0, ALERTS_SHOWN);
      const all =
        found.alerts.length < ALERTS_READ_MAX
          ? `${found.alerts.length} in all`
          : `among the newest ${ALERTS_READ_MAX}`;
      return html`<p class="note"><a href="/alerts">${open.length} open, ${all}</a></p>${drawAlerts(shown, world)}`;
    }
  }
}

function drawDashboards({ dashboards }: PageWorld, found: Found): Markup {
  if (found.kind === "no store" || dashboards.length === 0) return NOTHING;
  const cards = dashboards.map(
    ({ name, title, description }) =>
      html`<div class="card"><h3><a href="/dashboards/${name}">${title}</a></h3><p class="about">${description}</p></div>`,
  );
  return html`<h2>Dashboards</h2><div class="cards">${cards}</div>`;
}

const subjects: readonly (readonly [StatusSubject, string])[] = [
  ["sinks", "Sinks"],
  ["sources", "Sources"],
  ["journal", "Journal"],
  ["context", "Context tables"],
];

/** Pure: the page of one state. */
export function drawOverview(status: ConnectorStatus, found: Found, world: PageWorld): Markup {
  const { now, startedAt, version } = status;
  const parts = subjects.map(([of, title]) => drawPart(of, title, drawStatus(of, status)));
  return html`<header><h1>Overview</h1></header>
<div data-part="verdict"><p class="facts">claude-siem ${version} · up ${renderAge(now - startedAt)}</p>${drawVerdict(status)}</div>
${drawPart("alerts", "Alerts", drawFound(found, world))}
${drawDashboards(world, found)}
${parts}
${drawPart("alarms", "What happened lately", drawAlarms(status))}`;
}

/** Reads what the overview shows of the store. */
export async function readFound(world: PageWorld): Promise<Found> {
  const store = world.store();
  if (store === undefined) return { kind: "no store" };
  try {
    return { kind: "alerts", alerts: await readAlerts(world, store) };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    return { kind: "trouble", reason };
  }
}

/** The state as a token, without what only time changes; ages are renewed every so often. */
export function overviewVersion(world: PageWorld): string {
  const { sinks, sources, journal, alarms, state, tables, now } = world.status();
  const parts = [
    ...[state, journal.state, journal.seq, alarms.length, alarms.at(-1)?.at ?? 0],
    ...sinks.flatMap((sink) => [sink.state, sink.lagRecords, sink.counts.delivered]),
    ...sources.flatMap((source) => [source.state, source.accepted, source.rejected]),
    ...tables.map(({ loadedAt }) => loadedAt),
    ...[world.book.version, world.store()?.alertsTold() ?? 0, Math.floor(now / AGE_MS)],
  ];
  return parts.join(".");
}
