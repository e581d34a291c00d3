import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkFidelity, compileRule } from "../../src/dialect/compile.ts";
import { ruleTargets } from "../../src/dialect/compiled.ts";
import { uuidV5 } from "../../src/dialect/uuid.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { constructs, starterRules } from "./cases.ts";

describe("every message of the compilers", () => {
  it.each([
    ["D801", ["sigma", "sentinel", "splunk", "elastic"]],
    ["D802", ["sigma", "sentinel"]],
  ] as const)("%s stands at detect", (code, targets) => {
    const file = `test/fixtures/diagnostic/${code}.yaml`;
    const text = readFileSync(file, "utf8");
    const line = text.split("\n").indexOf("detect:") + 2;
    const rule = parseRule(text, file);
    const found = rule.ok ? checkFidelity(rule.value, ruleTargets) : rule.diagnostics;
    expect(found.map((one) => [one.code, one.span.line, one.span.column])).toEqual(
      targets.map(() => [code, line, 3]),
    );
    targets.forEach((target, index) => {
      expect(found[index]?.message).toContain(` for ${target}: `);
      expect(found[index]?.help).toMatch(/^[A-Z].*\.$/);
    });
  });
});

describe("compileRule", () => {
  it("gives every starter rule to every target", () => {
    for (const rule of starterRules()) {
      for (const target of ruleTargets) {
        const { fidelity, texts } = compileRule(rule, target);
        expect(fidelity.level, `${rule.name} for ${target}`).not.toBe("refused");
        expect(texts).not.toEqual([]);
      }
    }
  });

  it("says the reason without a stop and the remedy as a sentence", () => {
    for (const rule of constructs.values()) {
      for (const target of ruleTargets) {
        const { fidelity } = compileRule(rule, target);
        if (fidelity.level === "exact") continue;
        expect(fidelity.reason).toMatch(/[^.]$/);
        expect(fidelity.remedy).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  it("does not depend on what was compiled before", () => {
    const texts = (): string =>
      JSON.stringify(
        [...constructs.values()].map((rule) => ruleTargets.map((t) => compileRule(rule, t))),
      );
    expect(texts()).toBe(texts());
  });

  it("survives the IR's way through JSON", () => {
    for (const rule of starterRules()) {
      const copy = JSON.parse(JSON.stringify(rule)) as typeof rule;
      for (const target of ruleTargets) {
        expect(compileRule(copy, target)).toEqual(compileRule(rule, target));
      }
    }
  });
});

describe("uuidV5", () => {
  it("agrees with the example of RFC 9562, A.4", () => {
    const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    expect(uuidV5(dns, "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  });
});
