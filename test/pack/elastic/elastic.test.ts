import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { buildPack } from "../../../src/pack/build-pack.ts";
import { versionNumber } from "../../../src/pack/elastic/detection-rule.ts";
import { shippedRules } from "../../dialect/cases.ts";
import { checkGolden } from "../../dialect/golden.ts";
import { detectionRuleSchema } from "./rule-schema.ts";

const rules = shippedRules().map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));
const pack = buildPack(rules, ["elastic"]);

function bodyOf(path: string): string {
  const body = pack.find((one) => one.path === path)?.body;
  if (typeof body !== "string") throw new Error(`no text ${path}`);
  return body;
}

interface DetectionRule {
  readonly name: string;
  readonly rule_id: string;
  readonly type: string;
  readonly query: string;
  readonly from: string;
  readonly interval: string;
  readonly severity: string;
  readonly risk_score: number;
  readonly alert_suppression?: { readonly group_by: readonly string[] };
  readonly investigation_fields: { readonly field_names: readonly string[] };
}

const lines = bodyOf("elastic/detection-rules.ndjson").split("\n");
const detectionRules = lines.slice(0, -1).map((line) => JSON.parse(line) as DetectionRule);

const validate = new Ajv2020({ allErrors: true, strict: false }).compile(detectionRuleSchema);

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
}

/** Dotted names and types of a mapping. */
function flatten(
  properties: Readonly<Record<string, Node>>,
  prefix = "",
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(properties).flatMap(([name, node]) =>
      node.properties
        ? [...flatten(node.properties, `${prefix}${name}.`)]
        : [[`${prefix}${name}`, node.type ?? ""] as const],
    ),
  );
}

const template = JSON.parse(bodyOf("elastic/component-template-mappings.json")) as {
  template: { mappings: { properties: Readonly<Record<string, Node>> } };
};
const fields = flatten(template.template.mappings.properties);

checkGolden(
  "pack-elastic",
  new Map([
    ["query.json", () => bodyOf("elastic/rules/prompt-injection.json")],
    ["threshold.json", () => bodyOf("elastic/rules/anomalous-mcp-volume.json")],
    ["ratio.json", () => bodyOf("elastic/rules/context-missing.json")],
    ["mappings.json", () => bodyOf("elastic/component-template-mappings.json")],
    ["pipeline.json", () => bodyOf("elastic/ingest-pipeline.json")],
    ["role-writer.json", () => bodyOf("elastic/role-writer.json")],
    ["README.md", () => bodyOf("elastic/README.md")],
  ]),
);

