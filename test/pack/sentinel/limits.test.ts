import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildPack } from "../../../src/pack/build-pack.ts";
import {
  checkScheduledRule,
  checkSentinelRule,
  withinLimits,
} from "../../../src/pack/sentinel/limits.ts";
import { type ScheduledRule, scheduledRule } from "../../../src/pack/sentinel/scheduled-rule.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { ruleWhere } from "../../dialect/cases.ts";
import { deploy, type EvaluatedResource } from "./arm-expression.ts";
import { bodyOf, compiled, kept, rules } from "./pack.ts";
import { checkAnalyticsRule, checkResource } from "./resource-schema.ts";

const small = ruleWhere("data_classification = restricted");
const good = scheduledRule(compiled(small));
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

function details(count: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: count }, (_, index) => `detail_${index}`);
  return Object.fromEntries([
    ...names.map((name) => [name, "SessionId"]),
    ["session_id", "SessionId"],
  ]);
}

const name = {
  entityType: "Account",
  fieldMappings: [{ identifier: "Name", columnName: "UserIdHash" }],
} as const;

/** One change each, and what must be said about it. */
const broken: readonly (readonly [string, Partial<ScheduledRule>, RegExp])[] = [
  ["an empty title", { title: " " }, /title is empty/],
  ["a title too long", { title: "x".repeat(257) }, /257 characters; Sentinel takes 256/],
  ["a description too long", { description: "x".repeat(5001) }, /5001 characters/],
  ["a query too long", { query: "x".repeat(10_001) }, /10001 characters/],
  ["no query", { query: "" }, /query is empty/],
  ["a version of other form", { version: "1.0" }, /version 1.0 is not/],
  ["a version too long", { version: `1.0.${"1".repeat(20)}` }, /20 characters/],
  ["runs too often", { frequencyMs: 4 * MINUTE }, /every 4m; Sentinel runs rules every 5m to 14d/],
  ["runs too seldom", { frequencyMs: 15 * DAY, periodMs: 15 * DAY }, /every 15d/],
  ["a period beyond 14 days", { frequencyMs: DAY, periodMs: 15 * DAY }, /would read 15d/],
  ["a period below the interval", { frequencyMs: DAY, periodMs: 60 * MINUTE }, /would read 1h/],
  [
    "a long period in short intervals",
    { frequencyMs: 30 * MINUTE, periodMs: 2 * DAY },
    /every 1h at most/,
  ],
  ["grouping for too long", { groupForMs: 8 * DAY }, /for 8d; Sentinel allows 5m to 7d/],
  ["grouping for too short", { groupForMs: MINUTE }, /for 1m/],
  ["grouping by what is no detail", { groupBy: ["department_"] }, /grouped by department_/],
  ["too many details", { details: details(20) }, /21 custom details; Sentinel takes 20/],
  [
    "a detail's name too long",
    { details: { ...good.details, [`a${"b".repeat(20)}`]: "SessionId" } },
    /not a name of up to 20/,
  ],
  [
    "a detail's name of other form",
    { details: { ...good.details, "1st": "SessionId" } },
    /1st is not a name/,
  ],
  [
    "a detail without its column",
    { details: { ...good.details, tool: "McpTool" } },
    /tool names the column McpTool/,
  ],
  ["no entity", { entities: [] }, /0 entities; Sentinel takes 1 to 5/],
  ["too many entities", { entities: Array(6).fill(name) }, /6 entities/],
  ["an entity without identifier", { entities: [{ ...name, fieldMappings: [] }] }, /0 identifiers/],
  [
    "an entity with too many identifiers",
    { entities: [{ ...name, fieldMappings: Array(4).fill(name.fieldMappings[0]) }] },
    /4 identifiers/,
  ],
  [
    "an entity without its column",
    { entities: [{ ...name, fieldMappings: [{ identifier: "Name", columnName: "Nobody" }] }] },
    /Account names the column Nobody/,
  ],
  ["an alert's name too long", { alertName: "x".repeat(257) }, /name of its alerts has 257/],
  [
    "an alert's name with a column that is not there",
    { alertName: "a {{Nobody}}" },
    /column Nobody/,
  ],
  [
    "an alert's text with too many columns",
    { alertDescription: "{{SessionId}}".repeat(4) },
    /names 4 columns; Sentinel takes 3/,
  ],
  [
    "a technique of other form",
    { techniques: ["T1078.001"], tactics: ["Persistence"] },
    /T1078.001/,
  ],
  [
    "a technique without tactic",
    { techniques: ["T9999"], tactics: [] },
    /No tactic is known for T9999/,
  ],
  ["a tactic nobody knows", { tactics: ["Stealth"] }, /no tactic Stealth/],
];

