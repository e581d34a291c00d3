/** The app's searches, run by an interpreter of the language, against the embedded engine. */
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detectRule } from "../../../src/engine/detect.ts";
import { Store } from "../../../src/engine/store.ts";
import type { Alert, RuleIr } from "../../../src/rule/ir.ts";
import type { Event } from "../../oracle/evaluate.ts";
import { loadCases, loadRule, ruleNames } from "../rules.ts";
import { foundBy, meantBy } from "./alert.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { type Reading, usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";

const app = buildApp();

/** Readings of the manuals that must make no difference. */
const readings: readonly (readonly [string, Reading])[] = [
  ["as usual", usualReading],
  ["empty texts missing", { ...usualReading, emptyText: "missing" }],
  ["a user west of UTC", { ...usualReading, zoneMinutes: -660 }],
  ["a user east of UTC", { ...usualReading, zoneMinutes: 660 }],
];

let store: Store;

beforeAll(async () => {
  const opened = await Store.open({ temporaryFolder: tmpdir() });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  store = opened.value;
});

afterAll(() => store.close());

/** Every alert of the embedded engine over a log, none suppressed. */
async function detected(rule: RuleIr, events: readonly Event[]): Promise<readonly Alert[]> {
  await store.clear();
  await store.load(
    events.map((event) => ({
      event: { timestamp: String(event["timestamp"]) },
      json: JSON.stringify(event),
    })),
  );
  await store.seal();
  return detectRule(store, rule, { suppress: false });
}

/** The clock when the last event has come; a rule of silence waits for late ones. */
function clockAfter(rule: RuleIr, events: readonly Event[]): number {
  const last = Math.max(...events.map((event) => Date.parse(String(event["timestamp"]))));
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
