/** How faithfully Dashboard Studio shows a dashboard and each of its panels. */
import type { Fidelity } from "../../rule/ir.ts";
import { type ChartPanel, type Dashboard, isChart, type Panel, panelsOf } from "../ir.ts";
import { STATUS_FIDELITY } from "../status-panel.ts";
import { compiledPanel } from "./panel.ts";

function degraded(reasons: readonly string[]): Fidelity {
  return reasons.length === 0
    ? { level: "exact" }
    : { level: "degraded", reason: reasons.join(". ") };
}

/** What drawing loses of a query's result. */
function losses({ kind, query }: ChartPanel): readonly string[] {
  const hasSeries = kind !== "table" && query.dimensions.length === 2;
  return query.measure.kind === "ratio" && hasSeries
    ? ["A chart of several rates does not show the number of cases behind each"]
    : [];
}

/** What Dashboard Studio shows of a panel. */
export function panelFidelity(dashboard: Dashboard, panel: Panel): Fidelity {
  if (panel.kind === "text") return { level: "exact" };
  if (panel.kind === "status") {
    const reason = STATUS_FIDELITY.level === "refused" ? STATUS_FIDELITY.reason : "";
    return degraded([`${reason}; a text says where it is shown`]);
  }
  const { fidelity } = compiledPanel(dashboard, panel);
  if (fidelity.level === "refused") return fidelity;
  return degraded([
    ...(fidelity.level === "degraded" ? [fidelity.reason] : []),
    ...(isChart(panel) ? losses(panel) : []),
  ]);
}

/** What Dashboard Studio shows of a dashboard as a whole. */
export function dashboardFidelity(dashboard: Dashboard): Fidelity {
  const differ = panelsOf(dashboard).filter(
    (panel) => panelFidelity(dashboard, panel).level !== "exact",
  );
  return degraded(
    differ.length === 0 ? [] : [`Panels that differ: ${differ.map(({ name }) => name).join(", ")}`],
  );
}
