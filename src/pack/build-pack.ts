/**
 * Rules as files that products import. Pure: equal rules give equal bytes, in an order that does not
 * depend on the order they came in.
 */
import { compileRule } from "../dialect/compile.ts";
import type { Compiled, CompiledText } from "../dialect/compiled.ts";
import type { Fidelity, RuleIr } from "../rule/ir.ts";
import type { Artifact, ArtifactKind, BuildTarget } from "./artifact.ts";
import { renderAnalyticsRule } from "./sentinel/analytics-rule.ts";
import { renderConf } from "./splunk/conf.ts";
import { macros, savedSearch } from "./splunk/saved-search.ts";

/** A rule and the file it came from, relative to the content's root. */
export interface SourcedRule {
  readonly rule: RuleIr;
  readonly source: string;
}

interface CompiledRule extends SourcedRule {
  readonly compiled: Compiled;
}

/** What a file of one rule is, before it has the facts that all files of the rule share. */
interface RuleFile {
  readonly path: string;
  readonly kind: ArtifactKind;
  readonly mediaType: string;
  readonly body: (one: CompiledRule) => string;
}

const YAML = "application/yaml";
const PLAIN = "text/plain; charset=utf-8";

function textOf(role: CompiledText["role"]): (one: CompiledRule) => string {
  return ({ compiled }) => compiled.texts.find((text) => text.role === role)?.text ?? "";
}

/** Sigma's convention for file names is lower case with underscores. */
function sigmaFiles({ rule, compiled }: CompiledRule): readonly RuleFile[] {
  const name = rule.name.replaceAll("-", "_");
  const isCorrelation = compiled.texts.some(({ role }) => role === "correlation");
  const file = (path: string, kind: ArtifactKind, role: CompiledText["role"]): RuleFile => ({
    path,
    kind,
    mediaType: YAML,
    body: textOf(role),
  });
  if (!isCorrelation) return [file(`sigma/rules/${name}.yml`, "sigma_rule", "rule")];
  return [
    file(`sigma/correlations/${name}.yml`, "sigma_correlation", "correlation"),
    file(`sigma/rules/${name}_base.yml`, "sigma_rule", "base"),
  ];
}

/** The files a rule has in a target's pack, whether or not the target refuses it. */
function filesOf(one: CompiledRule, target: BuildTarget): readonly RuleFile[] {
  const query = (extension: string): RuleFile => ({
    path: `${target}/${one.rule.name}.${extension}`,
    kind: "query",
    mediaType: PLAIN,
    body: textOf("query"),
  });
  switch (target) {
    case "sigma":
      return sigmaFiles(one);
    case "sentinel":
      return [
        query("kql"),
        {
          path: `sentinel/${one.rule.name}.yaml`,
          kind: "analytics_rule",
          mediaType: YAML,
          body: ({ rule, compiled }) => renderAnalyticsRule(rule, compiled),
        },
      ];
    case "splunk":
      return [query("spl")];
    case "duckdb":
      return [query("sql")];
  }
}

function ruleArtifacts(one: CompiledRule, target: BuildTarget): readonly Artifact[] {
  const { rule, source, compiled } = one;
  const { fidelity } = compiled;
  const files = filesOf(one, target);
  // One entry is enough to say that a rule has no files.
  const kept = fidelity.level === "refused" ? files.slice(0, 1) : files;
  return kept.map(({ path, kind, mediaType, body }) => ({
    path,
    mediaType,
    ...(fidelity.level !== "refused" && { body: body(one) }),
    target,
    kind,
    source,
    rule: rule.name,
    fidelity,
  }));
}

/** A file with several rules is as faithful as the least faithful of them. */
function leastFaithful(fidelities: readonly Fidelity[]): Fidelity {
  return fidelities.find(({ level }) => level === "degraded") ?? { level: "exact" };
}

function splunkConf(compiled: readonly CompiledRule[]): readonly Artifact[] {
  const kept = compiled.filter((one) => one.compiled.fidelity.level !== "refused");
  if (kept.length === 0) return [];
  const shared = { mediaType: PLAIN, target: "splunk", source: "rules" } as const;
  return [
    {
      ...shared,
      path: "splunk/macros.conf",
      body: renderConf(macros()),
      kind: "macros",
      fidelity: { level: "exact" },
    },
    {
      ...shared,
      path: "splunk/savedsearches.conf",
      body: renderConf(kept.map((one) => savedSearch(one.rule, one.compiled))),
      kind: "saved_searches",
      fidelity: leastFaithful(kept.map((one) => one.compiled.fidelity)),
    },
  ];
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Every file of the packs, ordered by target and path. */
export function buildPack(
  rules: readonly SourcedRule[],
  targets: readonly BuildTarget[],
): readonly Artifact[] {
  const ordered = [...rules].sort((a, b) => byCode(a.rule.name, b.rule.name));
  return targets.flatMap((target) => {
    const compiled = ordered.map((one) => ({ ...one, compiled: compileRule(one.rule, target) }));
    const own = compiled.flatMap((one) => ruleArtifacts(one, target));
    const shared = target === "splunk" ? splunkConf(compiled) : [];
    return [...own, ...shared].sort((a, b) => byCode(a.path, b.path));
  });
}
