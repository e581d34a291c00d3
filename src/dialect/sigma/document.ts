/** What Sigma 2.1 documents of a rule have in common: identity, prose, history, tags. */
import { stringify } from "yaml";
import type { EventField } from "../../event/event.ts";
import type { Fidelity, FrameworkReference, RuleIr } from "../../rule/ir.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { uuidV5 } from "../uuid.ts";
import type { SigmaDetection } from "./detection.ts";

/** The log source of every rule; the processing pipelines of the pack apply to it alone. */
export const LOGSOURCE = { product: "claude", service: "audit" } as const;

/** Which document of a rule: the rule itself, or a part that raises no alert of its own. */
export type SigmaRole = "rule" | "correlation" | "base" | "first" | "second";

/** YAML 1.1, so that readers of either version see the same strings; no anchors, stable folding. */
export function renderDocument(document: object): string {
  return stringify(document, { version: "1.1", lineWidth: 100, aliasDuplicateObjects: false });
}

/** Tags in lower case. Sigma knows the namespace `attack`; `atlas` and `owasp` follow its form. */
function tagOf({ framework, id, version }: FrameworkReference): string {
  switch (framework) {
    case "attack":
    case "atlas":
      return `${framework}.${id.toLowerCase()}`;
    case "owasp_llm":
      return `owasp.${id.toLowerCase()}-${version}`;
  }
}

/** Name by which other documents refer to a document of the rule. */
export function sigmaName(rule: RuleIr, role: SigmaRole): string {
  const name = `claude_${rule.name.replaceAll("-", "_")}`;
  return role === "rule" || role === "correlation" ? name : `${name}_${role}`;
}

/** Sigma has no suppression, so the description says what the product should do. */
function describe(rule: RuleIr, fidelity: Fidelity): string {
  const keys = rule.suppress.by.join(" and ");
  const suppression = `Suppress further alerts with equal ${keys} for ${formatDuration(rule.suppress.forMs)}.`;
  const difference = fidelity.level === "exact" ? [] : [`Differs here: ${fidelity.reason}.`];
  return [rule.description, suppression, ...difference].join("\n");
}

/** `role` tells the ids of a rule's documents apart. */
function identity(rule: RuleIr, role: SigmaRole): object {
  return { id: uuidV5(rule.id, `sigma ${role}`), status: rule.status };
}

function history(rule: RuleIr): object {
  return { author: rule.author, date: rule.created, modified: rule.modified };
}

function head(rule: RuleIr, role: "rule" | "correlation", fidelity: Fidelity): object {
  return {
    title: rule.title,
    name: sigmaName(rule, role),
    ...identity(rule, role),
    description: describe(rule, fidelity),
    ...(rule.references.length > 0 && { references: rule.references }),
    ...history(rule),
    ...(rule.frameworks.length > 0 && { tags: [...new Set(rule.frameworks.map(tagOf))] }),
  };
}

function tail(rule: RuleIr): object {
  return {
    ...(rule.falsePositives.length > 0 && { falsepositives: rule.falsePositives }),
    level: rule.severity,
  };
}

/** What an analyst wants to see of an event. */
function fieldList(entity: readonly EventField[]): readonly string[] {
  return [...new Set(["timestamp", "event_id", ...entity])];
}

/** A detection rule. */
export function renderRule(
  rule: RuleIr,
  detection: SigmaDetection,
  entity: readonly EventField[],
  fidelity: Fidelity,
): string {
  return renderDocument({
    ...head(rule, "rule", fidelity),
    logsource: LOGSOURCE,
    detection,
    fields: fieldList(entity),
    ...tail(rule),
  });
}

/** A rule that only a correlation reads. */
export function renderPart(
  rule: RuleIr,
  role: "base" | "first" | "second",
  title: string,
  detection: SigmaDetection,
  entity: readonly EventField[],
): string {
  return renderDocument({
    title,
    name: sigmaName(rule, role),
    ...identity(rule, role),
    description: "Read by a correlation rule; raises no alert of its own.",
    ...history(rule),
    logsource: LOGSOURCE,
    detection,
    fields: fieldList(entity),
    level: "informational",
  });
}

/** A correlation rule; `correlation` is the section of that name. */
export function renderCorrelation(rule: RuleIr, correlation: object, fidelity: Fidelity): string {
  return renderDocument({
    ...head(rule, "correlation", fidelity),
    correlation,
    ...tail(rule),
  });
}
