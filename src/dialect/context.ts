/** Context that a product looks up instead of finding it on the event, as far as all products share it. */
import type { EventField } from "../event/event.ts";
import { comparisonsOf } from "../rule/detection.ts";
import type { Fidelity, RuleIr } from "../rule/ir.ts";
import { type Compiled, type CompileOptions, refuse } from "./compiled.ts";

/** What a rule reads of the tables of a site. */
export interface ContextUse {
  readonly clearance: boolean;
  readonly hours: boolean;
}

/** Which context a rule looks up under the options; none where it is stamped. */
export function contextUse(rule: RuleIr, { context }: CompileOptions): ContextUse {
  const reads = (field: EventField): boolean =>
    context === "native" && comparisonsOf(rule.detection).some((leaf) => leaf.field === field);
  return { clearance: reads("user_clearance"), hours: reads("within_business_hours") };
}

/** For languages whose times have no zone but their own. */
export function refuseHours(language: string): Compiled {
  return refuse(
    `${language} cannot tell the time of another zone, so business hours cannot be looked up`,
    "Build with the context stamped (--context stamped).",
  );
}

/** A rule whose clearances are looked up when it runs. */
export function lookedUp(table: string, fidelity: Fidelity): Fidelity {
  if (fidelity.level === "refused") return fidelity;
  const before = fidelity.level === "degraded" ? `${fidelity.reason}. ` : "";
  return {
    level: "degraded",
    reason: `${before}Clearances are looked up in ${table} as they are when the rule runs, not as they were when the event happened; while ${table} is empty, everybody counts as not cleared`,
    remedy: "Fill the table before switching the rule on, or build with the context stamped.",
  };
}
