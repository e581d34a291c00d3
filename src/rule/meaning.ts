/**
 * A rule in parts that mean different things when they change: its logic, its tuning, its text.
 *
 * Parts are plain data in one canonical form. What is written differently and means the same has the
 * same form: the order of `and`, `or` and `in`, repeats, nesting, double negation, a list of one.
 */
import { createHash } from "node:crypto";
import type { Detection, Predicate, RuleIr } from "./ir.ts";
import { parameterText } from "./parameter.ts";

/** Plain data; keys of maps are compared without their order. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** What kind of change a difference is, from the least to the most. */
export type ChangeKind = "text" | "tuning" | "logic";

export type RuleMeaning = Readonly<Record<ChangeKind, { readonly [key: string]: Plain }>>;

/** JSON with sorted keys: equal data, equal text. */
export function canonicalJson(value: Plain): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Plain[]).map(canonicalJson).join(",")}]`;
  const map = value as { readonly [key: string]: Plain };
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(map[key] ?? null)}`);
  return `{${entries.join(",")}}`;
}

/** Each once, in an order that does not depend on how they were written. */
function asSet(values: readonly Plain[]): readonly Plain[] {
  const texts = new Map(values.map((value) => [canonicalJson(value), value]));
  return [...texts.keys()].sort().map((text) => texts.get(text) ?? null);
}

/** The predicate without pairs of negations around it. */
function withoutDoubleNegation(predicate: Predicate): Predicate {
  return predicate.kind === "not" && predicate.of.kind === "not"
    ? withoutDoubleNegation(predicate.of.of)
    : predicate;
}

function operands(kind: "all" | "any", predicate: Predicate): readonly Predicate[] {
  const inner = withoutDoubleNegation(predicate);
  return inner.kind === kind ? inner.of.flatMap((part) => operands(kind, part)) : [inner];
}

/** The predicate in canonical form. */
export function canonicalPredicate(predicate: Predicate): Plain {
  switch (predicate.kind) {
    case "always":
      return "always";
    case "all":
    case "any": {
      const parts = operands(predicate.kind, predicate).map(canonicalPredicate);
      const kept = predicate.kind === "all" ? parts.filter((part) => part !== "always") : parts;
      const set = asSet(kept);
      if (set.length === 0) return "always";
      return set.length === 1 ? (set[0] ?? null) : { [predicate.kind]: set };
    }
    case "not":
      return predicate.of.kind === "not"
        ? canonicalPredicate(predicate.of.of)
        : { not: canonicalPredicate(predicate.of) };
    case "equals":
      return { field: predicate.field, in: [predicate.value] };
    case "in":
      return { field: predicate.field, in: asSet(predicate.values) };
    case "has":
      return { field: predicate.field, has: predicate.value };
    case "compare":
      return { field: predicate.field, [predicate.operator]: predicate.value };
    case "present":
      return { exists: predicate.field };
  }
}

/** A canonical predicate in the words of the rule language. */
export function canonicalWords(value: Plain, outermost = true): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.map((one) => canonicalWords(one, false)).join(", ");
  const map = value as { readonly [key: string]: Plain };
  const group = (text: string): string => (outermost ? text : `(${text})`);
  for (const [key, word] of [
    ["all", " and "],
    ["any", " or "],
  ] as const) {
    const parts = map[key];
    if (Array.isArray(parts))
      return group(parts.map((one) => canonicalWords(one, false)).join(word));
  }
  if (map["not"] !== undefined) return `not ${canonicalWords(map["not"], false)}`;
  if (map["exists"] !== undefined) return `exists ${map["exists"]}`;
  const [operator = "", operand = null] =
    Object.entries(map).find(([key]) => key !== "field") ?? [];
  const values = Array.isArray(operand) ? (operand as readonly Plain[]) : [operand];
  if (operator !== "in") return `${map["field"]} ${operator} ${values.join(", ")}`;
  return values.length === 1
    ? `${map["field"]} = ${values[0]}`
    : `${map["field"]} in (${values.join(", ")})`;
}

