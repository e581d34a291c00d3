/** The app's saved searches, run as often as they are scheduled, against what rules mean. */
import { describe, expect, it } from "vitest";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { type Event, evaluate } from "../../oracle/evaluate.ts";
import { loadCases, loadRule, ruleNames } from "../rules.ts";
import { foundBy, meantBy, millisecondsOf } from "./alert.ts";
import { buildApp } from "./app.ts";
import type { Stanza } from "./conf.ts";
import { indexedEvents } from "./event.ts";
import { usualReading } from "./reading.ts";
import { runScheduled } from "./schedule.ts";

const app = buildApp();

function stanzaOf({ name }: RuleIr): Stanza {
  const stanza = app.savedSearches.get(`Claude - ${name} - Rule`);
  if (stanza === undefined) throw new Error(`no saved search for ${name}`);
  return stanza;
}

const DAY_MS = 86_400_000;

describe.each(ruleNames)("%s", (name) => {
  const rule = loadRule(name);
  const stanza = stanzaOf(rule);

  it("suppresses by the rule's fields, for the rule's time at least", () => {
    expect(stanza.get("alert.suppress")).toBe("1");
    expect(stanza.get("alert.suppress.fields")?.split(",")).toEqual(rule.suppress.by);
    const seconds = Number(/^(\d+)s$/.exec(stanza.get("alert.suppress.period") ?? "")?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(rule.suppress.forMs / 1000);
  });

  it.each(loadCases(name).map((test) => [test.name, test.events as readonly Event[]] as const))(
    "%s, found by the runs of the schedule",
    (_name, events) => {
      const end = events.reduce(
        (last, event) => Math.max(last, Date.parse(String(event["timestamp"]))),
        0,
      );
      const isSilence = rule.detection.kind === "silence";
      const until = (end + (isSilence ? rule.schedule.lateMs : 2 * DAY_MS)) / 1000;
      const index = indexedEvents(events, usualReading);
      // A clock that runs on finds silence that the log's end does not tell.
      const rows = runScheduled(stanza, index, app.macros, until, usualReading).filter(
        (row) => !isSilence || millisecondsOf(row) <= end,
      );
      // One row is found by several runs; suppression keeps its entity to one alert.
      const found = [...new Set(foundBy(rule, rows))];
      expect(found).toEqual([...new Set(meantBy(rule, evaluate(rule, events, false)))]);
    },
  );
});