describe("the detection rules", () => {
  it("are one JSON object a line, with a line end after the last", () => {
    expect(lines.at(-1)).toBe("");
    expect(detectionRules.length).toBe(rules.length);
    expect(new Set(detectionRules.map(({ rule_id: id }) => id)).size).toBe(rules.length);
    expect(new Set(detectionRules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it.each(detectionRules.map((rule) => [rule.name, rule] as const))(
    "%s is one that Kibana takes",
    (_, rule) => {
      expect(validate(rule), JSON.stringify(validate.errors, null, 2)).toBe(true);
    },
  );

  it("are refused by the schema with any key gone, renamed or of another type", () => {
    for (const rule of detectionRules.slice(0, 4)) {
      for (const key of Object.keys(rule)) {
        const { [key as keyof DetectionRule]: value, ...rest } = rule;
        const isOptional = key === "alert_suppression";
        expect(validate(rest), key).toBe(isOptional);
        expect(validate({ ...rest, [`${key}_`]: value }), key).toBe(false);
        expect(validate({ ...rest, [key]: { wrong: true } }), key).toBe(false);
      }
    }
  });

  it("name only fields that the template maps, or columns that their query makes", () => {
    for (const rule of detectionRules) {
      const made = new Set([...rule.query.matchAll(/([\w.@]+) = /g)].map(([, name]) => name));
      const named = [
        ...rule.investigation_fields.field_names,
        ...(rule.alert_suppression?.group_by ?? []),
      ];
      for (const name of named)
        expect(fields.has(name) || made.has(name), `${rule.name}: ${name}`).toBe(true);
    }
  });

  it("read back at least as far as they run apart, and score in Elastic's bands", () => {
    const seconds = (text: string): number => {
      const [, number, unit = ""] = /^(?:now-)?(\d+)([smh])$/.exec(text) ?? [];
      return Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
    };
    const bands = { low: [0, 21], medium: [22, 47], high: [48, 73], critical: [74, 100] } as const;
    for (const rule of detectionRules) {
      expect(seconds(rule.from)).toBeGreaterThanOrEqual(seconds(rule.interval));
      const [least, most] = bands[rule.severity as keyof typeof bands];
      expect(rule.risk_score).toBeGreaterThanOrEqual(least);
      expect(rule.risk_score).toBeLessThanOrEqual(most);
    }
  });

  it("have versions that grow with the rule's", () => {
    const versions = ["0.1.0", "1.0.0", "1.0.1", "1.1.0", "1.12.0", "2.0.0"].map(versionNumber);
    expect([...versions].sort((a, b) => a - b)).toEqual(versions);
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe("the plumbing", () => {
  it("tags every processor, and marks failures", () => {
    const pipeline = JSON.parse(bodyOf("elastic/ingest-pipeline.json")) as {
      processors: Readonly<Record<string, { tag?: string }>>[];
      on_failure: Readonly<Record<string, { tag?: string; value?: string }>>[];
    };
    const processors = [...pipeline.processors, ...pipeline.on_failure].flatMap((one) =>
      Object.values(one),
    );
    const tags = processors.map(({ tag }) => tag);
    expect(tags).not.toContain(undefined);
    expect(new Set(tags).size).toBe(tags.length);
    expect(JSON.stringify(pipeline.on_failure)).toContain("pipeline_error");
  });

  it("beats the built-in template, and lets the writer add and nothing else", () => {
    const { index_patterns: patterns, priority } = JSON.parse(
      bodyOf("elastic/index-template.json"),
    ) as {
      index_patterns: readonly string[];
      priority: number;
    };
    expect(priority).toBeGreaterThan(200);
    const writer = JSON.parse(bodyOf("elastic/role-writer.json")) as {
      indices: { names: readonly string[]; privileges: readonly string[] }[];
    };
    expect(writer.indices).toEqual([
      { names: patterns, privileges: ["create_doc", "auto_configure"] },
    ]);
  });
});

describe("with clearances looked up", () => {
  const native = buildPack(rules, ["elastic"], { context: "native" });
  const fileOf = (path: string): string => {
    const body = native.find((one) => one.path === `elastic/${path}`)?.body;
    if (typeof body !== "string") throw new Error(`no text ${path}`);
    return body;
  };

  it("joins the index that it ships", () => {
    const rule = JSON.parse(fileOf("rules/restricted-data-access.json")) as DetectionRule;
    expect(validate(rule), JSON.stringify(validate.errors)).toBe(true);
    expect(rule.query).toContain("| LOOKUP JOIN claude-clearances ON user.hash");
    const index = JSON.parse(fileOf("lookup-clearances-index.json")) as {
      settings: object;
      mappings: { properties: Readonly<Record<string, Node>> };
    };
    expect(index.settings).toEqual({ index: { mode: "lookup" } });
    const columns = flatten(index.mappings.properties);
    expect([...columns]).toEqual([
      ["user.hash", "keyword"],
      ["listed_clearance", "keyword"],
    ]);
    const [action, document] = fileOf("lookup-clearances.ndjson")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(action).toHaveProperty("index._id");
    expect(document).toMatchObject({
      user: { hash: expect.any(String) },
      listed_clearance: "restricted",
    });
    expect(fileOf("README.md")).toContain("lookup-clearances.ndjson");
  });

  it("says what is lost, and refuses what ES|QL cannot say", () => {
    const levelOf = (name: string): string | undefined =>
      native.find(({ rule, kind }) => rule === name && kind === "query")?.fidelity.level;
    expect(levelOf("restricted-data-access")).toBe("degraded");
    expect(levelOf("off-hours-sensitive-access")).toBe("refused");
    expect(levelOf("context-missing")).toBe("refused");
  });
});
