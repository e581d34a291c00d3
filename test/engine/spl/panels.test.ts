/** The panels' searches, run by an interpreter of the language, against what panels mean. */
import { tmpdir } from "node:os";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChartPanel, chartsOf, dimensionName } from "../../../src/dashboard/ir.ts";
import { compileEvents, compilePanel } from "../../../src/dashboard/query/compile.ts";
import { runPanel } from "../../../src/engine/run-panel.ts";
import { Store } from "../../../src/engine/store.ts";
import { panelLog, range } from "../../dashboard/panel-log.ts";
import { constructs, eventLists, shippedDashboard, shippedNames } from "../../dashboard/panels.ts";
import type { Event } from "../../oracle/evaluate.ts";
import { type PanelRow, showEvents, showPanel } from "../../oracle/panel.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { randomLog } from "./random-log.ts";
import { type Reading, usualReading } from "./reading.ts";
import { prepareSearch } from "./run.ts";
import { numberOf, type Row } from "./value.ts";

const app = buildApp();

const readings: readonly Reading[] = [
  usualReading,
  { ...usualReading, emptyText: "missing" },
  { ...usualReading, zoneMinutes: 780, digitTexts: "number" },
];

/** Panels by name with the text of their search: what ships as the build has it, and constructs. */
const panels: readonly (readonly [string, ChartPanel, string])[] = [
  ...shippedNames.flatMap((name) =>
    chartsOf(shippedDashboard(name)).map((panel) => {
      const path = `dashboards/${name}/${panel.name}.spl`;
      return [path, panel, app.files.get(path) ?? ""] as const;
    }),
  ),
  ...[...constructs].map(
    ([name, panel]) => [name, panel, compilePanel(panel.query, "splunk").text ?? ""] as const,
  ),
];

const searches = panels.map(
  ([name, panel, text]) => [name, panel, prepareSearch(text, app.macros)] as const,
);

function cell(row: Row, name: string): number | null {
  return numberOf(row.get(name) ?? null) ?? null;
}

/** Rows of a search as rows of a panel; Splunk counts seconds. */
function shown({ query }: ChartPanel, rows: readonly Row[]): readonly PanelRow[] {
  const { dimensions, measure } = query;
  return rows.map((row) => {
    const value = cell(row, "value");
    return {
      keys: dimensions.map((one) => {
        const key = row.get(dimensionName(one));
        if (one.kind === "time") return Number(key) * 1000;
        return one.kind === "hour_of_day" ? Number(key) : String(key);
      }),
      value: value !== null && measure.kind === "latest" ? Math.round(value * 1000) : value,
      ...(measure.kind === "ratio" && { n: cell(row, "n") }),
      ...(query.hidesSmallCells && { small: row.get("small") === "true" }),
    };
  });
}

/** Every id once: an id that comes again with other content is no copy, and nothing says which stays. */
function distinct(log: readonly Event[]): readonly Event[] {
  const seen = new Set<unknown>();
  return log.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
}

interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

function run(
  panel: ChartPanel,
  search: ReturnType<typeof prepareSearch>,
  index: readonly Row[],
  { fromMs, toMs }: Times,
  reading: Reading = usualReading,
): readonly PanelRow[] {
  // Whatever runs the search bounds its time; a comparison asks for its own start.
  const compares = panel.query.dimensions.some((one) => one.kind === "period");
  const earliest = compares ? {} : { earliest: fromMs / 1000 };
  const now = toMs / 1000;
  return shown(panel, search(index, { now, ...earliest, latest: now, reading }));
}

