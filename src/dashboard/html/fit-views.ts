/** Views that fit into a page: what is dropped first when they are too large, and what is said of it. */
import { fieldTitle } from "./format.ts";
import type { ChoiceField, Combination, PanelViews, Views } from "./views.ts";

/** What the views of a page hold; the rest is words. */
export type ViewData = Pick<
  Views,
  "ranges" | "fields" | "combinations" | "withheld" | "panels" | "leftOut"
>;

/** Values of a field that are offered, ever fewer. */
const STEPS: readonly number[] = [60, 30, 15, 8, 4, 0];

interface Offer {
  readonly together: boolean;
  readonly valuesMax: number;
}

/** The part of the data that an offer needs. */
function narrow(data: ViewData, ranked: readonly ChoiceField[], offer: Offer): ViewData {
  const fields = data.fields.map(({ field }, index): ChoiceField => {
    const values = ranked[index]?.values.slice(0, offer.valuesMax) ?? [];
    return { field, values: values.toSorted() };
  });
  const translate = (combination: Combination): Combination =>
    combination.map((place, index) => {
      if (place === 0) return 0;
      const value = data.fields[index]?.values[place - 1] ?? "";
      return (fields[index]?.values.indexOf(value) ?? -1) + 1;
    });
  const kept = data.combinations.flatMap((combination, place) => {
    const translated = translate(combination);
    const isKept = combination.every((one, index) => (one === 0) === (translated[index] === 0));
    const depth = translated.filter((one) => one > 0).length;
    return isKept && (offer.together || depth <= 1) ? [{ place, translated }] : [];
  });
  const panels = Object.entries(data.panels).map(([name, { keys, cells }]) => {
    const own = cells.map((byPlace) => kept.map(({ place }) => byPlace[place] ?? []));
    return [name, { keys, cells: own } satisfies PanelViews] as const;
  });
  return {
    ranges: data.ranges,
    fields: fields.filter(({ values }) => values.length > 0),
    combinations: kept.map(({ translated }) =>
      translated.filter((_, index) => (fields[index]?.values.length ?? 0) > 0),
    ),
    withheld: data.withheld.map((places) =>
      kept.flatMap(({ place }, index) => (places.includes(place) ? [index] : [])),
    ),
    panels: Object.fromEntries(panels),
    leftOut: sayLeftOut(fields, ranked, offer.together),
  };
}

function sayLeftOut(
  fields: readonly ChoiceField[],
  ranked: readonly ChoiceField[],
  together: boolean,
): readonly string[] {
  const values = fields.flatMap(({ field, values: kept }, index) => {
    const all = ranked[index]?.values.length ?? 0;
    if (kept.length === all) return [];
    const name = fieldTitle(field);
    return kept.length === 0
      ? [`${name} cannot be chosen on this page: it has ${all} values, which would not fit.`]
      : [`Of ${all} values of ${name}, the ${kept.length} most frequent can be chosen.`];
  });
  const offered = fields.filter(({ values: kept }) => kept.length > 0);
  return together || offered.length < 2
    ? values
    : [...values, "One of the fields can be chosen at a time: together they would not fit."];
}

/**
 * The most that fits: every combination, otherwise one field at a time, otherwise only the most
 * frequent values.
 *
 * @param ranked All values of each field that occur, the most frequent first.
 * @param bytesMax What the data may take as JSON.
 */
export function fitViews(
  data: Omit<ViewData, "leftOut">,
  ranked: readonly ChoiceField[],
  bytesMax: number,
): ViewData {
  const whole = { ...data, leftOut: [] };
  const hasPairs = data.combinations.some((one) => one.filter((place) => place > 0).length > 1);
  const together = hasPairs || data.fields.length < 2;
  const offers: readonly Offer[] = [
    ...(together ? [{ together, valuesMax: STEPS[0] ?? 0 }] : []),
    ...STEPS.map((valuesMax) => ({ together: false, valuesMax })),
  ];
  const fits = offers.find(
    (offer) => JSON.stringify(narrow(whole, ranked, offer)).length <= bytesMax,
  );
  return narrow(whole, ranked, fits ?? { together: false, valuesMax: 0 });
}
