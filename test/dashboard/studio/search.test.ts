/** The searches of built definitions, with tokens filled in, run by an interpreter of the language. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChartPanel,
  type Dashboard,
  type Dimension,
  type EventsPanel,
  eventListsOf,
  isChart,
  panelsOf,
} from "../../../src/dashboard/ir.ts";
import { renderStudio } from "../../../src/dashboard/studio/definition.ts";
import type { EventField } from "../../../src/event/event.ts";
import { fieldInfo } from "../../../src/event/field.ts";
import { indexedEvents } from "../../engine/spl/event.ts";
import { usualReading } from "../../engine/spl/reading.ts";
import { prepareSearch } from "../../engine/spl/run.ts";
import type { Event } from "../../oracle/evaluate.ts";
import { type PanelRow, showEvents, showPanel } from "../../oracle/panel.ts";
import { LOG_START, panelLog, range } from "../panel-log.ts";
import { constructs, shippedDashboard, shippedNames } from "../panels.ts";
import { type Cells, expected, expectedSingle, named, plain } from "./expected.ts";
import { fillIn, tokensIn } from "./vendor.ts";

const macros = new Map([["claude_index", new Map([["definition", "index=claude_audit"]])]]);

type Choices = Readonly<Record<string, string | readonly string[]>>;

const FILTERS: readonly EventField[] = ["department", "data_classification", "mcp_integrations"];

/** Each construct as the only panel of a dashboard, and what ships. */
const dashboards: readonly Dashboard[] = [
  ...shippedNames.map((name) => shippedDashboard(name)),
  ...[...constructs].map(([name, panel]): Dashboard => {
    const panels = [{ ...panel, name }];
    const sections = [{ title: name, about: "One.", panels }];
    return { ...shippedDashboard(), name, filters: FILTERS, sections };
  }),
];

interface Prepared {
  readonly dashboard: Dashboard;
  readonly panel: ChartPanel;
  readonly query: string;
  readonly url: string;
}

const prepared: readonly Prepared[] = dashboards.flatMap((dashboard) => {
  const { dataSources, visualizations } = renderStudio(dashboard, "tabs");
  return panelsOf(dashboard)
    .filter(isChart)
    .map((panel) => {
      const { query = "" } = dataSources[`ds_${panel.name}`]?.options ?? {};
      const [handler] = visualizations[`viz_${panel.name}`]?.eventHandlers ?? [];
      return { dashboard, panel, query, url: handler?.options.url ?? "" };
    });
});

function groupsOf(event: Event, field: EventField): readonly string[] {
  const value = event[field];
  if (fieldInfo(field)?.kind === "keyword[]") {
    const list = (value ?? []) as readonly string[];
    return list.length === 0 ? ["none"] : list;
  }
  return [value === undefined || value === "" ? "unknown" : String(value)];
}

/** The events that the choices leave. */
function chosen(
  log: readonly Event[],
  dashboard: Dashboard,
  panel: ChartPanel | EventsPanel,
  choices: Choices,
): readonly Event[] {
  const given = dashboard.subject.filter((field) => choices[`subject_${field}`] !== "*");
  const narrowing = panel.narrowedBy.filter((one) => given.includes(one));
  if (dashboard.subject.length > 0 && narrowing.length === 0) return [];
  return log.filter(
    (event) =>
      narrowing.every((field) => event[field] === String(choices[`subject_${field}`]).trim()) &&
      dashboard.filters.every((field) => {
        const wanted = [choices[`filter_${field}`] ?? "*"].flat();
        return wanted.includes("*") || groupsOf(event, field).some((one) => wanted.includes(one));
      }),
  );
}

const byText = (a: Cells, b: Cells): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** What the product has chosen for every input of a dashboard; the rest is "All". */
function allTokens({ filters, subject }: Dashboard, choices: Choices): Choices {
  const names = [
    ...filters.map((field) => `filter_${field}`),
    ...subject.map((field) => `subject_${field}`),
  ];
  return Object.fromEntries(names.map((name) => [name, choices[name] ?? "*"]));
}

const choicesOf: fc.Arbitrary<Choices> = fc.record({
  filter_department: fc.constantFrom<string | readonly string[]>(
    "*",
    ["*", "sales"],
    ["sales"],
    ["unknown"],
    ["it's", "sales"],
    ["nobody"],
  ),
  filter_data_classification: fc.constantFrom<string | readonly string[]>("*", "*", ["restricted"]),
  filter_mcp_integrations: fc.constantFrom<string | readonly string[]>("*", "*", ["none"]),
  subject_session_id: fc.constantFrom("*", "s-1", " s'3 "),
  subject_user_id_hash: fc.constantFrom("*", "1".repeat(64)),
});

