import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { plainValue, type YamlNode, type YamlScalar } from "../../src/yaml/node.ts";
import { parseYaml, YAML_BYTES_MAX } from "../../src/yaml/parse.ts";
import { formatDuration, MapReader } from "../../src/yaml/reader.ts";

function parsed(text: string): YamlNode {
  const result = parseYaml(text, "f.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

/** Reads `{name: text, limit: number 1–100, level?: choice}` and returns where the problems are. */
function readSmall(text: string): readonly (readonly [string, number, number])[] {
  const diagnostics: Diagnostic[] = [];
  const result = parseYaml(text, "f.yaml");
  diagnostics.push(...result.diagnostics);
  const reader = result.ok ? MapReader.of(result.value, "a small file", diagnostics) : undefined;
  reader?.string("name");
  reader?.number("limit", { integer: true, min: 1, max: 100 });
  reader?.optionalChoice("level", ["low", "medium", "high"]);
  reader?.done();
  return diagnostics.map(({ code, span }) => [code, span.line, span.column]);
}

function fixture(code: string): string {
  return readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
}

describe("every YAML message", () => {
  it.each<[string, number, number]>([
    ["Y101", 2, 1],
    ["Y102", 2, 3],
    ["Y104", 1, 7],
    ["Y105", 1, 1],
    ["Y106", 3, 1],
    ["Y107", 3, 8],
    ["Y108", 2, 8],
  ])("%s stands at %i:%i", (code, line, column) => {
    expect(readSmall(fixture(code))).toContainEqual([code, line, column]);
  });

  it("Y103 refuses a huge file before parsing it", () => {
    const result = parseYaml("x".repeat(YAML_BYTES_MAX + 1), "f.yaml");
    expect(result.diagnostics.map((one) => one.code)).toEqual(["Y103"]);
  });
});

describe("parseYaml", () => {
  it("reads what another YAML writer wrote", () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        scalar,
        fc.array(tie("node")),
        fc.dictionary(fc.string(), tie("node")),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), tree), (value) => {
        const clean = JSON.parse(
          JSON.stringify(value).replaceAll('"__proto__"', '"p"').replaceAll('"<<"', '"m"'),
        );
        expect(plainValue(parsed(stringify(clean)))).toEqual(clean);
      }),
    );
  });

  it("refuses every way to hide a value", () => {
    for (const text of [
      "a: &x 1",
      "a: &x [1]\nb: *x",
      "a: !!str 1",
      "a: {<<: {b: 1}}",
      "a: 1\n---\nb: 2",
    ]) {
      expect(
        readSmall(text).map(([code]) => code),
        text,
      ).toContain("Y102");
    }
  });

  it("stops an alias bomb by refusing its first alias, quickly", () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(", ")}]`,
    );
    const result = parseYaml(["l0: &l0 x", ...levels].join("\n"), "bomb.yaml");
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]).toMatchObject({ code: "Y102", span: { line: 1 } });
  });

  it("says where duplicate keys and unclosed quotes are", () => {
    expect(readSmall("name: a\nlimit: 1\nname: b")).toContainEqual(["Y101", 3, 1]);
    expect(readSmall('name: "a\nlimit: 1')[0]?.[0]).toBe("Y101");
  });

  it("keeps YAML 1.1 words as text", () => {
    expect(plainValue(parsed("a: [on, no, off, y, 2026-01-01]"))).toEqual({
      a: ["on", "no", "off", "y", "2026-01-01"],
    });
  });

  it.each([
    ["plain", "where: alpha and beta"],
    ["double quoted", 'where: "alpha and beta"'],
    ["single quoted", "where: 'alpha and beta'"],
    ["literal block", "where: |\n  alpha and\n  beta"],
    ["folded block", "where: >-\n  alpha\n  and beta"],
    ["plain over two lines", "where: alpha\n  and beta"],
  ])("knows where a word stands inside a %s scalar", (_name, text) => {
    const root = parsed(text);
    const scalar = (root.kind === "map" ? root.entries[0]?.value : undefined) as YamlScalar;
    const offset = String(scalar.value).indexOf("beta");
    const place = scalar.within(offset, 4);
    const source = text.split("\n")[place.line - 1] ?? "";
    expect(source.slice(place.column - 1, place.column - 1 + place.length)).toBe("beta");
  });
});

it("writes durations in the shortest exact form", () => {
  expect([600_000, 86_400_000, 5_400_000, 1500, 0].map(formatDuration)).toEqual([
    "10m",
    "1d",
    "90m",
    "1500ms",
    "0ms",
  ]);
});
