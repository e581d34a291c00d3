/**
 * Rules and panels as files that products import. Pure: equal rules give equal bytes, in an order that does not
 * depend on the order they came in.
 */
import { compileRule } from "../dialect/compile.ts";
import { type CompileOptions, DEFAULT_OPTIONS } from "../dialect/compiled.ts";
import type { Artifact, BuildTarget } from "./artifact.ts";
import type { CompiledRule, SourcedRule } from "./compiled-rule.ts";
import { packDashboards, type SourcedDashboard } from "./dashboard/pack.ts";
import { packDuckdb } from "./duckdb/pack.ts";
import { packElastic } from "./elastic/pack.ts";
import { reportArtifacts } from "./report/report.ts";
import { packSentinel } from "./sentinel/pack.ts";
import { packSigma } from "./sigma/pack.ts";
import { packSplunk } from "./splunk/pack.ts";

/** Makes the files of one target from its compiled rules, which come in order of names. */
type Packer = (
  rules: readonly CompiledRule[],
  options: CompileOptions,
  dashboards: readonly SourcedDashboard[],
) => readonly Artifact[];

const packers: Readonly<Record<BuildTarget, Packer>> = {
  sigma: packSigma,
  sentinel: packSentinel,
  splunk: packSplunk,
  elastic: packElastic,
  duckdb: packDuckdb,
};

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Every file of the packs, ordered by target and path; the report of the build comes last. */
export function buildPack(
  rules: readonly SourcedRule[],
  targets: readonly BuildTarget[],
  options: CompileOptions = DEFAULT_OPTIONS,
  dashboards: readonly SourcedDashboard[] = [],
): readonly Artifact[] {
  const ordered = [...rules].sort((a, b) => byCode(a.rule.name, b.rule.name));
  const packs = targets.flatMap((target) => {
    const compiled = ordered.map((one) => ({
      ...one,
      compiled: compileRule(one.rule, target, options),
    }));
    const files = [
      ...packers[target](compiled, options, dashboards),
      ...packDashboards(dashboards, target),
    ];
    return files.sort((a, b) => byCode(a.path, b.path));
  });
  return [...packs, ...reportArtifacts(ordered, targets, packs)];
}
