/**
 * A rule as DuckDB SQL over the table `event` of the embedded store.
 *
 * The table holds each `event_id` once (the first record wins), one column per event field, and `ts`,
 * the timestamp in epoch milliseconds. A query returns candidates before suppression: `ts`, the entity
 * columns, `value`, `limit`, `event_ids`.
 */
import type { RuleIr } from "../../rule/ir.ts";
import { scheduleOf } from "../capability.ts";
import { type Compiled, compiledText } from "../compiled.ts";
import { renderText, type Text } from "../text.ts";
import { lowerBaseline } from "./baseline.ts";
import { lowerEach } from "./each.ts";
import { lowerFirstSeen } from "./first-seen.ts";
import { duckdbLexicon } from "./lexicon.ts";
import { lowerRatio } from "./ratio.ts";
import { lowerSequence } from "./sequence.ts";
import { lowerSilence } from "./silence.ts";
import { lowerThreshold } from "./threshold.ts";

function lowerDetection(rule: RuleIr, clockMs?: number): Text {
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
      return lowerSilence(detection, rule, clockMs);
  }
}

/** The rule as one SQL query. DuckDB says every construct exactly. */
export function compileDuckdb(rule: RuleIr): Compiled {
  return {
    fidelity: { level: "exact" },
    texts: [compiledText("query", lowerDetection(rule), duckdbLexicon)],
    columns: [],
    schedule: scheduleOf(rule),
  };
}

/**
 * The text of `compileDuckdb`.
 *
 * @param clockMs What time it is, milliseconds since the epoch, for rules about what did not come. The
 *   last event of the table when absent.
 */
export function duckdbQuery(rule: RuleIr, clockMs?: number): string {
  return renderText(lowerDetection(rule, clockMs), duckdbLexicon);
}
