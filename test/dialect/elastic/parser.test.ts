/** ES|QL as a parser of its own grammar reads it, where a Python with esql-parser is at hand. */
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dashboardObject } from "../../../src/dashboard/kibana/saved-object.ts";
import { compileElastic } from "../../../src/dialect/elastic/query.ts";
import { buildPack } from "../../../src/pack/build-pack.ts";
import { shippedDashboard, shippedNames } from "../../dashboard/panels.ts";
import { constructs, ruleOf, shippedRules } from "../cases.ts";

const python = process.env["CLAUDE_SIEM_PYTHON"] ?? "python3";
const hasParser = spawnSync(python, ["-c", "import esql_parser.EsqlBaseParser"]).status === 0;
if (!hasParser)
  process.stdout.write("skipped: no esql-parser (CLAUDE_SIEM_PYTHON names a Python that has it)\n");

/** Syntax errors of each text. */
function parse(texts: readonly string[]): readonly (readonly string[])[] {
  const script = `${import.meta.dirname}/parse.py`;
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly (readonly string[])[];
}

function expectLegal(texts: readonly string[]): void {
  expect(texts.length).toBeGreaterThan(0);
  parse(texts).forEach((errors, index) => {
    expect(errors, texts[index]).toEqual([]);
  });
}

describe.skipIf(!hasParser)("esql-parser", { timeout: 120_000 }, () => {
  it("takes every shipped rule as Elastic runs it, stamped and looked up", () => {
    const rules = shippedRules().map((rule) => ({ rule, source: "rules" }));
    const queries = (["stamped", "native"] as const).flatMap((context) =>
      buildPack(rules, ["elastic"], { context })
        .filter(({ kind }) => kind === "detection_rule")
        .flatMap(({ body }) => (typeof body === "string" ? [body] : []))
        .map((body) => JSON.parse(body) as { type: string; query: string })
        .filter(({ type }) => type === "esql")
        .map(({ query }) => query),
    );
    expectLegal(queries);
  });

  it("takes every construct", () => {
    const texts = [...constructs.values()].flatMap((rule) => compileElastic(rule).texts);
    expectLegal(texts.filter(({ language }) => language === "esql").map(({ text }) => text));
  });

  it("takes any value in its place", () => {
    const values = fc.sample(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), 300);
    const texts = values.flatMap((value) => {
      const rule = ruleOf(
        `kind: threshold\nwhere: session_id = a\nby: [department]\nmeasure: count\nwithin: 1h\ngreater_than: 3`,
        "department",
      );
      if (rule.detection.kind !== "threshold") throw new Error("kind");
      const { span } = rule;
      const where = { kind: "equals" as const, field: "session_id" as const, value, span };
      const { texts: made } = compileElastic({ ...rule, detection: { ...rule.detection, where } });
      return made.map(({ text }) => text);
    });
    expectLegal(texts);
  });

  it("takes every query of the dashboards for Kibana, of charts, controls and links", () => {
    const texts = shippedNames.flatMap((name) => {
      const { attributes } = dashboardObject(shippedDashboard(name));
      const text = JSON.stringify(attributes);
      const encoded = [...text.matchAll(/_a=([^)\\]*)/g)].map(([, state = ""]) => {
        const rison = decodeURIComponent(state);
        return (/esql:'(.*)'\)\)$/s.exec(rison)?.[1] ?? "").replace(/!(.)/g, "$1");
      });
      const { panelsJSON } = attributes["controlGroupInput"] as { readonly panelsJSON: string };
      const panels = `${String(attributes["panelsJSON"])}${panelsJSON}`;
      const plain = [...panels.matchAll(/"esql(?:Query)?":"((?:[^"\\]|\\.)*)"/g)].map(
        ([, one = ""]) => JSON.parse(`"${one}"`) as string,
      );
      return [...encoded, ...plain];
    });
    expect(texts.length).toBeGreaterThan(100);
    expectLegal([...new Set(texts)]);
  });

  it("refuses what is broken, so that it says something", () => {
    const broken = ["FROM a | WHERE (b == 1", "FROM a | STATS BY", "FROM a | EVIL x = 1"];
    for (const errors of parse(broken)) expect(errors.length).toBeGreaterThan(0);
  });
});
