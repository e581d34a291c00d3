/** The queries of dashboards' panels as files: what each panel counts in the language of a target. */
import { chartsOf, type Dashboard } from "../../dashboard/ir.ts";
import { compilePanel } from "../../dashboard/query/compile.ts";
import type { PanelTarget } from "../../dashboard/query/result.ts";
import type { Artifact, BuildTarget } from "../artifact.ts";
import { PLAIN } from "../compiled-rule.ts";

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

/** One file for each panel; a refused panel has an entry without a body. Sigma has no dashboards. */
export function packDashboards(
  dashboards: readonly SourcedDashboard[],
  target: BuildTarget,
): readonly Artifact[] {
  if (!isPanelTarget(target)) return [];
  return dashboards.flatMap(({ dashboard, source }) =>
    chartsOf(dashboard).map(({ name, query }): Artifact => {
      const { fidelity, text } = compilePanel(query, target);
      return {
        path: `${target}/dashboards/${dashboard.name}/${name}.${EXTENSIONS[target]}`,
        mediaType: PLAIN,
        ...(text !== undefined && { body: text }),
        target,
        kind: "panel_query",
        source,
        panel: `${dashboard.name}/${name}`,
        fidelity,
      };
    }),
  );
}
