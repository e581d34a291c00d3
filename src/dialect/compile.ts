/** The single entry of the compilers: a rule in the language of a target. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as dialectMessage from "../diagnostic/message/dialect.ts";
import type { RuleIr } from "../rule/ir.ts";
import { scheduleOf } from "./capability.ts";
import type { Compiled, RuleTarget } from "./compiled.ts";
import { compileDuckdb } from "./duckdb/query.ts";
import { compileKql } from "./kql/query.ts";
import { compileSigma } from "./sigma/rule.ts";
import { compileSpl } from "./spl/query.ts";

function compileForEngine(rule: RuleIr): Compiled {
  const { query, fidelity } = compileDuckdb(rule);
  const texts = [{ role: "query", text: query }] as const;
  return { fidelity, texts, columns: [], schedule: scheduleOf(rule) };
}

/** The rule for a target, or why the target cannot have it. Pure: equal rules give equal texts. */
export function compileRule(rule: RuleIr, target: RuleTarget): Compiled {
  switch (target) {
    case "sigma":
      return compileSigma(rule);
    case "sentinel":
      return compileKql(rule);
    case "splunk":
      return compileSpl(rule);
    case "duckdb":
      return compileForEngine(rule);
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
