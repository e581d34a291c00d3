/** Runs the panels of a dashboard for every choice that its page offers. The store must be sealed. */

import { fitViews, type ViewData } from "../dashboard/html/fit-views.ts";
import {
  type Cell,
  type ChoiceField,
  type Combination,
  coversShorter,
  encodeRows,
  type PanelViews,
} from "../dashboard/html/views.ts";
import {
  type ChartPanel,
  chartsOf,
  type Dashboard,
  type PanelQuery,
  SMALL_CELL_USERS,
} from "../dashboard/ir.ts";
import { type ResultRow, toResult } from "../dashboard/panel-result.ts";
import { groupFields } from "../dashboard/parse-panel.ts";
import {
  type Choices,
  choiceName,
  duckdbChoices,
  duckdbPanel,
  type TimeRange,
} from "../dashboard/query/duckdb.ts";
import type { EventField } from "../event/event.ts";
import { fieldInfo } from "../event/field.ts";
import type { Row, Store } from "./store.ts";

const HOUR_MS = 3_600_000;
/** Beside the dashboard's own time. */
const SHORTER_RANGES: readonly number[] = [7 * 24 * HOUR_MS, 24 * HOUR_MS];
/** Beyond these, the page offers less. */
const COMBINATIONS_MAX = 2000;
const VALUES_MAX = 60;

export interface ViewOptions extends TimeRange {
  /** Time of the first event of the log. */
  readonly firstMs: number;
  /** What the views may take as JSON. */
  readonly bytesMax: number;
}

/** Rows of a panel by combination, the values of the chosen fields as JSON. */
type ByCombination = ReadonlyMap<string, readonly ResultRow[]>;

function always(measure: PanelQuery["measure"]): PanelQuery {
  const where = { kind: "always", span: { file: "", line: 1, column: 1, length: 1 } } as const;
  return { where, measure, dimensions: [], order: "key", hidesSmallCells: false };
}

/** The choices of one field and, where that is asked for, of several together. */
function choicesOf(fields: readonly ChoiceField[], together: boolean): Choices {
  let sets: readonly (readonly number[])[] = [[]];
  for (const place of fields.keys()) {
    const alone = together ? sets : [[]];
    sets = [...sets, ...alone.map((set) => [...set, place])];
  }
  return { fields, sets };
}

async function runChoices(
  store: Store,
  query: PanelQuery,
  choices: Choices,
  range: TimeRange,
): Promise<ByCombination> {
  const rows = await store.query(duckdbChoices(query, choices, range));
  const names = choices.fields.map((_, index) => choiceName(index));
  const groups = Map.groupBy(rows, (row) => JSON.stringify(names.map((name) => row[name] ?? null)));
  return new Map(
    [...groups].map(([key, own]: readonly [string, readonly Row[]]) => [key, toResult(query, own)]),
  );
}

/** The values of each field that occur, the most frequent first. */
async function countValues(
  store: Store,
  fields: readonly EventField[],
  range: TimeRange,
): Promise<readonly ChoiceField[]> {
  const found: ChoiceField[] = [];
  for (const field of fields) {
    const query: PanelQuery = {
      ...always({ kind: "count" }),
      dimensions: [{ kind: "field", field }],
      order: "value",
    };
    const rows = toResult(query, await store.query(duckdbPanel(query, range)));
    const values = rows.map(({ keys }) => String(keys[0]));
    found.push({ field, values });
  }
  return found;
}

/** How many combinations there could be; fewer occur. */
function countPossible(fields: readonly ChoiceField[]): number {
  return fields.reduce((product, { values }) => product * (values.length + 1), 1);
}

/** Lists put an event into several groups, so that their choices would have to be made apart. */
function isScalar(field: EventField): boolean {
  return fieldInfo(field)?.kind !== "keyword[]";
}

/** A page about somebody lists events, which are there for its own time only. */
function rangesOf(
  { subject }: Dashboard,
  { fromMs, toMs, firstMs }: ViewOptions,
): readonly number[] {
  const own = toMs - fromMs;
  if (subject.length > 0) return [own];
  return [own, ...SHORTER_RANGES.filter((ms) => ms < own && toMs - ms > firstMs)];
}

function placesIn(fields: readonly ChoiceField[], key: string): Combination {
  const values = JSON.parse(key) as readonly (string | null)[];
  return values.map((value, index) =>
    value === null ? 0 : (fields[index]?.values.indexOf(value) ?? -1) + 1,
  );
}

