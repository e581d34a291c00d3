/** A rule as Sigma 2.1 documents: a detection rule, and a correlation over it for thresholds. */
import { stringify } from "yaml";
import { entityFields, leavesOf } from "../../rule/detection.ts";
import type {
  BaselineDetection,
  EachDetection,
  Fidelity,
  FrameworkReference,
  Predicate,
  RuleIr,
  ThresholdDetection,
} from "../../rule/ir.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { findRollupObstacle } from "../capability.ts";
import { type Compiled, NO_RUN, refuse } from "../compiled.ts";
import { uuidV5 } from "../uuid.ts";
import { lowerPredicateToSigma, type SigmaDetection } from "./detection.ts";

/** YAML 1.1, so that readers of either version see the same strings; no anchors, stable folding. */
function renderDocument(document: object): string {
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

/** Name by which other documents refer to the rule. */
function sigmaName(rule: RuleIr): string {
  return `claude_${rule.name.replaceAll("-", "_")}`;
}

/** Sigma has no suppression, so the description says what the product should do. */
function describe(rule: RuleIr, fidelity: Fidelity): string {
  const keys = rule.suppress.by.join(" and ");
  const suppression = `Suppress further alerts with equal ${keys} for ${formatDuration(rule.suppress.forMs)}.`;
  const difference = fidelity.level === "exact" ? [] : [`Differs here: ${fidelity.reason}.`];
  return [rule.description, suppression, ...difference].join("\n");
}

/** What every document of a rule starts with. `role` tells the ids of its documents apart. */
function origin(rule: RuleIr, role: "rule" | "base" | "correlation"): object {
  return { id: uuidV5(rule.id, `sigma ${role}`), status: rule.status };
}

function history(rule: RuleIr): object {
  return { author: rule.author, date: rule.created, modified: rule.modified };
}

function head(rule: RuleIr, role: "rule" | "correlation", fidelity: Fidelity): object {
  return {
    title: rule.title,
    name: sigmaName(rule),
    ...origin(rule, role),
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

const LOGSOURCE = { product: "claude", service: "audit" } as const;

function renderRule(rule: RuleIr, detection: SigmaDetection, fidelity: Fidelity): string {
  return renderDocument({
    ...head(rule, "rule", fidelity),
    logsource: LOGSOURCE,
    detection,
    fields: ["timestamp", "event_id", ...entityFields(rule)],
    ...tail(rule),
  });
}

/** Sigma 2.1 has no array semantics; the backend decides. */
function arrayReason(where: Predicate): readonly string[] {
  const leaf = leavesOf(where).find(({ kind }) => kind === "has");
  if (leaf === undefined) return [];
  return [
    `Sigma says nothing about lists, so ${leaf.field} matches only where the backend lets any element match`,
  ];
}

function fidelityFor(reasons: readonly string[], remedy: string): Fidelity {
  if (reasons.length === 0) return { level: "exact" };
  return { level: "degraded", reason: reasons.join("; "), remedy };
}

function finish(fidelity: Fidelity, texts: Compiled["texts"]): Compiled {
  return { fidelity, texts, columns: [], schedule: NO_RUN };
}

function compileEach(rule: RuleIr, detection: EachDetection): Compiled {
  const remedy =
    "Try a value in a list on your backend, or use the rule compiled for your product.";
  const fidelity = fidelityFor(arrayReason(detection.where), remedy);
  const text = renderRule(rule, lowerPredicateToSigma(detection.where), fidelity);
  return finish(fidelity, [{ role: "rule", text }]);
}

/** A length in the largest unit of Sigma's timespans, or `undefined` below a second. */
function timespan(ms: number): string | undefined {
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
  const unit = Object.entries(units).find(([, size]) => ms % size === 0);
  return unit && `${ms / unit[1]}${unit[0]}`;
}

/** The events a threshold counts, as a rule that raises no alert of its own. */
function renderBase(rule: RuleIr, { where, by }: ThresholdDetection): string {
  const { span } = where;
  const known = by.map((field): Predicate => ({ kind: "present", field, span }));
  const conditions = where.kind === "all" ? where.of : where.kind === "always" ? [] : [where];
  const counted: Predicate = { kind: "all", of: [...conditions, ...known], span };
  return renderDocument({
    title: `Events counted by ${rule.name}`,
    name: `${sigmaName(rule)}_base`,
    ...origin(rule, "base"),
    description: "Counted by a correlation rule; raises no alert of its own.",
    ...history(rule),
    logsource: LOGSOURCE,
    detection: lowerPredicateToSigma(counted),
    level: "informational",
  });
}

function renderCorrelation(
  rule: RuleIr,
  { by, measure, greaterThan }: ThresholdDetection,
  span: string,
  fidelity: Fidelity,
): string {
  const count = { type: "event_count", condition: { gt: greaterThan } };
  const correlation =
    measure.kind === "count"
      ? count
      : { type: "value_sum", condition: { field: measure.fields[0], gt: greaterThan } };
  return renderDocument({
    ...head(rule, "correlation", fidelity),
    correlation: {
      type: correlation.type,
      rules: [`${sigmaName(rule)}_base`],
      "group-by": by,
      timespan: span,
      condition: correlation.condition,
    },
    ...tail(rule),
  });
}

function compileThreshold(rule: RuleIr, detection: ThresholdDetection): Compiled {
  const span = timespan(detection.withinMs);
  if (span === undefined) {
    return refuse("Sigma's timespans are whole seconds", "Round the window to a second.");
  }
  if (detection.measure.kind === "sum" && detection.measure.fields.length !== 1) {
    return refuse(
      "Sigma's value_sum adds up one field only",
      "Sum a single field, or use the rule compiled for Splunk, Sentinel or the embedded engine.",
    );
  }
  const reasons = [
    "Sigma leaves open whether a window slides, and most backends count in fixed windows, which miss a burst across a boundary",
    "an event that is delivered twice counts twice",
    "alerts are not bound to the rising edge",
    ...arrayReason(detection.where),
  ];
  const remedy =
    "Use the rule compiled for Splunk, Sentinel or the embedded engine; each of them is exact.";
  const fidelity = fidelityFor(reasons, remedy);
  return finish(fidelity, [
    { role: "base", text: renderBase(rule, detection) },
    { role: "correlation", text: renderCorrelation(rule, detection, span, fidelity) },
  ]);
}

/** Sigma compares no two windows; the connector's daily record carries the comparison. */
function compileBaseline(rule: RuleIr, detection: BaselineDetection): Compiled {
  const obstacle =
    detection.averageOver === "active_days"
      ? findRollupObstacle(detection)
      : "usage_over_baseline is the ratio to active days";
  if (obstacle !== undefined) {
    return refuse(
      `Sigma cannot compare a day with its history, and the daily usage_rollup cannot stand in: ${obstacle}`,
      "Use the measure, entity, history and zone of the rollup, or the embedded engine.",
    );
  }
  const fidelity = fidelityFor(
    [
      "Sigma cannot compare a day with its history, so the rule judges the connector's daily usage_rollup records: a day is judged once, after it ended",
    ],
    "Let the connector write usage_rollup records every day.",
  );
  const selection = {
    "event_type|cased": "activity_event",
    "activity_type|cased": "usage_rollup",
    "usage_over_baseline|gt": detection.factor,
    "baseline_days|gte": detection.minDays,
    "usage_tokens|gt": detection.floor,
  };
  const text = renderRule(rule, { selection, condition: "selection" }, fidelity);
  return finish(fidelity, [{ role: "rule", text }]);
}

/** The rule as Sigma. Fields keep the names of the event schema. */
export function compileSigma(rule: RuleIr): Compiled {
  const { detection } = rule;
  switch (detection.kind) {
    case "each":
      return compileEach(rule, detection);
    case "threshold":
      return compileThreshold(rule, detection);
    case "baseline":
      return compileBaseline(rule, detection);
    case "sequence":
      return refuse(
        "Sigma's temporal_ordered says nothing about events of equal time and repeats",
        "Use the rule compiled for Splunk, Sentinel, Elastic or the embedded engine.",
      );
    case "first_seen":
      return refuse(
        "Sigma has no memory of values it has seen",
        "Use the rule compiled for Splunk, Sentinel, Elastic or the embedded engine.",
      );
    case "ratio":
      return refuse(
        "Sigma cannot divide one count by another",
        "Use the rule compiled for Splunk, Sentinel, Elastic or the embedded engine.",
      );
    case "silence":
      return refuse(
        "Sigma matches events and has no word for their absence",
        "Use the rule compiled for Splunk, Sentinel, Elastic or the embedded engine.",
      );
  }
}
