/** Tables for terminals: aligned by display width, cut with an ellipsis, safe against control characters. */
import { printable } from "../../diagnostic/render.ts";
import { paint, type Tint } from "./style.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Widest a cell may be; longer ones are cut. */
  readonly widthMax?: number;
  /** Colour of a cell by its text. */
  readonly tint?: (cell: string) => Tint | undefined;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO = /^(?:\p{Mn}|\p{Me}|\u200b|\u200c|\u200d|\ufe0f)+$/u;

/** Columns a text takes on a terminal: East Asian wide characters and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (!ZERO.test(segment)) width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** The text cut to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let out = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const next = displayWidth(segment);
    if (used + next > width - 1) break;
    out += segment;
    used += next;
  }
  return `${out}…`;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? space + text : text + space;
}

/** A table with a header and a rule under it, two blanks between columns, indented by two. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colour: boolean,
): string {
  const cells = rows.map((row) => {
    return columns.map((column, index) => cut(printable(row[index] ?? ""), column.widthMax ?? 60));
  });
  const widths = columns.map((column, index) => {
    return Math.max(
      displayWidth(column.title),
      ...cells.map((row) => displayWidth(row[index] ?? "")),
    );
  });
  const line = (
    row: readonly string[],
    tintOf: (index: number, cell: string) => Tint | undefined,
  ): string => {
    const parts = columns.map((column, index) => {
      const cell = row[index] ?? "";
      const tint = tintOf(index, cell);
      const padded = pad(cell, widths[index] ?? 0, column.align ?? "left");
      return tint === undefined ? padded : paint(colour, tint, padded);
    });
    return `  ${parts.join("  ")}`.trimEnd();
  };
  const header = line(
    columns.map(({ title }) => title),
    () => "bold",
  );
  const rule = `  ${paint(colour, "dim", widths.map((width) => "─".repeat(width)).join("  "))}`;
  const body = cells.map((row) => line(row, (index, cell) => columns[index]?.tint?.(cell)));
  return `${[header, rule, ...body].join("\n")}\n`;
}

/** A whole number with thousands separators, the same on every machine. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A count with its noun, in the plural where that is right. */
export function counted(value: number, noun: string, plural: string = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}
