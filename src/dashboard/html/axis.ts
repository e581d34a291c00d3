/** The names of places below a plot. */
import type { Dimension } from "../ir.ts";
import { formatKey } from "./format.ts";
import { coordinate, html, type Markup } from "./markup.ts";
import type { Grid } from "./series.ts";

/** Marks along the axis; more would touch each other on a phone. */
const TICKS_MAX = 5;

/** So many places have all of their names, in the middle. */
export const FEW_PLACES = 6;

/** Letters that fit below a plot on a phone. */
const PHONE_LETTERS = 36;

/** Places with a name: all of few, otherwise some at equal distances from the first. */
export function tickPlaces(count: number): readonly number[] {
  const step = count <= FEW_PLACES ? 1 : Math.ceil((count - 1) / (TICKS_MAX - 1));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

/** Names of some of the places, below the plot. */
export function axisBelow(dimension: Dimension, places: Grid["places"]): Markup {
  const width = 100 / Math.max(1, places.length);
  const few = places.length <= FEW_PLACES;
  const anchor = (place: number): string => {
    if (few) return "middle";
    return place === 0 ? "start" : place === places.length - 1 ? "end" : "middle";
  };
  const at = (place: number): number => {
    if (anchor(place) === "middle") return (place + 0.5) * width;
    return place === 0 ? 0 : 100;
  };
  const ticks = tickPlaces(places.length).map((place) => ({
    place,
    name: formatKey(dimension, places[place] ?? ""),
  }));
  const labels = ticks.map(
    ({ place, name }) =>
      html`<text x="${coordinate(at(place))}%" y="13" text-anchor="${anchor(place)}">${name}</text>`,
  );
  // On a phone, long names take turns in two lines.
  const letters = ticks.reduce((sum, { name }) => sum + name.length + 1, 0);
  const long = letters > PHONE_LETTERS ? " long" : "";
  return html`<svg class="below${long}" aria-hidden="true">${labels}</svg>`;
}