describe("searches of panels show what panels mean", { timeout: 60_000 }, () => {
  it("in random logs, in order, under every reading", () => {
    let rows = 0;
    fc.assert(
      fc.property(panelLog, range, (log, times) => {
        const events = [...distinct(log), ...distinct(log).slice(0, 5)];
        for (const reading of readings) {
          const index = indexedEvents(events, reading);
          for (const [name, panel, search] of searches) {
            const found = run(panel, search, index, times, reading);
            expect(found, name).toEqual(showPanel(panel.query, events, times));
            rows += found.length;
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(rows).toBeGreaterThan(1000);
  });

  const seed = "2026-panels";

  it(`in a log of 5,000 events, with the numbers of the embedded engine (seed ${seed})`, async () => {
    const log = randomLog(seed, 5000);
    const opened = await Store.open({ temporaryFolder: tmpdir() });
    if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
    const store = opened.value;
    await store.load(
      log.map((event) => ({
        event: { timestamp: String(event["timestamp"]) },
        json: JSON.stringify(event),
      })),
    );
    await store.seal();
    const index = indexedEvents(log, usualReading);
    const times = { fromMs: Date.UTC(2026, 1, 5), toMs: Date.UTC(2026, 2, 8) };
    const rough = (number: number | null | undefined): string | null =>
      number === null || number === undefined ? null : number.toPrecision(12);
    let rows = 0;
    for (const [name, panel, search] of searches) {
      const found = run(panel, search, index, times);
      const wanted = await runPanel(store, panel, times);
      expect(
        found.map(({ keys, value, n, small = false }) => [keys, rough(value), rough(n), small]),
        name,
      ).toEqual(wanted.map(({ keys, value, n, small }) => [keys, rough(value), rough(n), small]));
      rows += found.length;
    }
    await store.close();
    expect(rows).toBeGreaterThan(1000);
  });

  it("over nothing, whether or not a stats without rows has a row", () => {
    const times = { fromMs: 0, toMs: 1000 };
    let totals = 0;
    for (const emptyStats of ["row", "none"] as const) {
      const reading: Reading = { ...usualReading, emptyStats };
      for (const [name, panel, search] of searches) {
        const found = run(panel, search, [], times, reading);
        expect(found, name).toEqual(showPanel(panel.query, [], times));
        totals += found.length;
      }
    }
    expect(totals).toBeGreaterThan(10);
  });
});

/** A field of a row or an event as a text, the several values of a list joined. */
function written(value: unknown): string | null {
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(" ");
  return value === undefined || value === null ? null : String(value);
}

it("lists of events list what they mean, in order", () => {
  const lists = [...eventLists].map(([name, { query }]) => {
    const shipped = app.files.get(`dashboards/incident/${name}.spl`);
    const text = shipped ?? compileEvents(query, "splunk").text ?? "";
    return [name, query, prepareSearch(text, app.macros)] as const;
  });
  const asked = lists.flatMap((list) =>
    (["bytes", "number"] as const).map(
      (digitTexts) => [list, { ...usualReading, digitTexts }] as const,
    ),
  );
  let rows = 0;
  fc.assert(
    fc.property(panelLog, range, (log, { fromMs, toMs }) => {
      const events = distinct(log);
      const index = indexedEvents(events, usualReading);
      for (const [[name, query, search], reading] of asked) {
        const found = search(index, {
          now: toMs / 1000,
          earliest: fromMs / 1000,
          latest: toMs / 1000,
          reading,
        });
        const wanted = showEvents(query, events, { fromMs, toMs });
        const columns = query.columns.filter((field) => field !== "timestamp");
        expect(
          found.map((row) => [millisecondsIn(row), ...columns.map((one) => written(row.get(one)))]),
          name,
        ).toEqual(
          wanted.map((row) => [
            Date.parse(String(row["timestamp"])),
            ...columns.map((one) => written(row[one])),
          ]),
        );
        rows += found.length;
      }
    }),
    { numRuns: 40 },
  );
  expect(rows).toBeGreaterThan(100);
});

/** The time that a row tells; its zone is written without a colon. */
function millisecondsIn(row: Row): number {
  return Date.parse(String(row.get("timestamp")).replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
}

it("a severity or version that an event lacks is none in Splunk", () => {
  const event = {
    event_id: "00000000-0000-4000-8000-000000000001",
    event_type: "security_event",
    timestamp: "2026-03-01T00:00:00.000Z",
  };
  const [row] = indexedEvents([event], usualReading);
  expect(row?.get("event_type")).toBe("security_event");
  expect(row?.has("severity")).toBe(false);
  expect(row?.has("schema_version")).toBe(false);
});
