/** Rules that look clearances up in Splunk, against rules over events that carry them. */
import { expect, it } from "vitest";
import { type Event, evaluate } from "../../oracle/evaluate.ts";
import { loadRule } from "../rules.ts";
import { foundBy, meantBy } from "./alert.ts";
import { buildApp } from "./app.ts";
import { parseConf } from "./conf.ts";
import { indexedEvents } from "./event.ts";
import { parseLookup } from "./lookup.ts";
import { randomLog } from "./random-log.ts";
import { usualReading } from "./reading.ts";
import { runSearch } from "./run.ts";

const app = buildApp({ context: "native" });
const transforms = parseConf(app.files.get("TA-claude_siem/default/transforms.conf") ?? "");

it("the table of clearances is one that the interpreter reads", () => {
  const stanza = transforms.get("claude_clearances");
  expect(stanza?.get("case_sensitive_match")).toBe("1");
  expect(stanza?.get("max_matches")).toBe("1");
  const csv = app.files.get(`TA-claude_siem/lookups/${stanza?.get("filename")}`) ?? "";
  expect(parseLookup(csv).map((row) => [...row.keys()])).toContainEqual([
    "user_id_hash",
    "clearance",
  ]);
});

const seed = "2026-context";

it.each(["restricted-data-access", "context-missing"])(`%s looks up (seed ${seed})`, (name) => {
  const rule = loadRule(name);
  const log = randomLog(seed, 4000);
  const users = [...new Set(log.map((event) => event["user_id_hash"]))].filter(Boolean).map(String);
  const clearances = new Map(
    users.slice(0, 15).map((user, index) => [user, index % 2 ? "restricted" : "public"]),
  );
  const table = parseLookup(
    ["user_id_hash,clearance", ...[...clearances].map((pair) => pair.join(","))].join("\n"),
  );
  // What the event carries comes first; otherwise the table's.
  const stamped = log.map((event): Event => {
    const listed = clearances.get(String(event["user_id_hash"]));
    const clearance = event["user_clearance"] ?? listed;
    return clearance === undefined ? event : { ...event, user_clearance: clearance };
  });
  const rows = runSearch(app.query(rule), indexedEvents(log, usualReading), {
    macros: app.macros,
    now: Date.UTC(2026, 2, 15) / 1000,
    lookups: new Map([["claude_clearances", table]]),
  });
  const wanted = meantBy(rule, evaluate(rule, stamped, false));
  expect(foundBy(rule, rows)).toEqual(wanted);
  expect(wanted.length).toBeGreaterThan(0);
});
