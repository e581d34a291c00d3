import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runRuleTest } from "../../src/engine/run-tests.ts";
import { evaluate } from "../oracle/evaluate.ts";
import { MemoryStore } from "./memory-store.ts";
import { loadCases, loadRule, ruleNames } from "./rules.ts";

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

describe.each(ruleNames)("%s", (name) => {
  const rule = loadRule(name);

  it.each(loadCases(name).map((test) => [test.name, test] as const))("%s", async (_name, test) => {
    const outcome = await runRuleTest(memory.store, rule, test);
    expect(outcome.differences).toEqual([]);
    const wanted = evaluate(rule, test.events, true);
    expect(outcome.alerts).toEqual(wanted);
  });
});

it("tells what differs, in words", async () => {
  const rule = loadRule("prompt-injection");
  const [test] = loadCases("prompt-injection");
  if (test === undefined) throw new Error("no cases");
  const quiet = await runRuleTest(memory.store, rule, { ...test, expect: [] });
  expect(quiet.differences).toEqual([
    "unexpected alert at 2026-03-02T14:00:00.000Z: session_id=s-case-1, value 1",
  ]);
  const wrong = await runRuleTest(memory.store, rule, {
    ...test,
    expect: [
      { entity: { session_id: "other" }, timeMs: 0, value: 2, limit: 1, events: 3 },
      { entity: {} },
    ],
  });
  expect(wrong.differences).toEqual([
    "alert 1: entity is session_id=s-case-1, expected session_id=other",
    "alert 1: time is 2026-03-02T14:00:00.000Z, expected 1970-01-01T00:00:00.000Z",
    "alert 1: value is 1, expected 2",
    "alert 1: limit is 0, expected 1",
    "alert 1: number of events is 1, expected 3",
    "alert 2 is missing: no entity",
  ]);
});
