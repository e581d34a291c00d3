/**
 * Reports of `test` as JUnit XML, as CI systems read it: one suite per rule.
 *
 * Times are left out, so that equal results give equal files.
 */
import type { Span } from "../../diagnostic/diagnostic.ts";
import type { MutantOutcome } from "../../engine/mutation.ts";
import type { TestOutcome } from "../../engine/run-tests.ts";
import { isBelow, isKilled, type RuleReport } from "./report.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** XML 1.0 has no way to write other control characters, nor halves of surrogate pairs. */
function escapeXml(text: string): string {
  const characters = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    const illegal =
      code < 32 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
    return ENTITIES[character] ?? (illegal ? "\ufffd" : character);
  });
  return characters.join("");
}

type Fate = "passed" | "failed" | "skipped";

interface Entry {
  readonly classname: string;
  readonly name: string;
  readonly span: Span;
  readonly fate: Fate;
  /** Why it failed or was skipped. */
  readonly lines: readonly string[];
}

function renderEntry({ classname, name, span, fate, lines }: Entry): string {
  const head = `    <testcase classname="${escapeXml(classname)}" name="${escapeXml(name)}" file="${escapeXml(span.file)}" line="${span.line}"`;
  if (fate === "passed") return `${head}/>\n`;
  const message = escapeXml(lines[0] ?? "");
  const body =
    fate === "skipped"
      ? `<skipped message="${message}"/>`
      : `<failure message="${message}">${escapeXml(lines.join("\n"))}</failure>`;
  return `${head}>\n      ${body}\n    </testcase>\n`;
}

function caseEntry(classname: string, { test, differences }: TestOutcome): Entry {
  const fate = differences.length === 0 ? "passed" : "failed";
  return { classname, name: test.name, span: test.span, fate, lines: differences };
}

/** A survivor fails only where too many survive; otherwise it is there to be read. */
function mutantEntry(classname: string, outcome: MutantOutcome, below: boolean): Entry {
  const { mutant, equivalent } = outcome;
  const { span } = mutant;
  const name = `${mutant.change} at ${span.file}:${span.line}`;
  if (isKilled(outcome)) return { classname, name, span, fate: "passed", lines: [] };
  if (equivalent !== undefined)
    return { classname, name, span, fate: "skipped", lines: [`equivalent: ${equivalent}`] };
  const lines = ["survived: no case tells it from the rule"];
  return { classname, name, span, fate: below ? "failed" : "skipped", lines };
}

function renderSuite(report: RuleReport, floor: number): string {
  const { rule, cases, boundaries, skipped, mutants } = report;
  const below = isBelow(report, floor);
  const boundary = `${rule}.boundary`;
  const entries: readonly Entry[] = [
    ...cases.map((outcome) => caseEntry(rule, outcome)),
    ...boundaries.map((outcome) => caseEntry(boundary, outcome)),
    ...skipped.map(({ name, span, reason }): Entry => {
      return { classname: boundary, name, span, fate: "skipped", lines: [reason] };
    }),
    ...mutants.map((outcome) => mutantEntry(`${rule}.mutant`, outcome, below)),
  ];
  const number = (fate: Fate): number => entries.filter((entry) => entry.fate === fate).length;
  const head = `  <testsuite name="${escapeXml(rule)}" tests="${entries.length}" failures="${number("failed")}" skipped="${number("skipped")}">\n`;
  return `${head}${entries.map(renderEntry).join("")}  </testsuite>\n`;
}

export function renderJunit(reports: readonly RuleReport[], floor: number): string {
  const suites = reports.map((report) => renderSuite(report, floor)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites}</testsuites>\n`;
}