interface DetectionParts {
  readonly logic: { readonly [key: string]: Plain };
  readonly tuning: { readonly [key: string]: Plain };
}

/** Keys as in rule.yaml, so that people find what a difference names. */
function detectionParts(detection: Detection): DetectionParts {
  const { kind } = detection;
  switch (detection.kind) {
    case "each":
      return { logic: { kind, where: canonicalPredicate(detection.where) }, tuning: {} };
    case "threshold": {
      const { by, measure, withinMs, greaterThan } = detection;
      const where = canonicalPredicate(detection.where);
      return {
        logic: { kind, where, by: asSet(by), measure: measureOf(measure) },
        tuning: { within: withinMs, greater_than: greaterThan },
      };
    }
    case "baseline": {
      const { by, measure, zone, averageOver, historyDays, minDays, floor, factor } = detection;
      const where = canonicalPredicate(detection.where);
      return {
        logic: {
          kind,
          where,
          by: asSet(by),
          measure: measureOf(measure),
          zone,
          average_over: averageOver,
        },
        tuning: { history_days: historyDays, min_days: minDays, floor, factor },
      };
    }
    case "sequence": {
      const step = ({ where, by }: typeof detection.first): Plain => ({
        where: canonicalPredicate(where),
        by,
      });
      return {
        logic: { kind, first: step(detection.first), second: step(detection.second) },
        tuning: { within: detection.withinMs },
      };
    }
    case "first_seen": {
      const { by, field, historyDays, learnDays } = detection;
      return {
        logic: { kind, where: canonicalPredicate(detection.where), by: asSet(by), field },
        tuning: { history_days: historyDays, learn_days: learnDays },
      };
    }
    case "ratio": {
      const { by, withinMs, atLeast, greaterThan } = detection;
      const [where, of] = [canonicalPredicate(detection.where), canonicalPredicate(detection.of)];
      return {
        logic: { kind, where, of, by: asSet(by) },
        tuning: { within: withinMs, at_least: atLeast, greater_than: greaterThan },
      };
    }
    case "silence":
      return {
        logic: { kind, where: canonicalPredicate(detection.where), by: asSet(detection.by) },
        tuning: { for: detection.forMs },
      };
  }
}

function measureOf(measure: { kind: "count" } | { kind: "sum"; fields: readonly string[] }): Plain {
  return measure.kind === "count" ? "count" : { sum: asSet(measure.fields) };
}

/** The rule in its three parts. Identity (name, id, version, dates, changelog) is in none of them. */
export function meaningOf(rule: RuleIr): RuleMeaning {
  const detect = detectionParts(rule.detection);
  const { suppress, schedule } = rule;
  const frameworks = rule.frameworks.map(({ span: _, ...rest }): Plain => ({ ...rest }));
  return {
    logic: { detect: detect.logic, suppress: { by: asSet(suppress.by) } },
    tuning: {
      severity: rule.severity,
      detect: detect.tuning,
      suppress: { for: suppress.forMs },
      schedule: { every: schedule.everyMs, late: schedule.lateMs },
      parameters: Object.fromEntries(rule.parameters.map((one) => [one.name, parameterText(one)])),
    },
    text: {
      title: rule.title,
      description: rule.description,
      rationale: rule.rationale,
      false_positives: rule.falsePositives,
      response: rule.response,
      limits: rule.limits,
      references: rule.references,
      author: rule.author,
      status: rule.status,
      frameworks,
      parameters: Object.fromEntries(
        rule.parameters.map(({ name, description, unit, min, max }) => [
          name,
          { description, unit: unit ?? null, min: min ?? null, max: max ?? null },
        ]),
      ),
    },
  };
}

/** SHA-256 of each part, hex. */
export function hashMeaning(rule: RuleIr): Readonly<Record<ChangeKind, string>> {
  const meaning = meaningOf(rule);
  const hash = (part: ChangeKind): string =>
    createHash("sha256").update(canonicalJson(meaning[part]), "utf8").digest("hex");
  return { text: hash("text"), tuning: hash("tuning"), logic: hash("logic") };
}
