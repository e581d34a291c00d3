/** Text panels of Kibana, in Markdown. Kibana shows no HTML in them. */

import type { EventField } from "../../event/event.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { type ChartPanel, type Dashboard, isChart, type Section } from "../ir.ts";
import { compileEsqlEvents } from "../query/esql.ts";
import { rowEvents } from "../row-predicate.ts";

/** Words that stay words: characters with a meaning in Markdown are escaped. */
export function escapeMarkdown(words: string): string {
  return words.replace(/[\\`*_{}[\]()<>#+!|~&$-]/g, "\\$&");
}

/** Events that Discover lists behind a panel. */
const EVENTS_MAX = 500;

/** Text in quotes of rison, the notation of Kibana's addresses. */
function risonQuote(words: string): string {
  return `'${words.replace(/[!']/g, "!$&")}'`;
}

/** Percent-encoded so that no parenthesis ends a link of Markdown. */
function encode(words: string): string {
  return encodeURIComponent(words).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function eventsBehind({ query }: ChartPanel): string | undefined {
  const always = { fromMs: 0, toMs: 0 };
  const where = rowEvents(query, [], always).where;
  const grouped = query.dimensions.flatMap((one) => (one.kind === "field" ? [one.field] : []));
  const columns: readonly EventField[] = [
    ...new Set<EventField>(["timestamp", "event_type", ...grouped, "session_id", "event_id"]),
  ];
  return compileEsqlEvents({ where, columns, order: "newest", limit: EVENTS_MAX }).text?.trim();
}

/**
 * Address of the events behind a panel in Discover, relative to the page of dashboards, so that it
 * holds in every space. It brings the dashboard's own time.
 */
export function discoverAddress({ rangeMs }: Dashboard, panel: ChartPanel): string | undefined {
  const esql = eventsBehind(panel);
  if (esql === undefined) return undefined;
  const time = `(time:(from:now-${formatDuration(rangeMs)},to:now))`;
  const state = `(dataSource:(type:esql),query:(esql:${risonQuote(esql)}))`;
  return `discover#/?_g=${encode(time)}&_a=${encode(state)}`;
}

/** The heading of a section, what it is about, and ways to the events. */
export function headingText(dashboard: Dashboard, section: Section): string {
  const links =
    dashboard.subject.length > 0
      ? []
      : section.panels.filter(isChart).flatMap((panel) => {
          const address = discoverAddress(dashboard, panel);
          return address === undefined ? [] : [`[${escapeMarkdown(panel.title)}](${address})`];
        });
  const ways = links.length === 0 ? [] : [`Events behind: ${links.join(" · ")}`];
  return [`## ${escapeMarkdown(section.title)}`, escapeMarkdown(section.about), ...ways].join(
    "\n\n",
  );
}

/** What the dashboard is about, with its version. */
export function aboutText({ description, version }: Dashboard): string {
  return `${description} Version ${version}; all times are UTC.`;
}
