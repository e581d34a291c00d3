import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  partsOf,
  type ReadPattern,
  readNamePattern,
  readPathPattern,
} from "../../src/enrich/classify-pattern.ts";

function patternOf<P>(read: ReadPattern<P>): P {
  if (!read.ok) throw new Error(read.problem.reason);
  return read.pattern;
}

const isName = (pattern: string, text: string): boolean =>
  patternOf(readNamePattern(pattern, false)).matches(text);
const isPath = (pattern: string, path: string): boolean =>
  patternOf(readPathPattern(pattern, false)).matches(partsOf(path));

describe("name patterns", () => {
  it.each<[string, string, boolean]>([
    ["workday", "workday", true],
    ["workday", "Workday", false],
    ["workday", "workday-eu", false],
    ["workday*", "workday", true],
    ["workday*", "workday-eu", true],
    ["*-hr-*", "eu-hr-1", true],
    ["*-hr-*", "eu-hr", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a?c", "a😀c", true],
    ["*?", "", false],
    ["*", "", true],
    ["a\\*c", "a*c", true],
    ["a\\*c", "abc", false],
    ["a\\\\b", "a\\b", true],
    ["a.c", "abc", false],
    ["**", "anything", true],
  ])("%s against %s: %s", (pattern, text, expected) => {
    expect(isName(pattern, text)).toBe(expected);
  });

  it("is read in lower case where case means nothing", () => {
    expect(patternOf(readNamePattern("WorkDay*", true)).matches("workday-eu")).toBe(true);
    expect(patternOf(readNamePattern("WorkDay", true)).exact).toBe("workday");
  });

  it("tells which text can be looked up", () => {
    expect(patternOf(readNamePattern("a\\*c", false)).exact).toBe("a*c");
    expect(patternOf(readNamePattern("a*c", false)).exact).toBeUndefined();
  });

  it("refuses a backslash that escapes nothing", () => {
    expect(readNamePattern("a\\b", false).ok).toBe(false);
    expect(readNamePattern("a\\", false).ok).toBe(false);
    expect(readNamePattern("a".repeat(257), false).ok).toBe(false);
  });
});

describe("path patterns", () => {
  it.each<[string, string, boolean]>([
    ["payroll", "/srv/payroll/2026/june.csv", true],
    ["payroll", "/srv/payroll", true],
    ["payroll", "payroll/june.csv", true],
    ["payroll", "/srv/payroll-old/june.csv", false],
    ["/payroll", "/srv/payroll", false],
    ["/srv/payroll", "/srv/payroll/june.csv", true],
    ["/srv/payroll", "srv/payroll/june.csv", false],
    ["/srv/*/secret", "/srv/a/secret/x", true],
    ["/srv/*/secret", "/srv/a/b/secret/x", false],
    ["/srv/**/secret", "/srv/a/b/secret/x", true],
    ["/srv/**/secret", "/srv/secret", true],
    ["/**/secret", "/secret", true],
    ["/srv/**", "/srv", true],
    ["**", "/", true],
    ["*", "/", false],
    ["*.pem", "/etc/ssl/key.pem", true],
    ["*.pem", "/etc/ssl/key.pem.txt", false],
    ["hr/*.csv", "/data/hr/salaries.csv", true],
    ["hr/*.csv", "/data/hr/old/salaries.csv", false],
    ["payroll/**/2026", "/x/payroll/a/2025/payroll/b/2026/c", true],
    ["C:/Users/*/HR", "c:\\Users\\ann\\HR\\list.xlsx", true],
    ["/Users", "C:\\Users\\ann", false],
    ["payroll", "C:\\data\\payroll\\a.csv", true],
    ["payroll", "/srv/payroll/../public/a", false],
    ["payroll", "/public/../../payroll/a", true],
    ["/srv//payroll/", "/srv/./payroll/a", true],
    ["a?b", "/x/a😀b", true],
    ["a?b", "/x/a/b", false],
  ])("%s against %s: %s", (pattern, path, expected) => {
    expect(isPath(pattern, path)).toBe(expected);
  });

  it("is read in lower case where case means nothing", () => {
    const { matches, needs } = patternOf(readPathPattern("/*/PAYROLL", true));
    expect(matches(partsOf("/srv/payroll/a"))).toBe(true);
    expect(needs).toBe("payroll");
    expect(isPath("/Srv/PAYROLL", "/srv/Payroll/a")).toBe(false);
  });

  it.each(["a\\b", "{a,b}", "[ab]", "!a", "~/a", "a/../b", "./a", "a**b", "x".repeat(257)])(
    "refuses %s and says what to write",
    (pattern) => {
      const read = readPathPattern(pattern, false);
      expect(read.ok).toBe(false);
      if (!read.ok) expect(read.problem.help).toMatch(/^[A-Z].*\.$/);
    },
  );
});

describe("the table of docs/how-to/classify-data.md", () => {
  const page = readFileSync("docs/how-to/classify-data.md", "utf8");
  const table = /\| pattern \| matches \|.*?\n\|---.*?\n(.*?)\n\n/s.exec(page)?.[1] ?? "";
  const codesOf = (cell = ""): readonly string[] =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
  const rows = table.split("\n").map((line) => line.split("|").slice(1).map(codesOf));

  it.each(rows)("says what %s matches", ([pattern = ""], yes = [], no = []) => {
    expect(yes.length * no.length).toBeGreaterThan(0);
    for (const path of yes) expect(isPath(pattern, path), path).toBe(true);
    for (const path of no) expect(isPath(pattern, path), path).toBe(false);
  });

  it("has rows", () => expect(rows.length).toBeGreaterThan(4));
});

/** The meaning of name patterns by trying everything, as the documentation says it. */
function naiveName(pattern: string, text: string): boolean {
  const [wanted, ...others] = [...pattern];
  const characters = [...text];
  const rest = others.join("");
  if (wanted === undefined) return text === "";
  if (wanted === "*")
    return (
      characters.some((_, cut) => naiveName(rest, characters.slice(cut).join(""))) ||
      naiveName(rest, "")
    );
  const isOne = wanted === "?" ? characters.length > 0 : characters[0] === wanted;
  return isOne && naiveName(rest, characters.slice(1).join(""));
}

function naiveNames(patterns: readonly string[], names: readonly string[]): boolean {
  const [wanted, ...rest] = patterns;
  if (wanted === undefined) return true;
  if (wanted === "**")
    return Array.from({ length: names.length + 1 }, (_, cut) => names.slice(cut)).some((later) =>
      naiveNames(rest, later),
    );
  const [name, ...later] = names;
  return name !== undefined && naiveName(wanted, name) && naiveNames(rest, later);
}

function naivePath(pattern: string, path: string): boolean {
  const isRooted = pattern.startsWith("/");
  const patterns = pattern.split("/").filter((name) => name !== "");
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  if (isRooted) return path.startsWith("/") && naiveNames(patterns, names);
  return naiveNames(["**", ...patterns], names);
}

describe("against a matcher that tries everything", () => {
  const text = (alphabet: readonly string[], maxLength: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...alphabet), { maxLength }).map((parts) => parts.join(""));

  it("names agree", () => {
    fc.assert(
      fc.property(
        text(["a", "b", "😀", "*", "?"], 7),
        text(["a", "b", "😀"], 8),
        (pattern, value) => isName(pattern, value) === naiveName(pattern, value),
      ),
      { numRuns: 3000 },
    );
  });

  it("paths agree", () => {
    const name = fc.constantFrom("a", "b", "ab", "*", "?", "a*", "**");
    const patterns = fc
      .tuple(fc.constantFrom("", "/"), fc.array(name, { minLength: 1, maxLength: 5 }))
      .map(([root, names]) => root + names.join("/"));
    const paths = fc
      .tuple(
        fc.constantFrom("", "/"),
        fc.array(fc.constantFrom("a", "b", "ab", "abb", ".", "..", ""), { maxLength: 7 }),
      )
      .map(([root, names]) => root + names.join("/"));
    fc.assert(
      fc.property(
        patterns,
        paths,
        (pattern, path) => isPath(pattern, path) === naivePath(pattern, path),
      ),
      { numRuns: 5000 },
    );
  });

  it("ends on texts that make backtracking matchers hang", () => {
    const runs = `${"*a".repeat(60)}b`;
    expect(isName(runs, "a".repeat(8192))).toBe(false);
    expect(isPath(`${"**/a/".repeat(40)}b`, `/${"a/".repeat(4096)}`)).toBe(false);
    expect(isPath(`*${"a*".repeat(60)}b`, `/${"a".repeat(8192)}`)).toBe(false);
  });
});
