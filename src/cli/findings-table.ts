/** Findings about parts of a connector as a table for people: a mark, what was seen, what to do. */
import { printable } from "../diagnostic/render.ts";
import { paint, type Tint } from "./terminal/style.ts";
import { counted, displayWidth } from "./terminal/table.ts";
import { wrap } from "./usage.ts";

/** Something that was looked at or done. */
export interface TableFinding {
  /** What it is about; equal ones in a row are named once. */
  readonly about: string;
  readonly status: "ok" | "warning" | "failed";
  readonly what: string;
  readonly instruction?: string;
}

const MARKS: Readonly<Record<TableFinding["status"], readonly [string, Tint]>> = {
  ok: ["✓", "green"],
  warning: ["!", "yellow"],
  failed: ["✗", "red"],
};

/** The table with its verdict below. */
export function renderFindings(findings: readonly TableFinding[], colour: boolean): string {
  const width = Math.max(...findings.map(({ about }) => displayWidth(about)));
  const indent = width + 4;
  const lines = findings.map(({ about, status, what, instruction }, index) => {
    const [mark, tint] = MARKS[status];
    const name = findings[index - 1]?.about === about ? "" : about;
    const head = `${paint(colour, tint, mark)} ${name.padEnd(width)}  ${wrap(printable(what), indent)}\n`;
    if (instruction === undefined) return head;
    return `${head}${" ".repeat(indent)}${paint(colour, tint, "→")} ${wrap(printable(instruction), indent + 2)}\n`;
  });
  const count = (status: TableFinding["status"]): number =>
    findings.filter((one) => one.status === status).length;
  const [problems, warnings] = [count("failed"), count("warning")];
  const verdict =
    problems + warnings === 0
      ? paint(colour, "green", "Everything is in order.")
      : `${counted(problems, "problem")}, ${counted(warnings, "warning")}.`;
  return `${lines.join("")}\n${verdict}\n`;
}

/** The same for machines: one object. */
export function renderFindingsJson(findings: readonly TableFinding[]): string {
  const ok = findings.every(({ status }) => status === "ok");
  return `${JSON.stringify({ ok, findings })}\n`;
}
