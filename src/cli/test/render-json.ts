/** Reports of `test` for machines. */
import type { MutantOutcome } from "../../engine/mutation.ts";
import type { TestOutcome } from "../../engine/run-tests.ts";
import { hasFailed, isKilled, type RuleReport, scoreOf } from "./report.ts";

function caseOf({ test, differences, alerts }: TestOutcome): object {
  const { file, line } = test.span;
  return { name: test.name, file, line, passed: differences.length === 0, differences, alerts };
}

function mutantOf(outcome: MutantOutcome): object {
  const { mutant, killedByCase, killedByBoundary, equivalent } = outcome;
  const fate = isKilled(outcome) ? "killed" : equivalent === undefined ? "survived" : "equivalent";
  const { file, line } = mutant.span;
  return {
    id: mutant.id,
    change: mutant.change,
    file,
    line,
    fate,
    ...(killedByCase !== undefined && { killed_by_case: killedByCase }),
    ...(killedByBoundary !== undefined && { killed_by_boundary: killedByBoundary }),
    ...(equivalent !== undefined && { why: equivalent }),
  };
}

export function renderJson(reports: readonly RuleReport[], floor: number): string {
  const rows = reports.map((report) => {
    const { counted, equivalent, killed, killedByCases, share } = scoreOf(report.mutants);
    return {
      rule: report.rule,
      passed: !hasFailed(report, floor),
      cases: report.cases.map(caseOf),
      boundaries: report.boundaries.map(caseOf),
      skipped: report.skipped.map(({ name, reason, span: { file, line } }) => {
        return { name, file, line, reason };
      }),
      mutation: { counted, equivalent, killed, killed_by_cases: killedByCases, share },
      mutants: report.mutants.map(mutantOf),
    };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}
