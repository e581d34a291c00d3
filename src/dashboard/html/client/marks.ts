/**
 * The marks of a chart for the keyboard: each chart is one stop of the Tab key, and arrows go from mark
 * to mark, as in a list. Enter follows the mark's link, as everywhere.
 */
import type { PageElement, PageEvent } from "./document.ts";

/** Parts of a chart whose marks nothing else on the page names: lines, columns, cells. */
const CHARTS = "svg.area, svg.row";

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

function marksOf(chart: PageElement): readonly PageElement[] {
  return [...chart.querySelectorAll("a")];
}

/** Makes the marks below an element reachable. */
export function openMarks(content: PageElement, title: string): void {
  for (const chart of content.querySelectorAll(CHARTS)) {
    const marks = marksOf(chart);
    if (marks.length === 0) continue;
    chart.removeAttribute("aria-hidden");
    chart.setAttribute("role", "group");
    chart.setAttribute(
      "aria-label",
      `${title}: ${marks.length} values, arrow keys go through them`,
    );
    for (const [index, mark] of marks.entries()) {
      mark.setAttribute("aria-label", mark.querySelector("title")?.textContent ?? "");
      mark.setAttribute("tabindex", index === 0 ? "0" : "-1");
    }
  }
}

/** Goes to the next or the one before on an arrow key. */
export function moveBetweenMarks(event: PageEvent, target: PageElement): void {
  const step = STEPS[event.key ?? ""];
  const chart = step === undefined ? null : target.closest(CHARTS);
  if (chart === null || step === undefined) return;
  const marks = marksOf(chart);
  const from = marks.findIndex((mark) => mark.getAttribute("tabindex") === "0");
  const next = marks[from + step];
  if (next === undefined) return;
  event.preventDefault();
  marks[from]?.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}
