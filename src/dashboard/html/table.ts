/** The rows of a panel as a table, on the page and as CSV. */
import { type ChartPanel, SMALL_CELL_USERS, type Unit } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { type Draw, linkName } from "./draw.ts";
import {
  dimensionTitle,
  formatCell,
  formatCount,
  formatDay,
  formatKey,
  formatMinute,
} from "./format.ts";
import { html, type Markup } from "./markup.ts";

const UNIT_TITLES: Readonly<Partial<Record<Unit, string>>> = { percent: "rate", ms: "time" };

function headings({ query, unit }: ChartPanel): readonly string[] {
  const n = query.measure.kind === "ratio" ? ["n"] : [];
  return [...query.dimensions.map(dimensionTitle), UNIT_TITLES[unit] ?? unit, ...n];
}

/** The table of a panel. */
export function drawTable(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Markup {
  const { dimensions, measure } = panel.query;
  const isNumber = (index: number): string => (index >= dimensions.length ? "number" : "");
  const head = headings(panel).map(
    (title, index) => html`<th scope="col" class="${isNumber(index)}">${title}</th>`,
  );
  const body = rows.map((row) => {
    const keys = dimensions.map((one, index) => {
      const title = formatKey(one, row.keys[index] ?? "");
      return html`<td>${index === 0 ? linkName(draw, panel, row.keys, title) : title}</td>`;
    });
    const value = html`<td class="number">${formatCell(panel, row)}</td>`;
    const n = row.n === undefined ? "" : formatCount(row.n);
    const cells = measure.kind === "ratio" ? [value, html`<td class="number">${n}</td>`] : [value];
    return html`<tr>${keys}${cells}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${panel.title}, table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Spreadsheets run what starts like a formula; a group's name comes from events. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The rows as CSV with plain numbers and times; what is withheld says why. */
export function renderCsv(panel: ChartPanel, rows: readonly ResultRow[]): string {
  const { dimensions, measure } = panel.query;
  const lines = rows.map((row) => {
    const keys = dimensions.map((one, index) => {
      const key = row.keys[index] ?? "";
      if (one.kind !== "time") return field(String(key));
      return one.every === "hour" ? formatMinute(Number(key)) : formatDay(Number(key));
    });
    const withheld = row.small ? `fewer than ${SMALL_CELL_USERS} users` : "too few cases";
    const value = row.value === undefined ? withheld : String(row.value);
    const n = measure.kind === "ratio" ? [row.n === undefined ? "" : String(row.n)] : [];
    return [...keys, value, ...n].join(",");
  });
  return `${[headings(panel).map(field).join(","), ...lines].join("\r\n")}\r\n`;
}
