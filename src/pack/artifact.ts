/** Files of a pack, and the manifest that says how faithful each is. */
import { createHash } from "node:crypto";
import { type RuleTarget, ruleTargets } from "../dialect/compiled.ts";
import type { Fidelity } from "../rule/ir.ts";

/** What can be built. */
export type BuildTarget = RuleTarget;

export const buildTargets: readonly BuildTarget[] = ruleTargets;

/** Folder of what a build says about itself. */
export const REPORT = "report";

/** What a file is to the product that imports it. */
export type ArtifactKind =
  | "sigma_rule"
  | "sigma_correlation"
  | "sigma_filter"
  | "sigma_pipeline"
  | "sigma_validators"
  | "query"
  | "panel_query"
  | "dashboard"
  | "data_view"
  | "analytics_rule"
  | "saved_searches"
  | "macros"
  | "splunk_file"
  | "splunk_app"
  | "detection_rule"
  | "detection_rules"
  | "component_template"
  | "index_template"
  | "ingest_pipeline"
  | "role"
  | "lookup"
  | "readme"
  | "report"
  | "navigator_layer"
  | "arm_template"
  | "watchlist";

/** One file of a pack, or the place of one that the target refuses. */
export interface Artifact {
  /** Below the output folder, with forward slashes; the first part is the target. */
  readonly path: string;
  readonly mediaType: string;
  /** Absent when the target refuses the rule. */
  readonly body?: string | Uint8Array;
  readonly target: BuildTarget | typeof REPORT;
  readonly kind: ArtifactKind;
  /** What it was made from: a rule file, the folder of rules, a mapping or a dashboard. */
  readonly source: string;
  /** Name of the rule, where the file holds just one. */
  readonly rule?: string;
  /** Names of the dashboard and the panel, with a slash between, where the file holds a panel. */
  readonly panel?: string;
  /** Where the file holds a whole dashboard, how faithfully it shows each panel, in order. */
  readonly panels?: readonly PanelFidelity[];
  readonly fidelity: Fidelity;
}

/** How faithfully a product shows a panel of a dashboard. */
export interface PanelFidelity {
  /** Name of the panel. */
  readonly panel: string;
  readonly fidelity: Fidelity;
}

/** A file of overrides that took part in a build. */
export interface BuildContent {
  readonly file: string;
  readonly sha256: string;
}

/** Text of `manifest.json`. A refused rule has an entry whose `path` and `sha256` are null. */
export function renderManifest(
  artifacts: readonly Artifact[],
  version: string,
  content?: BuildContent,
): string {
  const entries = artifacts.map(({ path, body, target, kind, source, ...rest }) => ({
    path: body === undefined ? null : path,
    target,
    kind,
    source,
    ...(rest.rule !== undefined && { rule: rest.rule }),
    ...(rest.panel !== undefined && { panel: rest.panel }),
    sha256: body === undefined ? null : createHash("sha256").update(body).digest("hex"),
    fidelity: rest.fidelity,
    ...(rest.panels !== undefined && { panels: rest.panels }),
  }));
  const manifest = {
    generator: `claude-siem ${version}`,
    ...(content !== undefined && { content }),
    artifacts: entries,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
