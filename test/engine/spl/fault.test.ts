/** Faults put into the app's searches one at a time: the rules' own cases, run by the interpreter, see each. */
import { expect, it } from "vitest";
import { type Event, evaluate } from "../../oracle/evaluate.ts";
import { loadCases, loadRule } from "../rules.ts";
import { foundBy, meantBy } from "./alert.ts";
import { buildApp } from "./app.ts";
import { SplError } from "./error.ts";
import { indexedEvents } from "./event.ts";
import { usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";

const app = buildApp();

/** Name of the fault, rule, what the search says, and what it says instead. */
const faults: readonly (readonly [string, string, string, string])[] = [
  ["a window too short", "anomalous-mcp-volume", "+600+0.0005", "+599+0.0005"],
  ["a window too long", "anomalous-mcp-volume", "+600+0.0005", "+601+0.0005"],
  ["an open edge of a window", "anomalous-mcp-volume", "+600+0.0005", "+600-0.0005"],
  ["a lost group", "anomalous-mcp-volume", "AS value by session_id", "AS value"],
  ["a limit that counts itself", "anomalous-mcp-volume", "value>50", "value>=50"],
  ["copies that count", "anomalous-mcp-volume", "| dedup event_id\n", ""],
  [
    "an alert at every event above",
    "anomalous-mcp-volume",
    "| streamstats current=f window=1 global=f sum(value) AS before by session_id\n",
    "",
  ],
  [
    "a missing field that makes all unknown",
    "restricted-data-access",
    'coalesce(user_clearance, "")',
    "user_clearance",
  ],
  ["a missing field taken for one", "exception-without-approver", "NOT (NOT isnull", "(NOT isnull"],
  ["and for or", "prompt-injection", " OR ", " AND "],
  ["the wrong case", "prompt-injection", '="prompt_injection"', '="Prompt_Injection"'],
  ["a field in the wrong quotes", "prompt-injection", "'security_flags{}'", '"security_flags{}"'],
  ["a text without quotes", "off-hours-sensitive-access", '="false"', "=false"],
  ["a history too short", "high-volume-user", "+2592000+", "+2505600+"],
  ["a history with today", "high-volume-user", "value_sum-value", "value_sum"],
  ["a factor that counts itself", "high-volume-user", ">3*history_sum", ">=3*history_sum"],
  ["a share that counts itself", "context-missing", "hits*5>total", "hits*5>=total"],
  ["an open edge", "permission-upgrade-then-restricted-access", "<86400+0.0005", "<86400"],
  ["too long to learn", "new-mcp-server", "216000", "302400"],
  ["time the wrong way round", "source-silent", "sort 0 -first_time", "sort 0 first_time"],
];

/** Whether every case finds what the rule means; what the interpreter refuses was seen as well. */
function holds(name: string, text: string): boolean {
  const rule = loadRule(name);
  const late = rule.detection.kind === "silence" ? rule.schedule.lateMs : 0;
  return loadCases(name).every((test) => {
    const events = test.events as readonly Event[];
    const times = events.map((event) => Date.parse(String(event["timestamp"])));
    const now = (times.reduce((end, time) => Math.max(end, time), 0) + late) / 1000;
    try {
      const index = indexedEvents(events, usualReading);
      const rows = runSearch(text, index, { macros: app.macros, now });
      const wanted = meantBy(rule, evaluate(rule, events, false));
      return JSON.stringify(foundBy(rule, rows)) === JSON.stringify(wanted);
    } catch (error) {
      if (error instanceof SplError) return false;
      throw error;
    }
  });
}

it.each(faults)("%s in %s is seen", (_fault, name, said, says) => {
  const text = app.query(loadRule(name));
  expect(text).toContain(said);
  expect(holds(name, text)).toBe(true);
  expect(holds(name, text.replaceAll(said, says))).toBe(false);
});
