import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildTargets, renderManifest } from "../../src/pack/artifact.ts";
import { buildPack } from "../../src/pack/build-pack.ts";
import { fidelityRows, renderFidelityTable } from "../../src/pack/fidelity-table.ts";
import type { RuleIr } from "../../src/rule/ir.ts";
import { constructs, shippedRules } from "../dialect/cases.ts";
import { checkGolden } from "../dialect/golden.ts";
import { analyzeKql } from "../dialect/kql/kusto.ts";

const rules = shippedRules().map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));
const pack = buildPack(rules, buildTargets);

function bodyOf(path: string): string {
  const body = pack.find((one) => one.path === path)?.body;
  if (typeof body !== "string") throw new Error(`no text ${path}`);
  return body;
}

function bytesOf(path: string): string | Uint8Array {
  const body = pack.find((one) => one.path === path)?.body;
  if (body === undefined) throw new Error(`no ${path}`);
  return body;
}

function construct(name: string): RuleIr {
  const rule = constructs.get(name);
  if (rule === undefined) throw new Error(`no ${name}`);
  return { ...rule, name };
}

checkGolden(
  "pack",
  new Map([
    ["analytics-rule-threshold.yaml", () => bodyOf("sentinel/anomalous-mcp-volume.yaml")],
    ["analytics-rule-critical.yaml", () => bodyOf("sentinel/prompt-injection.yaml")],
    ["analytics-rule-rollup.yaml", () => bodyOf("sentinel/high-volume-user.yaml")],
    ["fidelity-table.md", () => renderFidelityTable(pack, buildTargets)],
  ]),
);

describe("a pack", () => {
  it("has the same bytes whatever order the rules come in", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rules, { minLength: rules.length }), (shuffled) => {
        expect(buildPack(shuffled, buildTargets)).toEqual(pack);
      }),
      { numRuns: 10 },
    );
  });

  it("keeps every file in its target's folder, once", () => {
    const paths = pack.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { path, target } of pack) {
      expect(path).toMatch(new RegExp(`^${target}/[A-Za-z/_.-]+$`));
    }
  });

  it("says of each file what it is, and its hash", () => {
    const manifest = JSON.parse(renderManifest(pack, "1.2.3")) as {
      artifacts: { path: string | null; sha256: string | null; rule?: string; source: string }[];
    };
    const paths = pack.map(({ path, body }) => (body === undefined ? null : path));
    expect(manifest.artifacts.map(({ path }) => path)).toEqual(paths);
    for (const { path, sha256, rule, source } of manifest.artifacts) {
      if (path !== null)
        expect(sha256).toBe(createHash("sha256").update(bytesOf(path)).digest("hex"));
      if (rule === undefined) expect(source).toMatch(/^(rules|mappings\/[a-z]+\.yaml)$/);
      else expect(source).toBe(`rules/${rule}/rule.yaml`);
    }
  });

  it("gives a refused rule an entry and no file", () => {
    const refused = { rule: construct("baseline-zone"), source: "rules/refused/rule.yaml" };
    const small = buildPack([...rules, refused], ["splunk"]);
    const entries = small.filter(({ rule }) => rule === refused.rule.name);
    expect(entries).toMatchObject([{ kind: "query", fidelity: { level: "refused" } }]);
    expect(entries[0]).not.toHaveProperty("body");
    const manifest = JSON.parse(renderManifest(entries, "1.2.3")) as { artifacts: object[] };
    expect(manifest.artifacts).toMatchObject([{ path: null, sha256: null, rule: "baseline-zone" }]);
    const searches = (list: typeof pack): unknown =>
      list.find(({ path }) => path.endsWith("savedsearches.conf"))?.body;
    expect(searches(small)).toBe(searches(pack));
  });

  it("leaves no placeholder unresolved", () => {
    for (const { path, body } of pack) {
      if (typeof body !== "string") continue;
      expect(body, path).not.toMatch(/undefined|\[object|(?<!%)\{[a-z_]+\}/);
    }
  });
});

