import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { CompileOptions } from "../../../src/dialect/compiled.ts";
import { eventFieldNames } from "../../../src/event/field.ts";
import { resolveField } from "../../../src/mapping/field-name.ts";
import type { Artifact } from "../../../src/pack/artifact.ts";
import { buildPack } from "../../../src/pack/build-pack.ts";
import { renderFilter } from "../../../src/pack/sigma/filter.ts";
import type { Predicate } from "../../../src/rule/ir.ts";
import { parseOverrides } from "../../../src/rule/override.ts";
import { ruleWhere, shippedRules } from "../../dialect/cases.ts";
import { checkGolden } from "../../dialect/golden.ts";
import { analyzeKql } from "../../dialect/kql/kusto.ts";
import { checkSigmaDocuments } from "../../dialect/sigma/document.ts";
import { schemaProblems } from "../../dialect/sigma/schema.ts";
import { convert, hasSigma, note, sigmaCheck } from "./tool.ts";

const rules = shippedRules().map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));

/** Files of the pack by their path in it. */
function packOf(options: CompileOptions): ReadonlyMap<string, string> {
  const files = buildPack(rules, ["sigma"], options).filter(({ target }) => target === "sigma");
  return new Map(
    files.flatMap(({ path, body }: Artifact) =>
      typeof body === "string" ? [[path.replace("sigma/", ""), body] as const] : [],
    ),
  );
}

const stamped = packOf({ context: "stamped" });
const native = packOf({ context: "native" });

function documentsOf(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

function content(pack: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...pack].filter(([path]) => /^(rules|correlations)/.test(path));
}

const FILTER = "filters/mf_claude_example.yml.example";
const CLEARANCES = "pipelines/claude_clearances.yml.example";
const placeholderRule = "rules-placeholder/claude/audit/claude_restricted_data_access.yml";

function golden(pack: ReadonlyMap<string, string>, path: string): readonly [string, () => string] {
  return [path.replaceAll("/", "-"), () => pack.get(path) ?? "absent"];
}

checkGolden(
  "pack-sigma",
  new Map([
    ["files.txt", () => `${[...stamped.keys()].join("\n")}\n`],
    ["files-native.txt", () => `${[...native.keys()].join("\n")}\n`],
    golden(stamped, FILTER),
    golden(stamped, "pipelines/ecs_claude.yml"),
    golden(stamped, "pipelines/sentinel_claude.yml"),
    golden(stamped, "pipelines/splunk_claude.yml"),
    golden(stamped, "validators.yml"),
    golden(stamped, "correlations/mr_claude_self_approval.yml"),
    golden(stamped, "rules/claude/audit/claude_restricted_data_access.yml"),
    golden(native, placeholderRule),
    golden(native, CLEARANCES),
    golden(native, "README.md"),
  ]),
);

describe("a Sigma pack", () => {
  it.each([...content(stamped), ...content(native)])("holds %s in valid form", (path, text) => {
    expect(checkSigmaDocuments(documentsOf(text))).toEqual([]);
    expect(path).toMatch(/\/(mr_)?[a-z0-9_]{10,66}\.yml$/);
  });

  it("gives every document an id and a name of its own", () => {
    for (const pack of [stamped, native]) {
      const documents = content(pack).flatMap(([, text]) => documentsOf(text)) as {
        readonly id: string;
        readonly name: string;
      }[];
      expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
      expect(new Set(documents.map(({ name }) => name)).size).toBe(documents.length);
    }
  });

  it("says the same to readers of YAML 1.1 and 1.2", () => {
    for (const text of [...stamped.values(), ...native.values()]) {
      if (text.startsWith("# Claude audit rules in Sigma")) continue;
      const read = (version: "1.1" | "1.2"): readonly unknown[] =>
        parseAllDocuments(text, { version }).map((document) => document.toJS() as unknown);
      expect(read("1.1")).toEqual(read("1.2"));
    }
  });

  it("keeps rules that need lists of the site apart, and names each list", () => {
    const listed = content(native).filter(([, text]) => text.includes("|expand"));
    expect(listed.map(([path]) => path)).toEqual([placeholderRule]);
    expect(content(native).filter(([path]) => path.includes("-placeholder"))).toEqual(listed);
    const names = listed.flatMap(([, text]) => text.match(/(?<=%)\w+(?=%)/g) ?? []);
    const { vars } = parse(native.get(CLEARANCES) ?? "") as { readonly vars: object };
    expect(Object.keys(vars)).toEqual([...new Set(names)].sort());
    expect(content(stamped).some(([, text]) => text.includes("|expand"))).toBe(false);
  });

  it("has no file of a rule that needs a calendar, when hours are not stamped", () => {
    const offHours = "rules/claude/audit/claude_off_hours_sensitive_access.yml";
    expect(stamped.has(offHours)).toBe(true);
    expect([...native.keys()].filter((path) => path.includes("off_hours"))).toEqual([]);
  });
});

