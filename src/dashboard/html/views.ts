/**
 * What a page shows for every choice of its reader: rows of all panels, computed beforehand. Totals
 * only; a choice that too few people are behind has no rows at all.
 */
import type { EventField } from "../../event/event.ts";
import type { Predicate } from "../../rule/ir.ts";
import { type ChartPanel, chartsOf, type Dashboard } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import { bucketOf } from "../query/result.ts";
import type { Results } from "./dashboard.ts";

/** A field that the reader may choose a value of, in the order of the page. */
export interface ChoiceField {
  readonly field: EventField;
  readonly values: readonly string[];
}

/** One value for each field: 0 for all, otherwise its place in the field's values plus 1. */
export type Combination = readonly number[];

/** A key's place among the keys of its dimension, a value, a number of cases; `s` for too few users. */
export type Cell = number | null | "s";

export interface PanelViews {
  /** For each dimension, the keys that occur. */
  readonly keys: readonly (readonly (string | number)[])[];
  /**
   * For each range, for each combination, the cells of its rows one after the other. Where there is
   * one range only, shorter ones are parts of it.
   */
  readonly cells: readonly (readonly (readonly Cell[])[])[];
}

export interface Views {
  /** Without the places of its parts in their file. */
  readonly dashboard: Dashboard;
  /** Time of the first event of the log, and the end of every range, milliseconds since the epoch. */
  readonly firstMs: number;
  readonly toMs: number;
  /** Lengths of the ranges, milliseconds; the first one is shown when nobody chose. */
  readonly ranges: readonly number[];
  readonly fields: readonly ChoiceField[];
  /** The combinations that occur; the first one is all of everything. */
  readonly combinations: readonly Combination[];
  /** For each range, places of combinations that too few people are behind. */
  readonly withheld: readonly (readonly number[])[];
  readonly panels: Readonly<Record<string, PanelViews>>;
  /** What the reader cannot choose and might look for, in sentences. */
  readonly leftOut: readonly string[];
  /** Start of the command that prints the events of the log. */
  readonly command: string;
  /** What the whole page is narrowed to, where it is. */
  readonly where?: Predicate;
}

/** What a reader chose: places in `ranges` and in the values of each field. */
export interface Choice {
  readonly range: number;
  readonly combination: Combination;
}

/** Whether rows for a shorter range are among those for a longer one, or the same. */
export function coversShorter(
  { query }: ChartPanel,
  ranges: readonly number[],
  toMs: number,
): boolean {
  const [first] = query.dimensions;
  if (first?.kind === "period") return true;
  if (first?.kind !== "time" || query.order !== "key") return false;
  const { lengthMs, startMs } = bucketOf(first);
  return ranges.slice(1).every((ms) => (toMs - ms - startMs) % lengthMs === 0);
}

/** Sums of fractions differ in their last digits with the order in which they were added. */
function shorten(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(12));
}

/** Rows as cells; `keys` gains those that were not there yet. */
export function encodeRows(
  { query }: ChartPanel,
  rows: readonly ResultRow[],
  keys: readonly Map<string | number, number>[],
): readonly Cell[] {
  return rows.flatMap((row) => {
    const places = row.keys.map((key, index) => {
      const known = keys[index];
      const place = known?.get(key) ?? known?.size ?? 0;
      known?.set(key, place);
      return place;
    });
    const value = row.small ? "s" : row.value === undefined ? null : shorten(row.value);
    return [...places, value, ...(query.measure.kind === "ratio" ? [row.n ?? null] : [])];
  });
}

function decodeRows(
  { query }: ChartPanel,
  cells: readonly Cell[],
  keys: PanelViews["keys"],
): readonly ResultRow[] {
  const count = query.dimensions.length;
  const width = count + (query.measure.kind === "ratio" ? 2 : 1);
  return Array.from({ length: cells.length / width }, (_, index): ResultRow => {
    const row = cells.slice(index * width, (index + 1) * width);
    const value = row[count];
    const n = row[count + 1];
    return {
      keys: keys.map((known, at) => known[Number(row[at])] ?? ""),
      ...(typeof value === "number" && { value }),
      ...(typeof n === "number" && { n }),
      small: value === "s",
    };
  });
}

/** What stands behind a choice: its rows, nothing because no event is there, or too few people. */
export type View =
  | { readonly kind: "rows"; readonly results: Results }
  | { readonly kind: "nothing" | "withheld" };

export function viewOf(views: Views, { range, combination }: Choice): View {
  const wanted = combination.join();
  const place = views.combinations.findIndex((one) => one.join() === wanted);
  if (place === -1) return { kind: "nothing" };
  if (views.withheld[range]?.includes(place) === true) return { kind: "withheld" };
  const fromMs = views.toMs - (views.ranges[range] ?? 0);
  const results = new Map<string, readonly ResultRow[]>();
  for (const panel of chartsOf(views.dashboard)) {
    const own = views.panels[panel.name];
    if (own === undefined) continue;
    const isShared = own.cells.length === 1;
    const rows = decodeRows(panel, own.cells[isShared ? 0 : range]?.[place] ?? [], own.keys);
    const isTime = panel.query.dimensions[0]?.kind === "time";
    // The first bucket of the longest range may begin before the range does.
    const isCut = isShared && isTime && range > 0;
    results.set(panel.name, isCut ? rows.filter(({ keys }) => Number(keys[0]) >= fromMs) : rows);
  }
  return { kind: "rows", results };
}
