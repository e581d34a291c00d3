/** What a page shows for a choice, against the plain meaning of its panels over the events chosen. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Views, viewOf } from "../../src/dashboard/html/views.ts";
import type { Dashboard } from "../../src/dashboard/ir.ts";
import { runViews, type ViewOptions } from "../../src/engine/run-views.ts";
import { panelLog } from "../dashboard/panel-log.ts";
import { constructs, parsed } from "../dashboard/panels.ts";
import type { Event } from "../oracle/evaluate.ts";
import { showPanel } from "../oracle/panel.ts";
import { MemoryStore } from "./memory-store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 1);
/** The log covers three days; 24 hours are the only shorter time. */
const options = {
  fromMs: START - 4 * DAY,
  toMs: START + 3 * DAY,
  firstMs: START,
  bytesMax: 10_000_000,
};

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

/** All constructs on one page, with two filters. */
function dashboard(filters = "[department, data_classification]"): Dashboard {
  const page = parsed(
    `name: all\nversion: 1.0.0\ntitle: All\ndescription: All constructs.\nrange: 7d\nfilters: ${filters}\nsections:\n  - title: One\n    about: One.\n    panels:\n      - { name: t, title: T, kind: text, text: T }\n`,
    "all.yaml",
  );
  const panels = [...constructs].map(([name, panel]) => ({ ...panel, name }));
  return { ...page, sections: [{ title: "All", about: "All.", panels }] };
}

async function viewsOf(page: Dashboard, changed: Partial<ViewOptions> = {}): Promise<Views> {
  const data = await runViews(memory.store, page, { ...options, ...changed });
  // As the page reads them.
  return JSON.parse(
    JSON.stringify({ ...data, dashboard: page, firstMs: START, toMs: options.toMs, command: "c" }),
  ) as Views;
}

/** The events a reader means who chooses these values; the word stands for a missing value too. */
function chosen(views: Views, combination: readonly number[], log: readonly Event[]): Event[] {
  const seen = new Set<unknown>();
  const once = log.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
  return once.filter((event) =>
    views.fields.every(({ field, values }, index) => {
      const wanted = values[(combination[index] ?? 0) - 1];
      return wanted === undefined || (event[field] || "unknown") === wanted;
    }),
  );
}

/** Fractions have twelve digits on the page; whole numbers, times among them, have all of theirs. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(12));
}

function userCount(events: readonly Event[], fromMs: number): number {
  const within = events.filter(({ timestamp }) => {
    const time = Date.parse(String(timestamp));
    return time >= fromMs && time < options.toMs;
  });
  return new Set(within.map(({ user_id_hash: user }) => user).filter(Boolean)).size;
}

describe("the views of a page", { timeout: 120_000 }, () => {
  it("show for every choice what the panels mean over its events, or withhold a small group", async () => {
    const tally = { rows: 0, withheld: 0 };
    await fc.assert(
      fc.asyncProperty(panelLog, async (log) => {
        await memory.load(log);
        const views = await viewsOf(dashboard());
        expect(views.leftOut).toEqual([]);
        for (const [range, ms] of views.ranges.entries()) {
          for (const combination of views.combinations) {
            const fromMs = options.toMs - ms;
            const events = chosen(views, combination, log);
            const view = viewOf(views, { range, combination });
            const isGroup =
              (combination[views.fields.findIndex((one) => one.field === "department")] ?? 0) > 0;
            const isSmall = isGroup && userCount(events, fromMs) < 5;
            expect(view.kind, JSON.stringify({ combination, range })).toBe(
              isSmall ? "withheld" : "rows",
            );
            if (view.kind !== "rows") {
              tally.withheld += 1;
              continue;
            }
            for (const [name, { query }] of constructs) {
              const rows = showPanel(query, events, { fromMs, toMs: options.toMs });
              const found = view.results.get(name) ?? [];
              // A total over nothing has no row in a view, and is 0 or nothing to the plain meaning.
              if (query.dimensions.length === 0 && found.length === 0) continue;
              expect(
                found.map(({ keys, value, small }) => ({ keys, value: value ?? null, small })),
                `${name} ${JSON.stringify({ combination, range })}`,
              ).toEqual(
                rows.map(({ keys, value, small }) => ({
                  keys,
                  value: value === null ? null : rounded(value),
                  small: small === true,
                })),
              );
              tally.rows += found.length;
            }
          }
        }
      }),
      { numRuns: 8 },
    );
    expect(tally.rows).toBeGreaterThan(300);
    expect(tally.withheld).toBeGreaterThan(10);
  });

  it("that do not fit are made fewer, and the page says so", async () => {
    const log = fc.sample(panelLog, { seed: 7, numRuns: 1 })[0] ?? [];
    await memory.load(log);
    const whole = await viewsOf(dashboard());
    const size = JSON.stringify(await runViews(memory.store, dashboard(), options)).length;
    const apart = await viewsOf(dashboard(), { bytesMax: size - 1 });
    expect(apart.combinations.every((one) => one.filter((place) => place > 0).length <= 1)).toBe(
      true,
    );
    expect(apart.leftOut.join()).toContain("One of the fields can be chosen at a time");
    const none = await viewsOf(dashboard(), { bytesMax: 1 });
    expect(none.fields).toEqual([]);
    expect(none.combinations).toEqual([[]]);
    expect(none.leftOut.join()).toContain("department cannot be chosen on this page");
    const shown = viewOf(none, { range: 0, combination: [] });
    expect(shown).toEqual(viewOf(whole, { range: 0, combination: [0, 0] }));
  });
});
