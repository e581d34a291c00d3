/** The Sigma pack: folders as in SigmaHQ's repository. */
import type { Artifact } from "../artifact.ts";
import { type CompiledRule, type RuleFile, ruleArtifacts, textOf, YAML } from "../compiled-rule.ts";

/** Sigma's convention for file names is lower case with underscores. */
function ruleFiles(one: CompiledRule): readonly RuleFile[] {
  const name = one.rule.name.replaceAll("-", "_");
  const shared = { mediaType: YAML };
  const isCorrelation = one.compiled.texts.some(({ role }) => role === "correlation");
  if (!isCorrelation) {
    const body = (): string => textOf(one, "rule");
    return [{ ...shared, path: `sigma/rules/${name}.yml`, kind: "sigma_rule", body }];
  }
  return [
    {
      ...shared,
      path: `sigma/correlations/${name}.yml`,
      kind: "sigma_correlation",
      body: () => textOf(one, "correlation"),
    },
    {
      ...shared,
      path: `sigma/rules/${name}_base.yml`,
      kind: "sigma_rule",
      body: () => textOf(one, "base"),
    },
  ];
}

export function packSigma(rules: readonly CompiledRule[]): readonly Artifact[] {
  return rules.flatMap((one) => ruleArtifacts(one, "sigma", ruleFiles(one)));
}
