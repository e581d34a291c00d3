import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import {
  checkExamples,
  checkSignatureName,
  checkSignatureSet,
} from "../../src/signature/check-signatures.ts";
import { parseSignature } from "../../src/signature/parse-signature.ts";

function load(code: string): string {
  return readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
}

/** Everything that is said about one file. */
function findings(text: string, name = "orders-to-forget.yaml"): readonly Diagnostic[] {
  const parsed = parseSignature(text, name);
  if (!parsed.ok) return parsed.diagnostics;
  return [...checkExamples(parsed.value), ...checkSignatureName(parsed.value, name)];
}

const places = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ code, span }) => [code, span.line, span.column, span.length]);

describe("a signature file", () => {
  it.each([
    ["G101", [["G101", 14, 18, 1]]],
    ["G102", [["G102", 14, 9, 31]]],
    ["G103", [["G103", 14, 9, 49]]],
    ["G104", [["G104", 14, 7, 4]]],
    ["G105", [["G105", 10, 16, 13]]],
    ["G106", [["G106", 16, 9, 24]]],
    ["G107", [["G107", 18, 9, 30]]],
    ["G110", [["G110", 2, 10, 3]]],
    ["G111", [["G111", 19, 9, 2]]],
  ])("with %s is told where", (code, expected) => {
    expect(places(findings(load(code)))).toEqual(expected);
  });

  it("has the name of its id", () => {
    expect(places(findings(load("G108"), "other.yaml"))).toEqual([["G108", 1, 5, 16]]);
    expect(findings(load("G108"))).toEqual([]);
  });

  it("shares no id with another", () => {
    const parsed = parseSignature(load("G109"), "a/orders-to-forget.yaml");
    const again = parseSignature(load("G109"), "b/orders-to-forget.yaml");
    if (!parsed.ok || !again.ok) throw new Error("the fixture is broken");
    const [finding] = checkSignatureSet([parsed.value, again.value]);
    expect(finding?.span.file).toBe("b/orders-to-forget.yaml");
    expect(finding?.message).toContain("a/orders-to-forget.yaml");
  });

  it("refuses keys it does not know, at every level", () => {
    const text = load("G108")
      .replace("severity:", "colour: red\nseverity:")
      .replace("    match:", "    hit: [a]\n    match:")
      .replace("  version: 5.6.0", "  version: 5.6.0\n  tactic: x");
    expect(findings(text).map(({ code }) => code)).toEqual(["Y106", "Y106", "Y106"]);
  });

  it("needs a language it knows, and a version of ATLAS it knows", () => {
    const text = load("G108").replace("  en:", "  xx:").replace("5.6.0", "4.0.0");
    expect(places(findings(text))).toEqual([
      ["Y107", 9, 12, 5],
      ["Y107", 12, 3, 2],
    ]);
  });
});