function distinct(log: readonly Event[]): readonly Event[] {
  const seen = new Set<unknown>();
  return log.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
}

/** The time chosen ends before the search runs. */
const LATER = 5 * 86_400;

function checkPanel(
  { dashboard, panel, query }: Prepared,
  log: readonly Event[],
  times: { readonly fromMs: number; readonly toMs: number },
  choices: Choices,
): number {
  const tokens = allTokens(dashboard, choices);
  expect(tokensIn(query).every((token) => token in tokens)).toBe(true);
  const rows = prepareSearch(fillIn(query, tokens), macros)(indexedEvents(log, usualReading), {
    now: times.toMs / 1000 + LATER,
    earliest: times.fromMs / 1000,
    latest: times.toMs / 1000,
  });
  const meant = showPanel(panel.query, chosen(log, dashboard, panel, tokens), times);
  if (panel.kind !== "stat") {
    const [found, wanted] = [plain(rows), plain(expected(panel, meant))];
    const isOrdered = panel.kind === "table" || panel.query.dimensions.length < 2;
    expect(
      isOrdered ? found : [...found].sort(byText),
      `${dashboard.name}/${panel.name} ${JSON.stringify(choices)}`,
    ).toEqual(isOrdered ? wanted : [...wanted].sort(byText));
    return found.length;
  }
  const [found = {}, ...more] = plain(rows);
  const { label = "", ...rest } = found;
  const { n, ...wanted } = plain([expectedSingle(panel, meant)])[0] ?? {};
  expect(more).toEqual([]);
  expect(rest, `${dashboard.name}/${panel.name}`).toEqual(wanted);
  if (n !== undefined) expect(String(label)).toMatch(new RegExp(`^n = ${n}(;|$)`));
  return 1;
}

describe("searches of definitions", { timeout: 60_000 }, () => {
  it("show what panels mean, narrowed by what was chosen, whenever they run", () => {
    let rows = 0;
    fc.assert(
      fc.property(panelLog, range, choicesOf, (log, times, choices) => {
        const events = [...distinct(log), ...distinct(log).slice(0, 5)];
        for (const one of prepared) rows += checkPanel(one, events, times, choices);
      }),
      { numRuns: 25 },
    );
    // Otherwise the agreement would say nothing.
    expect(rows).toBeGreaterThan(500);
  });

  it("show nothing of a subject that nobody has given", () => {
    const [first] = fc.sample(panelLog, { numRuns: 1, seed: 7 });
    const incident = prepared.filter(({ dashboard }) => dashboard.name === "incident");
    expect(incident.length).toBeGreaterThan(5);
    for (const { dashboard, panel, query } of incident) {
      const [search, ...steps] = fillIn(query, allTokens(dashboard, {})).split("\n");
      const narrowed = [
        search,
        ...steps.slice(
          0,
          steps.findIndex((one) => /dedup/.test(one)),
        ),
      ];
      const index = indexedEvents(first ?? [], usualReading);
      const found = prepareSearch(narrowed.join("\n"), macros)(index, { now: LOG_START / 1000 });
      expect(found, panel.name).toEqual([]);
    }
  });

  it("fill the menus with the groups of the time shown", () => {
    const dashboard = shippedDashboard();
    const { dataSources } = renderStudio(dashboard, "tabs");
    const query = dataSources["ds_filter_department"]?.options.query ?? "";
    const event = (department: string | undefined, id: number): Event => ({
      event_id: `00000000-0000-4000-8000-00000000000${id}`,
      timestamp: new Date(LOG_START).toISOString(),
      event_type: "session_start",
      ...(department !== undefined && { department }),
    });
    const log = [event("sales", 1), event(undefined, 2), event("sales", 3), event("`macro`", 4)];
    const found = prepareSearch(fillIn(query, {}), macros)(indexedEvents(log, usualReading), {
      now: LOG_START / 1000 + 60,
    });
    expect(plain(found)).toEqual([{ choice: "sales" }, { choice: "unknown" }]);
  });
});

