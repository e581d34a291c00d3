/** Places of sections and panels in Kibana's grid of 48 columns, without holes or overlaps. */
import type { Dashboard, Panel, Section } from "../ir.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A section's heading or one of its panels, in its place. */
export type Placed =
  | { readonly kind: "heading"; readonly section: Section; readonly box: Box }
  | { readonly kind: "panel"; readonly panel: Panel; readonly box: Box };

const COLUMNS = 48;
const STATS_A_ROW = 4;
const STAT_HEIGHT = 6;
const CHART_HEIGHT = 12;
const LIST_HEIGHT = 16;
/** Rows of a title or a heading, and of the margins around words. */
const PROSE_FRAME = 3;
const LETTERS_A_LINE = 150;

function isWide(panel: Panel): boolean {
  if (panel.kind === "events" || panel.kind === "text") return true;
  return panel.kind === "heat_map" && panel.query.dimensions[0]?.kind !== "field";
}

/** Rows that words need at full width. A row is about a line of text. */
function linesOf(words: string): number {
  return Math.ceil(words.length / LETTERS_A_LINE);
}

/** Words of a section's heading: what it is about, and the titles that are links. */
function headingHeight({ about, panels }: Section): number {
  return PROSE_FRAME + linesOf(about) + linesOf(panels.map(({ title }) => title).join(" · "));
}

function heightOf(panel: Panel): number {
  switch (panel.kind) {
    case "stat":
      return STAT_HEIGHT;
    case "events":
      return LIST_HEIGHT;
    case "text":
      return PROSE_FRAME + linesOf(panel.text);
    case "status":
      return 2 * PROSE_FRAME;
    default:
      return CHART_HEIGHT;
  }
}

/** Rows of panels: numbers by fours, wide ones alone, others in pairs of equal height. */
function rowsOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const stats = panels.filter(({ kind }) => kind === "stat");
  const rows: Panel[][] = [];
  for (let at = 0; at < stats.length; at += STATS_A_ROW)
    rows.push(stats.slice(at, at + STATS_A_ROW));
  let open: Panel[] | undefined;
  for (const panel of panels.filter(({ kind }) => kind !== "stat")) {
    const [left] = open ?? [];
    if (isWide(panel)) {
      rows.push([panel]);
      open = undefined;
    } else if (open !== undefined && left !== undefined && heightOf(left) === heightOf(panel)) {
      open.push(panel);
      open = undefined;
    } else {
      open = [panel];
      rows.push(open);
    }
  }
  return rows;
}

/** Everything on the dashboard, from top to bottom. Panels of a row share its width. */
export function placesOf({ sections }: Dashboard): readonly Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const section of sections) {
    const height = headingHeight(section);
    placed.push({ kind: "heading", section, box: { x: 0, y, w: COLUMNS, h: height } });
    y += height;
    for (const row of rowsOf(section.panels)) {
      const h = Math.max(...row.map(heightOf));
      const w = COLUMNS / row.length;
      row.forEach((panel, index) => {
        placed.push({ kind: "panel", panel, box: { x: index * w, y, w, h } });
      });
      y += h;
    }
  }
  return placed;
}
