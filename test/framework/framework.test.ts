import { expect, it } from "vitest";
import { atlasTactics, atlasTechniques } from "../../src/framework/atlas.ts";
import { attackTactics, attackTechniques } from "../../src/framework/attack.ts";
import {
  frameworkEntryName,
  frameworkIds,
  frameworkVersions,
  groupByTactic,
} from "../../src/framework/lookup.ts";

it.each([
  ["attack", attackTechniques, attackTactics],
  ["atlas", atlasTechniques, atlasTactics],
] as const)("every technique of %s belongs to tactics there are", (_, techniques, tactics) => {
  const known = new Set(tactics.map(({ id }) => id));
  for (const technique of techniques.values()) {
    expect(technique.tactics.length, technique.id).toBeGreaterThan(0);
    for (const tactic of technique.tactics) expect(known, technique.id).toContain(tactic);
    // A sub-technique stands under a technique of the table, and under its tactics.
    const parent = techniques.get(technique.id.replace(/(T\d{4})\.\d{3}$/, "$1"));
    expect(parent, technique.id).toBeDefined();
    for (const tactic of technique.tactics) expect(parent?.tactics).toContain(tactic);
  }
});

it("tells editions of one list apart", () => {
  expect(frameworkEntryName("owasp_llm", "2025", "LLM03")).toBe("Supply Chain");
  expect(frameworkEntryName("owasp_llm", "2026", "LLM03")).toBe("Excessive Agency");
  expect(frameworkEntryName("owasp_llm", "2023", "LLM03")).toBeUndefined();
  expect(frameworkEntryName("attack", "12.0", "T1078")).toBeUndefined();
  for (const framework of ["attack", "atlas", "owasp_llm"] as const) {
    for (const version of frameworkVersions(framework))
      expect(frameworkIds(framework, version).length).toBeGreaterThan(3);
  }
});

it("groups techniques under every tactic they belong to, in the order of the matrix", () => {
  const groups = groupByTactic(["T1213", "T1078", "T1078", "T0000"]);
  expect(
    groups.map(({ tactic, techniques }) => [tactic.name, techniques.map(({ id }) => id)]),
  ).toEqual([
    ["Initial Access", ["T1078"]],
    ["Persistence", ["T1078"]],
    ["Privilege Escalation", ["T1078"]],
    ["Defense Evasion", ["T1078"]],
    ["Collection", ["T1213"]],
  ]);
});
