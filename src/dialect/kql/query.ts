/**
 * A rule as KQL over the Log Analytics table of audit events.
 *
 * But for silence, a query has no clock: it judges the time range it is given. It keeps to operators
 * whose result does not depend on row order (no `prev`, no `serialize`), so a window is a self-join.
 */
import { DAY_MS } from "../../rule/detection.ts";
import type { BaselineDetection, Detection, Fidelity, RuleIr } from "../../rule/ir.ts";
import { findRollupObstacle, findUnmappedField, scheduleOf } from "../capability.ts";
import {
  type Compiled,
  type CompileOptions,
  compiledText,
  DEFAULT_OPTIONS,
  type RunSchedule,
  refuse,
} from "../compiled.ts";
import { lowerBaseline, lowerRollup, rollupSchedule } from "./baseline.ts";
import { nativeFidelity, withNativeContext } from "./context.ts";
import { lowerEach } from "./each.ts";
import { lowerFirstSeen } from "./first-seen.ts";
import { kqlLexicon } from "./lexicon.ts";
import { findPredicateObstacle } from "./predicate.ts";
import { lowerRatio } from "./ratio.ts";
import type { Lowered } from "./rows.ts";
import { lowerSequence } from "./sequence.ts";
import { lowerSilence } from "./silence.ts";
import { lowerThreshold } from "./threshold.ts";

/** Longest query that a Sentinel analytics rule takes. */
export const KQL_LENGTH_MAX = 10_000;

/** Farthest back that a Sentinel analytics rule reads. */
export const SENTINEL_LOOKBACK_MAX_MS: number = 14 * DAY_MS;

/** What a compilation goes by. */
interface Asked {
  readonly rule: RuleIr;
  readonly options: CompileOptions;
}

function finish(
  { rule, options }: Asked,
  lowered: Lowered,
  fidelity: Fidelity,
  schedule: RunSchedule,
): Compiled {
  const native = options.context === "native";
  const used = native ? withNativeContext(rule, lowered) : lowered;
  const query = compiledText("query", used.query, kqlLexicon);
  if (query.text.length > KQL_LENGTH_MAX) {
    return refuse(
      `The query has ${query.text.length} characters; a Sentinel rule takes ${KQL_LENGTH_MAX}`,
      "Split the rule, or shorten its lists of values.",
    );
  }
  return {
    fidelity: native ? nativeFidelity(rule, fidelity) : fidelity,
    texts: [query],
    columns: used.columns,
    schedule,
  };
}

function compileBaseline(
  detection: BaselineDetection,
  asked: Asked,
  schedule: RunSchedule,
): Compiled {
  const { rule } = asked;
  if (schedule.lookbackMs <= SENTINEL_LOOKBACK_MAX_MS) {
    return finish(asked, lowerBaseline(detection, rule), { level: "exact" }, schedule);
  }
  const obstacle = findRollupObstacle(detection);
  if (obstacle !== undefined) {
    return refuse(
      `A Sentinel rule looks back 14 days at most, and the daily usage_rollup cannot stand in: ${obstacle}`,
      "Shorten history_days to 12 or less, or use the measure, entity and zone of the rollup.",
    );
  }
  const fidelity: Fidelity = {
    level: "degraded",
    reason: `A Sentinel rule looks back 14 days at most, so this one judges the connector's daily usage_rollup records instead of ${detection.historyDays} days of events: a day is judged once, after it ended`,
    remedy: "Let the connector write usage_rollup records every day.",
  };
  return finish(asked, lowerRollup(detection, rule), fidelity, rollupSchedule);
}

/** What a rule that reads too far back should shorten. */
function shorten(detection: Detection): string {
  switch (detection.kind) {
    case "first_seen":
      return "Shorten history_days to 12 or less.";
    case "threshold":
    case "ratio":
      return "Shorten the window to less than 7 days.";
    case "sequence":
      return "Shorten the window to less than 14 days.";
    case "silence":
      return "Expect events more often than every 14 days.";
    case "each":
    case "baseline":
      return "Run the rule more often, or wait less for late events.";
  }
}

function lowerDetection(detection: Exclude<Detection, BaselineDetection>, rule: RuleIr): Lowered {
  switch (detection.kind) {
    case "each":
      return lowerEach(detection, rule);
    case "threshold":
      return lowerThreshold(detection, rule);
    case "sequence":
      return lowerSequence(detection, rule);
    case "first_seen":
      return lowerFirstSeen(detection, rule);
    case "ratio":
      return lowerRatio(detection, rule);
    case "silence":
      return lowerSilence(detection, rule);
  }
}

/** The rule as KQL for Microsoft Sentinel. */
export function compileKql(rule: RuleIr, options: CompileOptions = DEFAULT_OPTIONS): Compiled {
  const { detection } = rule;
  const asked: Asked = { rule, options };
  const obstacle = findUnmappedField(rule, "sentinel") ?? findPredicateObstacle(rule);
  if (obstacle !== undefined) return refuse(obstacle.reason, obstacle.remedy);
  const schedule = scheduleOf(rule);
  if (detection.kind === "baseline") return compileBaseline(detection, asked, schedule);
  if (schedule.lookbackMs > SENTINEL_LOOKBACK_MAX_MS) {
    return refuse(
      "A Sentinel rule looks back 14 days at most, and this one needs more",
      shorten(detection),
    );
  }
  return finish(asked, lowerDetection(detection, rule), { level: "exact" }, schedule);
}
