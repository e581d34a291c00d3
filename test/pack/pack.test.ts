import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildTargets, renderManifest } from "../../src/pack/artifact.ts";
import { buildPack } from "../../src/pack/build-pack.ts";
import { fidelityRows, renderFidelityTable } from "../../src/pack/fidelity-table.ts";
import type { RuleIr } from "../../src/rule/ir.ts";
import { constructs, shippedRules } from "../dialect/cases.ts";
import { checkGolden } from "../dialect/golden.ts";

const rules = shippedRules().map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));
const pack = buildPack(rules, buildTargets);

function bytesOf(path: string): string | Uint8Array {
  const body = pack.find((one) => one.path === path)?.body;
  if (body === undefined) throw new Error(`no ${path}`);
  return body;
}

function construct(name: string): RuleIr {
  const rule = constructs.get(name);
  if (rule === undefined) throw new Error(`no ${name}`);
  return { ...rule, name };
}

checkGolden(
  "pack",
  new Map([["fidelity-table.md", () => renderFidelityTable(pack, buildTargets)]]),
);

describe("a pack", () => {
  it("has the same bytes whatever order the rules come in", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rules, { minLength: rules.length }), (shuffled) => {
        expect(buildPack(shuffled, buildTargets)).toEqual(pack);
      }),
      { numRuns: 10 },
    );
  });

  it("keeps every file in its target's folder, once", () => {
    const paths = pack.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { path, target } of pack) {
      expect(path).toMatch(new RegExp(`^${target}/[A-Za-z/_.-]+$`));
    }
  });

  it("says of each file what it is, and its hash", () => {
    const manifest = JSON.parse(renderManifest(pack, "1.2.3")) as {
      artifacts: { path: string | null; sha256: string | null; rule?: string; source: string }[];
    };
    const paths = pack.map(({ path, body }) => (body === undefined ? null : path));
    expect(manifest.artifacts.map(({ path }) => path)).toEqual(paths);
    for (const { path, sha256, rule, source } of manifest.artifacts) {
      if (path !== null)
        expect(sha256).toBe(createHash("sha256").update(bytesOf(path)).digest("hex"));
      if (rule === undefined) expect(source).toMatch(/^(rules|mappings\/[a-z]+\.yaml)$/);
      else expect(source).toBe(`rules/${rule}/rule.yaml`);
    }
  });

  it("gives a refused rule an entry and no file", () => {
    const refused = { rule: construct("baseline-zone"), source: "rules/refused/rule.yaml" };
    const small = buildPack([...rules, refused], ["splunk"]);
    const entries = small.filter(({ rule }) => rule === refused.rule.name);
    expect(entries).toMatchObject([{ kind: "query", fidelity: { level: "refused" } }]);
    expect(entries[0]).not.toHaveProperty("body");
    const manifest = JSON.parse(renderManifest(entries, "1.2.3")) as { artifacts: object[] };
    expect(manifest.artifacts).toMatchObject([{ path: null, sha256: null, rule: "baseline-zone" }]);
    const searches = (list: typeof pack): unknown =>
      list.find(({ path }) => path.endsWith("savedsearches.conf"))?.body;
    expect(searches(small)).toBe(searches(pack));
  });

  it("leaves no placeholder unresolved", () => {
    for (const { path, body } of pack) {
      if (typeof body !== "string") continue;
      expect(body, path).not.toMatch(/undefined|\[object|(?<!%)\{[a-z_]+\}/);
    }
  });
});

describe("the table of verdicts", () => {
  it("has a row for each rule and a note for each reason", () => {
    const table = renderFidelityTable(pack, buildTargets);
    expect(fidelityRows(pack, buildTargets).map(({ rule }) => rule)).toEqual(
      rules.map(({ rule }) => rule.name),
    );
    for (const { fidelity } of pack) {
      if (fidelity.level !== "exact") expect(table).toContain(fidelity.reason);
    }
  });
});
