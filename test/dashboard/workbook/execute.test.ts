/** The queries of workbooks, executed with choices filled in, against what the embedded store shows. */
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChartPanel, Dashboard, Dimension } from "../../../src/dashboard/ir.ts";
import { chartsOf, dimensionName, eventListsOf } from "../../../src/dashboard/ir.ts";
import { rowEvents } from "../../../src/dashboard/row-predicate.ts";
import { renderWorkbook } from "../../../src/dashboard/workbook/workbook.ts";
import { runPanel } from "../../../src/engine/run-panel.ts";
import type { AuditEvent, EventField } from "../../../src/event/event.ts";
import { normalize } from "../../../src/mapping/normalize.ts";
import { auditTable, hasChdb, type KqlTable, runKql } from "../../dialect/kql/chdb.ts";
import { MemoryStore } from "../../engine/memory-store.ts";
import { type Event, holds } from "../../oracle/evaluate.ts";
import { panelLog, range } from "../panel-log.ts";
import { executable } from "./engine.ts";
import { expectedRows, foundRows, type Row } from "./expectation.ts";
import { parametersOf, queryOf } from "./item.ts";
import { pages } from "./page.ts";
import { type Choices, fill } from "./value.ts";

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

let loaded = "";

async function load(events: readonly Event[]): Promise<void> {
  const content = JSON.stringify(events);
  if (content === loaded) return;
  loaded = content;
  await memory.load(events);
}

function timeOf(event: Event): number {
  return Date.parse(String(event["timestamp"]));
}

function within(log: readonly Event[], { fromMs, toMs }: Choices): readonly Event[] {
  return log.filter((event) => timeOf(event) >= fromMs && timeOf(event) < toMs);
}

function tableOf(log: readonly Event[]): KqlTable {
  return auditTable(
    log.map((one) => JSON.parse(normalize(one as unknown as AuditEvent, "sentinel")) as Row),
  );
}

const workbooks = new Map(pages.map((page) => [page, renderWorkbook(page).workbook]));

/** The query items of pages by page and name, filled in; those bound to a time read what is within it. */
function textsOf(
  names: readonly (readonly [Dashboard, string])[],
  choices: (page: Dashboard, name: string) => Choices,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map(([page, name]) => {
      const workbook = workbooks.get(page);
      if (workbook === undefined) throw new Error("no workbook");
      const { query, timeContextFromParameter: bound } = queryOf(workbook, name).content;
      const text = executable(fill(workbook, query, choices(page, name)));
      const table = bound === undefined ? text : text.replaceAll("ClaudeAudit_CL", "Shown_CL");
      return [`${page.name}/${name}`, table];
    }),
  );
}

function run(
  log: readonly Event[],
  times: Choices,
  queries: Readonly<Record<string, string>>,
): ReturnType<typeof runKql> {
  return runKql({
    settings: { join_use_nulls: 1 },
    tables: { ClaudeAudit_CL: tableOf(log), Shown_CL: tableOf(within(log, times)) },
    queries,
  });
}

const LISTS: readonly string[] = ["mcp_integrations", "policy_flags", "security_flags"];

/** The groups of an event, as dimensions have them. */
function groupsOf(field: EventField, event: Event): readonly string[] {
  const found = event[field];
  if (LISTS.includes(field)) {
    const list = [...new Set((found ?? []) as readonly string[])];
    return list.length === 0 ? ["none"] : list;
  }
  return [found === undefined || found === "" ? "unknown" : String(found)];
}

/** Groups that somebody chose by field; a field without an entry stands for all. */
type Chosen = Readonly<Partial<Record<EventField, readonly string[]>>>;

function narrowed(
  log: readonly Event[],
  page: Dashboard,
  narrowedBy: readonly EventField[],
  chosen: Chosen,
  typed: Readonly<Record<string, string>>,
): readonly Event[] {
  const given = narrowedBy.filter((field) => typed[field] !== undefined);
  if (narrowedBy.length > 0 && given.length === 0) return [];
  return log.filter(
    (event) =>
      given.every((field) => event[field] === typed[field]) &&
      page.filters.every((field) => {
        const wanted = chosen[field];
        return wanted === undefined || groupsOf(field, event).some((one) => wanted.includes(one));
      }),
  );
}

const choice: fc.Arbitrary<Chosen> = fc
  .record({
    department: fc.option(fc.subarray(["sales", "it's", "unknown"], { minLength: 1 })),
    security_flags: fc.option(fc.subarray(["none", "x", "prompt_injection"], { minLength: 1 })),
    data_classification: fc.option(fc.constantFrom(["public"], ["restricted", "unknown"])),
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, one]) => one !== null)));

const typed = { session_id: "s'3" };

