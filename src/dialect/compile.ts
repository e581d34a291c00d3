/** The single entry of the compilers: a rule in the language of a target. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as dialectMessage from "../diagnostic/message/dialect.ts";
import type { EventField } from "../event/event.ts";
import { comparisonsOf } from "../rule/detection.ts";
import type { RuleIr } from "../rule/ir.ts";
import {
  type Compiled,
  type CompileOptions,
  DEFAULT_OPTIONS,
  type RuleTarget,
  refuse,
} from "./compiled.ts";
import { compileDuckdb } from "./duckdb/query.ts";
import { compileElastic } from "./elastic/query.ts";
import { compileKql } from "./kql/query.ts";
import { compileSigma } from "./sigma/rule.ts";
import { compileSpl } from "./spl/query.ts";

/** Fields that are looked up in tables of the site: clearance and business hours. */
const contextFields: readonly EventField[] = ["user_clearance", "within_business_hours"];

/** Whether the rule reads what `context: native` would look up in the product. */
export function readsContext(rule: RuleIr): boolean {
  return comparisonsOf(rule.detection).some(({ field }) => contextFields.includes(field));
}

/** Targets that have no form for `context: native`. */
const stampedOnly: readonly RuleTarget[] = ["duckdb"];

/** The rule for a target, or why the target cannot have it. Pure: equal rules give equal texts. */
export function compileRule(
  rule: RuleIr,
  target: RuleTarget,
  options: CompileOptions = DEFAULT_OPTIONS,
): Compiled {
  if (options.context === "native" && stampedOnly.includes(target) && readsContext(rule)) {
    return refuse(
      "The rule reads clearance or business hours, which this target knows only as stamped at ingest",
      "Build with the context stamped (--context stamped).",
    );
  }
  switch (target) {
    case "sigma":
      return compileSigma(rule, options);
    case "sentinel":
      return compileKql(rule, options);
    case "splunk":
      return compileSpl(rule, options);
    case "elastic":
      return compileElastic(rule, options);
    case "duckdb":
      return compileDuckdb(rule);
  }
}

/** What a compiler could not say exactly, at the rule's `detect`. */
export function checkFidelity(rule: RuleIr, targets: readonly RuleTarget[]): readonly Diagnostic[] {
  const span = rule.spans["detect"] ?? rule.span;
  const diagnostics: Diagnostic[] = [];
  for (const target of targets) {
    const { fidelity } = compileRule(rule, target);
    if (fidelity.level === "exact") continue;
    const args = { rule: rule.name, target };
    diagnostics.push(
      fidelity.level === "refused"
        ? report(dialectMessage.refusedRule, span, { ...args, ...fidelity })
        : report(dialectMessage.degradedRule, span, { ...args, ...fidelity }),
    );
  }
  return diagnostics;
}