describe("a processing pipeline", () => {
  it.each([
    ["ecs", "ecs"],
    ["sentinel", "sentinel"],
    ["splunk", "cim"],
  ] as const)("for %s names every field, and stops rules on other units", (file, schema) => {
    const { transformations } = parse(stamped.get(`pipelines/${file}_claude.yml`) ?? "") as {
      readonly transformations: readonly {
        readonly id: string;
        readonly mapping?: Readonly<Record<string, string>>;
        readonly field_name_conditions?: readonly { readonly fields: readonly string[] }[];
      }[];
    };
    const mapping = transformations.find(({ id }) => id === "claude_fields")?.mapping;
    const refused = transformations.find(({ id }) => id === "claude_lost_fields");
    const lost = refused?.field_name_conditions?.[0]?.fields ?? [];
    for (const field of eventFieldNames) {
      const place = resolveField(schema, field);
      expect(mapping?.[field]).toBe(place?.name);
      expect(lost.includes(field)).toBe(place?.transform !== "copy");
    }
  });
});

const id = "00000000-0000-5000-8000-000000000000";

function predicateOf(expression: string): Predicate {
  const { detection } = ruleWhere(expression);
  if (detection.kind !== "each") throw new Error(detection.kind);
  return detection.where;
}

function filterOf(expression: string): string {
  return renderFilter({
    title: "Known and accepted",
    rules: [id],
    predicate: predicateOf(expression),
    reason: "It is known.",
    date: "2026-01-01",
  });
}

const filters = [
  "department = red-team",
  "mcp_server in (a, b)",
  "not exists department",
  "department = red-team and not mcp_server in (a, b)",
  "department = a or department = b or token_input > 5",
  "always",
];

describe("a filter", () => {
  it.each(filters)("for %s is valid and reads all it defines", (expression) => {
    const documents = documentsOf(filterOf(expression));
    const problems = checkSigmaDocuments(documents);
    expect(problems).toEqual([`no rule is named ${id}`]);
  });

  it("takes what a site's overrides say", () => {
    const parsed = parseOverrides(
      "rules: { prompt-injection: { filters: [{ where: department = red-team, reason: Tests. }] } }",
      "claude-siem.content.yaml",
    );
    const [one] = parsed.ok ? (parsed.value[0]?.filters ?? []) : [];
    if (one === undefined) throw new Error("no filter");
    const { where, reason } = one;
    const shared = { title: "Known and accepted", rules: [id], date: "2026-01-01" };
    expect(documentsOf(renderFilter({ ...shared, predicate: where, reason }))).toMatchObject([
      { description: "Tests.", filter: { selection: { department: "red-team" }, rules: [id] } },
    ]);
  });

  it.each([
    ["no rules", { rules: [] }],
    ["no selection", { selection: undefined }],
    ["an empty condition", { condition: "" }],
    ["a field no event has", { selection: { user: "a" } }],
  ])("with %s is refused", (_, change) => {
    const [document] = documentsOf(filterOf("department = a")) as [{ readonly filter: object }];
    expect(schemaProblems("filter", document)).toEqual([]);
    const filter = JSON.parse(JSON.stringify({ ...document.filter, ...change })) as object;
    expect(schemaProblems("filter", { ...document, filter })).not.toEqual([]);
  });

  it("has neither level nor status", () => {
    const [document] = documentsOf(filterOf("department = a")) as [object];
    expect(schemaProblems("filter", { ...document, level: "low" })).not.toEqual([]);
  });
});

