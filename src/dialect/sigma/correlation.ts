/** Kinds of detection that are correlations in Sigma: thresholds and sequences. */
import type { EventField } from "../../event/event.ts";
import type {
  Predicate,
  RuleIr,
  SequenceDetection,
  SequenceStep,
  ThresholdDetection,
} from "../../rule/ir.ts";
import { type Compiled, type ContextMode, refuse } from "../compiled.ts";
import { lowerPredicateToSigma } from "./detection.ts";
import { renderCorrelation, renderPart, sigmaName } from "./document.ts";
import { comparisonReasons, fidelityFor, finish } from "./limit.ts";

/** A length in the largest unit of Sigma's timespans, or `undefined` below a second. */
function timespan(ms: number): string | undefined {
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
  const unit = Object.entries(units).find(([, size]) => ms % size === 0);
  return unit && `${ms / unit[1]}${unit[0]}`;
}

const SUBSECOND = refuse("Sigma's timespans are whole seconds", "Round the window to a second.");

/**
 * The predicate for events that have all of the fields. Events without one of the entity's belong to
 * none, and those without the measured one add nothing.
 */
function having(where: Predicate, by: readonly EventField[]): Predicate {
  const { span } = where;
  const known = by.map((field): Predicate => ({ kind: "present", field, span }));
  const conditions = where.kind === "all" ? where.of : where.kind === "always" ? [] : [where];
  return { kind: "all", of: [...conditions, ...known], span };
}

/** The condition on a measure, which is an integer: the specification's schema takes no fraction. */
function conditionOf({ measure, greaterThan }: ThresholdDetection): object {
  const gt = Math.floor(greaterThan);
  return measure.kind === "count" ? { gt } : { field: measure.fields[0], gt };
}

/** `event_count` or `value_sum` over a rule that raises no alert of its own. */
export function compileThreshold(
  rule: RuleIr,
  detection: ThresholdDetection,
  context: ContextMode,
): Compiled {
  const { where, by, measure } = detection;
  const span = timespan(detection.withinMs);
  if (span === undefined) return SUBSECOND;
  const fields = measure.kind === "sum" ? measure.fields : [];
  if (fields.length > 1) {
    return refuse(
      "Sigma's value_sum adds up one field only",
      "Sum a single field, or use the rule compiled for your product.",
    );
  }
  const fidelity = fidelityFor([
    "Sigma leaves open whether a window slides, and most backends count in fixed windows, which miss a burst across a boundary",
    "events that are delivered twice count twice",
    "an alert may repeat while the measure stays above the limit",
    ...comparisonReasons(rule, context),
  ]);
  const counted = lowerPredicateToSigma(having(where, [...by, ...fields]), context);
  const correlation = {
    type: measure.kind === "count" ? "event_count" : "value_sum",
    rules: [sigmaName(rule, "base")],
    "group-by": by,
    timespan: span,
    condition: conditionOf(detection),
  };
  const title = `Events counted by ${rule.name}`;
  return finish(fidelity, [
    { role: "base", text: renderPart(rule, "base", title, counted, by) },
    { role: "correlation", text: renderCorrelation(rule, correlation, fidelity) },
  ]);
}

/** Fields that pair up under different names get an alias, which `group-by` names instead. */
function grouping(rule: RuleIr, { first, second }: SequenceDetection): object {
  const pairs = second.by.map((field, index) => {
    const other = first.by[index] ?? field;
    const alias = `entity_${index + 1}`;
    return field === other ? { name: field } : { name: alias, first: other, second: field };
  });
  const aliases = pairs.flatMap(({ name, ...fields }) =>
    fields.first === undefined
      ? []
      : [
          [
            name,
            {
              [sigmaName(rule, "first")]: fields.first,
              [sigmaName(rule, "second")]: fields.second,
            },
          ] as const,
        ],
  );
  return {
    "group-by": pairs.map(({ name }) => name),
    ...(aliases.length > 0 && { aliases: Object.fromEntries(aliases) }),
  };
}

/** `temporal_ordered` over a rule for each step. */
export function compileSequence(
  rule: RuleIr,
  detection: SequenceDetection,
  context: ContextMode,
): Compiled {
  const span = timespan(detection.withinMs);
  if (span === undefined) return SUBSECOND;
  const fidelity = fidelityFor([
    "Sigma leaves open whether events of equal time are in order, and whether each later step alerts or only the first",
    ...comparisonReasons(rule, context),
  ]);
  const step = (role: "first" | "second", { where, by }: SequenceStep): Compiled["texts"][0] => ({
    role,
    text: renderPart(
      rule,
      role,
      `${role === "first" ? "First" : "Second"} step of ${rule.name}`,
      lowerPredicateToSigma(having(where, by), context),
      by,
    ),
  });
  const correlation = {
    type: "temporal_ordered",
    rules: [sigmaName(rule, "first"), sigmaName(rule, "second")],
    ...grouping(rule, detection),
    timespan: span,
  };
  return finish(fidelity, [
    step("first", detection.first),
    step("second", detection.second),
    { role: "correlation", text: renderCorrelation(rule, correlation, fidelity) },
  ]);
}
