/** Colours by meaning, for products that want them as numbers: on light ground, apart for all eyes. */
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

/** Of what nobody said, or what is left over. */
const restColours: Readonly<Record<string, string>> = {
  [UNKNOWN]: palette.grey,
  [NONE]: palette.grey,
};

const fieldColours: Readonly<Partial<Record<EventField, Readonly<Record<string, string>>>>> = {
  data_classification: {
    public: palette.k2,
    internal: palette.k0,
    sensitive: palette.k1,
    restricted: palette.alarm,
  },
  severity: {
    low: palette.k4,
    medium: palette.k1,
    high: palette.k5,
    critical: palette.alarm,
  },
};

/** The groups of a field that look the same on every page and in every product, with their colours. */
export function fixedColours(field: EventField): Readonly<Record<string, string>> {
  return { ...fieldColours[field], ...restColours };
}
