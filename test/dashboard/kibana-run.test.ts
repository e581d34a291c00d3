/**
 * Dashboards for Kibana as they are built: every query taken out again and run by the interpreter of
 * ES|QL as Kibana would run it, with what is chosen as documents' filter, time and variables.
 */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  type ChartPanel,
  type Dashboard,
  dimensionName,
  type EventsPanel,
  isChart,
  panelsOf,
} from "../../src/dashboard/ir.ts";
import { dashboardObject } from "../../src/dashboard/kibana/saved-object.ts";
import type { EventField } from "../../src/event/event.ts";
import { eventFieldNames } from "../../src/event/field.ts";
import { resolveField } from "../../src/mapping/field-name.ts";
import { documentsOf } from "../dialect/elastic/documents.ts";
import { runEsql } from "../dialect/elastic/esql.ts";
import { EsDate, type EsRow, type EsValue } from "../dialect/elastic/esql-value.ts";
import type { Event } from "../oracle/evaluate.ts";
import { type PanelRow, showEvents, showPanel } from "../oracle/panel.ts";
import { LOG_START, panelLog, range } from "./panel-log.ts";
import { constructs, shippedDashboard, shippedNames } from "./panels.ts";

interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a reader has chosen: values of filters by field, and ids. */
interface Choice {
  readonly filters: ReadonlyMap<EventField, readonly string[]>;
  readonly ids: ReadonlyMap<EventField, string>;
}

interface StoredPanel {
  readonly type: string;
  readonly title?: string;
  readonly embeddableConfig: {
    readonly timeRange?: { readonly from: string };
    readonly attributes: {
      readonly state: {
        readonly datasourceStates: {
          readonly textBased: {
            readonly layers: Readonly<Record<string, { readonly timeField: string }>>;
          };
        };
        readonly query: { readonly esql: string };
      };
    };
  };
}

function storedPanels(dashboard: Dashboard): readonly StoredPanel[] {
  return JSON.parse(String(dashboardObject(dashboard).attributes["panelsJSON"])) as StoredPanel[];
}

/** Field of the vocabulary by its name in documents. */
const fieldOf = new Map(
  eventFieldNames.flatMap((field) => {
    const found = resolveField("ecs", field);
    return found === undefined ? [] : [[found.name, field] as const];
  }),
);

