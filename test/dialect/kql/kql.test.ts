import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kqlLexicon } from "../../../src/dialect/kql/lexicon.ts";
import { compileKql, KQL_LENGTH_MAX } from "../../../src/dialect/kql/query.ts";
import { constructs, goldenTexts, ruleOver, ruleWhere, shippedRules } from "../cases.ts";
import { checkGolden } from "../golden.ts";
import { analyzeKql } from "./kusto.ts";

checkGolden("kql", goldenTexts(compileKql));

const rules = [...shippedRules().map((rule) => [rule.name, rule] as const), ...constructs];
const compiled = rules
  .map(([name, rule]) => [name, compileKql(rule)] as const)
  .filter(([, { texts }]) => texts.length > 0);

describe("Microsoft's binder", () => {
  it.each(compiled)("takes %s, with the columns we promise", (_, { texts, columns }) => {
    for (const { text } of texts) {
      const found = analyzeKql(text);
      expect(found.diagnostics).toEqual([]);
      expect(Object.keys(found.columns)).toEqual(columns.map(({ name }) => name));
      expect(found.columns["TimeGenerated"]).toBe("datetime");
    }
  });

  it("would notice a wrong column, a wrong type and broken syntax", () => {
    const query = compileKql(ruleWhere("token_input > 5")).texts[0]?.text ?? "";
    expect(analyzeKql(query).diagnostics).toEqual([]);
    for (const [from, to] of [
      ["TokenInput >", "TokensInput >"],
      ["TokenInput > 5", "TokenInput > ago(1d)"],
      ["| project", "| projekt"],
    ] as const) {
      expect(query).toContain(from);
      expect(analyzeKql(query.replace(from, to)).diagnostics).not.toEqual([]);
    }
  });
});

/** Reads one KQL string literal by the language's rules; throws where it does not end the text. */
function readLiteral(source: string): string {
  let value = "";
  let at = 1;
  expect(source[0]).toBe("'");
  for (; source[at] !== "'"; at += 1) {
    const character = source[at] ?? "";
    if (!/^[\x20-\x7e]$/.test(character)) throw new Error(`bare ${JSON.stringify(character)}`);
    if (character !== "\\") {
      value += character;
      continue;
    }
    at += 1;
    if (source[at] === "u") {
      value += String.fromCharCode(Number.parseInt(source.slice(at + 1, at + 5), 16));
      at += 4;
    } else value += source[at] ?? "";
  }
  expect(at).toBe(source.length - 1);
  return value;
}

const anyText = fc.string({ unit: fc.constantFrom("'", '"', "\\", "`", "\n", "\u2028", "é", "a") });

describe("a value", () => {
  it("survives quoting, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: "binary" })), (value) => {
        expect(readLiteral(kqlLexicon.string(value))).toBe(value);
      }),
    );
  });

  it("never breaks out of its place in the binder's eyes", () => {
    const span = ruleWhere("always").span;
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(text !== "");
        const rule = ruleOver({ kind: "equals", field: "mcp_tool", value: text, span });
        const [query] = compileKql(rule).texts;
        expect(analyzeKql(query?.text ?? "").diagnostics).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("limits of Sentinel", () => {
  it("refuse a query that is too long", () => {
    const words = Array.from({ length: 2000 }, (_, index) => `tool-${index}`);
    const rule = ruleWhere(`mcp_tool in (${words.join(", ")})`);
    const { fidelity, texts } = compileKql(rule);
    expect(texts).toEqual([]);
    expect(fidelity).toMatchObject({ level: "refused", reason: /characters/ });
    expect(JSON.stringify(fidelity)).toContain(String(KQL_LENGTH_MAX));
  });
});
