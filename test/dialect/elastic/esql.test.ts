/** The compiled ES|QL, run by an interpreter of the language, against the plain meaning of rules. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldName } from "../../../src/dialect/elastic/predicate.ts";
import { compileElastic } from "../../../src/dialect/elastic/query.ts";
import { entityFields } from "../../../src/rule/detection.ts";
import type { Alert, RuleIr } from "../../../src/rule/ir.ts";
import { burstLog, longLog, mixedLog, usageLog } from "../../engine/random-log.ts";
import { loadRule } from "../../engine/rules.ts";
import { type Event, evaluate } from "../../oracle/evaluate.ts";
import { ruleOf } from "../cases.ts";
import { documentsOf } from "./documents.ts";
import { runEsql } from "./esql.ts";
import { EsDate, type EsRow } from "./esql-value.ts";

const DAY = 86_400_000;

function queryOf(rule: RuleIr): string {
  const { texts, fidelity } = compileElastic(rule);
  expect(fidelity).toEqual({ level: "exact" });
  return texts[0]?.text ?? "";
}

/** Time and entity of each row, or of each alert. */
function rowKeys(rule: RuleIr, rows: readonly EsRow[]): readonly string[] {
  return rows
    .map((row) => {
      const keys = entityFields(rule).map((field) => row.get(fieldName(field)));
      const time = row.get("@timestamp");
      return JSON.stringify([
        time instanceof EsDate ? time.ms : null,
        row.get("day") ?? null,
        ...keys,
      ]);
    })
    .sort();
}

function alertKeys(rule: RuleIr, alerts: readonly Alert[]): readonly string[] {
  return alerts
    .map(({ time, entity }) => {
      const keys = entityFields(rule).map((field) => entity[field]);
      return JSON.stringify([Date.parse(time), entity["day"] ?? null, ...keys]);
    })
    .sort();
}

function agrees(
  rule: RuleIr,
  log: fc.Arbitrary<readonly Event[]>,
  now: (events: readonly Event[]) => number,
  isJudged: (alert: Alert, now: number) => boolean = () => true,
  numRuns = 60,
): void {
  const query = queryOf(rule);
  fc.assert(
    fc.property(log, (events) => {
      const at = now(events);
      const rows = runEsql(query, documentsOf(events), at);
      const wanted = evaluate(rule, events, false).filter((alert) => isJudged(alert, at));
      expect(rowKeys(rule, rows)).toEqual(alertKeys(rule, wanted));
    }),
    { numRuns },
  );
}

const lastOf = (events: readonly Event[]): number =>
  Math.max(...events.map((event) => Date.parse(String(event["timestamp"]))));

describe("compiled ES|QL finds what the rule means", { timeout: 60_000 }, () => {
  it("for counts in sliding windows, at the rising edge, with equal times", () => {
    agrees(loadRule("anomalous-mcp-volume"), burstLog(50), lastOf);
    for (const limit of [1, 2, 3, 4]) {
      const rule = ruleOf(
        `kind: threshold\nwhere: activity_type = mcp_query\nby: [session_id]\nmeasure: count\nwithin: 10m\ngreater_than: ${limit}`,
      );
      agrees(rule, burstLog(limit), lastOf, undefined, 100);
      agrees(rule, mixedLog, lastOf, undefined, 100);
    }
  });

  it("for counts over lists, missing fields and negations", () => {
    const rule = ruleOf(
      "kind: threshold\nwhere: security_flags has prompt_injection or not (user_clearance in (public, restricted) or token_input > 50)\nby: [session_id]\nmeasure: count\nwithin: 1h\ngreater_than: 1",
    );
    agrees(rule, mixedLog, lastOf, undefined, 200);
  });

  it("for sequences under one name and two", () => {
    const steps = [
      "first: { where: event_type = policy_event, by: [target_user_id_hash] }\nthen: { where: event_type = session_start and data_classification = restricted, by: [user_id_hash] }",
      "first: { where: always, by: [department, user_id_hash] }\nthen: { where: data_classification = restricted, by: [department, user_id_hash] }",
    ];
    for (const text of steps) {
      for (const within of ["1h", "2d"])
        agrees(
          ruleOf(`kind: sequence\n${text}\nwithin: ${within}`, "user_id_hash"),
          longLog,
          lastOf,
        );
    }
  });

  it("for silence, once the clock has passed lateness too", () => {
    for (const gap of ["1h", "1d", "5d"]) {
      const rule = ruleOf(
        `kind: silence\nwhere: exists mcp_server\nby: [department]\nfor: ${gap}`,
        "department",
      );
      agrees(rule, longLog, (events) => lastOf(events) + rule.schedule.lateMs);
    }
  });

  /** A run judges today and yesterday. */
  const isRecent = ({ time, entity }: Alert, now: number): boolean => {
    const day = entity["day"] === undefined ? Date.parse(time) : Date.parse(entity["day"]);
    return Math.floor(day / DAY) >= Math.floor(now / DAY) - 1;
  };

  it("for values that are new on the last two days", () => {
    for (const [history, learn] of [
      [12, 3],
      [3, 1],
      [1, 1],
    ]) {
      const rule = ruleOf(
        `kind: first_seen\nwhere: event_type = activity_event\nby: [department]\nfield: mcp_server\nhistory_days: ${history}\nlearn_days: ${learn}`,
        "department, mcp_server",
      );
      agrees(rule, longLog, lastOf, isRecent, 150);
    }
  });

  it("for baselines of the last two days", () => {
    const shipped = loadRule("high-volume-user");
    if (shipped.detection.kind !== "baseline") throw new Error("kind");
    const short = { historyDays: 3, minDays: 1, floor: 0, factor: 1.5 };
    const variants = [{}, short, { ...short, averageOver: "calendar_days" as const }];
    for (const variant of variants) {
      const rule = { ...shipped, detection: { ...shipped.detection, ...variant } };
      expectBaseline(rule, queryOf(rule));
    }
  });

  function expectBaseline(rule: RuleIr, query: string): void {
    fc.assert(
      fc.property(usageLog, (events) => {
        const now = lastOf(events);
        const rows = runEsql(query, documentsOf(events), now);
        // The query says the day's last event, the rule the one that crossed.
        const found = rows.map((row) => JSON.stringify([row.get("day"), row.get("user.hash")]));
        const wanted = evaluate(rule, events, false)
          .filter((alert) => isRecent(alert, now))
          .map(({ entity }) => JSON.stringify([entity["day"], entity["user_id_hash"]]));
        expect(found.sort()).toEqual(wanted.sort());
      }),
      { numRuns: 150 },
    );
  }
});
