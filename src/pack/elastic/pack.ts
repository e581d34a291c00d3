/** The Elastic pack: detection rules, and what their index needs. */
import type { CompileOptions } from "../../dialect/compiled.ts";
import type { Artifact, ArtifactKind } from "../artifact.ts";
import {
  type CompiledRule,
  isKept,
  JSON_TYPE,
  leastFaithful,
  PLAIN,
  queryFile,
  type RuleFile,
  ruleArtifacts,
} from "../compiled-rule.ts";
import { detectionRule } from "./detection-rule.ts";
import {
  indexTemplate,
  ingestPipeline,
  mappingsTemplate,
  settingsTemplate,
} from "./index-template.ts";
import { clearanceIndex, exampleClearances } from "./lookup-index.ts";
import { renderReadme } from "./readme.ts";
import { readerRole, writerRole } from "./role.ts";

/** The extension says which language the query is in. */
function extensionOf({ compiled }: CompiledRule): string {
  return compiled.texts[0]?.language ?? "esql";
}

function pretty(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ruleFiles(one: CompiledRule): readonly RuleFile[] {
  return [
    queryFile(one, "elastic", extensionOf(one)),
    {
      path: `elastic/rules/${one.rule.name}.json`,
      kind: "detection_rule",
      mediaType: JSON_TYPE,
      body: () => pretty(detectionRule(one.rule, one.compiled)),
    },
  ];
}

/** All rules in the form that Kibana imports: one object a line. */
function ndjson(rules: readonly CompiledRule[]): Artifact {
  const lines = rules.map(
    ({ rule, compiled }) => `${JSON.stringify(detectionRule(rule, compiled))}\n`,
  );
  return {
    path: "elastic/detection-rules.ndjson",
    mediaType: "application/x-ndjson",
    body: lines.join(""),
    target: "elastic",
    kind: "detection_rules",
    source: "rules",
    fidelity: leastFaithful(rules),
  };
}

function plumbing(name: string, kind: ArtifactKind, body: string, mediaType = JSON_TYPE): Artifact {
  return {
    path: `elastic/${name}`,
    mediaType,
    body,
    target: "elastic",
    kind,
    source: "mappings/ecs.yaml",
    fidelity: { level: "exact" },
  };
}

/** The index of clearances, where rules look them up. */
function lookupFiles(): readonly Artifact[] {
  return [
    plumbing("lookup-clearances-index.json", "lookup", pretty(clearanceIndex())),
    plumbing("lookup-clearances.ndjson", "lookup", exampleClearances(), "application/x-ndjson"),
  ];
}

export function packElastic(
  rules: readonly CompiledRule[],
  { context }: CompileOptions,
): readonly Artifact[] {
  const kept = rules.filter(isKept);
  return [
    ...rules.flatMap((one) => ruleArtifacts(one, "elastic", ruleFiles(one))),
    ...(kept.length === 0 ? [] : [ndjson(kept)]),
    plumbing("component-template-mappings.json", "component_template", pretty(mappingsTemplate())),
    plumbing("component-template-settings.json", "component_template", pretty(settingsTemplate())),
    plumbing("index-template.json", "index_template", pretty(indexTemplate())),
    plumbing("ingest-pipeline.json", "ingest_pipeline", pretty(ingestPipeline())),
    plumbing("role-writer.json", "role", pretty(writerRole())),
    plumbing("role-reader.json", "role", pretty(readerRole())),
    ...(context === "native" ? lookupFiles() : []),
    plumbing("README.md", "readme", renderReadme(context), PLAIN),
  ];
}
