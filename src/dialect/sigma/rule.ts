/** A rule as Sigma 2.1 documents: a detection rule, or a correlation and the rules it reads. */
import { entityFields } from "../../rule/detection.ts";
import type { BaselineDetection, EachDetection, RuleIr } from "../../rule/ir.ts";
import { findRollupObstacle } from "../capability.ts";
import {
  type Compiled,
  type CompileOptions,
  type ContextMode,
  DEFAULT_OPTIONS,
  refuse,
} from "../compiled.ts";
import { compileSequence, compileThreshold } from "./correlation.ts";
import { lowerPredicateToSigma } from "./detection.ts";
import { renderRule } from "./document.ts";
import { comparisonReasons, fidelityFor, finish, refuseNative } from "./limit.ts";

function compileEach(rule: RuleIr, detection: EachDetection, context: ContextMode): Compiled {
  const fidelity = fidelityFor(comparisonReasons(rule, context));
  const selections = lowerPredicateToSigma(detection.where, context);
  const text = renderRule(rule, selections, entityFields(rule), fidelity);
  return finish(fidelity, [{ role: "rule", text }]);
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
    event_type: "activity_event",
    activity_type: "usage_rollup",
    "usage_over_baseline|gt": detection.factor,
    "baseline_days|gte": detection.minDays,
    "usage_tokens|gt": detection.floor,
  };
  const detections = { selection, condition: "selection" };
  const text = renderRule(rule, detections, entityFields(rule), fidelity);
  return finish(fidelity, [{ role: "rule", text }]);
}

const ELSEWHERE = "Use the rule compiled for your product, or the embedded engine.";

/**
 * The rule as Sigma. Fields keep the names of the event schema. With a native context, clearances are
 * placeholders for lists of users.
 */
export function compileSigma(rule: RuleIr, options: CompileOptions = DEFAULT_OPTIONS): Compiled {
  const { detection } = rule;
  const { context } = options;
  const refused = context === "native" ? refuseNative(rule) : undefined;
  if (refused !== undefined) return refused;
  switch (detection.kind) {
    case "each":
      return compileEach(rule, detection, context);
    case "threshold":
      return compileThreshold(rule, detection, context);
    case "baseline":
      return compileBaseline(rule, detection);
    case "sequence":
      return compileSequence(rule, detection, context);
    case "first_seen":
      return refuse("Sigma has no memory of values it has seen", ELSEWHERE);
    case "ratio":
      return refuse("Sigma cannot divide one count by another", ELSEWHERE);
    case "silence":
      return refuse("Sigma matches events and has no word for their absence", ELSEWHERE);
  }
}