function chosenDocuments(
  dashboard: Dashboard,
  log: readonly Event[],
  { filters }: Choice,
): readonly EsRow[] {
  const group = dashboardObject(dashboard).attributes["controlGroupInput"] as {
    readonly panelsJSON: string;
  };
  const controls = Object.values(
    JSON.parse(group.panelsJSON) as Record<
      string,
      { readonly type: string; readonly explicitInput: { readonly fieldName: string } }
    >,
  ).filter(({ type }) => type === "optionsListControl");
  // An options list with a choice is a terms query: documents with one of the values.
  return controls.reduce<readonly EsRow[]>((rows, { explicitInput: { fieldName } }) => {
    const values = filters.get(fieldOf.get(fieldName) as EventField);
    if (values === undefined) return rows;
    return rows.filter((row) => values.includes(String(row.get(fieldName))));
  }, documentsOf(log));
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

function startOf(
  { embeddableConfig: { timeRange } }: StoredPanel,
  { fromMs, toMs }: Times,
): number {
  if (timeRange === undefined) return fromMs;
  const [, count, unit = ""] = /^now-(\d+)([dhms])$/.exec(timeRange.from) ?? [];
  return toMs - Number(count) * (UNITS[unit] ?? Number.NaN);
}

function run(
  panel: StoredPanel,
  documents: readonly EsRow[],
  times: Times,
  { ids }: Choice,
): readonly EsRow[] {
  const { state } = panel.embeddableConfig.attributes;
  const [layer] = Object.values(state.datasourceStates.textBased.layers);
  const start = startOf(panel, times);
  const index = documents.filter((row) => {
    const time = row.get(layer?.timeField ?? "");
    return time instanceof EsDate && time.ms >= start && time.ms < times.toMs;
  });
  const query = state.query.esql.replace(/\?(\w+)/g, (_, name: EventField) =>
    JSON.stringify(ids.get(name) ?? "(none)"),
  );
  return runEsql(query, index, times.toMs);
}

function plain(value: EsValue | undefined): string | number | null {
  return value instanceof EsDate ? value.ms : ((value ?? null) as string | number | null);
}

/** The name that a bar has, as a reader sees it. */
function barName({ query }: ChartPanel, { keys, value, n, small }: PanelRow): string {
  const key = String(keys[0]);
  if (small === true) return `${key} (< 5 users)`;
  if (query.measure.kind !== "ratio") return key;
  return value === null ? `${key} (too few cases, n = ${n})` : `${key} (n = ${n})`;
}

function withheld({ query }: ChartPanel, { value, small }: PanelRow): string {
  if (small === true) return "< 5 users";
  return query.measure.kind === "ratio" && value === null ? "too few cases" : "";
}

/** What a panel must show, with the words that Kibana's form has. */
function expected(panel: ChartPanel, row: PanelRow): Readonly<Record<string, unknown>> {
  const { kind, query } = panel;
  const withholds = query.hidesSmallCells || query.measure.kind === "ratio";
  const isBar = kind === "bar" && query.dimensions.length === 1 && withholds;
  const keys = query.dimensions.map((one, index) => [
    dimensionName(one),
    isBar ? barName(panel, row) : row.keys[index],
  ]);
  return {
    ...Object.fromEntries(keys),
    value: row.value,
    ...(query.measure.kind === "ratio" && { n: row.n }),
    ...(query.hidesSmallCells && { small: row.small }),
    ...(kind === "table" && withholds && { withheld: withheld(panel, row) }),
  };
}

function matches(event: Event, { filters }: Choice): boolean {
  return [...filters].every(([field, values]) => values.includes(String(event[field] ?? "\u0000")));
}

/** The events that a panel about somebody counts. */
function about(
  dashboard: Dashboard,
  { narrowedBy }: ChartPanel | EventsPanel,
  log: readonly Event[],
  choice: Choice,
): readonly Event[] {
  // The first of two events with one id is the document; the other is not written.
  const seen = new Set<unknown>();
  const documents = log.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
  const chosen = documents.filter((event) => matches(event, choice));
  if (dashboard.subject.length === 0) return chosen;
  const ids = narrowedBy.flatMap((field) => {
    const id = choice.ids.get(field);
    return id === undefined ? [] : [[field, id] as const];
  });
  if (ids.length === 0) return [];
  return chosen.filter((event) => ids.every(([field, id]) => event[field] === id));
}

/** A list holds sorted values without repeats, and an event without a value none. */
function stored(value: unknown): unknown {
  if (!Array.isArray(value)) return value ?? null;
  const sorted = [...new Set(value as readonly string[])].sort();
  return sorted.length === 0 ? null : sorted.length === 1 ? sorted[0] : sorted;
}

const small: Dashboard = {
  ...shippedDashboard("compliance"),
  sections: [
    {
      title: "Constructs",
      about: "One panel each.",
      panels: [...constructs].map(([name, panel]) => ({ ...panel, name, title: name })),
    },
  ],
};

const dashboards: readonly Dashboard[] = [
  small,
  ...shippedNames.map((name) => shippedDashboard(name)),
];

const choice: fc.Arbitrary<Choice> = fc.record({
  filters: fc
    .record(
      {
        department: fc.subarray(["sales", "it's", "unknown"], { minLength: 1 }),
        data_classification: fc.subarray(["public", "restricted"], { minLength: 1 }),
      },
      { requiredKeys: [] },
    )
    .map((one) => new Map(Object.entries(one) as [EventField, string[]][])),
  ids: fc
    .record(
      {
        session_id: fc.constantFrom("s-1", "s'3", "s-9"),
        user_id_hash: fc.constant("1".repeat(64)),
      },
      { requiredKeys: [] },
    )
    .map((one) => new Map(Object.entries(one) as [EventField, string][])),
});

/** Only the filters that a dashboard has. */
function onlyOwn({ filters, subject }: Dashboard, chosen: Choice): Choice {
  return {
    filters: new Map([...chosen.filters].filter(([field]) => filters.includes(field))),
    ids: new Map([...chosen.ids].filter(([field]) => subject.includes(field))),
  };
}

it("show what panels mean, narrowed by what is chosen", { timeout: 60_000 }, () => {
  let rows = 0;
  let narrowed = 0;
  fc.assert(
    fc.property(panelLog, range, choice, (log, times, chosen) => {
      for (const dashboard of dashboards) {
        const own = onlyOwn(dashboard, chosen);
        const documents = chosenDocuments(dashboard, log, own);
        narrowed += Number(documents.length < documentsOf(log).length);
        const stands = storedPanels(dashboard).filter(({ type }) => type === "lens");
        const asks = panelsOf(dashboard).filter(
          (one) => isChart(one) || one.kind === "events",
        ) as readonly (ChartPanel | EventsPanel)[];
        expect(stands.length).toBe(asks.length);
        for (const panel of asks) {
          const built = stands.find(({ title }) => title === panel.title) as StoredPanel;
          const found = run(built, documents, times, own).map((row) =>
            Object.fromEntries([...row].map(([name, value]) => [name, plain(value)])),
          );
          const counted = about(dashboard, panel, log, own);
          const meant =
            panel.kind === "events"
              ? showEvents(panel.query, counted, times).map((row) =>
                  Object.fromEntries(
                    Object.entries(row).map(([name, value]) => [
                      name,
                      name === "timestamp" ? Date.parse(String(value)) : stored(value),
                    ]),
                  ),
                )
              : showPanel(panel.query, counted, times).map((row) => expected(panel, row));
          expect(found, `${dashboard.name}/${panel.name}`).toEqual(meant);
          rows += found.length;
        }
      }
    }),
    { numRuns: 20 },
  );
  // Otherwise the agreement would say nothing.
  expect(rows).toBeGreaterThan(200);
  expect(narrowed).toBeGreaterThan(5);
});

it("offer the ids of the events, after the word for none", () => {
  const dashboard = shippedDashboard("incident");
  const group = dashboardObject(dashboard).attributes["controlGroupInput"] as {
    readonly panelsJSON: string;
  };
  const controls = Object.values(
    JSON.parse(group.panelsJSON) as Record<
      string,
      {
        readonly type: string;
        readonly explicitInput: { readonly esqlQuery: string; readonly selectedOptions: string[] };
      }
    >,
  ).filter(({ type }) => type === "esqlControl");
  expect(controls.length).toBe(2);
  const event = (id: number, session: string): Event => ({
    event_id: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    timestamp: new Date(LOG_START + id).toISOString(),
    event_type: "session_start",
    session_id: session,
  });
  const log = [event(1, "s-2"), event(2, "s-1"), event(3, "s-2")];
  const offered = (events: readonly Event[]): readonly (readonly EsValue[])[] =>
    controls.map(({ explicitInput }) =>
      runEsql(explicitInput.esqlQuery, documentsOf(events), LOG_START + 1000).map(
        (row) => row.get("chosen") ?? null,
      ),
    );
  expect(offered(log)).toEqual([["(none)", "s-1", "s-2"], ["(none)"]]);
  expect(offered([])).toEqual([["(none)"], ["(none)"]]);
  for (const { explicitInput } of controls)
    expect(explicitInput.selectedOptions).toEqual(["(none)"]);
});

/** Text of rison in quotes, read as its grammar says. */
function unquote(rison: string): string {
  return rison.replace(/!(.)/g, "$1");
}

it("lead from every section to the events behind its panels", () => {
  let links = 0;
  fc.assert(
    fc.property(panelLog, (log) => {
      for (const name of ["compliance", "operations"] as const) {
        const dashboard = shippedDashboard(name);
        const text = JSON.stringify(storedPanels(dashboard));
        const charts = panelsOf(dashboard).filter(isChart);
        const found = [...text.matchAll(/\]\((discover#\/\?[^)]*)\)/g)].map(([, one]) => one ?? "");
        expect(found.length).toBe(charts.length);
        found.forEach((link, index) => {
          const [, state = ""] = /_a=([^&]*)$/.exec(link) ?? [];
          const rison = decodeURIComponent(state);
          const esql = /^\(dataSource:\(type:esql\),query:\(esql:'(.*)'\)\)$/s.exec(rison)?.[1];
          const rows = runEsql(unquote(esql ?? ""), documentsOf(log), LOG_START);
          const panel = charts[index] as ChartPanel;
          const counted = showPanel(
            { ...panel.query, measure: { kind: "count" }, dimensions: [], hidesSmallCells: false },
            log,
            { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
          );
          const isCount = panel.query.measure.kind !== "ratio";
          if (isCount) expect(rows.length, panel.name).toBe(counted[0]?.value);
          links += rows.length;
        });
      }
    }),
    { numRuns: 10 },
  );
  expect(links).toBeGreaterThan(100);
});
