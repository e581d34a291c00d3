/** The single entry of the compilers of panels. */
import { type Diagnostic, report } from "../../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../../diagnostic/message/dashboard.ts";
import {
  chartsOf,
  type Dashboard,
  type EventsQuery,
  eventListsOf,
  type PanelQuery,
} from "../ir.ts";
import { compileDuckdbEvents, compileDuckdbPanel } from "./duckdb.ts";
import { compileEsqlEvents, compileEsqlPanel } from "./esql.ts";
import { compileKqlEvents, compileKqlPanel } from "./kql.ts";
import { type CompiledPanel, type PanelTarget, panelTargets } from "./result.ts";
import { compileSplEvents, compileSplPanel } from "./spl.ts";

/** The query for a target, or why the target cannot have it. Pure: equal queries give equal texts. */
export function compilePanel(query: PanelQuery, target: PanelTarget): CompiledPanel {
  switch (target) {
    case "duckdb":
      return compileDuckdbPanel(query);
    case "sentinel":
      return compileKqlPanel(query);
    case "splunk":
      return compileSplPanel(query);
    case "elastic":
      return compileEsqlPanel(query);
  }
}

/** The list of events for a target, or why the target cannot have it. */
export function compileEvents(query: EventsQuery, target: PanelTarget): CompiledPanel {
  switch (target) {
    case "duckdb":
      return compileDuckdbEvents(query);
    case "sentinel":
      return compileKqlEvents(query);
    case "splunk":
      return compileSplEvents(query);
    case "elastic":
      return compileEsqlEvents(query);
  }
}

/** The panels that some target refuses, each at its name. */
export function checkPanels(dashboard: Dashboard): readonly Diagnostic[] {
  const compiled = (target: PanelTarget) => [
    ...chartsOf(dashboard).map((panel) => ({ panel, ...compilePanel(panel.query, target) })),
    ...eventListsOf(dashboard).map((panel) => ({ panel, ...compileEvents(panel.query, target) })),
  ];
  return panelTargets.flatMap((target) =>
    compiled(target).flatMap(({ panel, fidelity }) => {
      if (fidelity.level !== "refused") return [];
      const { reason, remedy } = fidelity;
      const args = { panel: panel.name, target, reason, remedy };
      return [report(dashboardMessage.refusedPanel, panel.span, args)];
    }),
  );
}
