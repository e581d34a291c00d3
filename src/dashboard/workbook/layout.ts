/** Which panels stand beside each other in a section, in percent of its width. */
import type { Panel } from "../ir.ts";

/** A panel and its part of a row. */
export interface Placed {
  readonly panel: Panel;
  readonly width: number;
}

const WHOLE = 100;
const NUMBERS_MAX = 4;

/** Many columns or long text need the whole row. */
function isWide({ kind }: Panel): boolean {
  return ["text", "status", "events", "heat_map", "table"].includes(kind);
}

/** Rows of up to so many things, each with an equal part of the row. */
function rowsOf(panels: readonly Panel[], most: number): readonly Placed[] {
  return panels.map((panel, index) => {
    const start = index - (index % most);
    const together = Math.min(most, panels.length - start);
    return { panel, width: Math.floor(WHOLE / together) };
  });
}

/** Panels of a section in the order they are drawn: its numbers first, in rows that have no holes. */
export function layOut(panels: readonly Panel[]): readonly Placed[] {
  const numbers = panels.filter(({ kind }) => kind === "stat");
  const placed: Placed[] = [...rowsOf(numbers, NUMBERS_MAX)];
  let narrow: Panel[] = [];
  const flush = (): void => {
    placed.push(...rowsOf(narrow, 2));
    narrow = [];
  };
  for (const panel of panels.filter(({ kind }) => kind !== "stat")) {
    if (isWide(panel)) {
      flush();
      placed.push({ panel, width: WHOLE });
    } else narrow.push(panel);
  }
  flush();
  return placed;
}
