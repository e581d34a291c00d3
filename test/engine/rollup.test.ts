import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { detectRule } from "../../src/engine/detect.ts";
import { rollUp, type UsageRollup } from "../../src/engine/rollup.ts";
import { parseEventLine } from "../../src/event/parse.ts";
import { MemoryStore } from "./memory-store.ts";
import { usageLog } from "./random-log.ts";
import { loadRule } from "./rules.ts";

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

/** What Sentinel and Sigma ask of a record. */
function isAboveBaseline(one: UsageRollup): boolean {
  const { usage_tokens: today, baseline_tokens_sum: history, baseline_days: days } = one;
  return today > 10_000 && days >= 7 && today * days > 3 * history;
}

it("judged by its records, the rule for high-volume users names the same users and days", async () => {
  const rule = loadRule("high-volume-user");
  await fc.assert(
    fc.asyncProperty(usageLog, async (events) => {
      await memory.load(events);
      const records = await rollUp(memory.store);
      const fromRecords = records
        .filter(isAboveBaseline)
        .map((one) => `${one.user_id_hash} ${one.timestamp.slice(0, 10)}`);
      const alerts = await detectRule(memory.store, rule, { suppress: false });
      const fromEvents = alerts.map(({ entity }) => `${entity["user_id_hash"]} ${entity["day"]}`);
      expect(fromRecords.sort()).toEqual(fromEvents.sort());
    }),
    { numRuns: 60 },
  );
});

it("writes events that the schema accepts, with ids that do not change", async () => {
  const user = "a".repeat(64);
  const event = (id: number, day: string, tokens: number): object => ({
    event_id: `00000000-0000-4000-8000-00000000000${id}`,
    event_type: "activity_event",
    activity_type: "model_request",
    timestamp: `${day}T10:00:00.000Z`,
    user_id_hash: user,
    department: "finance",
    token_input: tokens,
  });
  await memory.load([event(1, "2026-03-01", 100), event(2, "2026-03-02", 300)]);
  const records = await rollUp(memory.store);
  expect(records).toMatchObject([
    { usage_tokens: 100, baseline_days: 0, baseline_tokens_sum: 0 },
    {
      timestamp: "2026-03-02T23:59:59.999Z",
      department: "finance",
      usage_tokens: 300,
      baseline_days: 1,
      baseline_tokens_sum: 100,
      usage_over_baseline: 3,
    },
  ]);
  expect(records[0]).not.toHaveProperty("usage_over_baseline");
  expect(await rollUp(memory.store)).toEqual(records);
  for (const record of records) {
    expect(parseEventLine(JSON.stringify(record), 1, { file: "r", strict: true })).toMatchObject({
      ok: true,
      diagnostics: [],
    });
  }
  // Records among the events change nothing: they carry no tokens.
  await memory.load([event(1, "2026-03-01", 100), event(2, "2026-03-02", 300), ...records]);
  expect(await rollUp(memory.store)).toEqual(records);
});