/** Tokens of a click on one number of a panel. */
function clicked(panel: ChartPanel, row: PanelRow): Choices {
  const [first, second] = panel.query.dimensions;
  const token = (dimension: Dimension, key: string | number | undefined): string =>
    dimension.kind === "time"
      ? new Date(Number(key)).toISOString().replace("Z", "+00:00")
      : String(key);
  const own = (dimension: Dimension | undefined, key: string | number | undefined): Choices =>
    dimension === undefined ? {} : { [`row.${named(dimension)}.value`]: token(dimension, key) };
  if (panel.kind === "stat" || first === undefined) return {};
  if (second === undefined || panel.kind === "table")
    return { ...own(first, row.keys[0]), ...own(second, row.keys[1]) };
  if (panel.kind !== "heat_map") return { ...own(first, row.keys[0]), name: String(row.keys[1]) };
  const across = String(row.keys[0]).padStart(first.kind === "hour_of_day" ? 2 : 0, "0");
  return { ...own(second, row.keys[1]), name: across };
}

describe("lists of events", { timeout: 60_000 }, () => {
  const dashboard = shippedDashboard("incident");
  const { dataSources, visualizations } = renderStudio(dashboard, "single");
  const lists = eventListsOf(dashboard);

  it("hold the subject's events in order, and a click opens the row's event or session", () => {
    let rows = 0;
    fc.assert(
      fc.property(panelLog, range, choicesOf, (log, times, choices) => {
        const events = distinct(log);
        const index = indexedEvents(events, usualReading);
        const tokens = allTokens(dashboard, choices);
        const options = {
          now: times.toMs / 1000 + LATER,
          earliest: times.fromMs / 1000,
          latest: times.toMs / 1000,
        };
        for (const panel of lists) {
          const query = dataSources[`ds_${panel.name}`]?.options.query ?? "";
          const found = prepareSearch(fillIn(query, tokens), macros)(index, options);
          const left = chosen(events, dashboard, panel, tokens);
          const wanted = showEvents(panel.query, left, times);
          const ids = panel.query.columns.filter((field) => /_id$/.test(field));
          const cells = ids.map((field) => wanted.map((row) => row[field] ?? null));
          expect(ids.map((field) => found.map((row) => row.get(field) ?? null))).toEqual(cells);
          rows += found.length;
          const [row] = found;
          const [handler] = visualizations[`viz_${panel.name}`]?.eventHandlers ?? [];
          const id = panel.query.columns.includes("event_id") ? "event_id" : "session_id";
          if (row?.get(id) === undefined) continue;
          const clickTokens = { ...tokens, [`row.${id}.value`]: String(row.get(id)) };
          const url = fillIn(handler?.options.url ?? "", clickTokens);
          const text = new URL(url, "https://splunk.test").searchParams.get("q") ?? "";
          const opened = prepareSearch(text, macros)(index, options);
          const same = left.filter(
            (event) =>
              event[id] === row.get(id) &&
              Date.parse(String(event["timestamp"])) >= times.fromMs &&
              Date.parse(String(event["timestamp"])) < times.toMs,
          );
          expect(opened.length).toBe(same.length);
        }
      }),
      { numRuns: 300 },
    );
    expect(rows).toBeGreaterThan(50);
  });
});

describe("a click", { timeout: 60_000 }, () => {
  it("opens the events that the number counts, in the time chosen", () => {
    let clicks = 0;
    fc.assert(
      fc.property(panelLog, range, choicesOf, (log, times, choices) => {
        const events = distinct(log);
        const index = indexedEvents(events, usualReading);
        for (const { dashboard, panel, url } of prepared) {
          const { measure } = panel.query;
          if (measure.kind !== "count") continue;
          const tokens = allTokens(dashboard, choices);
          const left = chosen(events, dashboard, panel, tokens);
          const shown = { ...panel.query, hidesSmallCells: false };
          for (const row of showPanel(shown, left, times)) {
            if (panel.kind === "stat" && row.keys[0] === "before") continue;
            const address = new URL(
              fillIn(url, {
                ...tokens,
                ...clicked(panel, row),
                "global_time.earliest": "-30d",
                "global_time.latest": "now",
              }),
              "https://splunk.test",
            );
            expect(address.pathname).toBe("/app/search/search");
            expect([...address.searchParams.keys()]).toEqual(["q", "earliest", "latest"]);
            const text = address.searchParams.get("q") ?? "";
            const found = prepareSearch(text, macros)(index, {
              now: times.toMs / 1000 + LATER,
              earliest: times.fromMs / 1000,
              latest: times.toMs / 1000,
            });
            expect(found.length, `${dashboard.name}/${panel.name} ${text}`).toBe(row.value);
            clicks += 1;
          }
        }
      }),
      { numRuns: 20 },
    );
    expect(clicks).toBeGreaterThan(100);
  });
});
