import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainRule } from "../../src/rule/explain-rule.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { parseRuleTests } from "../../src/rule/parse-tests.ts";
import { rationalOf } from "../../src/rule/rational.ts";
import { suppressAlerts } from "../../src/rule/suppress.ts";
import { loadCases, loadRule, ruleNames, ruleText } from "../engine/rules.ts";
import { expectGolden } from "../golden.ts";

describe("the shipped rules", () => {
  it.each(ruleNames)("%s is explained in words", (name) => {
    expectGolden(`explain/${name}.txt`, explainRule(loadRule(name)));
  });

  it.each(ruleNames)("%s shows its boundary on both sides", (name) => {
    const cases = loadCases(name);
    expect(cases.filter(({ expect: alerts }) => alerts.length > 0).length).toBeGreaterThanOrEqual(
      2,
    );
    expect(cases.filter(({ expect: alerts }) => alerts.length === 0).length).toBeGreaterThanOrEqual(
      3,
    );
  });

  it("carry the predicates, limits and severities they promise", () => {
    const summary = ruleNames.map((name) => {
      const { severity, detection, suppress } = loadRule(name);
      const plain = JSON.stringify(
        { severity, detection, suppress },
        (key, value: unknown) => (key === "span" ? undefined : value),
        2,
      );
      return `${name}\n${plain}\n`;
    });
    expectGolden("rules.txt", summary.join("\n"));
  });
});

describe("parameters", () => {
  const text = ruleText("anomalous-mcp-volume");

  it("follow into logic and prose", () => {
    const tuned = parseRule(text, "r.yaml", { parameters: { limit: 80, window: "5m" } });
    expect(tuned).toMatchObject({
      ok: true,
      value: {
        title: "More than 80 MCP queries within 5m in one session",
        detection: { greaterThan: 80, withinMs: 300_000 },
      },
    });
  });

  it.each([
    ["out of range", { limit: 0 }],
    ["of another type", { limit: "many" }],
    ["a number for a duration", { window: "soon" }],
  ])("are refused when %s", (_why, parameters) => {
    const tuned = parseRule(text, "r.yaml", { parameters: parameters as never });
    expect(tuned.ok).toBe(false);
    expect(tuned.diagnostics.map(({ code }) => code)).toContain("R308");
  });
});

describe("suppression", () => {
  const at = (
    timeMs: number,
    key: string | undefined = "k",
  ): { timeMs: number; key: string | undefined } => ({ timeMs, key });
  const kept = (list: readonly ReturnType<typeof at>[], forMs: number): readonly number[] =>
    suppressAlerts(list, (one) => one, forMs).map(({ timeMs }) => timeMs);

  it("ends exactly when its time is over, counted from the alert that was kept", () => {
    expect(kept([at(0), at(9), at(10), at(15), at(19), at(20)], 10)).toEqual([0, 10, 20]);
  });

  it("keeps keys apart, and never hides what has none", () => {
    expect(kept([at(0, "a"), at(1, "b"), at(2, "a")], 10)).toEqual([0, 1]);
    const keyless = { timeMs: 0, key: undefined };
    expect(suppressAlerts([keyless, keyless], (one) => one, 10)).toHaveLength(2);
  });

  it("leaves no two kept alerts of a key closer than its time, and no gap longer than needed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(200), { minLength: 1 }),
        fc.integer({ min: 1, max: 50 }),
        (times, forMs) => {
          const sorted = times.toSorted((a, b) => a - b);
          const result = kept(
            sorted.map((time) => at(time)),
            forMs,
          );
          expect(result[0]).toBe(sorted[0]);
          for (const [index, time] of result.entries()) {
            if (index > 0) expect(time - (result[index - 1] ?? 0)).toBeGreaterThanOrEqual(forMs);
          }
          for (const time of sorted)
            expect(result.some((one) => one <= time && time - one < forMs)).toBe(true);
        },
      ),
    );
  });
});

it("turns decimal factors into exact fractions", () => {
  expect([3, 2.5, 0.1, 1.25, 12, 0].map(rationalOf)).toEqual(
    [
      [3, 1],
      [5, 2],
      [1, 10],
      [5, 4],
      [12, 1],
      [0, 1],
    ].map(([numerator, denominator]) => ({ numerator, denominator })),
  );
});

describe("test cases", () => {
  const file = (body: string): ReturnType<typeof parseRuleTests> =>
    parseRuleTests(
      `start: 2026-03-02T00:00:00Z\ndefaults: { session_id: s-$case, department: d }\ncases:\n${body}`,
      "tests.yaml",
    );

  it("expand repetition, copies, offsets, removal and names", () => {
    const quiet = ["a", "b", "c"]
      .map((name) => `  - { name: ${name}, events: [{}], expect: [] }\n`)
      .join("");
    const fires = (set: string): string =>
      `  - { name: fires ${set.length}, events: [{ at: -1d, repeat: 2, every: 1h, copies: 2, set: ${set} }], expect: [{ entity: { user_id_hash: user-a } }] }\n`;
    const result = file(
      fires("{ department: ~, user_id_hash: user-a }") +
        fires("{ user_id_hash: user-a, token_input: 5 }") +
        quiet,
    );
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    const [first, second] = result.value;
    expect(first?.events.map(({ timestamp }) => timestamp)).toEqual([
      "2026-03-01T00:00:00.000Z",
      "2026-03-01T00:00:00.000Z",
      "2026-03-01T01:00:00.000Z",
      "2026-03-01T01:00:00.000Z",
    ]);
    expect(new Set(first?.events.map(({ event_id }) => event_id)).size).toBe(2);
    expect(first?.events[0]).toMatchObject({ session_id: "s-case-1" });
    expect(first?.events[0]).not.toHaveProperty("department");
    expect(first?.events[0]?.["user_id_hash"]).toMatch(/^[0-9a-f]{64}$/);
    expect(first?.expect[0]?.entity["user_id_hash"]).toBe(first?.events[0]?.["user_id_hash"]);
    expect(second?.events[0]).toMatchObject({ department: "d", token_input: 5 });
  });

  it("refuse unknown fields and keys, and floods", () => {
    const codes = (body: string): readonly string[] =>
      file(body).diagnostics.map(({ code }) => code);
    expect(codes("  - { name: a, events: [{ set: { departement: x } }], expect: [] }")).toEqual([
      "R302",
    ]);
    expect(codes("  - { name: a, events: [{ sett: {} }], expect: [] }")).toEqual(["Y106"]);
    expect(
      codes("  - { name: a, events: [{ repeat: 9000 }, { repeat: 9000 }], expect: [] }"),
    ).toEqual(["R318"]);
  });
});
