/** Dashboards as definitions of Splunk's Dashboard Studio and as views of the app. */
import { panelsOf } from "../../dashboard/ir.ts";
import { renderStudio } from "../../dashboard/studio/definition.ts";
import { dashboardFidelity, panelFidelity } from "../../dashboard/studio/fidelity.ts";
import { renderDefinition, renderView } from "../../dashboard/studio/view.ts";
import type { Artifact } from "../artifact.ts";
import { JSON_TYPE } from "../compiled-rule.ts";
import type { ArchiveFile } from "../splunk/tar.ts";
import type { SourcedDashboard } from "./pack.ts";

/** Name of a dashboard's view in the app, and of its file. Splunk takes letters, digits and "_". */
export function viewName(dashboard: string): string {
  return `claude_${dashboard.replaceAll("-", "_")}`;
}

/** What the manifest says of a file that holds a dashboard. */
export function studioEntry({
  dashboard,
  source,
}: SourcedDashboard): Pick<Artifact, "target" | "kind" | "source" | "fidelity" | "panels"> {
  return {
    target: "splunk",
    kind: "dashboard",
    source,
    fidelity: dashboardFidelity(dashboard),
    panels: panelsOf(dashboard).map((panel) => ({
      panel: panel.name,
      fidelity: panelFidelity(dashboard, panel),
    })),
  };
}

/** One file for each dashboard, in the form of Splunk 9.4 and later, for the source editor. */
export function studioFiles(dashboards: readonly SourcedDashboard[]): readonly Artifact[] {
  return dashboards.map((one) => ({
    ...studioEntry(one),
    path: `splunk/dashboards/${one.dashboard.name}.json`,
    mediaType: JSON_TYPE,
    body: renderDefinition(renderStudio(one.dashboard, "tabs")),
  }));
}

/** The view in the app, in the form that every version takes which the app supports. */
export function studioView({ dashboard }: SourcedDashboard, app: string): ArchiveFile {
  return {
    path: `${app}/default/data/ui/views/${viewName(dashboard.name)}.xml`,
    body: renderView(renderStudio(dashboard, "single"), dashboard),
  };
}
