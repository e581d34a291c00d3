/**
 * Boundary cases of a rule, made from its meaning alone.
 *
 * Every case states what must happen by the words of the rule format (src/rule/ir.ts): amounts and
 * times are chosen first and the alerts follow from them. Nothing is compiled or run here, so agreement
 * with an engine says something about the engine.
 */
import type { RuleIr } from "../ir.ts";
import { synthesiseBaseline } from "./baseline.ts";
import { CaseList, type Synthesis } from "./case-list.ts";
import { synthesiseEach } from "./each.ts";
import { synthesiseFirstSeen } from "./first-seen.ts";
import { synthesiseRatio } from "./ratio.ts";
import { synthesiseSequence } from "./sequence.ts";
import { synthesiseSilence } from "./silence.ts";
import { synthesiseThreshold } from "./threshold.ts";

function fill(list: CaseList): void {
  const { detection } = list.rule;
  switch (detection.kind) {
    case "each":
      return synthesiseEach(list, detection);
    case "threshold":
      return synthesiseThreshold(list, detection);
    case "baseline":
      return synthesiseBaseline(list, detection);
    case "sequence":
      return synthesiseSequence(list, detection);
    case "first_seen":
      return synthesiseFirstSeen(list, detection);
    case "ratio":
      return synthesiseRatio(list, detection);
    case "silence":
      return synthesiseSilence(list, detection);
  }
}

/** The cases at the boundaries of a rule, and those its shape makes impossible. Deterministic. */
export function synthesise(rule: RuleIr): Synthesis {
  const list = new CaseList(rule);
  fill(list);
  return list.result();
}
