/** The Microsoft Sentinel pack: rules, and everything in the workspace that they and the connector need. */
import type { Dashboard } from "../../dashboard/ir.ts";
import type { CompileOptions } from "../../dialect/compiled.ts";
import type { Artifact, ArtifactKind } from "../artifact.ts";
import {
  type CompiledRule,
  isKept,
  JSON_TYPE,
  leastFaithful,
  queryFile,
  type RuleFile,
  ruleArtifacts,
  YAML,
} from "../compiled-rule.ts";
import type { SourcedDashboard } from "../dashboard/pack.ts";
import { alertRuleTemplate } from "./alert-rule.ts";
import { renderAnalyticsRule } from "./analytics-rule.ts";
import { renderParameters, renderTemplate } from "./arm.ts";
import { deploymentTemplate, partTemplates } from "./deployment.ts";
import { withinLimits } from "./limits.ts";
import { renderReadme } from "./readme.ts";
import { scheduledRule } from "./scheduled-rule.ts";
import { exampleCsv, watchlists } from "./watchlist.ts";

const MAPPING = "mappings/sentinel.yaml";

function ruleFiles(one: CompiledRule): readonly RuleFile[] {
  return [
    {
      path: `sentinel/analytic-rules/${one.rule.name}.yaml`,
      kind: "analytics_rule",
      mediaType: YAML,
      body: () => renderAnalyticsRule(scheduledRule(one)),
    },
    {
      path: `sentinel/arm/rule-${one.rule.name}.json`,
      kind: "arm_template",
      mediaType: JSON_TYPE,
      body: () => renderTemplate(alertRuleTemplate(scheduledRule(one))),
    },
    { ...queryFile(one, "sentinel", "kql"), path: `sentinel/queries/${one.rule.name}.kql` },
  ];
}

type SharedFile = Pick<Artifact, "path" | "mediaType" | "source"> & {
  readonly kind: ArtifactKind;
  readonly body: string;
};

/** Files that the pack has once. */
function sharedFiles(
  rules: readonly CompiledRule[],
  dashboards: readonly Dashboard[],
): readonly SharedFile[] {
  const parameters = {
    workspace: "my-workspace",
    dataCollectionRule: "dcr-claude-audit",
    retentionInDays: 90,
    totalRetentionInDays: 2556,
    ...Object.fromEntries(watchlists.map((list) => [list.parameter, exampleCsv(list)])),
  };
  const json = (path: string, source: string, body: string): SharedFile => ({
    path,
    kind: "arm_template",
    mediaType: JSON_TYPE,
    source,
    body,
  });
  return [
    json(
      "sentinel/azuredeploy.json",
      "rules",
      renderTemplate(deploymentTemplate(rules.map(scheduledRule), dashboards)),
    ),
    json("sentinel/azuredeploy.parameters.example.json", MAPPING, renderParameters(parameters)),
    ...Object.entries(partTemplates).map(([name, template]) =>
      json(`sentinel/arm/${name}`, MAPPING, renderTemplate(template)),
    ),
    ...watchlists.map(
      (list): SharedFile => ({
        path: `sentinel/watchlists/${list.alias}.csv`,
        kind: "watchlist",
        mediaType: "text/csv; charset=utf-8",
        source: MAPPING,
        body: exampleCsv(list),
      }),
    ),
    {
      path: "sentinel/README.md",
      kind: "readme",
      mediaType: "text/markdown; charset=utf-8",
      source: MAPPING,
      body: renderReadme(),
    },
  ];
}

/** Files of the pack. A rule beyond Sentinel's limits is refused like one that KQL cannot say. */
export function packSentinel(
  compiled: readonly CompiledRule[],
  _options: CompileOptions,
  dashboards: readonly SourcedDashboard[] = [],
): readonly Artifact[] {
  const rules = compiled.map(withinLimits);
  const kept = rules.filter(isKept);
  const fidelity = leastFaithful(kept);
  return [
    ...rules.flatMap((one) => ruleArtifacts(one, "sentinel", ruleFiles(one))),
    ...sharedFiles(
      kept,
      dashboards.map(({ dashboard }) => dashboard),
    ).map(
      (file): Artifact => ({
        ...file,
        target: "sentinel",
        fidelity: file.source === "rules" ? fidelity : { level: "exact" },
      }),
    ),
  ];
}
