/** The Microsoft Sentinel pack. */
import type { Artifact } from "../artifact.ts";
import {
  type CompiledRule,
  queryFile,
  type RuleFile,
  ruleArtifacts,
  YAML,
} from "../compiled-rule.ts";
import { renderAnalyticsRule } from "./analytics-rule.ts";

function ruleFiles(one: CompiledRule): readonly RuleFile[] {
  return [
    queryFile(one, "sentinel", "kql"),
    {
      path: `sentinel/${one.rule.name}.yaml`,
      kind: "analytics_rule",
      mediaType: YAML,
      body: () => renderAnalyticsRule(one.rule, one.compiled),
    },
  ];
}

export function packSentinel(rules: readonly CompiledRule[]): readonly Artifact[] {
  return rules.flatMap((one) => ruleArtifacts(one, "sentinel", ruleFiles(one)));
}