describe("the limits of Sentinel", () => {
  it("are kept by every rule that ships, and by a small one", () => {
    expect(checkScheduledRule(good)).toEqual([]);
    for (const rule of rules) expect(checkSentinelRule(rule), rule.name).toEqual([]);
  });

  it.each(broken)("are told at %s, once", (_, change, reason) => {
    const violations = checkScheduledRule({ ...good, ...change });
    expect(violations.map((one) => one.reason)).toEqual([expect.stringMatching(reason)]);
    for (const { remedy } of violations) expect(remedy).toMatch(/^[A-Z].*\.$/);
  });
});

describe("the name of an alert", () => {
  it("holds what it is about, as far as there is room", () => {
    expect(good.alertName).toBe("Small rule: {{SessionId}}");
    const title = "x".repeat(250);
    expect(scheduledRule(compiled({ ...small, title })).alertName).toBe(title);
  });

  it("has room for three columns", () => {
    const by = ["session_id", "user_id_hash", "department", "mcp_server"] as const;
    const suppress = { ...small.suppress, by };
    const rule = scheduledRule(compiled({ ...small, suppress }));
    expect(rule.alertName).toBe("Small rule: {{SessionId}}, {{UserIdHash}}, {{Department}}");
    expect(checkScheduledRule(rule)).toEqual([]);
  });
});

describe("a rule beyond the limits", () => {
  const long: RuleIr = { ...small, title: "Long ".repeat(60) };

  it("is refused with the reason and leaves no file behind", () => {
    const { compiled: refused } = withinLimits(compiled(long));
    expect(refused).toMatchObject({
      fidelity: { level: "refused", reason: /300 characters; Sentinel takes 256/ },
      texts: [],
    });
    const source = "rules/small-rule/rule.yaml";
    const pack = buildPack([{ rule: long, source }], ["sentinel"]);
    const own = pack.filter(({ rule }) => rule === "small-rule");
    expect(own).toMatchObject([{ kind: "analytics_rule", fidelity: { level: "refused" } }]);
    expect(own[0]).not.toHaveProperty("body");
    expect(bodyOf("azuredeploy.json", pack)).not.toContain("Long Long");
  });

  it("is reported at the key that has to change", () => {
    const [first] = checkSentinelRule(long);
    expect(first).toMatchObject({
      code: "D801",
      severity: "error",
      span: long.spans["title"],
      help: "Say it in fewer words.",
    });
    expect(first?.message).toMatch(/^small-rule cannot be compiled for sentinel: The title has/);
  });

  it("is told by a technique that no tactic is known for", () => {
    const framework = {
      framework: "attack",
      version: "18.1",
      id: "T9999",
      name: "New",
      confidence: "primary",
      why: "x",
      span: small.span,
    } as const;
    const found = checkSentinelRule({ ...small, frameworks: [framework] });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining("T9999")]);
  });
});

type Mutable = { [key: string]: unknown };

/** The object at a path of keys, to change it. */
function at(value: unknown, ...path: readonly string[]): Mutable {
  return path.reduce((object, key) => object[key] as Mutable, value as Mutable);
}

const [example = ""] = kept;

