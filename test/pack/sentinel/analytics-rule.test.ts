import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { eventFieldNames } from "../../../src/event/field.ts";
import { isoDuration, shortDuration } from "../../../src/pack/sentinel/duration.ts";
import { detailName } from "../../../src/pack/sentinel/scheduled-rule.ts";
import { tacticsFor } from "../../../src/pack/sentinel/tactic.ts";
import { checkGolden } from "../../dialect/golden.ts";
import { bodyOf, kept, rules } from "./pack.ts";
import { checkAnalyticsRule } from "./resource-schema.ts";
import { analyzeQuery } from "./workspace.ts";

interface AnalyticsRule {
  readonly query: string;
  readonly queryFrequency: string;
  readonly queryPeriod: string;
  readonly tactics: readonly string[];
  readonly relevantTechniques: readonly string[];
  readonly entityMappings: readonly {
    readonly fieldMappings: readonly { readonly columnName: string }[];
  }[];
  readonly customDetails: Readonly<Record<string, string>>;
  readonly alertDetailsOverride: Readonly<Record<string, string>>;
  readonly incidentConfiguration: {
    readonly groupingConfiguration: { readonly groupByCustomDetails: readonly string[] };
  };
}

function read(name: string): AnalyticsRule {
  return parse(bodyOf(`analytic-rules/${name}.yaml`)) as AnalyticsRule;
}

/** Minutes of a short duration such as 5m, 1h or 14d. */
function minutes(duration: string): number {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(duration) ?? [];
  return Number(count) * ({ m: 1, h: 60, d: 1440 }[unit] ?? Number.NaN);
}

checkGolden(
  "pack-sentinel",
  new Map([
    ["rule-threshold.yaml", () => bodyOf("analytic-rules/anomalous-mcp-volume.yaml")],
    ["rule-critical.yaml", () => bodyOf("analytic-rules/prompt-injection.yaml")],
    ["rule-rollup.yaml", () => bodyOf("analytic-rules/high-volume-user.yaml")],
    ["rule-threshold.json", () => bodyOf("arm/rule-anomalous-mcp-volume.json")],
    ["table.json", () => bodyOf("arm/table.json")],
    ["data-collection-rule.json", () => bodyOf("arm/data-collection-rule.json")],
    ["parsers.json", () => bodyOf("arm/parsers.json")],
    ["watchlists.json", () => bodyOf("arm/watchlists.json")],
    ["parameters.json", () => bodyOf("azuredeploy.parameters.example.json")],
    ["README.md", () => bodyOf("README.md")],
  ]),
);

describe("an analytics rule", () => {
  it("exists for every rule that ships", () => {
    expect(kept).toEqual(rules.map(({ name }) => name));
  });

  it.each(kept)("for %s has the form of the repository", (name) => {
    expect(checkAnalyticsRule(read(name))).toEqual([]);
  });

  it.each(kept)("for %s passes Microsoft's binder, with every column that it names", (name) => {
    const rule = read(name);
    const found = analyzeQuery(rule.query);
    expect(found.diagnostics).toEqual([]);
    const columns = Object.keys(found.columns);
    const mapped = rule.entityMappings.flatMap(({ fieldMappings }) => fieldMappings);
    for (const { columnName } of mapped) expect(columns).toContain(columnName);
    for (const column of Object.values(rule.customDetails)) expect(columns).toContain(column);
    for (const text of Object.values(rule.alertDetailsOverride)) {
      for (const [, column] of text.matchAll(/\{\{(\w+)\}\}/g)) expect(columns).toContain(column);
    }
    const grouped = rule.incidentConfiguration.groupingConfiguration.groupByCustomDetails;
    expect(grouped.length).toBeGreaterThan(0);
    for (const key of grouped) expect(rule.customDetails).toHaveProperty(key);
  });

  it.each(kept)(
    "for %s runs as often as Sentinel allows, and reads at least what it missed",
    (name) => {
      const rule = read(name);
      const [frequency, period] = [minutes(rule.queryFrequency), minutes(rule.queryPeriod)];
      expect(frequency).toBeGreaterThanOrEqual(5);
      expect(period).toBeGreaterThanOrEqual(frequency);
      expect(period).toBeLessThanOrEqual(14 * 1440);
      if (period >= 2 * 1440) expect(frequency).toBeGreaterThanOrEqual(60);
      const fresh = /where TimeGenerated > ago\((\w+)\)/.exec(rule.query)?.[1] ?? rule.queryPeriod;
      expect(minutes(fresh)).toBeGreaterThanOrEqual(frequency);
      expect(minutes(fresh)).toBeLessThanOrEqual(period);
    },
  );

  it("tells critical from high, which Sentinel does not", () => {
    expect(read("prompt-injection")).toMatchObject({
      severity: "High",
      customDetails: { claude_severity: "ClaudeSeverity" },
    });
    expect(read("prompt-injection").query).toContain("ClaudeSeverity = 'critical'");
    expect(read("restricted-data-access").query).toContain("ClaudeSeverity = 'high'");
  });

  it("reads the window twice, the interval and the lateness, and reports the last two", () => {
    const rule = read("anomalous-mcp-volume");
    expect(rule.queryPeriod).toBe("35m");
    expect(rule.query).toContain("| where TimeGenerated > ago(15m)");
  });

  it("has tactics for each of its techniques", () => {
    for (const name of kept) {
      for (const technique of read(name).relevantTechniques) {
        const own = tacticsFor([technique]);
        expect(own.length, technique).toBeGreaterThan(0);
        expect(read(name).tactics).toEqual(expect.arrayContaining([...own]));
      }
    }
  });
});

describe("a custom detail", () => {
  it("has a short name for any field, and no two fields share one", () => {
    const names = eventFieldNames.map(detailName);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z]\w{0,19}$/);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** Milliseconds of a duration of ISO 8601 in days, hours and minutes. */
function isoMs(text: string): number {
  const [, days = "0", hours = "0", mins = "0"] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text) ?? [];
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(mins)) * 60_000;
}

describe("a duration", () => {
  it("is the same in both forms, in whole minutes, never less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 * 86_400_000 }), (ms) => {
        const iso = isoMs(isoDuration(ms));
        expect(iso).toBe(minutes(shortDuration(ms)) * 60_000);
        expect(iso).toBeGreaterThanOrEqual(ms);
        expect(iso - ms).toBeLessThan(60_000);
      }),
    );
  });

  it.each([
    [300_000, "PT5M"],
    [86_400_000, "P1D"],
    [2_100_000, "PT35M"],
    [1_042_200_000, "P12DT1H30M"],
  ])("of %i ms is %s", (ms, text) => {
    expect(isoDuration(ms)).toBe(text);
  });
});