const folder = mkdtempSync(join(tmpdir(), "claude-siem-sigma-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

for (const [path, text] of native) writeFile(`native/${path}`, text);
for (const [path, text] of stamped) writeFile(path, text);
writeFile(placeholderRule, native.get(placeholderRule) ?? "");
writeFile("pipelines/claude_clearances.yml", native.get(CLEARANCES) ?? "");
filters.forEach((expression, index) => {
  writeFile(`filters/${index}.yml`, filterOf(expression));
});

const correlations = content(stamped)
  .map(([path]) => path)
  .filter((path) => path.startsWith("correlations/"));
const ordered = correlations.filter((path) => stamped.get(path)?.includes("temporal_ordered"));
const single = content(stamped)
  .map(([path]) => path)
  .filter((path) => path.startsWith("rules/"));
const withExists = single.filter((path) => stamped.get(path)?.includes("|exists"));

if (!hasSigma) process.stdout.write(`${note}\n`);

describe.skipIf(!hasSigma)("pySigma", () => {
  it("finds no error and no issue", { timeout: 60_000 }, () => {
    const found = "Found 0 errors, 0 condition errors and 0 issues";
    expect(sigmaCheck(folder, ["rules", "correlations"])).toContain(found);
    const paths = ["rules", "rules-placeholder", "correlations"];
    expect(sigmaCheck(join(folder, "native"), paths)).toContain(found);
  });

  it.each([
    ["splunk", "splunk", ordered],
    ["lucene", "ecs", correlations],
    ["eql", "ecs", [...correlations, ...withExists]],
    ["esql", "ecs", ordered],
    ["kusto", "sentinel", correlations],
  ])("converts every rule for %s that the backend knows", { timeout: 60_000 }, (...args) => {
    const [target, pipeline, refused] = args;
    const files = [...single, ...correlations];
    const queries = convert(target, folder, [`${pipeline}_claude.yml`], files);
    const found = files.filter((file) => typeof queries[file] !== "string");
    expect([...found].sort()).toEqual([...refused].sort());
    for (const query of Object.values(queries)) {
      if (typeof query !== "string") expect(query.refused).toMatch(/not support/);
      else if (target === "kusto") expect(analyzeKql(query).diagnostics).toEqual([]);
      else expect(query).not.toBe("");
    }
  });

  it("fills in the lists of the site", { timeout: 60_000 }, () => {
    const pipelines = ["claude_clearances.yml", "splunk_claude.yml"];
    const query = convert("splunk", folder, pipelines, [placeholderRule])[placeholderRule];
    expect(query).toContain(`NOT user_id_hash="${"0".repeat(64)}"`);
    const without = convert("splunk", folder, ["splunk_claude.yml"], [placeholderRule]);
    expect(without[placeholderRule]).toHaveProperty("refused");
  });

  it("refuses to compare a field that the product keeps in other units", {
    timeout: 60_000,
  }, () => {
    const text = stamped.get(single[0] ?? "") ?? "";
    const slow = text.replace(
      /detection:[\s\S]*?\nfields:/,
      "detection: {a: {duration_ms|gt: 5}, condition: a}\nfields:",
    );
    writeFile("slow.yml", slow);
    expect(convert("lucene", folder, ["ecs_claude.yml"], ["slow.yml"])["slow.yml"]).toEqual({
      refused: expect.stringContaining("does not keep the values"),
    });
  });

  it("applies filters", { timeout: 60_000 }, () => {
    const rule = "rules/claude/audit/claude_prompt_injection.yml";
    const { id: target } = parse(stamped.get(rule) ?? "") as { readonly id: string };
    const groups = filters.map((expression, index) => {
      writeFile(`filters/on_${index}.yml`, filterOf(expression).replace(id, target));
      return `${rule}+filters/on_${index}.yml`;
    });
    const queries = convert("kusto", folder, ["sentinel_claude.yml"], groups);
    const texts = groups.map((group) => String(queries[group]));
    for (const text of texts) expect(analyzeKql(text).diagnostics).toEqual([]);
    expect(texts[0]).toContain('(not(Department =~ "red-team"))');
    expect(texts[1]).toContain('(not((McpServer in~ ("a", "b"))))');
    expect(new Set(texts).size).toBe(filters.length);
  });
});
