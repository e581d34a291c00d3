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

/** Fills the list. It is returned so that a kind without a case here does not compile. */
function fill(list: CaseList): CaseList {
  const { detection } = list.rule;
  switch (detection.kind) {
    case "each":
      synthesiseEach(list, detection);
      return list;
    case "threshold":
      synthesiseThreshold(list, detection);
      return list;
    case "baseline":
      synthesiseBaseline(list, detection);
      return list;
    case "sequence":
      synthesiseSequence(list, detection);
      return list;
    case "first_seen":
      synthesiseFirstSeen(list, detection);
      return list;
    case "ratio":
      synthesiseRatio(list, detection);
      return list;
    case "silence":
      synthesiseSilence(list, detection);
      return list;
  }
}

/** The cases at the boundaries of a rule, and those its shape makes impossible. Deterministic. */
export function synthesise(rule: RuleIr): Synthesis {
  return fill(new CaseList(rule)).result();
}
