import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse as parseAnyYaml } from "yaml";
import { renderTemplate, shownValue, type TemplateItem } from "../../src/cli/init/template.ts";
import type { OptionRows } from "../../src/config/section.ts";
import { parseConnectorConfig } from "../../src/connector/config.ts";
import { configSchema } from "../../src/connector/config-schema.ts";
import { connectorTable, sinkSettings } from "../../src/connector/config-table.ts";
import { defaultConfiguration } from "../../src/connector/defaults.ts";
import { kinds } from "../../src/connector/registry.ts";

const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(configSchema(kinds));

interface Verdicts {
  readonly schema: boolean;
  readonly parser: readonly string[];
}

/** What the schema and the parser say; settings that do not go together are right one by one. */
function judge(text: string): Verdicts {
  const found = parseConnectorConfig(text, "claude-siem.yaml", kinds).diagnostics;
  return {
    schema: validate(parseAnyYaml(text)),
    parser: found.map(({ code }) => code).filter((code) => code !== "F908"),
  };
}

const entries = [
  ...kinds.sources.map((entry) => ({ what: "source" as const, ...entry })),
  ...kinds.sinks.map((entry) => ({ what: "sink" as const, ...entry })),
];

function file(what: "source" | "sink", item: TemplateItem): string {
  const other = {
    kind: (what === "source" ? kinds.sinks : kinds.sources)[0]?.kind ?? "",
    values: {},
  };
  return renderTemplate(kinds, {
    schema: "schema.json",
    root: {},
    sources: [what === "source" ? item : other],
    sinks: [what === "sink" ? item : other],
  });
}

/** Every key of the file: of the root, of each kind, and inside of maps. */
function* everyRow(
  rows: OptionRows,
  path: string,
): Generator<readonly [string, OptionRows[string]]> {
  for (const [key, option] of Object.entries(rows)) {
    yield [`${path} ${key}`, option];
    yield* everyRow(option.rows ?? {}, `${path} ${key}`);
  }
}

describe("the kinds that ship", () => {
  it("are all there", () => {
    expect(kinds.sources.map(({ kind }) => kind)).toEqual([
      "file",
      "stdin",
      "http",
      "otlp",
      "compliance_feed",
      "syslog",
      "kafka",
    ]);
    expect(kinds.sinks.map(({ kind }) => kind)).toEqual([
      "elasticsearch",
      "sentinel",
      "splunk",
      "syslog",
      "webhook",
      "file",
      "kafka",
      "embedded",
    ]);
  });

  it("have names of their own", () => {
    for (const list of [kinds.sources, kinds.sinks])
      expect(new Set(list.map(({ kind }) => kind)).size).toBe(list.length);
  });

  it.each(entries)("$what $kind keeps to its own keys", ({ kind, rows, summary, starter }) => {
    expect(summary, kind).toMatch(/^[A-Z].*\.$/);
    const taken = ["name", "kind", ...Object.keys(sinkSettings)];
    for (const key of Object.keys(rows)) expect(taken, kind).not.toContain(key);
    for (const key of starter) expect(Object.keys(rows), kind).toContain(key);
  });

  it("say what every key is for", () => {
    const all = [
      ...everyRow(connectorTable(kinds) as OptionRows, "root"),
      ...entries.flatMap(({ kind, rows }) => [...everyRow(rows, kind)]),
    ];
    for (const [path, { doc }] of all) {
      expect(path.split(" ").at(-1), path).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(doc, path).toMatch(/^[A-Za-z0-9`].{10,}\.$/);
    }
  });
});

describe("the configuration that is used when there is none", () => {
  it.each([true, false])("is right, with an engine: %s", (hasEngine) => {
    expect(judge(defaultConfiguration("/var/lib/claude-siem", hasEngine))).toEqual({
      schema: true,
      parser: [],
    });
  });
});

describe("examples in the documentation", () => {
  const pages = [
    "README.md",
    ...readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const examples = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/^```yaml\n(.*?)^```/gms)]
      .map(([, text = ""]) => ({ page, text }))
      .filter(({ text }) => /^version: 1$/m.test(text) && /^sinks:/m.test(text)),
  );

  it("are there, on every page that tells how to do something with a connector", () => {
    // Dashboards are read from a log or imported, and programs configure a connector in code.
    const others = ["show-a-dashboard", "import-dashboards", "log-from-your-own-code"];
    const without = [...others, "match-signatures"].map((name) => `docs/how-to/${name}.md`);
    const howTos = pages.filter(
      (page) => page.startsWith("docs/how-to/") && !without.includes(page),
    );
    expect(howTos.length).toBeGreaterThan(0);
    const withExample = new Set(examples.map(({ page }) => page));
    for (const page of howTos) expect(withExample, page).toContain(page);
  });

  it.each(examples)("of $page are right", ({ text }) => {
    expect(judge(text)).toEqual({ schema: true, parser: [] });
    // `judge` leaves settings that do not go together to this.
    expect(parseConnectorConfig(text, "claude-siem.yaml", kinds).diagnostics).toEqual([]);
  });
});

describe.each(entries)("$what $kind", ({ what, kind, rows }) => {
  it("is right as init writes it, for the schema and for the parser", () => {
    expect(judge(file(what, { kind, values: {} }))).toEqual({ schema: true, parser: [] });
  });

  it("takes the value that is shown for each key", () => {
    for (const [key, option] of Object.entries(rows)) {
      if (option.rows !== undefined) continue;
      const text = file(what, { kind, values: { [key]: shownValue(option) } });
      expect(judge(text), `${kind} ${key}`).toEqual({ schema: true, parser: [] });
    }
  });

  it("refuses nonsense for each key, in the schema and in the parser", () => {
    for (const [key, { rows: inner }] of Object.entries(rows)) {
      if (inner !== undefined) continue;
      const { schema, parser } = judge(file(what, { kind, values: { [key]: "[[]]" } }));
      expect(schema, `${kind} ${key}`).toBe(false);
      expect(parser.length, `${kind} ${key}`).toBeGreaterThan(0);
    }
  });
});
