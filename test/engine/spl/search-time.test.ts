/** Events that are indexed alone, with the rest computed when searched: the same fields, the same alerts. */
import { describe, expect, it } from "vitest";
import type { Event } from "../../oracle/evaluate.ts";
import { loadRule, ruleNames } from "../rules.ts";
import { foundBy } from "./alert.ts";
import { buildApp } from "./app.ts";
import { parseConf } from "./conf.ts";
import { indexed, indexedEvents } from "./event.ts";
import { parseExpression } from "./expression.ts";
import { randomLog } from "./random-log.ts";
import { usualReading } from "./reading.ts";
import { prepareSearch, runSearch } from "./run.ts";
import { type Row, textsOf, type Value } from "./value.ts";

const app = buildApp();
const CANONICAL = "claude:audit:canonical";

const props = parseConf(app.files.get("TA-claude_siem/default/props.conf") ?? "");
const calculated = [...(props.get(CANONICAL) ?? new Map<string, string>())]
  .filter(([key]) => key.startsWith("EVAL-"))
  .map(([key, text]) => [key.slice("EVAL-".length), parseExpression(text, 0)] as const);

/** Calculated fields see the event's own fields, not each other; NULL leaves none. */
function searched(event: Event): Row {
  const time = Date.parse(String(event["timestamp"])) / 1000;
  const envelope = { time, source: "claude_deployment", sourcetype: CANONICAL, event };
  const own = indexed(envelope, usualReading);
  const row = new Map(own);
  for (const [name, evaluate] of calculated) {
    const value = evaluate(own, { now: time, reading: usualReading });
    if (typeof value === "boolean") throw new Error(`a truth value for ${name}`);
    if (value === null) row.delete(name);
    else row.set(name, value as Value);
  }
  return row;
}

const seed = "2026-search-time";
const log = randomLog(seed, 3000);
const whole = indexedEvents(log, usualReading);
const alone = log.map(searched);

describe(`over a random log (seed ${seed})`, () => {
  it("fields are those that the connector writes", () => {
    const told = (row: Row): Readonly<Record<string, readonly string[]>> =>
      Object.fromEntries(
        [...row]
          .filter(([name]) => name !== "_raw" && name !== "sourcetype")
          .map(([name, value]) => [name, textsOf(value)]),
      );
    expect(calculated.length).toBeGreaterThan(20);
    for (const [index, row] of alone.entries())
      expect(told(row)).toEqual(told(whole[index] ?? row));
  });

  it("rules find the same", () => {
    let found = 0;
    for (const rule of ruleNames.map(loadRule)) {
      const options = { macros: app.macros, now: Date.UTC(2026, 2, 20) / 1000 };
      const rows = foundBy(rule, runSearch(app.query(rule), alone, options));
      expect(rows, rule.name).toEqual(foundBy(rule, runSearch(app.query(rule), whole, options)));
      found += rows.length;
    }
    expect(found).toBeGreaterThan(100);
  });

  it("event types hold the events of their data model", () => {
    const eventTypes = parseConf(app.files.get("TA-claude_siem/default/eventtypes.conf") ?? "");
    expect(eventTypes.size).toBeGreaterThan(5);
    for (const [name, stanza] of eventTypes) {
      const search = prepareSearch(stanza.get("search") ?? "", app.macros);
      const model = /^claude_(?!audit$)(\w+)$/.exec(name)?.[1];
      const isMine = (row: Row): boolean =>
        model === undefined || String(row.get("cim_model")).toLowerCase() === model;
      for (const rows of [whole, alone])
        expect(search(rows, { now: 0 }).length, name).toBe(rows.filter(isMine).length);
    }
  });
});
