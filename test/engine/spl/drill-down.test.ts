/** Drill-downs of notable events, filled in from the results that saved searches hand over. */
import { expect, it } from "vitest";
import type { Event } from "../../oracle/evaluate.ts";
import { loadRule, ruleNames } from "../rules.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { randomLog } from "./random-log.ts";
import { usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";
import { numberOf, type Row, textsOf } from "./value.ts";

const app = buildApp();

interface DrillDown {
  readonly name: string;
  readonly search: string;
}

/** Sessions and departments whose names would end a text, match others or be another in small letters. */
function awkward(event: Event): Event {
  const session = event["session_id"];
  const department = event["department"];
  return {
    ...event,
    ...(session !== undefined && { session_id: `*" OR 1=1 | ${String(session)}\\` }),
    // Sessions of several users.
    ...(session === "s-1" && { user_id_hash: String(event["event_id"]).at(-1)?.repeat(64) }),
    ...(department === "sales" && { department: "Sales" }),
    ...(department === "legal" && { department: "sales" }),
  };
}

const seed = "2026-drill-down";
const index = indexedEvents(randomLog(seed, 4000).map(awkward), usualReading);

function drillDownsOf(name: string): readonly DrillDown[] {
  const stanza = app.savedSearches.get(`Claude - ${name} - Rule`);
  return JSON.parse(stanza?.get("action.notable.param.drilldown_searches") ?? "[]");
}

/** The first result of the saved search that runs just after the rule has something to tell. */
function notableOf(name: string): Row | undefined {
  const rule = loadRule(name);
  const options = { macros: app.macros, now: Date.UTC(2026, 2, 20) / 1000 };
  const [told] = runSearch(app.query(rule), index, options);
  if (told === undefined) return undefined;
  const late = rule.detection.kind === "silence" ? rule.schedule.lateMs / 1000 : 0;
  const now = Math.ceil(numberOf(told.get("_time") ?? null) ?? 0) + late;
  const search = app.savedSearches.get(`Claude - ${name} - Rule`)?.get("search") ?? "";
  return runSearch(search, index, { macros: app.macros, now })[0];
}

it(`open the events of an entity, whatever its name (seed ${seed})`, () => {
  let opened = 0;
  for (const name of ruleNames) {
    const notable = notableOf(name);
    if (notable === undefined) continue;
    for (const { name: label, search } of drillDownsOf(name)) {
      const text = search.replace(/\$(\w+)\$/g, (_token, field: string) =>
        String(notable.get(field) ?? ""),
      );
      const found = runSearch(text, index, { macros: app.macros, now: 0 });
      const field = /^Events with this (\w+)$/.exec(label)?.[1];
      const wanted = index.filter((row) =>
        field === undefined
          ? ["security_event", "policy_event"].includes(String(row.get("event_type")))
          : notable.has(field) && row.get(field) === textsOf(notable.get(field))[0],
      );
      expect(found.length, `${name}: ${text}`).toBe(wanted.length);
      opened += found.length;
    }
  }
  expect(opened).toBeGreaterThan(1000);
});
