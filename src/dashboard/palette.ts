/** Colours by meaning, on light ground, apart for all eyes: the pages name them, products want the numbers. */
import type { EventField } from "../event/event.ts";
import { NONE, UNKNOWN } from "./query/result.ts";

/** Told apart by every kind of colour vision; `alarm` and `grey` have a meaning of their own. */
export const palette = {
  k0: "#0069a8",
  k1: "#dc8a00",
  k2: "#00895f",
  k3: "#c0649a",
  k4: "#56b4e9",
  k5: "#c4500a",
  k6: "#8a7a00",
  grey: "#8a919c",
  alarm: "#c1121f",
} as const;

/** Series without a meaning take these, in order. */
export const seriesColours: readonly string[] = [
  palette.k0,
  palette.k1,
  palette.k2,
  palette.k3,
  palette.k4,
  palette.k5,
  palette.k6,
];

export type ColourName = keyof typeof palette;

/** Of what nobody said. */
const restNames: Readonly<Record<string, ColourName>> = { [UNKNOWN]: "grey", [NONE]: "grey" };

const fieldNames: Readonly<Partial<Record<EventField, Readonly<Record<string, ColourName>>>>> = {
  data_classification: { public: "k2", internal: "k0", sensitive: "k1", restricted: "alarm" },
  severity: { low: "k4", medium: "k1", high: "k5", critical: "alarm" },
};

/** The groups that look the same on every page and in every product; those of no field are the rest. */
export function fixedColourNames(field?: EventField): Readonly<Record<string, ColourName>> {
  return { ...(field && fieldNames[field]), ...restNames };
}

/** The groups of a field that look the same on every page and in every product, with their colours. */
export function fixedColours(field: EventField): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fixedColourNames(field)).map(([group, name]) => [group, palette[name]]),
  );
}
