/** How faithfully Kibana shows a dashboard and each of its panels. */
import type { Fidelity } from "../../rule/ir.ts";
import { type Dashboard, isChart, type Panel, panelsOf } from "../ir.ts";
import { periodOf } from "../query/result.ts";
import { STATUS_FIDELITY } from "../status-panel.ts";
import { drawingOf } from "./drawing.ts";
import { chartQuery, eventsQuery } from "./query.ts";

const COMPARISON = "A comparison ends now, whatever time is chosen";

function degraded(reasons: readonly string[]): Fidelity {
  return reasons.length === 0
    ? { level: "exact" }
    : { level: "degraded", reason: reasons.join(". ") };
}

/** What Kibana shows of a panel. */
export function panelFidelity(dashboard: Dashboard, panel: Panel): Fidelity {
  if (panel.kind === "text") return { level: "exact" };
  if (panel.kind === "status") {
    const reason = STATUS_FIDELITY.level === "refused" ? STATUS_FIDELITY.reason : "";
    return degraded([`${reason}; a text says where it is shown`]);
  }
  const { fidelity } = isChart(panel)
    ? chartQuery(dashboard, panel)
    : eventsQuery(dashboard, panel);
  if (fidelity.level === "refused") return fidelity;
  const compares = isChart(panel) && periodOf(panel.query) !== undefined;
  return degraded([
    ...(fidelity.level === "degraded" ? [fidelity.reason] : []),
    ...(compares ? [COMPARISON] : []),
    ...(drawingOf(panel)?.losses ?? []),
  ]);
}

/** What Kibana shows of the dashboard as a whole, beside its panels. */
export function dashboardFidelity(dashboard: Dashboard): Fidelity {
  const isAbout = dashboard.subject.length > 0;
  const differ = panelsOf(dashboard).filter(
    (panel) => panelFidelity(dashboard, panel).level !== "exact",
  );
  return degraded([
    ...(isAbout
      ? [
          "Ids are chosen from those of the newest events, because controls of Kibana take no typed ones",
        ]
      : [
          "A row opens nothing, because Kibana opens drilldowns on indexed fields only; each section links to the events behind its panels",
        ]),
    ...(differ.length === 0
      ? []
      : [`Panels that differ: ${differ.map(({ name }) => name).join(", ")}`]),
  ]);
}
