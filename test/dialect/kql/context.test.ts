import { describe, expect, it } from "vitest";
import { compileRule } from "../../../src/dialect/compile.ts";
import {
  BUSINESS_HOURS_WATCHLIST,
  CLEARANCE_WATCHLIST,
  EXAMPLE_DEPARTMENT,
  EXAMPLE_USER,
} from "../../../src/dialect/kql/context.ts";
import { compileKql } from "../../../src/dialect/kql/query.ts";
import { watchlists } from "../../../src/pack/sentinel/watchlist.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { bodyOf, buildSentinel } from "../../pack/sentinel/pack.ts";
import { analyzeQuery } from "../../pack/sentinel/workspace.ts";
import { constructs, renderCompiled, ruleOf, ruleWhere, shippedRules } from "../cases.ts";
import { checkGolden } from "../golden.ts";
import { analyzeKql } from "./kusto.ts";

const native = { context: "native" } as const;

const clearance = ruleWhere("data_classification = restricted and not user_clearance = restricted");
const hours = ruleWhere("within_business_hours = false");

/** Every kind of detection over looked-up fields. */
const kinds: ReadonlyMap<string, RuleIr> = new Map([
  ["clearance", clearance],
  ["hours", hours],
  ["both", ruleWhere("within_business_hours = false and not exists user_clearance")],
  [
    "threshold",
    ruleOf(
      "kind: threshold\nwhere: within_business_hours = false\nby: [session_id]\nmeasure: count\nwithin: 10m\ngreater_than: 5",
    ),
  ],
  [
    "ratio",
    ruleOf(
      "kind: ratio\nwhere: event_type = session_start\nof: user_clearance = unknown\nby: [department]\nwithin: 6h\nat_least: 20\ngreater_than: 0.2",
      "department",
    ),
  ],
  [
    "sequence",
    ruleOf(
      "kind: sequence\nfirst: { where: event_type = policy_event, by: [target_user_id_hash] }\nthen: { where: event_type = session_start and user_clearance = public, by: [user_id_hash] }\nwithin: 1h",
      "user_id_hash",
    ),
  ],
  [
    "first-seen",
    ruleOf(
      "kind: first_seen\nwhere: within_business_hours = false\nby: [department]\nfield: mcp_server\nhistory_days: 12\nlearn_days: 3",
      "department, mcp_server",
    ),
  ],
]);

function queryOf(rule: RuleIr): string {
  return compileKql(rule, native).texts[0]?.text ?? "";
}

checkGolden(
  "kql-native",
  new Map(
    [...kinds].map(([name, rule]) => [
      `${name}.txt`,
      () => renderCompiled(compileKql(rule, native)),
    ]),
  ),
);

describe("native context", () => {
  it.each([...kinds])("of %s passes the binder with the columns we promise", (_, rule) => {
    const { columns } = compileKql(rule, native);
    const found = analyzeQuery(queryOf(rule));
    expect(found.diagnostics).toEqual([]);
    expect(Object.keys(found.columns)).toEqual(columns.map(({ name }) => name));
  });

  it.each([...kinds])("of %s returns columns of the types that the stamped form has", (_, rule) => {
    const stamped = compileKql(rule).texts[0]?.text ?? "";
    expect(analyzeQuery(queryOf(rule)).columns).toEqual(analyzeKql(stamped).columns);
  });

  it.each([...kinds])("of %s passes with watchlists that have no columns yet", (_, rule) => {
    const bare = "let _GetWatchlist = (alias: string) { datatable(SearchKey: string)[] };\n";
    expect(analyzeKql(`${bare}${queryOf(rule)}`).diagnostics).toEqual([]);
  });

  it("passes the binder for every rule that ships and every construct", () => {
    for (const rule of [...shippedRules(), ...constructs.values()]) {
      for (const { text } of compileKql(rule, native).texts)
        expect([rule.name, analyzeQuery(text).diagnostics]).toEqual([rule.name, []]);
    }
  });

  it("leaves rules alone that look nothing up", () => {
    const plain = [...shippedRules(), ...constructs.values()].filter(
      (rule) => !/user_clearance|within_business_hours/.test(JSON.stringify(rule.detection)),
    );
    expect(plain.length).toBeGreaterThan(40);
    for (const rule of plain) expect(compileKql(rule, native)).toEqual(compileKql(rule));
  });

  it("is not the default", () => {
    expect(compileRule(clearance, "sentinel")).toEqual(compileKql(clearance));
    expect(compileRule(clearance, "sentinel").texts[0]?.text).not.toContain("_GetWatchlist");
    expect(compileRule(clearance, "sentinel", native)).toEqual(compileKql(clearance, native));
  });

  it("says what differs, and what to do where that matters", () => {
    expect(compileKql(clearance, native).fidelity).toMatchObject({
      level: "degraded",
      reason: /as they are when the rule runs/,
      remedy: /--context stamped/,
    });
    expect(compileKql(clearance).fidelity).toEqual({ level: "exact" });
  });

  it("reads the table nowhere but through the lookup", () => {
    for (const rule of kinds.values()) {
      const reads = queryOf(rule).match(/ClaudeAudit_CL/g) ?? [];
      expect(reads).toHaveLength(1);
    }
  });
});

describe("an empty watchlist", () => {
  it.each([
    ["clearance", CLEARANCE_WATCHLIST, "clearancesListed"],
    ["hours", BUSINESS_HOURS_WATCHLIST, "hoursListed"],
  ])("of %s yields one row that names it, and no alert besides", (name, watchlist, size) => {
    const lines = queryOf(kinds.get(name) ?? clearance).split("\n");
    expect(lines).toContain(`| where ${size} > 0`);
    expect(lines).toContain(
      `| union (print TimeGenerated = now(), SessionId = 'The watchlist ${watchlist} is empty' | where ${size} == 0)`,
    );
  });

  it("is told for each that the rule reads, and for no other", () => {
    expect(queryOf(kinds.get("both") ?? hours).match(/is empty'/g)).toHaveLength(2);
    expect(queryOf(clearance)).not.toContain(BUSINESS_HOURS_WATCHLIST);
  });

  it("is one that holds only the row that shows the form", () => {
    expect(queryOf(clearance)).toContain(`UserIdHash != '${EXAMPLE_USER}'`);
    expect(queryOf(hours)).toContain(`HoursOf != '${EXAMPLE_DEPARTMENT}'`);
    expect(watchlists.map(({ example }) => example[0])).toEqual([EXAMPLE_USER, EXAMPLE_DEPARTMENT]);
  });

  it("has the columns that queries read", () => {
    const read = [
      ...`${queryOf(clearance)}${queryOf(hours)}`.matchAll(/column_ifexists\('(\w+)'/g),
    ];
    const known = watchlists.flatMap(({ columns }) => columns);
    for (const [, column] of read) expect(known).toContain(column);
    expect(new Set(read.map(([, column]) => column)).size).toBe(8);
  });
});

describe("a pack with native context", () => {
  it("holds the rules that stay within the limits of a query", () => {
    const pack = buildSentinel(native);
    for (const name of [
      "restricted-data-access",
      "off-hours-sensitive-access",
      "context-missing",
    ]) {
      expect(bodyOf(`analytic-rules/${name}.yaml`, pack)).toContain("_GetWatchlist");
      expect(bodyOf(`analytic-rules/${name}.yaml`, pack)).toContain("Differs here: Clearance");
    }
  });
});
