/**
 * A rule for Elastic Security: KQL (`kuery`) for single events, ES|QL for everything else.
 *
 * But for what it says of `NOW()`, a query has no clock: whatever runs it bounds the time range. The
 * ES|QL keeps to commands and functions of Elasticsearch 8.16 and later, without `INLINE STATS`.
 */
import { entityFields, leavesOf } from "../../rule/detection.ts";
import type { EachDetection, Fidelity, RuleIr, ThresholdDetection } from "../../rule/ir.ts";
import { findUnmappedField, scheduleOf } from "../capability.ts";
import {
  type Compiled,
  type CompileOptions,
  compiledText,
  DEFAULT_OPTIONS,
  type ResultColumn,
  refuse,
} from "../compiled.ts";
import { contextUse, lookedUp, refuseHours } from "../context.ts";
import { lowerPredicate } from "../predicate.ts";
import { findSequenceObstacle } from "../sequence.ts";
import { lowerBaseline } from "./baseline.ts";
import { CLEARANCE_INDEX, lowerEachJoined } from "./each-joined.ts";
import { lowerFirstSeen } from "./first-seen.ts";
import { esqlLexicon, kueryLexicon } from "./lexicon.ts";
import { findPredicateObstacle, kueryPredicate } from "./predicate.ts";
import { lowerRatio } from "./ratio.ts";
import { columnsOf, type Lowered, TIME } from "./rows.ts";
import { lowerSequence } from "./sequence.ts";
import { lowerSilence } from "./silence.ts";
import { countObstacle, lowerAtRun, lowerCount } from "./threshold.ts";

const EXACT: Fidelity = { level: "exact" };

/** Judged at each run: what a window at the time of the run cannot see. */
function atRun(why: string): Fidelity {
  return {
    level: "degraded",
    reason: `ES|QL has no sliding window for this: ${why}. The window that ends with each run is judged, so what rises and falls between two runs is missed, and what stays above fires at every run`,
    remedy: "Suppress by the rule's keys, and run the rule more often.",
  };
}

function esql(rule: RuleIr, lowered: Lowered, fidelity: Fidelity = EXACT): Compiled {
  return {
    fidelity,
    texts: [{ ...compiledText("query", lowered.query, esqlLexicon), language: "esql" }],
    columns: lowered.columns,
    schedule: scheduleOf(rule),
  };
}

function compileEach({ where }: EachDetection, rule: RuleIr): Compiled {
  const compared = leavesOf(where).map(({ field }) => field);
  const keys = entityFields(rule);
  const context = compared.filter((field) => !keys.includes(field) && field !== "timestamp");
  const columns: readonly ResultColumn[] = [
    TIME,
    ...columnsOf(keys, "key"),
    ...columnsOf([...new Set(context)], "context"),
  ];
  const text = compiledText("query", lowerPredicate(where, kueryPredicate), kueryLexicon);
  return {
    fidelity: EXACT,
    texts: [{ ...text, language: "kuery" }],
    columns,
    schedule: scheduleOf(rule),
  };
}

function compileThreshold(detection: ThresholdDetection, rule: RuleIr): Compiled {
  if (detection.measure.kind === "sum")
    return esql(rule, lowerAtRun(detection, rule), atRun("a sum has no fixed number of events"));
  const obstacle = countObstacle(detection);
  if (obstacle === undefined) return esql(rule, lowerCount(detection, rule));
  return esql(rule, lowerAtRun(detection, rule), atRun(obstacle));
}

/** The rule with clearances joined to its events: ES|QL whatever its kind, 8.18 or later. */
function compileJoined(rule: RuleIr): Compiled {
  if (rule.detection.kind === "each") {
    const lowered = lowerEachJoined(rule.detection, rule);
    return esql(rule, lowered, lookedUp(CLEARANCE_INDEX, EXACT));
  }
  return refuse(
    "Clearances are joined to single events only",
    "Build with the context stamped (--context stamped).",
  );
}

/** The rule for Elastic Security. */
export function compileElastic(rule: RuleIr, options: CompileOptions = DEFAULT_OPTIONS): Compiled {
  const { detection } = rule;
  const obstacle = findUnmappedField(rule, "ecs") ?? findPredicateObstacle(rule);
  if (obstacle !== undefined) return refuse(obstacle.reason, obstacle.remedy);
  const use = contextUse(rule, options);
  if (use.hours) return refuseHours("ES|QL");
  if (use.clearance) return compileJoined(rule);
  switch (detection.kind) {
    case "each":
      return compileEach(detection, rule);
    case "threshold":
      return compileThreshold(detection, rule);
    case "baseline":
      if (detection.zone === "UTC") return esql(rule, lowerBaseline(detection, rule));
      return refuse(
        "ES|QL truncates days in UTC",
        "Count days in UTC (zone: UTC), or let the embedded engine judge this rule.",
      );
    case "sequence": {
      const overlapping = findSequenceObstacle(detection);
      if (overlapping !== undefined) return refuse(overlapping.reason, overlapping.remedy);
      return esql(rule, lowerSequence(detection, rule));
    }
    case "first_seen":
      return esql(rule, lowerFirstSeen(detection, rule));
    case "ratio":
      return esql(
        rule,
        lowerRatio(detection, rule),
        atRun("a share has no fixed number of events"),
      );
    case "silence":
      return esql(rule, lowerSilence(detection, rule));
  }
}