/** Combinations about a group of fewer people than may be told apart, or of none. */
async function findWithheld(
  store: Store,
  { fields, choices, combinations }: Pick<Run, "fields" | "choices" | "combinations">,
  range: TimeRange,
): Promise<ReadonlySet<string>> {
  const groups = fields.map(({ field }) => groupFields.includes(field));
  if (!groups.includes(true)) return new Set();
  const users = always({ kind: "distinct", field: "user_id_hash" });
  const counts = await runChoices(store, users, choices, range);
  const small = combinations.filter((key) => {
    const isGroup = placesIn(fields, key).some((place, at) => place > 0 && groups[at]);
    return isGroup && (counts.get(key)?.[0]?.value ?? 0) < SMALL_CELL_USERS;
  });
  return new Set(small);
}

async function runPanelViews(
  store: Store,
  panel: ChartPanel,
  { choices, combinations, ranges, toMs, withheld }: Run,
): Promise<PanelViews> {
  const keys = panel.query.dimensions.map(() => new Map<string | number, number>());
  const cells: (readonly (readonly Cell[])[])[] = [];
  const needed = coversShorter(panel, ranges, toMs) ? ranges.slice(0, 1) : ranges;
  for (const [index, ms] of needed.entries()) {
    const range = { fromMs: toMs - ms, toMs };
    const rows = await runChoices(store, panel.query, choices, range);
    const isHidden = (key: string): boolean =>
      needed.length === 1
        ? withheld.every((one) => one.has(key))
        : withheld[index]?.has(key) === true;
    cells.push(
      combinations.map((key) =>
        isHidden(key) ? [] : encodeRows(panel, rows.get(key) ?? [], keys),
      ),
    );
  }
  return { keys: keys.map((known) => [...known.keys()]), cells };
}

interface Run {
  readonly fields: readonly ChoiceField[];
  readonly choices: Choices;
  /** The values of every combination as JSON, everything first. */
  readonly combinations: readonly string[];
  readonly ranges: readonly number[];
  readonly toMs: number;
  /** For each range. */
  readonly withheld: readonly ReadonlySet<string>[];
}

/** How many fields a combination chooses a value of. */
function depth(key: string): number {
  return (JSON.parse(key) as readonly (string | null)[]).filter((one) => one !== null).length;
}

async function prepare(
  store: Store,
  dashboard: Dashboard,
  fields: readonly ChoiceField[],
  options: ViewOptions,
): Promise<Run> {
  const { toMs } = options;
  const ranges = rangesOf(dashboard, options);
  const choices = choicesOf(fields, countPossible(fields) <= COMBINATIONS_MAX);
  const counts = await runChoices(store, always({ kind: "count" }), choices, options);
  const combinations = [...counts.keys()].toSorted(
    (a, b) => depth(a) - depth(b) || (a < b ? -1 : 1),
  );
  const withheld: ReadonlySet<string>[] = [];
  for (const ms of ranges)
    withheld.push(
      await findWithheld(store, { fields, choices, combinations }, { fromMs: toMs - ms, toMs }),
    );
  return { fields, choices, combinations, ranges, toMs, withheld };
}

/**
 * The views of a dashboard within a number of bytes. What does not fit is left out, and said in
 * `leftOut`: first combinations of several fields, then rare values.
 */
export async function runViews(
  store: Store,
  dashboard: Dashboard,
  options: ViewOptions,
): Promise<ViewData> {
  const names = dashboard.subject.length > 0 ? [] : dashboard.filters.filter(isScalar);
  const found = await countValues(store, names, options);
  // A field with a single value leaves nothing to choose.
  const fields = found.filter(({ values }) => values.length > 1);
  const first = fields.map(({ field, values }) => ({ field, values: values.slice(0, VALUES_MAX) }));
  const run = await prepare(store, dashboard, first, options);
  const { combinations, withheld } = run;
  const panels: Record<string, PanelViews> = {};
  for (const panel of chartsOf(dashboard))
    panels[panel.name] = await runPanelViews(store, panel, run);
  const places = combinations.map((key) => placesIn(first, key));
  const hidden = withheld.map((keys) =>
    combinations.flatMap((key, place) => (keys.has(key) ? [place] : [])),
  );
  const all = { ranges: run.ranges, fields: first, combinations: places, withheld: hidden, panels };
  return fitViews(all, fields, options.bytesMax);
}
