/** The Sigma pack: folders as in SigmaHQ's repository, and what converts the rules. */
import { readsContext } from "../../dialect/compile.ts";
import type { CompileOptions } from "../../dialect/compiled.ts";
import { renderDocument, sigmaName } from "../../dialect/sigma/document.ts";
import { uuidV5 } from "../../dialect/uuid.ts";
import type { Artifact, ArtifactKind } from "../artifact.ts";
import {
  type CompiledRule,
  isKept,
  PLAIN,
  type RuleFile,
  ruleArtifacts,
  textOf,
  YAML,
} from "../compiled-rule.ts";
import { renderFilter } from "./filter.ts";
import { renderPipeline, sigmaProducts } from "./pipeline.ts";
import {
  clearancesComment,
  FILTER_EXAMPLE,
  filterComment,
  renderReadme,
  validatorsComment,
} from "./readme.ts";

/** A correlation stands in one file with the rules it reads: tools resolve names within a file. */
function bodyOf(one: CompiledRule): string {
  return one.compiled.texts.map(({ text }) => text).join("---\n");
}

/** Whether the rule needs lists of the site before it converts; SigmaHQ keeps such rules apart. */
function needsLists(one: CompiledRule, options: CompileOptions): boolean {
  return options.context === "native" && isKept(one) && readsContext(one.rule);
}

/** Sigma's convention for file names is lower case with underscores, from 10 characters on. */
function ruleFile(one: CompiledRule, options: CompileOptions): RuleFile {
  const name = sigmaName(one.rule, "rule");
  const body = (): string => bodyOf(one);
  if (textOf(one, "correlation") !== "") {
    const folder = needsLists(one, options) ? "correlations-placeholder" : "correlations";
    const path = `sigma/${folder}/mr_${name}.yml`;
    return { path, kind: "sigma_correlation", mediaType: YAML, body };
  }
  const folder = needsLists(one, options) ? "rules-placeholder" : "rules";
  const path = `sigma/${folder}/claude/audit/${name}.yml`;
  return { path, kind: "sigma_rule", mediaType: YAML, body };
}

function plumbing(
  name: string,
  kind: ArtifactKind,
  body: string,
  source = "rules",
  mediaType: string = YAML,
): Artifact {
  const fidelity = { level: "exact" } as const;
  return { path: `sigma/${name}`, mediaType, body, target: "sigma", kind, source, fidelity };
}

/** A filter on the first rule, to copy. */
function exampleFilter({ rule, compiled }: CompiledRule): string {
  const filtered = compiled.texts.find(({ role }) => role !== "correlation");
  const { span } = rule;
  const filter = renderFilter({
    title: "Sessions of the red team",
    rules: [uuidV5(rule.id, `sigma ${filtered?.role ?? "rule"}`)],
    predicate: { kind: "equals", field: "department", value: "red-team", span },
    reason: "The red team tests the guardrails of Claude; its findings come in a report.",
    date: rule.modified,
  });
  return `${filterComment}${filter}`;
}

const validators = {
  validators: ["all", "-namespace_tag", "-attacktag", "-d3_fendtag"],
};

/** Lists that the rules ask for, by name, each with a pseudonym that no user has. */
function clearancesExample(bodies: readonly string[]): string {
  const lists = bodies.flatMap(
    (body) => body.match(/(?<=%)claude_[a-z]+_cleared_users(?=%)/g) ?? [],
  );
  const nobody = "0".repeat(64);
  const pipeline = {
    name: "Clearances of this site",
    priority: 10,
    vars: Object.fromEntries([...new Set(lists)].sort().map((name) => [name, [nobody]])),
    transformations: [{ id: "claude_clearances", type: "value_placeholders" }],
  };
  return `${clearancesComment}${renderDocument(pipeline)}`;
}

export function packSigma(
  rules: readonly CompiledRule[],
  options: CompileOptions,
): readonly Artifact[] {
  const kept = rules.filter(isKept);
  const [first] = kept;
  const listed = kept.filter((one) => needsLists(one, options)).map(bodyOf);
  return [
    ...rules.flatMap((one) => ruleArtifacts(one, "sigma", [ruleFile(one, options)])),
    ...sigmaProducts.map((product) =>
      plumbing(
        `pipelines/${product.file}.yml`,
        "sigma_pipeline",
        renderPipeline(product),
        `mappings/${product.schema}.yaml`,
      ),
    ),
    ...(first === undefined
      ? []
      : [plumbing(`filters/${FILTER_EXAMPLE}`, "sigma_filter", exampleFilter(first))]),
    ...(listed.length === 0
      ? []
      : [
          plumbing(
            "pipelines/claude_clearances.yml.example",
            "sigma_pipeline",
            clearancesExample(listed),
          ),
        ]),
    plumbing(
      "validators.yml",
      "sigma_validators",
      `${validatorsComment}${renderDocument(validators)}`,
    ),
    plumbing("README.md", "readme", renderReadme(listed.length > 0), "rules", PLAIN),
  ];
}
