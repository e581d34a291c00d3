import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splLexicon } from "../../../src/dialect/spl/lexicon.ts";
import { compileSpl } from "../../../src/dialect/spl/query.ts";
import { constructs, goldenTexts, ruleOver, ruleWhere, shippedRules } from "../cases.ts";
import { checkGolden } from "../golden.ts";

checkGolden("spl", goldenTexts(compileSpl));

/** Reads one string expression as Splunk's eval does. */
function readExpression(source: string): string {
  const call = /^urldecode\("((?:%[0-9A-F]{2})*)"\)$/.exec(source);
  if (call !== null) return decodeURIComponent(call[1] ?? "");
  const literal = /^"((?:[^"\\]|\\["\\])*)"$/.exec(source);
  if (literal === null) throw new Error(`not one string: ${source}`);
  return (literal[1] ?? "").replace(/\\(["\\])/g, "$1");
}

/** Reads one quoted field name of eval. */
function readName(source: string): string {
  if (/^\w+$/.test(source)) return source;
  const quoted = /^'((?:[^'\\]|\\['\\])*)'$/.exec(source);
  if (quoted === null) throw new Error(`not one name: ${source}`);
  return (quoted[1] ?? "").replace(/\\(['\\])/g, "$1");
}

const awkward = fc.string({
  unit: fc.constantFrom('"', "'", "\\", "`", "\n", "\r", "$", "|", "[", "]", "%", "é", "中", "a"),
});

describe("a value", () => {
  it("survives quoting, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(awkward, fc.string({ unit: "grapheme" })), (value) => {
        const source = splLexicon.string(value);
        expect(readExpression(source)).toBe(value);
        expect(source).not.toMatch(/[\n\r`]/);
      }),
    );
  });

  it("is not a name, and a name is not a value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        expect(readName(splLexicon.name(name))).toBe(name);
      }),
    );
  });
});

/** Commands and functions whose behaviour is documented the same for all engines that speak SPL. */
const commands = new Set(
  "search where eval stats streamstats bin timechart sort dedup fields rename fillnull mvexpand top".split(
    " ",
  ),
);
const functions = new Set(
  "now if case coalesce isnull tonumber strftime strptime relative_time match like mvappend mvcount count dc sum avg min max values earliest latest urldecode".split(
    " ",
  ),
);

/** Splits at pipes outside of strings. */
function stepsOf(query: string): readonly string[] {
  return query
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (text) => text.replaceAll("|", "\u0000"))
    .split("|")
    .map((step) => step.replaceAll("\u0000", "|").trim());
}

describe("a search", () => {
  const rules = [...shippedRules().map((rule) => [rule.name, rule] as const), ...constructs];
  it.each(rules)("%s keeps to the portable subset", (_, rule) => {
    const [query] = compileSpl(rule).texts;
    if (query === undefined) return;
    const [base, ...steps] = stepsOf(query.text);
    expect(base).toBe('`claude_index` source="claude_deployment"');
    for (const step of steps) {
      const [command = ""] = step.split(" ", 1);
      expect(commands.has(command), step).toBe(true);
      const bare = step.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
      for (const [, called = ""] of bare.matchAll(/([a-z_]\w*)\(/g)) {
        expect(functions.has(called), `${called} in ${step}`).toBe(true);
      }
      if (command === "stats" || command === "streamstats") {
        expect(step.slice(step.lastIndexOf(" by "))).not.toContain(",");
      }
    }
  });

  it("refuses a field whose values the mapping changes", () => {
    const span = { file: "rule.yaml", line: 1, column: 1, length: 1 };
    const rule = ruleOver({ kind: "equals", field: "timestamp", value: "x", span });
    expect(compileSpl(rule)).toMatchObject({ fidelity: { level: "refused" }, texts: [] });
  });

  it("refuses an object, of which Splunk has the members only", () => {
    expect(compileSpl(ruleWhere("exists details"))).toMatchObject({
      fidelity: { level: "refused", reason: expect.stringContaining("details") },
      texts: [],
    });
  });

  it("counts events of one time together before the window slides over them", () => {
    const rule = constructs.get("threshold-count");
    const [query] = rule === undefined ? [] : compileSpl(rule).texts;
    const steps = stepsOf(query?.text ?? "").map((step) => step.split(" ", 1)[0]);
    const at = (command: string): number => steps.indexOf(command);
    expect(at("dedup")).toBeLessThan(at("stats"));
    expect(at("stats")).toBeLessThan(at("sort"));
    expect(at("sort")).toBeLessThan(at("streamstats"));
  });
});
