import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { checkRule, checkRuleSet } from "../../src/rule/check-rule.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { parseRuleTests } from "../../src/rule/parse-tests.ts";
import { plainValue } from "../../src/yaml/node.ts";
import { parseYaml } from "../../src/yaml/parse.ts";

function fixture(code: string): string {
  return readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
}

function prose(text: string): Readonly<Record<string, string>> {
  const yaml = parseYaml(text, "rule.yaml");
  const value = yaml.ok ? (plainValue(yaml.value) as Record<string, unknown>) : {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));
}

/** Everything said about a rule that stands in the folder of the shipped one. */
function judge(text: string): readonly Diagnostic[] {
  const parsed = parseRule(text, "rule.yaml");
  if (!parsed.ok) return parsed.diagnostics;
  return checkRule(parsed.value, { folder: "anomalous-mcp-volume", prose: prose(text) });
}

/** Where the text of a fixture that is wrong starts: line and column, counted by hand in the file. */
function placeOf(text: string, wrong: string): readonly [number, number] {
  const offset = text.indexOf(wrong);
  const before = text.slice(0, offset).split("\n");
  return [before.length, (before.at(-1)?.length ?? 0) + 1];
}

describe("every message about rules stands at its place", () => {
  it.each<[string, string]>([
    ["R301", "and activity_type = mcp_query\n"],
    ["R302", "activity_tpye"],
    ["R303", "mcp_qery"],
    ["R304", "= jira"],
    ["R305", "no\n"],
    ["R306", "$limits"],
    ["R307", "50\n    unit"],
    ["R308", "$window\n\nsuppress"],
    ["R310", "1.x.0"],
    ["R311", "anomalous-mcp-volumes"],
    ["R313", "T0053"],
    ["R314", "[user_id_hash]"],
    ["R315", "every: 15m"],
    ["R316", "[cost_usd]"],
    ["R317", ">-\n  A session made"],
    ["R320", "{ where: mcp_server = b"],
    ["R321", "T1191"],
    ["R322", "T1119"],
    ["R323", "0.9.0"],
    ["R324", "exists user_agent"],
    ["R325", "$quiet_for\n\nschedule"],
    ["R326", "$window\n  greater_than"],
  ])("%s", (code, wrong) => {
    const text = fixture(code);
    const [line, column] = placeOf(text, wrong);
    const found = judge(text).filter((one) => one.code === code);
    expect(found.map(({ span }) => [span.line, span.column])).toEqual([[line, column]]);
    for (const one of found) expect(one.help.length).toBeGreaterThan(10);
  });

  it("R309 at the negation that is one too deep", () => {
    const found = judge(fixture("R309"));
    expect(found.map(({ code, span }) => [code, span.line])).toEqual([["R309", 32]]);
  });

  it("R312 on the second of two rules with one name and id", () => {
    const rules = ["a.yaml", "b.yaml"].map((file) => {
      const parsed = parseRule(fixture("R312"), file);
      if (!parsed.ok) throw new Error("parse");
      return parsed.value;
    });
    expect(checkRuleSet(rules).map(({ code, span }) => [code, span.file, span.line])).toEqual([
      ["R312", "b.yaml", 1],
      ["R312", "b.yaml", 2],
    ]);
  });

  it("R318 on an offset that is none", () => {
    const { diagnostics } = parseRuleTests(fixture("R318"), "tests.yaml");
    const [line, column] = placeOf(fixture("R318"), "soon");
    expect(diagnostics.map(({ code, span }) => [code, span.line, span.column])).toEqual([
      ["R318", line, column],
    ]);
  });

  it("R319 when boundaries are not shown", () => {
    const { diagnostics } = parseRuleTests(fixture("R319"), "tests.yaml");
    expect(diagnostics.map(({ code }) => code)).toEqual(["R319"]);
  });
});

it("suggests what was meant", () => {
  const help = (code: string): string | undefined =>
    judge(fixture(code)).find((one) => one.code === code)?.help;
  expect(help("R302")).toMatch(/^Did you mean "activity_type"\?/);
  expect(help("R303")).toMatch(/^Did you mean "mcp_query"\?/);
  expect(help("R306")).toMatch(/^Did you mean "limit"\?/);
});