/** What the lists of a page offer, by field and label, as their own queries say. */
function offers(
  log: readonly Event[],
  times: Choices,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const lists = [...workbooks].flatMap(([page, workbook]) =>
    parametersOf(workbook).flatMap(({ name, query }) =>
      query === undefined ? [] : [[`${page.name}/${name}`, query] as const],
    ),
  );
  const shown = lists.map(([name, query]) => [
    name,
    executable(query).replaceAll("ClaudeAudit_CL", "Shown_CL"),
  ]);
  const rows = run(log, times, Object.fromEntries(shown));
  return new Map(
    lists.map(([name]) => [
      name,
      new Map((rows[name] ?? []).map((row) => [String(row["label"]), String(row["value"])])),
    ]),
  );
}

/** The choices of somebody who clicks the wanted labels; what a list does not offer cannot be clicked. */
function choicesFor(
  page: Dashboard,
  offered: ReturnType<typeof offers>,
  chosen: Chosen,
  times: Choices,
): Choices {
  const selected = page.filters.flatMap((field) => {
    const wanted = chosen[field];
    const values = offered.get(`${page.name}/${field}`);
    if (wanted === undefined) return [];
    return [[field, wanted.flatMap((label) => values?.get(label) ?? [])] as const];
  });
  return { ...times, typed, selected: Object.fromEntries(selected) };
}

/** A delivery that comes twice holds the same both times. */
const log: fc.Arbitrary<readonly Event[]> = fc.tuple(panelLog, panelLog).map((parts) => {
  const events = parts.flat();
  const first = new Map<unknown, Event>();
  return events.map((event) => {
    const { event_id: id } = event;
    // A missing version is written as the one that the mapping knows.
    const known = first.get(id) ?? { ...event, schema_version: "1.1" };
    first.set(id, known);
    return known;
  });
});

const timeout = 600_000;

