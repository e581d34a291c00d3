/** Dashboards over fewer events than their panels ask for. */
import type { Predicate } from "../rule/ir.ts";
import { type ChartPanel, type Dashboard, type EventsPanel, isChart, type Panel } from "./ir.ts";

/** What is asked of the events of a panel, from what its own query asks. */
export type Narrowing = (where: Predicate) => Predicate;

export function narrowQuery(panel: ChartPanel | EventsPanel, narrowing: Narrowing): Panel {
  const where = narrowing(panel.query.where);
  // Two branches, because each kind of panel has a query of its own.
  if (panel.kind === "events") return { ...panel, query: { ...panel.query, where } };
  return { ...panel, query: { ...panel.query, where } };
}

/** The dashboard with every panel as `change` makes it. */
export function mapPanels(dashboard: Dashboard, change: (panel: Panel) => Panel): Dashboard {
  const sections = dashboard.sections.map((section) => ({
    ...section,
    panels: section.panels.map(change),
  }));
  return { ...dashboard, sections };
}

/** The dashboard whose panels all read fewer events. */
export function narrowQueries(dashboard: Dashboard, narrowing: Narrowing): Dashboard {
  return mapPanels(dashboard, (panel) =>
    isChart(panel) || panel.kind === "events" ? narrowQuery(panel, narrowing) : panel,
  );
}
