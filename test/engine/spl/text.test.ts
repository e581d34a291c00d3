/** Texts that people write into rules, as the app's searches hold them. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Predicate, RuleIr } from "../../../src/rule/ir.ts";
import { type Event, evaluate } from "../../oracle/evaluate.ts";

import { loadRule } from "../rules.ts";
import { foundBy, meantBy } from "./alert.ts";
import { buildApp } from "./app.ts";
import { indexedEvents } from "./event.ts";
import { usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";

const shipped = loadRule("prompt-injection");

function ruleWhere(where: Predicate): RuleIr {
  return { ...shipped, detection: { kind: "each", where } };
}

/** Whether the app's two texts of a rule find in a log what it means. */
function expectAgreement(rule: RuleIr, events: readonly Event[]): void {
  const app = buildApp({ rules: [rule] });
  const wanted = meantBy(rule, evaluate(rule, events, false));
  const now = Math.max(...events.map((event) => Date.parse(String(event["timestamp"])))) / 1000;
  const saved = app.savedSearches.get(`Claude - ${rule.name} - Rule`)?.get("search") ?? "";
  for (const text of [app.query(rule), saved]) {
    const rows = runSearch(text, indexedEvents(events, usualReading), { macros: app.macros, now });
    expect(foundBy(rule, rows), text).toEqual(wanted);
  }
}

/** Signs that mean something somewhere on the way. */
const sign = fc.constantFrom(
  ..."\n\r\u0001\u0085\u2028😀\"'\\|`[]$*%(){}=,;#\t aZé中",
  "\\t",
  "``",
  '\\"',
);

it("are compared as they are", () => {
  fc.assert(
    fc.property(fc.string({ unit: sign, minLength: 1, maxLength: 12 }), (value) => {
      const events = [value, `${value}x`, value.toUpperCase(), "other"].map(
        (session_id, index) => ({
          event_id: `00000000-0000-4000-8000-00000000000${index}`,
          event_type: "session_end",
          timestamp: "2026-03-01T00:00:00.000Z",
          session_id,
        }),
      );
      const rule = ruleWhere({ kind: "equals", field: "session_id", value, span: shipped.span });
      expectAgreement(rule, events);
    }),
    { numRuns: 60 },
  );
});
