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
const PROSE_HEIGHT = 6;
const HEADING_HEIGHT = 5;

function isWide(panel: Panel): boolean {
  if (panel.kind === "events" || panel.kind === "text") return true;
  return panel.kind === "heat_map" && panel.query.dimensions[0]?.kind !== "field";
}

function heightOf(panel: Panel): number {
  switch (panel.kind) {
    case "stat":
      return STAT_HEIGHT;
    case "events":
      return LIST_HEIGHT;
    case "text":
    case "status":
      return PROSE_HEIGHT;
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
    placed.push({ kind: "heading", section, box: { x: 0, y, w: COLUMNS, h: HEADING_HEIGHT } });
    y += HEADING_HEIGHT;
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
