/**
 * Rules that say how confidential the data of an event is, from where the event comes from.
 *
 *     default: internal
 *     rules:
 *       - id: payroll-files
 *         class: restricted
 *         when: { path: [payroll, "*.pem"], deployment: production }
 *
 * All keys under `when` have to match, one pattern of each is enough. Of all rules that match, the
 * highest class holds, so the order of rules means nothing and there are no exceptions.
 */
import {
  type Diagnostic,
  fail,
  fileSpan,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import type { DataClassification } from "../event/event.ts";
import { describeNode, type YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import {
  type NamePattern,
  type PathPattern,
  type ReadPattern,
  readNamePattern,
  readPathPattern,
} from "./classify-pattern.ts";

/** Classes that a rule may give, lowest first. */
export const classes = ["public", "internal", "sensitive", "restricted"] as const;
export type DataClass = (typeof classes)[number];

/** How high a class is; what states nothing is below all. */
export function rankOf(classification: DataClassification | undefined): number {
  return (classes as readonly string[]).indexOf(classification ?? "unknown");
}

/** Facts that labels may carry under names of their producer. */
export const labelledFacts = ["project", "workspace", "path"] as const;
export type LabelledFact = (typeof labelledFacts)[number];

/** Facts about an event that rules may ask for, beside its labels by name. */
export const factNames = [
  "project",
  "workspace",
  "path",
  "mcp_server",
  "mcp_tool",
  "source_kind",
  "deployment",
  "business_unit",
  "department",
] as const;
export type FactName = (typeof factNames)[number];

/** One fact or label and the patterns of which one has to match. */
export type Condition =
  | { readonly fact: "path"; readonly patterns: readonly PathPattern[] }
  | {
      readonly fact: Exclude<FactName, "path"> | { readonly label: string };
      readonly patterns: readonly NamePattern[];
    };

export interface ClassificationRule {
  readonly id: string;
  readonly class: DataClass;
  /** At least one; all have to hold. */
  readonly conditions: readonly Condition[];
  /** The patterns are in lower case, and texts are compared in lower case. */
  readonly ignoreCase: boolean;
}

export interface ClassificationTable {
  readonly rules: readonly ClassificationRule[];
  /** For events about which neither a rule nor the producer says anything. */
  readonly fallback?: DataClass;
  /** Labels that carry a fact, the known ones and those the table adds. */
  readonly labels: Readonly<Record<LabelledFact, readonly string[]>>;
}

/**
 * Labels by which sources name facts: the Compliance API's activities, telemetry with attributes of the
 * resource, records of gateways, and events of programs that follow the documentation.
 */
export const knownLabels: Readonly<Record<LabelledFact, readonly string[]>> = {
  project: ["project", "project_id", "project.id", "claude_project_id"],
  workspace: ["workspace", "workspace_id", "workspace.id"],
  path: ["path", "file_path"],
};

/** What a rule is called in labels of events and in metrics. */
const RULE_ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
/** Stands in labels for the table's own default. */
export const DEFAULT_ID = "default";
const RULES_MAX = 2000;
const VALUES_MAX = 1000;

interface Placed {
  readonly text: string;
  readonly span: Span;
}

class TableParser {
  readonly diagnostics: Diagnostic[];
  readonly #lineOfId = new Map<string, number>();

  constructor(diagnostics: Diagnostic[]) {
    this.diagnostics = diagnostics;
  }

  /** Text, or a list of texts, each with its place. */
  #texts(key: string, node: YamlNode): readonly Placed[] {
    const items = node.kind === "list" ? node.items : [node];
    const expected = "text or a list of texts; numbers and true or false in quotes";
    if (items.length === 0 || items.length > VALUES_MAX) {
      const found = items.length === 0 ? "an empty list" : `${items.length} of them`;
      const args = { key, expected: `1 to ${VALUES_MAX} patterns`, found };
      this.diagnostics.push(report(yamlMessage.wrongType, node.span, args));
      return [];
    }
    return items.flatMap((item) => {
      if (item.kind === "scalar" && typeof item.value === "string" && item.value.trim() !== "")
        return [{ text: item.value, span: item.span }];
      const args = { key, expected, found: describeNode(item) };
      this.diagnostics.push(report(yamlMessage.wrongType, item.span, args));
      return [];
    });
  }

  #patterns<P>(
    key: string,
    node: YamlNode,
    readPattern: (text: string, ignoreCase: boolean) => ReadPattern<P>,
    ignoreCase: boolean,
  ): readonly P[] {
    return this.#texts(key, node).flatMap(({ text, span }) => {
      const read = readPattern(text, ignoreCase);
      if (read.ok) return [read.pattern];
      const args = { pattern: text.slice(0, 64), ...read.problem };
      this.diagnostics.push(report(contextMessage.badPattern, span, args));
      return [];
    });
  }

  #labelConditions(node: YamlNode | undefined, ignoreCase: boolean): readonly Condition[] {
    if (node === undefined) return [];
    if (node.kind === "map")
      return node.entries.map(({ key, value }) => ({
        fact: { label: key },
        patterns: this.#patterns(key, value, readNamePattern, ignoreCase),
      }));
    const args = { key: "label", expected: "labels by name", found: describeNode(node) };
    this.diagnostics.push(report(yamlMessage.wrongType, node.span, args));
    return [];
  }

  #conditions(rule: MapReader, ignoreCase: boolean): readonly Condition[] {
    const when = rule.map("when");
    if (when === undefined) return [];
    const facts = factNames.flatMap((fact): readonly Condition[] => {
      const node = when.optional(fact);
      if (node === undefined) return [];
      return fact === "path"
        ? [{ fact, patterns: this.#patterns(fact, node, readPathPattern, ignoreCase) }]
        : [{ fact, patterns: this.#patterns(fact, node, readNamePattern, ignoreCase) }];
    });
    const conditions = [...facts, ...this.#labelConditions(when.optional("label"), ignoreCase)];
    when.done();
    if (conditions.length === 0)
      this.diagnostics.push(report(contextMessage.noCondition, when.span, { known: factNames }));
    return conditions;
  }

  #id(rule: MapReader): string | undefined {
    const id = rule.string("id");
    if (id === undefined) return undefined;
    const span = rule.spanOf("id");
    if (!RULE_ID.test(id) || id === DEFAULT_ID) {
      this.diagnostics.push(report(contextMessage.badRuleId, span, { id: id.slice(0, 64) }));
      return undefined;
    }
    const line = this.#lineOfId.get(id);
    if (line !== undefined) {
      this.diagnostics.push(report(contextMessage.duplicateRuleId, span, { id, line }));
      return undefined;
    }
    this.#lineOfId.set(id, span.line);
    return id;
  }

  parseRule(node: YamlNode): ClassificationRule | undefined {
    const rule = MapReader.of(node, "a rule of classification", this.diagnostics);
    if (rule === undefined) return undefined;
    const id = this.#id(rule);
    const dataClass = rule.choice("class", classes);
    // For the reader of the file: why the data has this class. It is not stamped.
    rule.optionalString("because");
    const ignoreCase = rule.optionalBoolean("ignore_case") ?? false;
    const conditions = this.#conditions(rule, ignoreCase);
    rule.done();
    if (id === undefined || dataClass === undefined || conditions.length === 0) return undefined;
    return { id, class: dataClass, conditions, ignoreCase };
  }

  parseLabels(root: MapReader): ClassificationTable["labels"] {
    const added = root.optionalMap("labels_as");
    const namesOf = (fact: LabelledFact): readonly string[] => {
      const node = added?.optional(fact);
      const more = node === undefined ? [] : this.#texts(fact, node).map(({ text }) => text);
      return [...new Set([...knownLabels[fact], ...more])];
    };
    const labels = {
      project: namesOf("project"),
      workspace: namesOf("workspace"),
      path: namesOf("path"),
    };
    added?.done();
    return labels;
  }
}

/**
 * Parses a table of classification rules.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The table, or every problem (codes C550 to C554, Y1xx) with its place.
 */
export function parseClassification(text: string, file: string): Result<ClassificationTable> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return fail(yaml.diagnostics);
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const parser = new TableParser(diagnostics);
  const root = MapReader.of(yaml.value, "a classification table", diagnostics);
  if (root === undefined) return fail(diagnostics);
  const fallback = root.optionalChoice("default", classes);
  const labels = parser.parseLabels(root);
  const items = root.list("rules")?.items ?? [];
  if (items.length > RULES_MAX) {
    const args = { key: "rules", value: String(items.length), range: `at most ${RULES_MAX} rules` };
    diagnostics.push(report(yamlMessage.outOfRange, root.spanOf("rules"), args));
  }
  const rules = items.map((node) => parser.parseRule(node)).filter((rule) => rule !== undefined);
  root.done();
  if (items.length === 0 && fallback === undefined)
    diagnostics.push(report(contextMessage.noRules, fileSpan(file), {}));
  return resultOf({ rules, labels, ...(fallback && { fallback }) }, diagnostics);
}
