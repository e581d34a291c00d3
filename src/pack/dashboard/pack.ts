/** The queries of dashboards' panels as files: what each panel counts in the language of a target. */
import { type Dashboard, isChart, type Panel, panelsOf } from "../../dashboard/ir.ts";
import { compileEvents, compilePanel } from "../../dashboard/query/compile.ts";
import type { CompiledPanel, PanelTarget } from "../../dashboard/query/result.ts";
import { STATUS_FIDELITY } from "../../dashboard/status-panel.ts";
import type { Artifact, BuildTarget } from "../artifact.ts";
import { PLAIN } from "../compiled-rule.ts";
import { packWorkbooks } from "../sentinel/workbook.ts";
import { kibanaFiles } from "./kibana.ts";
import { studioFiles } from "./studio.ts";

/** A dashboard and the file it came from, relative to the content's root. */
export interface SourcedDashboard {
  readonly dashboard: Dashboard;
  readonly source: string;
}

const EXTENSIONS: Readonly<Record<PanelTarget, string>> = {
  sentinel: "kql",
  splunk: "spl",
  elastic: "esql",
  duckdb: "sql",
};

function isPanelTarget(target: BuildTarget): target is PanelTarget {
  return Object.hasOwn(EXTENSIONS, target);
}

/** What a panel asks of the target; prose asks nothing. */
function compiled(panel: Panel, target: PanelTarget): CompiledPanel | undefined {
  if (isChart(panel)) return compilePanel(panel.query, target);
  if (panel.kind === "events") return compileEvents(panel.query, target);
  return panel.kind === "status" ? { fidelity: STATUS_FIDELITY, columns: [] } : undefined;
}

/** Whole dashboards in the form that a product imports. */
const products: Readonly<
  Partial<Record<PanelTarget, (dashboards: readonly SourcedDashboard[]) => readonly Artifact[]>>
> = { elastic: kibanaFiles, sentinel: packWorkbooks, splunk: studioFiles };

/**
 * One file for each panel, where a refused panel has an entry without a body, and the dashboards as the
 * product imports them. Sigma has no dashboards.
 */
export function packDashboards(
  dashboards: readonly SourcedDashboard[],
  target: BuildTarget,
): readonly Artifact[] {
  if (!isPanelTarget(target)) return [];
  const queries = dashboards.flatMap(({ dashboard, source }) =>
    panelsOf(dashboard).flatMap((panel): readonly Artifact[] => {
      const query = compiled(panel, target);
      if (query === undefined) return [];
      const { fidelity, text } = query;
      const artifact: Artifact = {
        path: `${target}/dashboards/${dashboard.name}/${panel.name}.${EXTENSIONS[target]}`,
        mediaType: PLAIN,
        ...(text !== undefined && { body: text }),
        target,
        kind: "panel_query",
        source,
        panel: `${dashboard.name}/${panel.name}`,
        fidelity,
      };
      return [artifact];
    }),
  );
  return [...queries, ...(products[target]?.(dashboards) ?? [])];
}
