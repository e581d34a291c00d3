/** Mutants: a rule with one small change, which its tests ought to notice. */
import type { Span } from "../../diagnostic/diagnostic.ts";
import type { Detection, RuleIr } from "../ir.ts";
import { placeOf } from "../synthesise/case-list.ts";

export interface Mutant {
  /** What is changed and where in the rule; the same for the rule with other parameters. */
  readonly id: string;
  /** The change in words: "greater_than 50 → 51". */
  readonly change: string;
  readonly span: Span;
  /** The changed rule. Its `by` lists may be empty, which no rule file can say. */
  readonly rule: RuleIr;
}

/** Collects the mutants of one rule. */
export class MutantList {
  readonly rule: RuleIr;
  readonly mutants: Mutant[] = [];

  constructor(rule: RuleIr) {
    this.rule = rule;
  }

  /** @param key Key of the rule, e.g. "detect.within"; with `how` it identifies the mutant. */
  add(
    key: string,
    how: string,
    change: string,
    rule: RuleIr,
    span: Span = placeOf(this.rule, key),
  ): void {
    this.mutants.push({ id: `${key} ${how}`, change, span, rule });
  }

  addDetection(key: string, how: string, change: string, detection: Detection, span?: Span): void {
    this.add(key, how, change, { ...this.rule, detection }, span ?? placeOf(this.rule, key));
  }

  /**
   * Adds shifts of one number.
   *
   * @param how Names the shift for the identity; the value itself depends on parameters.
   */
  addShifts(
    key: string,
    value: number,
    shifts: readonly { readonly how: string; readonly to: number }[],
    show: (from: number, to: number) => string,
    change: (to: number) => Detection,
  ): void {
    const name = key.replace(/^detect\./, "");
    const told = new Set([value]);
    for (const { how, to } of shifts) {
      if (told.has(to)) continue;
      told.add(to);
      this.addDetection(key, how, `${name} ${show(value, to)}`, change(to));
    }
  }
}
