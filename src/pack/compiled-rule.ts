/** A rule on its way into a pack, and what the packs of all products do alike with it. */
import type { Compiled, CompiledText } from "../dialect/compiled.ts";
import type { Fidelity, RuleIr } from "../rule/ir.ts";
import type { Artifact, ArtifactKind, BuildTarget } from "./artifact.ts";

/** A rule and the file it came from, relative to the content's root. */
export interface SourcedRule {
  readonly rule: RuleIr;
  readonly source: string;
}

/** A rule and what a target's compiler made of it. */
export interface CompiledRule extends SourcedRule {
  readonly compiled: Compiled;
}

/** A file that holds one rule. */
export interface RuleFile {
  /** Below the output folder; starts with the target. */
  readonly path: string;
  readonly kind: ArtifactKind;
  readonly mediaType: string;
  /** Called only when the target does not refuse the rule. */
  readonly body: () => string;
}

export const YAML = "application/yaml";
export const PLAIN = "text/plain; charset=utf-8";
export const JSON_TYPE = "application/json";

/** The compiled text of a role; empty where the rule has none. */
export function textOf({ compiled }: CompiledRule, role: CompiledText["role"]): string {
  return compiled.texts.find((text) => text.role === role)?.text ?? "";
}

/** Whether the target takes the rule at all. */
export function isKept({ compiled }: CompiledRule): boolean {
  return compiled.fidelity.level !== "refused";
}

/** A file with several rules is as faithful as the least faithful of them. */
export function leastFaithful(rules: readonly CompiledRule[]): Fidelity {
  const fidelities = rules.map(({ compiled }) => compiled.fidelity);
  return fidelities.find(({ level }) => level === "degraded") ?? { level: "exact" };
}

/** The files of one rule. A refused rule has one entry without a body, which says why. */
export function ruleArtifacts(
  one: CompiledRule,
  target: BuildTarget,
  files: readonly RuleFile[],
): readonly Artifact[] {
  const { rule, source, compiled } = one;
  const kept = isKept(one) ? files : files.slice(0, 1);
  return kept.map(({ path, kind, mediaType, body }) => ({
    path,
    mediaType,
    ...(isKept(one) && { body: body() }),
    target,
    kind,
    source,
    rule: rule.name,
    fidelity: compiled.fidelity,
  }));
}

/** A rule's query as a file of its own. */
export function queryFile(one: CompiledRule, target: BuildTarget, extension: string): RuleFile {
  return {
    path: `${target}/${one.rule.name}.${extension}`,
    kind: "query",
    mediaType: PLAIN,
    body: () => textOf(one, "query"),
  };
}