interface AnalyticsRule {
  readonly name: string;
  readonly description: string;
  readonly query: string;
  readonly queryFrequency: string;
  readonly queryPeriod: string;
  readonly tactics: readonly string[];
  readonly relevantTechniques: readonly string[];
  readonly entityMappings: readonly {
    readonly fieldMappings: readonly { readonly columnName: string }[];
  }[];
  readonly customDetails: Readonly<Record<string, string>>;
  readonly incidentConfiguration: {
    readonly groupingConfiguration: { readonly groupByCustomDetails: readonly string[] };
  };
}

/** Minutes of a short duration such as 5m, 1h or 14d. */
function minutes(duration: string): number {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(duration) ?? [];
  return Number(count) * ({ m: 1, h: 60, d: 1440 }[unit] ?? Number.NaN);
}

describe("an analytics rule of Sentinel", () => {
  it.each(rules.map(({ rule }) => [rule.name]))("for %s is one that Sentinel takes", (name) => {
    const rule = parse(bodyOf(`sentinel/${name}.yaml`)) as AnalyticsRule;
    const found = analyzeKql(rule.query);
    expect(found.diagnostics).toEqual([]);
    expect(rule.query.length).toBeLessThanOrEqual(10_000);
    expect(rule.name.length).toBeLessThanOrEqual(256);
    expect(rule.description.length).toBeLessThanOrEqual(5000);

    const columns = Object.keys(found.columns);
    const mapped = rule.entityMappings.flatMap(({ fieldMappings }) => fieldMappings);
    expect(mapped.length).toBeGreaterThan(0);
    for (const { columnName } of mapped) expect(columns).toContain(columnName);
    const details = Object.entries(rule.customDetails);
    expect(details.length).toBeLessThanOrEqual(20);
    for (const [key, column] of details) {
      expect(key).toMatch(/^[a-zA-Z]\w{0,19}$/);
      expect(columns).toContain(column);
    }
    const grouped = rule.incidentConfiguration.groupingConfiguration.groupByCustomDetails;
    for (const key of grouped) expect(rule.customDetails).toHaveProperty(key);

    const [frequency, period] = [minutes(rule.queryFrequency), minutes(rule.queryPeriod)];
    expect(frequency).toBeGreaterThanOrEqual(5);
    expect(period).toBeGreaterThanOrEqual(frequency);
    expect(period).toBeLessThanOrEqual(14 * 1440);
    if (period >= 2 * 1440) expect(frequency).toBeGreaterThanOrEqual(60);
    if (rule.relevantTechniques.length > 0) expect(rule.tactics.length).toBeGreaterThan(0);
  });

  it("tells critical from high, which Sentinel does not", () => {
    const rule = parse(bodyOf("sentinel/prompt-injection.yaml"));
    expect(rule).toMatchObject({
      severity: "High",
      customDetails: { claude_severity: "ClaudeSeverity" },
    });
    expect(bodyOf("sentinel/prompt-injection.yaml")).toContain("ClaudeSeverity = 'critical'");
  });

  it("reads the window twice, the interval and the lateness, and reports the last two", () => {
    const rule = parse(bodyOf("sentinel/anomalous-mcp-volume.yaml")) as AnalyticsRule;
    expect(rule.queryPeriod).toBe("35m");
    expect(rule.query).toContain("| where TimeGenerated > ago(15m)");
  });

  it("knows the tactics of every technique that a rule names", () => {
    for (const { rule } of rules) {
      for (const { id } of rule.frameworks.filter(({ framework }) => framework === "attack")) {
        expect(readFileSync("src/pack/sentinel/tactic.ts", "utf8")).toContain(`${id.slice(0, 5)}:`);
      }
    }
  });
});

describe("the table of verdicts", () => {
  it("has a row for each rule and a note for each reason", () => {
    const table = renderFidelityTable(pack, buildTargets);
    expect(fidelityRows(pack, buildTargets).map(({ rule }) => rule)).toEqual(
      rules.map(({ rule }) => rule.name),
    );
    for (const { fidelity } of pack) {
      if (fidelity.level !== "exact") expect(table).toContain(fidelity.reason);
    }
  });
});
