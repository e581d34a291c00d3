import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { alertsPerDay, backtest, suggestVariant } from "../../src/engine/backtest.ts";
import { Store } from "../../src/engine/store.ts";
import type { RuleIr } from "../../src/rule/ir.ts";
import { loadRule } from "./rules.ts";

let store: Store;

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2);

/** A session with some queries, a second apart. */
function session(id: string, day: number, queries: number, department?: string): readonly object[] {
  return Array.from({ length: queries }, (_, turn) => ({
    event_id: `${id}-${turn}`,
    event_type: "activity_event",
    activity_type: "mcp_query",
    timestamp: new Date(START + day * DAY + turn * 1000).toISOString(),
    session_id: id,
    user_id_hash: id.padEnd(64, "0"),
    ...(department !== undefined && { department }),
  }));
}

beforeAll(async () => {
  const opened = await Store.open({ temporaryFolder: tmpdir() });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  store = opened.value;
  const events = [
    ...session("a", 0, 60, "sales"),
    ...session("b", 0, 12, "sales"),
    ...session("c", 2, 35, "legal"),
    ...session("d", 3, 3),
    ...session("e", 3, 14),
  ];
  await store.load(
    events.map((event) => ({ event: event as { timestamp: string }, json: JSON.stringify(event) })),
  );
  await store.seal();
});

afterAll(() => store.close());

function limited(greaterThan: number): RuleIr {
  const rule = loadRule("anomalous-mcp-volume");
  if (rule.detection.kind !== "threshold") throw new Error("kind");
  return { ...rule, detection: { ...rule.detection, greaterThan } };
}

it("counts by day, department and user, days without alerts included", async () => {
  const [low, high, none] = await backtest(store, [limited(10), limited(50), limited(99)]);
  expect(low).toMatchObject({ matches: 4, alerts: 4, users: 4, usersOfLog: 5 });
  expect([...(low?.byDay ?? [])]).toEqual([
    ["2026-03-02", 2],
    ["2026-03-04", 1],
    ["2026-03-05", 1],
  ]);
  expect([...(low?.byDepartment ?? [])]).toEqual([
    ["sales", 2],
    ["legal", 1],
    ["unknown", 1],
  ]);
  expect(high).toMatchObject({ alerts: 1, users: 1 });
  expect([...(high?.byDay.values() ?? [])]).toEqual([1, 0, 0]);
  expect(none).toMatchObject({ matches: 0, alerts: 0, users: 0 });
});

it("suggests the first variant within the budget", async () => {
  const results = await backtest(store, [limited(2), limited(20), limited(50)]);
  expect(results.map(alertsPerDay)).toEqual([5 / 3, 2 / 3, 1 / 3]);
  expect(suggestVariant(results, 5)).toBe(0);
  expect(suggestVariant(results, 1)).toBe(1);
  expect(suggestVariant(results, 0.4)).toBe(2);
  expect(suggestVariant(results, 0.1)).toBeUndefined();
});
