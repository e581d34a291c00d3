/**
 * A rule as a Splunk search.
 *
 * It keeps to a small set of commands whose meaning is documented: `where`, `dedup`, `eval`, `stats`,
 * `sort`, `streamstats`, `fields`. Predicates stand in `where`, never in the first clause: there values
 * compare without case, `*` is a wildcard, and NOT binds before OR before AND. But for silence, a search
 * has no clock: it judges the time range it is given.
 */
import type { Fidelity, RuleIr } from "../../rule/ir.ts";
import { columnOf, findUnmappedField, type Obstacle, scheduleOf } from "../capability.ts";
import {
  type Compiled,
  type CompileOptions,
  compiledText,
  DEFAULT_OPTIONS,
  refuse,
} from "../compiled.ts";
import { contextUse, lookedUp, refuseHours } from "../context.ts";
import { findSequenceObstacle } from "../sequence.ts";
import { join, raw, type Text } from "../text.ts";
import { lowerBaseline } from "./baseline.ts";
import { lowerEach } from "./each.ts";
import { lowerFirstSeen } from "./first-seen.ts";
import { splLexicon } from "./lexicon.ts";
import { lowerRatio } from "./ratio.ts";
import { CLEARANCE_LOOKUP, type Lowered } from "./rows.ts";
import { lowerSequence } from "./sequence.ts";
import { lowerSilence } from "./silence.ts";
import { lowerThreshold } from "./threshold.ts";

/** What this subset of SPL cannot say. */
function findObstacle(rule: RuleIr): Obstacle | undefined {
  const { detection } = rule;
  if (detection.kind === "baseline" && detection.zone !== "UTC") {
    return {
      reason: "SPL has no function for the days of another time zone",
      remedy: "Count days in UTC (zone: UTC), or let the embedded engine judge this rule.",
    };
  }
  if (detection.kind === "sequence") {
    const obstacle = findSequenceObstacle(detection);
    if (obstacle !== undefined) return obstacle;
  }
  return findUnmappedField(rule, "cim");
}

function lowerDetection(rule: RuleIr): Lowered {
  const { detection } = rule;
  switch (detection.kind) {
    case "each":
      return lowerEach(detection, rule);
    case "threshold":
      return lowerThreshold(detection, rule);
    case "baseline":
      return lowerBaseline(detection, rule);
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

const EXACT: Fidelity = { level: "exact" };

/** The lookup of clearances comes right after the events; what is stamped on an event is kept. */
function withClearances([events, ...rest]: readonly Text[]): readonly Text[] {
  const clearance = columnOf("cim", "user_clearance").name;
  return [
    ...(events === undefined ? [] : [events]),
    raw(`\`${CLEARANCE_LOOKUP}\``),
    raw(`eval ${clearance}=coalesce(${clearance}, listed_clearance)`),
    ...rest,
  ];
}

/** The rule as a Splunk search. */
export function compileSpl(rule: RuleIr, options: CompileOptions = DEFAULT_OPTIONS): Compiled {
  const obstacle = findObstacle(rule);
  if (obstacle !== undefined) return refuse(obstacle.reason, obstacle.remedy);
  const use = contextUse(rule, options);
  if (use.hours) return refuseHours("SPL");
  const lowered = lowerDetection(rule);
  const { columns } = lowered;
  const steps = use.clearance ? withClearances(lowered.steps) : lowered.steps;
  return {
    fidelity: use.clearance ? lookedUp(`the lookup ${CLEARANCE_LOOKUP}`, EXACT) : EXACT,
    texts: [compiledText("query", join(steps, "\n| "), splLexicon)],
    columns,
    schedule: scheduleOf(rule),
  };
}
