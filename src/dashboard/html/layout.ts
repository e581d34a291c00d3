/** Which panels stand beside each other: rows of twelve columns without holes. */
import type { Panel } from "../ir.ts";

/** Panels in one place of a row: single numbers stand on top of each other. */
export interface Place {
  readonly panels: readonly Panel[];
  /** Columns of twelve. */
  readonly width: number;
}

const COLUMNS = 12;
const STACK = 3;

function isWide(panel: Panel): boolean {
  if (panel.kind === "text" || panel.kind === "events") return true;
  return panel.kind === "heat_map" && panel.query.dimensions[0]?.kind !== "field";
}

/** The numbers of a section first, in one place, then everything else in its order. */
function placesOf(panels: readonly Panel[]): readonly Place[] {
  const stats = panels.filter(({ kind }) => kind === "stat");
  const others = panels.filter(({ kind }) => kind !== "stat");
  const stack: readonly Place[] = stats.length === 0 ? [] : [{ panels: stats, width: STACK }];
  return [
    ...stack,
    ...others.map((panel) => ({ panels: [panel], width: isWide(panel) ? COLUMNS : COLUMNS / 2 })),
  ];
}

/** Places of a section's panels. The last one of every row takes what is left of it. */
export function layOut(panels: readonly Panel[]): readonly Place[] {
  const laid: Place[] = [];
  let used = 0;
  const fill = (): void => {
    const last = laid.pop();
    if (last !== undefined) laid.push({ ...last, width: last.width + COLUMNS - used });
    used = 0;
  };
  for (const place of placesOf(panels)) {
    const isAfterStack = used === STACK && laid.length === 1;
    const width = isAfterStack ? COLUMNS - STACK : place.width;
    if (used + width > COLUMNS) fill();
    laid.push({ ...place, width });
    used = (used + width) % COLUMNS;
  }
  if (used > 0) fill();
  return laid;
}
