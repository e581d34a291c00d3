/** What `test` found out about one rule. */
import type { MutantOutcome } from "../../engine/mutation.ts";
import type { TestOutcome } from "../../engine/run-tests.ts";
import type { SkippedCase } from "../../rule/synthesise/case-list.ts";

export interface RuleReport {
  readonly rule: string;
  readonly cases: readonly TestOutcome[];
  readonly boundaries: readonly TestOutcome[];
  /** Boundary cases that the rule's shape makes impossible. */
  readonly skipped: readonly SkippedCase[];
  readonly mutants: readonly MutantOutcome[];
}

/** How many mutants of a rule its tests notice. Mutants that mean the same as the rule do not count. */
export interface Score {
  readonly counted: number;
  readonly equivalent: number;
  readonly killed: number;
  /** Noticed by hand-written cases. */
  readonly killedByCases: number;
  /** Share of the killed ones, from 0 to 1; 1 when there is nothing to kill. */
  readonly share: number;
  readonly shareByCases: number;
}

export function isKilled({ killedByCase, killedByBoundary }: MutantOutcome): boolean {
  return killedByCase !== undefined || killedByBoundary !== undefined;
}

/** Mutants that no case notices although they mean something else, as far as anybody can prove. */
export function survivorsOf(mutants: readonly MutantOutcome[]): readonly MutantOutcome[] {
  return mutants.filter((one) => !isKilled(one) && one.equivalent === undefined);
}

export function scoreOf(mutants: readonly MutantOutcome[]): Score {
  const equivalent = mutants.filter((one) => one.equivalent !== undefined).length;
  const counted = mutants.length - equivalent;
  const killed = mutants.filter(isKilled).length;
  const killedByCases = mutants.filter((one) => one.killedByCase !== undefined).length;
  const shareOf = (part: number): number => (counted === 0 ? 1 : part / counted);
  return {
    counted,
    equivalent,
    killed,
    killedByCases,
    share: shareOf(killed),
    shareByCases: shareOf(killedByCases),
  };
}

export function failuresOf(outcomes: readonly TestOutcome[]): readonly TestOutcome[] {
  return outcomes.filter(({ differences }) => differences.length > 0);
}

/** Whether fewer mutants died than must. @param floor Share from 0 to 1. */
export function isBelow(report: RuleReport, floor: number): boolean {
  return scoreOf(report.mutants).share < floor;
}

export function hasFailed(report: RuleReport, floor: number): boolean {
  const { cases, boundaries } = report;
  return failuresOf([...cases, ...boundaries]).length > 0 || isBelow(report, floor);
}

/** A share as people read it; cut, so that 100 % means all. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
