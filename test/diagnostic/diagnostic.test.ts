import { readdirSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue, findEntry } from "../../src/diagnostic/catalogue.ts";
import { type Diagnostic, report } from "../../src/diagnostic/diagnostic.ts";
import * as yamlMessage from "../../src/diagnostic/message/yaml.ts";
import { printable, renderDiagnostics } from "../../src/diagnostic/render.ts";
import { editDistance, nearest } from "../../src/diagnostic/suggest.ts";

const source = "severity:\n  level: hihg\n";
const finding = report(
  yamlMessage.unknownValue,
  { file: "rules/a:b,c.yaml", line: 2, column: 10, length: 4 },
  { key: "level", value: "hihg", known: ["low", "medium", "high", "critical"] },
);
const options = {
  colour: false,
  version: "1.2.3",
  sourceLine: (_: string, line: number) => source.split("\n")[line - 1],
};

describe("the catalogue", () => {
  it("has unique codes in the form of a letter and three digits", () => {
    const codes = catalogue.map((entry) => entry.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[A-Z][1-9][0-9]{2}$/);
  });

  it("explains every code, and shows it by a fixture", () => {
    const fixtures = new Set(
      readdirSync("test/fixtures/diagnostic").map((name) => name.slice(0, 4)),
    );
    const made = new Set(["Y103"]); // Its fixture would be a megabyte; the test makes it.
    for (const entry of catalogue) {
      expect(entry.explanation.length, entry.code).toBeGreaterThan(40);
      expect(entry.name, entry.code).toMatch(/^[a-z0-9-]+$/);
      expect(fixtures.has(entry.code) || made.has(entry.code), `fixture for ${entry.code}`).toBe(
        true,
      );
    }
    for (const name of fixtures)
      expect(findEntry(name), `fixture ${name} has no message`).toBeDefined();
  });

  it("is found in any case", () => {
    expect(findEntry("y107")?.name).toBe("unknown-value");
    expect(findEntry("Z999")).toBeUndefined();
  });
});

describe("renderDiagnostics", () => {
  it("shows people the line, carets and advice", () => {
    expect(renderDiagnostics([finding], "text", options)).toBe(
      [
        'rules/a:b,c.yaml:2:10 error Y107: "hihg" is not a value of level',
        "    2 |   level: hihg",
        "      |          ^^^^",
        '      = help: Did you mean "high"? Expected one of: low, medium, high, critical.',
        "1 error, 0 warnings",
        "",
      ].join("\n"),
    );
  });

  it("writes one JSON object a line for machines", () => {
    const lines = renderDiagnostics([finding, finding], "json", options).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as Diagnostic)).toEqual([finding, finding]);
  });

  it("escapes what GitHub would misread", () => {
    expect(renderDiagnostics([finding], "github", options)).toBe(
      '::error file=rules/a%3Ab%2Cc.yaml,line=2,col=10,endColumn=14,title=Y107::"hihg" is not a value of level. Did you mean "high"? Expected one of: low, medium, high, critical.\n',
    );
  });

  it("writes SARIF 2.1.0", () => {
    const log = JSON.parse(renderDiagnostics([finding], "sarif", options));
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "claude-siem", version: "1.2.3", rules: [{ id: "Y107" }] } },
          results: [
            {
              ruleId: "Y107",
              level: "error",
              locations: [
                { physicalLocation: { region: { startLine: 2, startColumn: 10, endColumn: 14 } } },
              ],
            },
          ],
        },
      ],
    });
  });

  it("sorts by place", () => {
    const later = { ...finding, span: { ...finding.span, line: 9 } };
    const lines = renderDiagnostics([later, finding], "json", options).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Diagnostic).span.line)).toEqual([2, 9]);
  });

  it("never lets input move the cursor or hide text", () => {
    expect(printable("a\u001b[2Jb\r\n\u202ec")).toBe("a\\u001b[2Jb\\u000d\\u000a\\u202ec");
  });
});

describe("suggestions", () => {
  it("count swaps of neighbours as one slip", () => {
    expect(editDistance("hihg", "high")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
  });

  it("are a metric, near enough", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it("are withheld when nothing is near", () => {
    expect(nearest("departement", ["department", "deployment"])).toBe("department");
    expect(nearest("xyz", ["department"])).toBeUndefined();
  });
});
