/** Compiled rules, executed and compared with what they mean; skipped without the engine. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { compileKql } from "../../../src/dialect/kql/query.ts";
import type { AuditEvent } from "../../../src/event/event.ts";
import { normalize } from "../../../src/mapping/normalize.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { burstLog, longLog, mixedLog } from "../../engine/random-log.ts";
import { type Event, evaluate } from "../../oracle/evaluate.ts";
import { shippedRules } from "../cases.ts";
import { auditTable, hasChdb, runKql } from "./chdb.ts";

/** Rules that need no clock and are not degraded; their candidates are all alerts before suppression. */
const rules = shippedRules().filter(
  (rule) => rule.detection.kind !== "silence" && compileKql(rule).fidelity.level === "exact",
);

/** The query in words of the engine: its `todouble` takes texts only, and what is joined has parentheses. */
function executable(rule: RuleIr): string {
  const text = compileKql(rule).texts[0]?.text ?? "";
  return text
    .replaceAll(/todouble\((\w+(?:\([\d.]+\))?)\)/g, "(1.0 * $1)")
    .replaceAll(/join kind=(\w+) (\w+) on/g, "join kind=$1 ($2) on");
}

/** What tells two alerts of a rule apart, as text. */
function told(rule: RuleIr, time: string, key: (field: string) => unknown): string {
  const { columns } = compileKql(rule);
  const keys = columns.filter(({ role, field }) => role === "key" && field !== undefined);
  return [time, ...keys.map(({ field }) => key(field ?? "") ?? "")].join(" ");
}

function meant(rule: RuleIr, log: readonly Event[]): readonly string[] {
  return evaluate(rule, log, false).map(({ time, entity }) =>
    told(rule, time, (field) => entity[field]),
  );
}

function found(
  rule: RuleIr,
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  const { columns } = compileKql(rule);
  const nameOf = new Map(columns.map(({ field, name }) => [String(field), name]));
  return rows.map((row) =>
    told(
      rule,
      `${String(row["TimeGenerated"]).replace(" ", "T")}Z`,
      (field) => row[nameOf.get(field) ?? ""],
    ),
  );
}

const logs = fc.oneof(mixedLog, burstLog(50), longLog);

it.skipIf(!hasChdb)("rules find what they mean in random logs", { timeout: 300_000 }, () => {
  let alerts = 0;
  fc.assert(
    fc.property(logs, (log) => {
      const rows = log.map((one) =>
        JSON.parse(normalize(one as unknown as AuditEvent, "sentinel")),
      );
      const answers = runKql({
        settings: { join_use_nulls: 1 },
        tables: { ClaudeAudit_CL: auditTable(rows) },
        queries: Object.fromEntries(rules.map((rule) => [rule.name, executable(rule)])),
      });
      for (const rule of rules) {
        const expected = meant(rule, log).toSorted();
        alerts += expected.length;
        expect([rule.name, found(rule, answers[rule.name] ?? []).toSorted()]).toEqual([
          rule.name,
          expected,
        ]);
      }
    }),
    { numRuns: 15 },
  );
  expect(alerts).toBeGreaterThan(20);
});
