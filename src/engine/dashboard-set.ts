/** The dashboards as they lie on disk. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard } from "../dashboard/ir.ts";
import { parseDashboard } from "../dashboard/parse-dashboard.ts";
import { checkPanels } from "../dashboard/query/compile.ts";
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import { displayPath } from "./rule-set.ts";

/** A dashboard and the path that names it in diagnostics and manifests. */
export interface LoadedDashboard {
  readonly dashboard: Dashboard;
  readonly source: string;
}

export interface LoadedDashboards {
  /** In order of names. */
  readonly dashboards: readonly LoadedDashboard[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by the file name used in diagnostics, for excerpts. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Loads `root`/dashboards. Broken ones are left out and told in `diagnostics`. */
export function loadDashboards(root: string): LoadedDashboards {
  const folder = join(root, "dashboards");
  const dashboards: LoadedDashboard[] = [];
  const diagnostics: Diagnostic[] = [];
  const texts = new Map<string, string>();
  for (const name of readdirSync(folder)
    .filter((one) => /\.ya?ml$/.test(one))
    .sort()) {
    const path = join(folder, name);
    const source = displayPath(root, path);
    const text = readFileSync(path, "utf8");
    texts.set(source, text);
    const parsed = parseDashboard(text, source);
    diagnostics.push(...parsed.diagnostics);
    if (!parsed.ok) continue;
    diagnostics.push(...checkPanels(parsed.value));
    const other = dashboards.find(({ dashboard }) => dashboard.name === parsed.value.name);
    if (other !== undefined) {
      const args = { dashboard: parsed.value.name, other: other.source };
      diagnostics.push(report(dashboardMessage.duplicateDashboard, parsed.value.span, args));
      continue;
    }
    dashboards.push({ dashboard: parsed.value, source });
  }
  return { dashboards, diagnostics, texts };
}