describe("the schema of resources would notice", () => {
  const resource = (): EvaluatedResource => {
    const source = bodyOf(`arm/rule-${example}.json`);
    const [found] = deploy(source, { workspace: "logs-1" }).resources;
    if (found === undefined) throw new Error("no resource");
    return structuredClone(found.value);
  };
  const properties = (value: unknown): Mutable => at(value, "properties");

  it.each<readonly [string, (value: unknown) => void]>([
    ["a short duration", (one) => Object.assign(properties(one), { queryFrequency: "5m" })],
    ["a duration without T", (one) => Object.assign(properties(one), { queryPeriod: "P5M" })],
    ["an empty duration", (one) => Object.assign(properties(one), { queryPeriod: "PT" })],
    ["a short operator", (one) => Object.assign(properties(one), { triggerOperator: "gt" })],
    ["no suppression's duration", (one) => delete properties(one)["suppressionDuration"]],
    ["suppression", (one) => Object.assign(properties(one), { suppressionEnabled: true })],
    ["a severity Critical", (one) => Object.assign(properties(one), { severity: "Critical" })],
    ["an unknown property", (one) => Object.assign(properties(one), { relevantTechniques: [] })],
    [
      "a short duration of grouping",
      (one) =>
        Object.assign(at(properties(one), "incidentConfiguration", "groupingConfiguration"), {
          lookbackDuration: "5h",
        }),
    ],
    ["too many details", (one) => Object.assign(properties(one), { customDetails: details(20) })],
    [
      "an id that is no GUID",
      (one) => Object.assign(at(one), { name: "w/Microsoft.SecurityInsights/x" }),
    ],
    ["a preview version", (one) => Object.assign(at(one), { apiVersion: "2025-07-01-preview" })],
    [
      "an unknown identifier",
      (one) => {
        const [entity] = properties(one)["entityMappings"] as Mutable[];
        Object.assign(at(entity), { fieldMappings: [{ identifier: "Hash", columnName: "X" }] });
      },
    ],
    [
      "four columns in an alert's name",
      (one) =>
        Object.assign(at(properties(one), "alertDetailsOverride"), {
          alertDisplayNameFormat: "{{A}} {{B}} {{C}} {{D}}",
        }),
    ],
  ])("%s", (_, change) => {
    const value = resource();
    expect(checkResource(value)).toEqual([]);
    change(value);
    expect(checkResource(value)).not.toEqual([]);
  });

  it.each([
    ["tables", "columns", "datetime"],
    ["tables", "columns", "bool"],
    ["dataCollectionRules", "columns", "dateTime"],
    ["dataCollectionRules", "columns", "guid"],
  ])("a column of %s with a wrong word for its type", (kind, _, type) => {
    const { resources } = deploy(bodyOf("azuredeploy.json"), { workspace: "logs-1" });
    const found = resources.find(({ value }) => value.type.endsWith(kind))?.value;
    if (found === undefined) throw new Error(kind);
    const value = structuredClone(found);
    expect(checkResource(value)).toEqual([]);
    const owner =
      kind === "tables"
        ? at(value, "properties", "schema")
        : at(value, "properties", "streamDeclarations", "Custom-ClaudeAudit");
    Object.assign((owner["columns"] as Mutable[])[0] ?? {}, { type });
    expect(checkResource(value)).not.toEqual([]);
  });

  it.each([
    ["a long duration in YAML", { queryFrequency: "PT5M" }],
    ["an operator of ARM in YAML", { triggerOperator: "GreaterThan" }],
    ["an unknown key in YAML", { techniques: [] }],
    ["a query beyond the limit", { query: "x".repeat(10_001) }],
  ])("%s", (_, change) => {
    const rule = parse(bodyOf(`analytic-rules/${example}.yaml`)) as Mutable;
    expect(checkAnalyticsRule(rule)).toEqual([]);
    expect(checkAnalyticsRule({ ...rule, ...change })).not.toEqual([]);
  });
});

describe("a deployment would fail, and the test say so, at", () => {
  const source = bodyOf("azuredeploy.json");

  it.each([
    [
      "an undefined parameter",
      "workspaces', parameters('workspace'))",
      "workspaces', parameters('workspce'))",
      /workspce/,
    ],
    [
      "a function that is none",
      "[resourceGroup().location]",
      "[resourcegroup2().location]",
      /cannot read|no function/,
    ],
    ["a dependency that is not there", "'ClaudeAudit')]", "'ClaudeAudits')]", /ClaudeAudits/],
    [
      "a resource id with too few names",
      ", 'Microsoft.SecurityInsights', 'ClaudeClearances')",
      ", 'ClaudeClearances')",
      /names/,
    ],
    [
      "an open bracket",
      "[parameters('dataCollectionRule')]",
      "[parameters('dataCollectionRule']",
      /cannot read/,
    ],
  ])("%s", (_, from, to, message) => {
    expect(source).toContain(from);
    expect(() => deploy(source.replaceAll(from, to), { workspace: "logs-1" })).toThrow(message);
  });

  it("a parameter that is missing, unknown or of the wrong type", () => {
    expect(() => deploy(source, {})).toThrow("workspace");
    expect(() => deploy(source, { workspace: "logs-1", other: 1 })).toThrow("other");
    expect(() => deploy(source, { workspace: 5 })).toThrow("workspace");
  });
});