it.skipIf(!hasChdb)("workbooks show what the store shows", { timeout }, async () => {
  let rows = 0;
  await fc.assert(
    fc.asyncProperty(log, range, choice, async (events, times, wanted) => {
      const offered = offers(events, times);
      // Only what every list of the page offers can be chosen.
      const chosen = Object.fromEntries(
        Object.entries(wanted).flatMap(([field, labels]) => {
          const known = labels.filter((label) =>
            pages.every((page) => offered.get(`${page.name}/${field}`)?.has(label) ?? true),
          );
          return known.length === 0 ? [] : [[field, known]];
        }),
      ) as Chosen;
      const charts = pages.flatMap((page) => chartsOf(page).map((panel) => [page, panel] as const));
      const names = charts.map(([page, { name }]) => [page, name] as const);
      const answers = run(
        events,
        times,
        textsOf(names, (page) => choicesFor(page, offered, chosen, times)),
      );
      for (const [page, panel] of charts) {
        await load(narrowed(events, page, panel.narrowedBy, chosen, typed));
        const meant = expectedRows(panel, await runPanel(memory.store, panel, times), times);
        const found = foundRows(panel, answers[`${page.name}/${panel.name}`] ?? []);
        expect(found, `${page.name}/${panel.name}`).toEqual(meant);
        rows += found.length;
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(rows).toBeGreaterThan(300);
});

/** What is clicked in a panel, and which of its events that names. */
interface Click {
  readonly clicked: Readonly<Record<string, string>>;
  readonly names: (event: Event) => boolean;
}

function parameterOf({ name }: ChartPanel, index?: number): string {
  const end = index === undefined ? "" : `_${index}`;
  return `row_${name.replaceAll("-", "_")}${end}`;
}

/** Whether an event belongs to the key that a row has along a dimension. */
function belongs(dimension: Dimension, key: string | number, event: Event, toMs: number): boolean {
  switch (dimension.kind) {
    case "field":
      return groupsOf(dimension.field, event).includes(String(key));
    case "hour_of_day":
      return new Date(timeOf(event)).getUTCHours() === key;
    case "period":
      return timeOf(event) >= toMs - dimension.ms;
    case "time": {
      const day = 24 * 3_600_000;
      return Math.floor(timeOf(event) / day) * day === key;
    }
  }
}

/** A click on the first row of a grid, by the columns that nobody sees. */
function clickOnRow(panel: ChartPanel, row: Row, { toMs }: Choices): Click {
  const told = panel.query.dimensions.filter((one) => row[dimensionName(one)] !== undefined);
  const [found] = foundRows(
    { ...panel, kind: "bar", query: { ...panel.query, dimensions: told } },
    [row],
  );
  const keys = (found?.["keys"] ?? []) as readonly (string | number)[];
  return {
    clicked: Object.fromEntries(
      told.map((_, index) => [parameterOf(panel, index), String(row[`key_${index}`])]),
    ),
    names: (event) => told.every((one, index) => belongs(one, keys[index] ?? "", event, toMs)),
  };
}

/** A click on a number or in a chart: what was clicked comes as JSON, and charts bound the time. */
function clickOnPoint(panel: ChartPanel, row: Row, { toMs }: Choices): Click {
  const { dimensions } = panel.query;
  const told = dimensions.filter(({ kind }) => kind !== "time");
  const keys = told.map((one) => String(row[dimensionName(one)] ?? ""));
  const point =
    panel.kind === "donut"
      ? { label: keys[0], series: keys[0] }
      : { x: dimensions[0]?.kind === "time" ? "a time" : keys[0], series: keys.at(-1) };
  return {
    clicked: { [parameterOf(panel)]: JSON.stringify(point) },
    names: (event) => told.every((one, index) => belongs(one, keys[index] ?? "", event, toMs)),
  };
}

function idsOf(events: readonly Event[]): readonly string[] {
  return [...new Set(events.map(({ event_id: id }) => String(id)))].sort();
}

it.skipIf(!hasChdb)("a click opens the events behind it", { timeout }, () => {
  let opened = 0;
  fc.assert(
    fc.property(log, range, (events, times) => {
      const choices = { ...times, typed };
      const charts = pages.flatMap((page) => chartsOf(page).map((panel) => [page, panel] as const));
      const names = charts.map(([page, { name }]) => [page, name] as const);
      const answers = run(
        events,
        times,
        textsOf(names, () => choices),
      );
      const clicks = charts.flatMap(([page, panel]) => {
        const row = answers[`${page.name}/${panel.name}`]?.[0];
        if (row === undefined) return [];
        const click = "key_0" in row ? clickOnRow : clickOnPoint;
        return [{ page, panel, ...click(panel, row, choices) }];
      });
      const behind = clicks.map(({ page, panel }) => [page, `${panel.name} events`] as const);
      const found = run(
        events,
        times,
        textsOf(behind, (page, name) => {
          const own = clicks.find(
            (one) => one.page === page && name === `${one.panel.name} events`,
          );
          return { ...choices, ...(own && { clicked: own.clicked }) };
        }),
      );
      for (const { page, panel, names } of clicks) {
        const compares = panel.query.dimensions.some(({ kind }) => kind === "period");
        const toMs = times.toMs;
        const shown = narrowed(events, page, panel.narrowedBy, {}, typed).filter(
          (event) => timeOf(event) < toMs && (compares || timeOf(event) >= times.fromMs),
        );
        const where = rowEvents(panel.query, [], times).where;
        const meant = idsOf(shown.filter((event) => holds(where, event) && names(event)));
        const listed = (found[`${page.name}/${panel.name} events`] ?? []).map((row) =>
          String(row["event_id"]),
        );
        const label = `${page.name}/${panel.name}`;
        expect(listed.length, label).toBe(Math.min(100, meant.length));
        if (meant.length <= 100) expect(listed.toSorted(), label).toEqual(meant);
        opened += listed.length;
      }
    }),
    { numRuns: 5, endOnFailure: true },
  );
  expect(opened).toBeGreaterThan(200);
});

const whom: fc.Arbitrary<Readonly<Record<string, string>>> = fc.constantFrom(
  { session_id: "s'3" },
  { user_id_hash: "1".repeat(64) },
  { session_id: "s'3", user_id_hash: "1".repeat(64) },
);

it.skipIf(!hasChdb)("lists of events hold what they mean, in order", { timeout }, () => {
  let rows = 0;
  fc.assert(
    fc.property(log, range, whom, (anybody, times, given) => {
      // Every second event is of the one that is looked for.
      const events = anybody.map((event) =>
        Number(String(event["event_id"]).slice(-1)) % 2 === 0 ? event : { ...event, ...given },
      );
      const lists = pages.flatMap((page) =>
        eventListsOf(page).map((panel) => [page, panel] as const),
      );
      const choices = { ...times, typed: given };
      const names = lists.map(([page, { name }]) => [page, name] as const);
      const found = run(
        events,
        times,
        textsOf(names, () => choices),
      );
      for (const [page, panel] of lists) {
        const sign = panel.query.order === "newest" ? -1 : 1;
        const own = within(narrowed(events, page, panel.narrowedBy, {}, given), choices);
        const meant = [...new Map(own.map((event) => [event["event_id"], event])).values()]
          .filter((event) => holds(panel.query.where, event))
          .sort((a, b) => {
            const order =
              timeOf(a) - timeOf(b) || (String(a["event_id"]) < String(b["event_id"]) ? -1 : 1);
            return sign * order;
          })
          .slice(0, panel.query.limit)
          .map((event) => [String(event["timestamp"]), event["session_id"] ?? ""]);
        const listed = (found[`${page.name}/${panel.name}`] ?? []).map((row) => [
          `${String(row["timestamp"]).replace(" ", "T")}Z`,
          row["session_id"],
        ]);
        expect(listed, `${page.name}/${panel.name}`).toEqual(meant);
        rows += listed.length;
      }
    }),
    { numRuns: 24, endOnFailure: true },
  );
  expect(rows).toBeGreaterThan(20);
});
