/** Reports of `test` for people. */
import type { MutantOutcome } from "../../engine/mutation.ts";
import type { TestOutcome } from "../../engine/run-tests.ts";
import { paint } from "../terminal/style.ts";
import { counted } from "../terminal/table.ts";
import { failuresOf, isBelow, percent, type RuleReport, scoreOf, survivorsOf } from "./report.ts";

export interface TextOptions {
  readonly colour: boolean;
  /** Names every boundary case, skipped case and equivalent mutant. */
  readonly verbose: boolean;
  /** Share of mutants that must be killed, from 0 to 1. */
  readonly floor: number;
}

function mark(passed: boolean, colour: boolean): string {
  return passed ? paint(colour, "green", "✓") : paint(colour, "red", "✗");
}

function renderCase({ test, differences }: TestOutcome, colour: boolean): string {
  const passed = differences.length === 0;
  const place = paint(colour, "dim", `${test.span.file}:${test.span.line}`);
  const details = passed ? [] : [place, ...differences];
  const lines = [
    `  ${mark(passed, colour)} ${test.name}`,
    ...details.map((line) => `      ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

function renderBoundaries(report: RuleReport, { colour, verbose }: TextOptions): string {
  const { boundaries, skipped } = report;
  if (boundaries.length + skipped.length === 0) return "";
  const failed = failuresOf(boundaries);
  const shown = verbose ? boundaries : failed;
  const left = skipped.length === 0 ? "" : `, ${skipped.length} impossible for this rule`;
  const head = `  ${mark(failed.length === 0, colour)} ${counted(boundaries.length, "boundary case")}${left}\n`;
  const indent = (text: string): string => text.replace(/^/gm, "  ").replace(/ {2}$/, "");
  const cases = shown.map((outcome) => indent(renderCase(outcome, colour))).join("");
  const reasons = verbose
    ? skipped.map(({ name, reason }) => `    - ${name}\n        skipped: ${reason}\n`).join("")
    : "";
  return `${head}${cases}${reasons}`;
}

function renderMutant({ mutant, equivalent }: MutantOutcome): string {
  const place = `${mutant.span.file}:${mutant.span.line}`;
  if (equivalent === undefined) return `    survived: ${mutant.change} at ${place}\n`;
  return `    equivalent: ${mutant.change} at ${place}\n        ${equivalent}\n`;
}

function renderMutants(report: RuleReport, { colour, verbose, floor }: TextOptions): string {
  const { mutants } = report;
  if (mutants.length === 0) return "";
  const score = scoreOf(mutants);
  const fate =
    report.boundaries.length === 0
      ? ""
      : `; ${score.killedByCases} by hand-written cases alone (${percent(score.shareByCases)})`;
  const same = score.equivalent === 0 ? "" : `; ${score.equivalent} more mean the same as the rule`;
  const head =
    `  ${mark(!isBelow(report, floor), colour)} ${score.killed} of ${counted(score.counted, "mutant")} ` +
    `killed (${percent(score.share)})${fate}${same}\n`;
  const survivors = survivorsOf(mutants);
  const equal = verbose ? mutants.filter(({ equivalent }) => equivalent !== undefined) : [];
  return `${head}${[...survivors, ...equal].map(renderMutant).join("")}`;
}

function renderSummary(reports: readonly RuleReport[], { colour, floor }: TextOptions): string {
  const outcomes = reports.flatMap(({ cases, boundaries }) => [...cases, ...boundaries]);
  const failed = failuresOf(outcomes).length;
  const first = `${outcomes.length - failed} passed, ${failed} failed`;
  const mutants = reports.flatMap((report) => report.mutants);
  if (mutants.length === 0) return `${first}\n`;
  const { killed, counted: all, share } = scoreOf(mutants);
  const second = `${killed} of ${counted(all, "mutant")} killed (${percent(share)})`;
  const low = reports.filter((report) => isBelow(report, floor)).map(({ rule }) => rule);
  const third =
    low.length === 0 ? "" : paint(colour, "red", `below ${percent(floor)}: ${low.join(", ")}`);
  return `${[first, second, third].filter((line) => line !== "").join("\n")}\n`;
}

export function renderText(reports: readonly RuleReport[], options: TextOptions): string {
  const rules = reports.map((report) => {
    const cases = report.cases.map((outcome) => renderCase(outcome, options.colour)).join("");
    const rest = `${renderBoundaries(report, options)}${renderMutants(report, options)}`;
    return `${paint(options.colour, "bold", report.rule)}\n${cases}${rest}\n`;
  });
  return `${rules.join("")}${renderSummary(reports, options)}`;
}
