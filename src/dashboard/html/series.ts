/** Rows of a query with one or two dimensions as what charts draw: places along an axis, and series. */
import { fieldInfo } from "../../event/field.ts";
import type { ChartPanel, Dimension } from "../ir.ts";
import { fixedColourNames, seriesColours } from "../palette.ts";
import type { ResultRow } from "../panel-result.ts";
import { bucketOf, NONE, UNKNOWN } from "../query/result.ts";
import type { Shown } from "./draw.ts";

/** Colours tell so many series apart; what is beyond them is merged or left to the table. */
const SERIES_MAX = 7;

export interface Series {
  readonly name: string;
  /** Its key in the second dimension; absent where it has none, being all there is or a rest. */
  readonly key?: string | number;
  /** Name of its colour in the page's style. */
  readonly colour: string;
  /** For each place, the row there; absent where there was no event. */
  readonly rows: readonly (ResultRow | undefined)[];
}

export interface Grid {
  readonly places: readonly (string | number)[];
  readonly series: readonly Series[];
  /** Series that only the table shows. */
  readonly leftOut: number;
}

/** What is left over of a chart's series looks like what nobody said. */
const OTHER = "other";

function colourOf(dimension: Dimension | undefined, key: string, index: number): string {
  if (key === OTHER) return "grey";
  const fixed = fixedColourNames(dimension?.kind === "field" ? dimension.field : undefined);
  return Object.hasOwn(fixed, key) ? (fixed[key] ?? "") : `k${index % seriesColours.length}`;
}

/** Every bucket of the time shown, from where the log begins: a day without events is a day as well. */
function bucketsOf(dimension: Dimension & { kind: "time" }, shown: Shown): readonly number[] {
  const { lengthMs, startMs } = bucketOf(dimension);
  const from = Math.max(shown.fromMs, shown.firstMs);
  const first = Math.floor((from - startMs) / lengthMs) * lengthMs + startMs;
  const count = Math.max(0, Math.ceil((shown.toMs - first) / lengthMs));
  return Array.from({ length: count }, (_, index) => first + index * lengthMs);
}

function total(rows: readonly ResultRow[], at: number, key: string | number): number {
  return rows
    .filter(({ keys }) => keys[at] === key)
    .reduce((sum, { value }) => sum + (value ?? 0), 0);
}

/** Keys of a dimension in the order a reader expects: of time, of the schema, or the greatest first. */
export function keysOf(
  { query }: ChartPanel,
  rows: readonly ResultRow[],
  at: number,
  shown: Shown,
): readonly (string | number)[] {
  const dimension = query.dimensions[at];
  if (dimension?.kind === "time") return bucketsOf(dimension, shown);
  if (dimension?.kind === "hour_of_day") return Array.from({ length: 24 }, (_, hour) => hour);
  const found = [...new Set(rows.map(({ keys }) => keys[at] ?? ""))];
  const order = dimension?.kind === "field" ? (fieldInfo(dimension.field)?.values ?? []) : [];
  const isRest = (key: string | number): number => (key === UNKNOWN || key === NONE ? 1 : 0);
  const place = (key: string | number): number => {
    const index = order.indexOf(String(key));
    return index === -1 ? order.length : index;
  };
  return found.sort(
    (a, b) =>
      isRest(a) - isRest(b) ||
      place(a) - place(b) ||
      total(rows, at, b) - total(rows, at, a) ||
      (a < b ? -1 : 1),
  );
}

/** Rows of the series that have no colour of their own, added up; counts of distinct values do not add. */
function merge(panel: ChartPanel, rest: readonly Series[], places: number): readonly Series[] {
  const { kind } = panel.query.measure;
  if (rest.length === 0 || (kind !== "count" && kind !== "sum")) return [];
  const rows = Array.from({ length: places }, (_, place): ResultRow | undefined => {
    const there = rest.flatMap(({ rows: own }) => own[place] ?? []);
    const value = there.reduce((sum, row) => sum + (row.value ?? 0), 0);
    return there.length === 0 ? undefined : { keys: [], value, small: false };
  });
  return [{ name: OTHER, colour: "grey", rows }];
}

/** The rows of a panel with one or two dimensions; with one, they are one series. */
export function gridOf(panel: ChartPanel, rows: readonly ResultRow[], shown: Shown): Grid {
  const places = keysOf(panel, rows, 0, shown);
  const dimension = panel.query.dimensions[1];
  const names = dimension === undefined ? [undefined] : keysOf(panel, rows, 1, shown);
  const cells = new Map(rows.map((row) => [JSON.stringify(row.keys), row]));
  const all = names.map((name, index): Series => {
    const own = places.map((place) =>
      cells.get(JSON.stringify(name === undefined ? [place] : [place, name])),
    );
    const label = String(name ?? panel.title);
    const colour = colourOf(dimension, label, index);
    return { name: label, ...(name !== undefined && { key: name }), colour, rows: own };
  });
  const kept = all.slice(0, all.length > SERIES_MAX + 1 ? SERIES_MAX : all.length);
  const rest = all.slice(kept.length);
  const merged = merge(panel, rest, places.length);
  return {
    places,
    series: [...kept, ...merged],
    leftOut: merged.length > 0 ? 0 : rest.length,
  };
}

/** The least round number at or above a maximum, for the end of an axis. */
export function roundUp(max: number, isWhole: boolean): number {
  if (max <= 0) return isWhole ? 2 : 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const step = [1, 2, 2.5, 4, 5, 8, 10].find((one) => one * power >= max) ?? 10;
  const end = step * power;
  // Half of it is marked as well.
  return isWhole && end % 2 !== 0 ? Math.ceil(end / 2) * 2 : end;
}
