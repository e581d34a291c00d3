/** The compiled panels, run by the embedded engine, against the plain meaning of the IR. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChartPanel, chartsOf } from "../../src/dashboard/ir.ts";
import { duckdbEvents } from "../../src/dashboard/query/duckdb.ts";
import { runPanel } from "../../src/engine/run-panel.ts";
import { MemoryStore } from "../engine/memory-store.ts";
import type { Event } from "../oracle/evaluate.ts";
import { type PanelRow, showEvents, showPanel } from "../oracle/panel.ts";
import { panelLog, range } from "./panel-log.ts";
import { constructs, eventLists, shippedDashboard, shippedNames } from "./panels.ts";

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

async function shown(
  panel: ChartPanel,
  times: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly PanelRow[]> {
  const rows = await runPanel(memory.store, panel, times);
  const { measure, hidesSmallCells } = panel.query;
  return rows.map(({ keys, value, n, small }) => ({
    keys,
    value: value ?? null,
    ...(measure.kind === "ratio" && { n: n ?? null }),
    ...(hidesSmallCells && { small }),
  }));
}

/** Whole numbers of 64 bits come as text. */
function canonical(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const number = row["token_input"];
  return typeof number === "string" ? { ...row, token_input: Number(number) } : row;
}

const panels = [
  ...constructs,
  ...shippedNames.flatMap((dashboard) =>
    chartsOf(shippedDashboard(dashboard)).map((one) => [`${dashboard}/${one.name}`, one] as const),
  ),
];

describe("panels on the embedded store", { timeout: 60_000 }, () => {
  it("show what they mean, in order", async () => {
    let rows = 0;
    let withheld = 0;
    await fc.assert(
      fc.asyncProperty(panelLog, range, async (log, times) => {
        await memory.load(log);
        for (const [name, panel] of panels) {
          const found = await shown(panel, times);
          expect(found, name).toEqual(showPanel(panel.query, log, times));
          rows += found.length;
          withheld += found.filter(({ value }) => value === null).length;
        }
      }),
      { numRuns: 40 },
    );
    // Otherwise the agreement would say nothing.
    expect(rows).toBeGreaterThan(1000);
    expect(withheld).toBeGreaterThan(100);
  });

  it("list the events they mean, in order", async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(panelLog, range, async (log, times) => {
        await memory.load(log);
        for (const [name, { query }] of eventLists) {
          const found = await memory.store.query(duckdbEvents(query, times));
          const expected = showEvents(query, log, times);
          expect(found.map(canonical), name).toEqual(expected.map(canonical));
          rows += found.length;
        }
      }),
      { numRuns: 160 },
    );
    expect(rows).toBeGreaterThan(150);
  });

  it("hide rows about four users and show those about five", async () => {
    const panel = constructs.get("time-by-group");
    if (panel === undefined) throw new Error("no panel");
    const event = (id: number, user: number): Event => ({
      event_id: `00000000-0000-4000-8000-00000000000${id}`,
      timestamp: "2026-03-01T12:00:00.000Z",
      event_type: "session_start",
      department: "sales",
      user_id_hash: String(user).repeat(64),
    });
    const four = [1, 2, 3, 4, 5].map((id) => event(id, Math.min(id, 4)));
    const times = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 2, 2) };
    await memory.load(four);
    expect(await shown(panel, times)).toEqual([
      { keys: [Date.UTC(2026, 2, 1), "sales"], value: null, small: true },
    ]);
    await memory.load([...four, event(6, 5)]);
    expect(await shown(panel, times)).toEqual([
      { keys: [Date.UTC(2026, 2, 1), "sales"], value: 6, small: false },
    ]);
  });
});
