import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { activityTable } from "../../../src/generated/activity-table.ts";
import { parseActivityTable } from "../../../src/source/compliance-feed/parse-table.ts";

const head = `version: 1
references:
  api: { title: The reference, url: https://docs.example, read: 2026-08-22 }
persons: [user_id]
labels: [role]
types:
  identity:
`;

function problems(rows: string, from: string = head): readonly string[] {
  const parsed = parseActivityTable(`${from}${rows}`, "feed.yaml");
  return parsed.diagnostics.map(
    ({ code, span, message }) => `${span.line}:${span.column} ${code} ${message}`,
  );
}

describe("the table of activity types", () => {
  it("is whole, and the generated code says the same", () => {
    const file = "activities/compliance-feed.yaml";
    const parsed = parseActivityTable(readFileSync(file, "utf8"), file);
    expect(parsed.diagnostics).toEqual([]);
    if (!parsed.ok) throw new Error("the table has errors");
    expect(parsed.value).toEqual(activityTable);
    expect(Object.keys(parsed.value.types).length).toBe(467);
  });

  it("takes a row with everything a row may have", () => {
    const row =
      "    role_changed: { as: permission_changed, outcome: $ok, permission: role, before: $a.b, after: [?x, $y], severity: high, blocked: true, policy_flags: [p], security_flags: [s], from: api }\n";
    expect(problems(row)).toEqual([]);
  });

  it.each([
    [
      "an unknown kind",
      "    a_b: { as: magic, outcome: success, from: api }",
      /8:16 Y1\d\d .*magic/,
    ],
    [
      "an outcome that is none",
      "    a_b: { as: activity, outcome: good, from: api }",
      /8:35 Y1\d\d .*good/,
    ],
    ["no outcome", "    a_b: { as: activity, from: api }", /Y1\d\d .*outcome/],
    [
      "a reference that is not there",
      "    a_b: { as: activity, outcome: success, from: blog }",
      /8:50 Y1\d\d .*blog/,
    ],
    ["no reference", "    a_b: { as: activity, outcome: success }", /Y1\d\d .*from/],
    [
      "a key that is none",
      "    a_b: { as: activity, outcome: success, from: api, colour: red }",
      /8:55 Y1\d\d .*colour/,
    ],
    [
      "security without severity",
      "    a_b: { as: security, outcome: success, from: api }",
      /8:16 S755 .*severity/,
    ],
    [
      "a change without its value",
      "    a_b: { as: permission_changed, outcome: success, permission: role, from: api }",
      /8:16 S755 .*after/,
    ],
    [
      "an activity with a permission",
      "    a_b: { as: activity, outcome: success, permission: role, from: api }",
      /8:44 S755 .*permission/,
    ],
    [
      "a value that is no word",
      "    a_b: { as: permission_changed, outcome: success, permission: A role, after: x, from: api }",
      /S755 .*A role/,
    ],
    [
      "a name that is none",
      "    A-B: { as: activity, outcome: success, from: api }",
      /8:5 S755 .*A-B/,
    ],
    [
      "a type in two categories",
      "    a_b: { as: activity, outcome: success, from: api }\n  content:\n    a_b: { as: activity, outcome: success, from: api }",
      /10:5 S755 .*two categories/,
    ],
    [
      "a category that is none",
      "    a_b: { as: activity, outcome: success, from: api }\n  fun:\n    c_d: {}",
      /9:3 Y1\d\d .*fun/,
    ],
  ])("refuses %s, with its place", (_, rows, expected) => {
    const found = problems(`${rows}\n`);
    expect(
      found.some((one) => expected.test(one)),
      found.join("\n"),
    ).toBe(true);
  });

  it("refuses a person as a label", () => {
    const from = head.replace("[role]", "[role, user_id]");
    const row = "    a_b: { as: activity, outcome: success, from: api }\n";
    expect(problems(row, from).join()).toMatch(/5:9 S755 .*user_id names a person/);
  });
});
