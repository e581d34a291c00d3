/**
 * Places of panels in pixels, and the two forms in which Dashboard Studio takes them: since 9.4 a
 * dashboard has tabs, each with a layout; before, it had one layout.
 */
import { layOut } from "../html/layout.ts";
import type { Panel, Section } from "../ir.ts";
import type { JsonObject } from "./visualization.ts";

/** A grid is so wide, whatever the screen. */
const WIDTH = 1200;
const COLUMNS = 12;
/** Letters of running text that fit beside each other in the whole width. */
const LETTERS = 150;
const LINE = 22;

/** A visualization and where it stands. */
export interface Block {
  readonly item: string;
  readonly type: "block";
  readonly position: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
}

export function panelId(name: string): string {
  return `viz_${name}`;
}

/** Names of panels are kebab-case, so no panel can have this id. */
export function sectionId(index: number): string {
  return `viz_section_${index + 1}`;
}

function proseHeight(letters: number, width: number): number {
  return 70 + LINE * Math.ceil(letters / ((LETTERS * width) / WIDTH));
}

function heightOf(panel: Panel, width: number): number {
  switch (panel.kind) {
    case "stat":
      return 150;
    case "text":
      return proseHeight(panel.text.length, width);
    case "status":
      return proseHeight(400, width);
    case "events":
      return 560;
    case "heat_map":
    case "table":
      return 400;
    default:
      return 340;
  }
}

function block(item: string, x: number, y: number, w: number, h: number): Block {
  return { item, type: "block", position: { x, y, w, h } };
}

/** The panels of one row from the left, stacked ones below each other; all places are equally high. */
function placeRow(places: ReturnType<typeof layOut>, top: number): readonly Block[] {
  const width = (columns: number): number => (WIDTH * columns) / COLUMNS;
  const heights = places.map(({ panels, width: columns }) =>
    panels.reduce((sum, panel) => sum + heightOf(panel, width(columns)), 0),
  );
  const height = Math.max(...heights);
  let left = 0;
  return places.flatMap(({ panels, width: columns }) => {
    const x = left;
    left += width(columns);
    const edges = panels.map((_, index) => Math.round((height * index) / panels.length));
    return panels.map(({ name }, index) => {
      const from = edges[index] ?? 0;
      const to = edges[index + 1] ?? height;
      return block(panelId(name), x, top + from, width(columns), to - from);
    });
  });
}

function rowsOf(panels: readonly Panel[]): readonly ReturnType<typeof layOut>[] {
  const rows: ReturnType<typeof layOut>[number][][] = [];
  let used = COLUMNS;
  for (const place of layOut(panels)) {
    if (used + place.width > COLUMNS) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(place);
    used += place.width;
  }
  return rows;
}

/** Every section: its heading over the whole width, then its panels, row by row. */
export function placeSections(sections: readonly Section[]): readonly Block[] {
  const blocks: Block[] = [];
  let top = 0;
  const below = (added: readonly Block[]): void => {
    blocks.push(...added);
    top = Math.max(top, ...added.map(({ position: { y, h } }) => y + h));
  };
  for (const [index, { about, panels }] of sections.entries()) {
    below([block(sectionId(index), 0, top, WIDTH, proseHeight(about.length, WIDTH))]);
    for (const row of rowsOf(panels)) below(placeRow(row, top));
  }
  return blocks;
}

/** `tabs` is the form of Splunk 9.4 and later, `single` the one that every version since 9.0 reads. */
export type LayoutForm = "tabs" | "single";

/** The `layout` of a definition. */
export function layoutOf(
  blocks: readonly Block[],
  inputs: readonly string[],
  form: LayoutForm,
): JsonObject {
  const structure = blocks.map(({ item, type, position }) => ({ item, type, position }));
  if (form === "single") return { type: "grid", options: {}, structure, globalInputs: inputs };
  return {
    globalInputs: inputs,
    tabs: { items: [{ layoutId: "layout_1", label: "Dashboard" }] },
    layoutDefinitions: { layout_1: { type: "grid", options: {}, structure } },
  };
}
