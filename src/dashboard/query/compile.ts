/** The single entry of the compilers of panels. */
import { type Diagnostic, report } from "../../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../../diagnostic/message/dashboard.ts";
import { chartsOf, type Dashboard, type PanelQuery } from "../ir.ts";
import { compileDuckdbPanel } from "./duckdb.ts";
import { compileEsqlPanel } from "./esql.ts";
import { compileKqlPanel } from "./kql.ts";
import { type CompiledPanel, type PanelTarget, panelTargets } from "./result.ts";
import { compileSplPanel } from "./spl.ts";

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

/** The panels that some target refuses, each at its name. */
export function checkPanels(dashboard: Dashboard): readonly Diagnostic[] {
  return chartsOf(dashboard).flatMap(({ name, query, span }) =>
    panelTargets.flatMap((target) => {
      const { fidelity } = compilePanel(query, target);
      if (fidelity.level !== "refused") return [];
      const { reason, remedy } = fidelity;
      return [report(dashboardMessage.refusedPanel, span, { panel: name, target, reason, remedy })];
    }),
  );
}
