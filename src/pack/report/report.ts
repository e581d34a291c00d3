/** What a build says about itself, whatever its targets: verdicts for people, coverage for Navigators. */
import { type Artifact, type ArtifactKind, type BuildTarget, REPORT } from "../artifact.ts";
import { JSON_TYPE, type SourcedRule } from "../compiled-rule.ts";
import { renderFidelityTable } from "../fidelity-table.ts";
import { renderLayer } from "./navigator.ts";

function file(name: string, kind: ArtifactKind, mediaType: string, body: string): Artifact {
  return {
    path: `${REPORT}/${name}`,
    mediaType,
    body,
    target: REPORT,
    kind,
    source: "rules",
    fidelity: { level: "exact" },
  };
}

/** The report of a build of `rules` for `targets` that made `artifacts`. */
export function reportArtifacts(
  rules: readonly SourcedRule[],
  targets: readonly BuildTarget[],
  artifacts: readonly Artifact[],
): readonly Artifact[] {
  const irs = [...rules].map(({ rule }) => rule).sort((a, b) => (a.name < b.name ? -1 : 1));
  const table = renderFidelityTable(artifacts, targets);
  const prose = `# What each target can say of each rule

exact: the compiled rule fires on the same events as the rule. degraded: it differs as the note says.
refused: the target cannot say it; the note says what helps.

`;
  return [
    file("capability.md", "report", "text/markdown; charset=utf-8", `${prose}${table}`),
    file("navigator-atlas.json", "navigator_layer", JSON_TYPE, renderLayer(irs, "atlas")),
    file("navigator-attack.json", "navigator_layer", JSON_TYPE, renderLayer(irs, "attack")),
  ];
}
