/** The app's searches, run by an interpreter of the language, against the embedded engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detectRule } from "../../../src/engine/detect.ts";
import type { Alert, RuleIr } from "../../../src/rule/ir.ts";
import type { Event } from "../../oracle/evaluate.ts";
import { MemoryStore } from "../memory-store.ts";
import { loadCases, loadRule, ruleNames } from "../rules.ts";
import { foundBy, meantBy } from "./alert.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { randomLog } from "./random-log.ts";
import { type Reading, usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";

const app = buildApp();

/** Readings of the manuals that must make no difference. */
const readings: readonly (readonly [string, Reading])[] = [
  ["as usual", usualReading],
  ["empty texts missing", { ...usualReading, emptyText: "missing" }],
  ["a user west of UTC", { ...usualReading, zoneMinutes: -720 }],
  ["a user east of UTC", { ...usualReading, zoneMinutes: 345 }],
  ["a user far east of UTC", { ...usualReading, zoneMinutes: 840 }],
];

let memory: MemoryStore;

beforeAll(async () => {
  memory = await MemoryStore.open();
});

afterAll(() => memory.close());

/** Every alert of the embedded engine over a log, none suppressed. */
async function detected(rule: RuleIr, events: readonly Event[]): Promise<readonly Alert[]> {
  await memory.load(events);
  return detectRule(memory.store, rule, { suppress: false });
}

/** The clock when the last event has come; a rule of silence waits for late ones. */
function clockAfter(rule: RuleIr, events: readonly Event[]): number {
  const last = events.reduce(
    (end, event) => Math.max(end, Date.parse(String(event["timestamp"]))),
    0,
  );
  return (last + (rule.detection.kind === "silence" ? rule.schedule.lateMs : 0)) / 1000;
}

describe.each(ruleNames)("%s", (name) => {
  const rule = loadRule(name);

  it.each(loadCases(name).map((test) => [test.name, test.events as readonly Event[]] as const))(
    "%s",
    async (_name, events) => {
      const wanted = meantBy(rule, await detected(rule, events));
      for (const [title, reading] of readings) {
        const rows = runSearch(app.query(rule), indexedEvents(events, reading), {
          macros: app.macros,
          now: clockAfter(rule, events),
          reading,
        });
        expect(foundBy(rule, rows), title).toEqual(wanted);
      }
    },
  );
});

describe("over a random log of 20,000 events", { timeout: 120_000 }, () => {
  const seed = "2026-spl";
  const log = randomLog(seed, 20_000);
  const index = indexedEvents(log, usualReading);

  beforeAll(() => memory.load(log));

  it.each(ruleNames)(`%s finds what the embedded engine finds (seed ${seed})`, async (name) => {
    const rule = loadRule(name);
    const wanted = meantBy(rule, await detectRule(memory.store, rule, { suppress: false }));
    const options = { macros: app.macros, now: clockAfter(rule, log) };
    expect(foundBy(rule, runSearch(app.query(rule), index, options))).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(0);
  });
});
