import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Predicate, RuleIr } from "../../src/rule/ir.ts";
import { changeSince, checkLock, type Lock, parseLock, renderLock } from "../../src/rule/lock.ts";
import { canonicalJson, canonicalPredicate, meaningOf } from "../../src/rule/meaning.ts";
import { parseExpression } from "../../src/rule/parse-expression.ts";
import { parseRule } from "../../src/rule/parse-rule.ts";
import { compareVersions, leastVersionAfter } from "../../src/rule/version.ts";
import { loadRule, ruleText } from "../engine/rules.ts";

const rule = loadRule("anomalous-mcp-volume");

function lockOf(rules: readonly RuleIr[]): Lock {
  const lock = parseLock(renderLock(rules), "rules.lock.json");
  if (!lock.ok) throw new Error(JSON.stringify(lock.diagnostics));
  return lock.value;
}

function changed(from: string, to: string): RuleIr {
  const text = ruleText("anomalous-mcp-volume");
  if (!text.includes(from)) throw new Error(from);
  const parsed = parseRule(text.replace(from, to), "rule.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

function predicate(text: string): Predicate {
  const span = { file: "x", line: 1, column: 1, length: 1 };
  const parsed = parseExpression(text, {
    parameters: new Map(),
    used: new Set(),
    spanAt: () => span,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

describe("every message about the lock", () => {
  it.each(["R330", "R331", "R332", "R333", "R334", "R335"])(
    "%s is shown by its fixture",
    (code) => {
      const file = `test/fixtures/diagnostic/${code}.json`;
      const lock = parseLock(readFileSync(file, "utf8"), file);
      const found = lock.ok ? checkLock([rule], lock.value, file, true) : lock.diagnostics;
      const wanted = found.filter((one) => one.code === code);
      expect(wanted).toHaveLength(1);
      expect(wanted[0]?.help.length).toBeGreaterThan(10);
      const line = { R333: 1, R334: 2, R335: 1 }[code] ?? (code === "R330" ? 1 : 3);
      expect(wanted[0]?.span.line).toBe(line);
    },
  );
});

describe("a change since the lock", () => {
  const lock = lockOf([rule]);
  const locked = lock.get(rule.name);
  if (locked === undefined) throw new Error("not locked");

  it.each([
    ["a limit", "value: 50", "value: 51", "tuning"],
    ["a window", "value: 10m", "value: 11m", "tuning"],
    ["a suppression", "value: 1h", "value: 2h", "tuning"],
    ["a severity", "severity: medium", "severity: high", "tuning"],
    ["a schedule", "every: 5m", "every: 4m", "tuning"],
    ["a condition", "activity_type = mcp_query", "activity_type = tool_use", "logic"],
    ["a dropped condition", "event_type = activity_event and ", "", "logic"],
    ["a key", "by: [session_id]\n  measure", "by: [user_id_hash, session_id]\n  measure", "logic"],
    ["a description", "A session made", "One session made", "text"],
    ["a framework", "confidence: primary", "confidence: secondary", "text"],
  ] as const)("to %s is noticed for what it is", (_, from, to, kind) => {
    expect(changeSince(changed(from, to), locked)).toBe(kind);
  });

  it.each([
    ["a comment", "detect:", "# a comment\ndetect:"],
    [
      "the order of conditions",
      "event_type = activity_event and activity_type = mcp_query",
      "activity_type = mcp_query and event_type = activity_event",
    ],
    [
      "parentheses and a list of one",
      "event_type = activity_event and activity_type = mcp_query",
      "((event_type in (activity_event)) and not not activity_type = mcp_query)",
    ],
    ["the author's dates", "modified: 2026-11-24", "modified: 2026-11-25"],
  ])("to %s is none", (_, from, to) => {
    expect(changeSince(changed(from, to), locked)).toBeUndefined();
  });

  it("asks for the version that says so", () => {
    const tuned = changed("value: 50", "value: 51");
    expect(checkLock([tuned], lock, "l", true)).toMatchObject([
      { code: "R331", help: expect.stringContaining("1.1.0") },
    ]);
    const raised = { ...tuned, version: "1.1.0" };
    expect(checkLock([raised], lock, "l", true)).toMatchObject([{ code: "R332" }]);
    expect(checkLock([raised], lockOf([raised]), "l", true)).toEqual([]);
    expect(checkLock([rule], lockOf([raised]), "l", true)).toMatchObject([{ code: "R331" }]);
    const other = changed("activity_type = mcp_query", "activity_type = tool_use");
    expect(checkLock([{ ...other, version: "1.9.9" }], lock, "l", true)).toMatchObject([
      { code: "R331", help: expect.stringContaining("2.0.0") },
    ]);
  });
});

describe("versions", () => {
  it("are ordered by number, and grow with every change", () => {
    const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30)).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, fc.constantFrom("text", "tuning", "logic"), (text, kind) => {
        expect(compareVersions(leastVersionAfter(text, kind), text)).toBeGreaterThan(0);
        expect(compareVersions(text, text)).toBe(0);
      }),
    );
    expect(compareVersions("1.10.0", "1.9.0")).toBeGreaterThan(0);
  });
});

describe("the canonical form", () => {
  it.each([
    ["a = 1 in (1)", "token_input = 1", "token_input in (1)"],
    ["order", "severity = low or severity = high", "severity = high or severity = low"],
    [
      "nesting",
      "severity = low and (department = a and session_id = b)",
      "(severity = low and department = a) and session_id = b",
    ],
    ["repeats", "severity in (low, high, low)", "severity in (high, low)"],
    ["double negation", "not not severity = low", "severity = low"],
    [
      "double negation inside",
      "severity = low and not not (department = a and session_id = b)",
      "severity = low and department = a and session_id = b",
    ],
  ])("is one for %s", (_, left, right) => {
    expect(canonicalJson(canonicalPredicate(predicate(left)))).toBe(
      canonicalJson(canonicalPredicate(predicate(right))),
    );
  });

  it.each([
    ["and and or", "severity = low and department = a", "severity = low or department = a"],
    ["a negation", "not severity = low", "severity = low"],
    ["a list and its element", "security_flags has a", "department = a"],
    ["a bound", "token_input > 1", "token_input >= 1"],
  ])("differs for %s", (_, left, right) => {
    expect(canonicalJson(canonicalPredicate(predicate(left)))).not.toBe(
      canonicalJson(canonicalPredicate(predicate(right))),
    );
  });

  it("does not see pairs of negations, wherever they stand", () => {
    const span = { file: "x", line: 1, column: 1, length: 1 };
    const leaf = fc
      .constantFrom("session_id", "department", "mcp_server")
      .map((field): Predicate => ({ kind: "present", field: field as "session_id", span }));
    const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc
          .tuple(
            fc.constantFrom("all", "any"),
            fc.array(tie("tree"), { minLength: 1, maxLength: 3 }),
          )
          .map(([kind, of]) => ({ kind, of, span }) as Predicate),
        tie("tree").map((of): Predicate => ({ kind: "not", of, span })),
      ),
    }));
    const doubled = (one: Predicate): Predicate => {
      const inner: Predicate =
        one.kind === "all" || one.kind === "any"
          ? { ...one, of: one.of.map(doubled) }
          : one.kind === "not"
            ? { ...one, of: doubled(one.of) }
            : one;
      return { kind: "not", of: { kind: "not", of: inner, span }, span };
    };
    fc.assert(
      fc.property(tree, (one) => {
        expect(canonicalJson(canonicalPredicate(doubled(one)))).toBe(
          canonicalJson(canonicalPredicate(one)),
        );
      }),
    );
  });

  it("holds no places, and not what the version says itself", () => {
    const text = canonicalJson(meaningOf(rule) as never);
    for (const absent of ["span", "column", rule.id, "2026-11-24", '"version":"1.0.0"'])
      expect(text).not.toContain(absent);
  });
});
