import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Result } from "../../src/diagnostic/diagnostic.ts";
import type { ClearanceTable, UserContext } from "../../src/enrich/clearance.ts";
import { createEnricher } from "../../src/enrich/enrich.ts";
import { parseScimSettings, type ScimSettings } from "../../src/enrich/scim.ts";
import { readScimExport } from "../../src/enrich/scim-export.ts";
import type { AuditEvent } from "../../src/event/event.ts";

const hasher = {
  userIdHash: (id: string) => createHash("sha256").update(`key ${id.toLowerCase()}`).digest("hex"),
};
const read = (name: string): string => readFileSync(`test/fixtures/scim/${name}`, "utf8");

function settingsOf(text: string): ScimSettings {
  const parsed = parseScimSettings(text, "scim.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

function tryExport(
  users: string,
  groups: string,
  settings = read("scim.yaml"),
): Result<ClearanceTable> {
  const files = {
    users: { text: users, file: "users.json" },
    groups: { text: groups, file: "groups.json" },
  };
  return readScimExport(settingsOf(settings), files, hasher);
}

const codesOf = ({ diagnostics }: Result<unknown>): readonly string[] =>
  diagnostics.map(({ code }) => code);

const [users, groups] = [read("users.json"), read("groups.json")];

describe("an export of a directory", () => {
  const result = tryExport(users, groups);
  const table = result.ok ? result.value.users : new Map<string, unknown>();
  const of = (identity: string): unknown => table.get(hasher.userIdHash(identity));

  it("has nothing to complain about", () => {
    expect(result).toMatchObject({ ok: true, diagnostics: [] });
  });

  it("clears for the highest of all groups, also of groups within groups", () => {
    const ann = { clearance: "restricted", department: "finance", business_unit: "emea" };
    expect(of("ann@example.com")).toEqual(ann);
    expect(of("ann.example@example.com")).toEqual(ann);
  });

  it("reads groups that stand with the user, and where the user belongs", () => {
    expect(of("ben@example.com")).toEqual({
      clearance: "internal",
      department: "Support",
      business_unit: "cc-7",
    });
  });

  it("clears nobody who has left", () => {
    expect(of("cem@example.com")).toEqual({ department: "finance", business_unit: "emea" });
  });

  it("knows people about whom no group says anything", () => {
    expect(of("dora@example.com")).toEqual({ department: "research" });
    expect(of("eve@example.com")).toEqual({});
  });

  it("keeps nobody in clear", () => {
    expect(JSON.stringify([...table, result.diagnostics])).not.toMatch(/example\.com|u-1|ann/i);
  });

  it("says the same in any order of users, groups and members", () => {
    const reversed = JSON.stringify({
      Resources: (JSON.parse(users) as { Resources: unknown[] }).Resources.toReversed(),
    });
    const other = tryExport(
      reversed,
      JSON.stringify((JSON.parse(groups) as unknown[]).toReversed()),
    );
    expect(other.ok && [...other.value.users].sort()).toEqual([...table].sort());
  });

  it("stands behind the clearance table and before what sources have learned", () => {
    const user = hasher.userIdHash("ann@example.com");
    const given = { user_id_hash: user, department: "unknown" } as unknown as AuditEvent;
    const tableOf = (context: UserContext): ClearanceTable => ({
      users: new Map([[user, context]]),
    });
    const scim = tableOf({ clearance: "internal", department: "finance" });
    const directory = new Map([[user, { department: "sales" }]]);
    const clearances = tableOf({ clearance: "sensitive" });
    const event = { ...given, timestamp: "2026-04-10T08:00:00.000Z" };
    expect(createEnricher({ clearances, scim, directory }).enrich(event)).toMatchObject({
      user_clearance: "sensitive",
      department: "finance",
    });
    expect(createEnricher({ scim, directory }).enrich(event).user_clearance).toBe("internal");
  });
});

describe("exports that cannot be used", () => {
  const none = '{"Resources": []}';

  it.each<[string, string, RegExp]>([
    ["is not JSON", "ann@example.com", /not JSON/],
    ["is part of a directory", '{"totalResults": 3, "Resources": [{"id": "a"}]}', /1 of 3 users/],
    ["has no list", '{"totalResults": 3}', /no list/],
    ["has no ids", '[{"userName": "ann@example.com"}]', /number 1 of its users has no id/],
    ["holds texts", '["ann@example.com"]', /no object/],
  ])("one that %s is refused, without a word of it", (_what, text, message) => {
    const failed = tryExport(text, none);
    expect(failed.ok).toBe(false);
    expect(failed.diagnostics[0]).toMatchObject({ code: "C560", span: { file: "users.json" } });
    expect(failed.diagnostics[0]?.message).toMatch(message);
    expect(JSON.stringify(failed.diagnostics)).not.toContain("ann@");
  });

  it("takes an empty answer, and says that nobody is known", () => {
    const empty = tryExport(
      '{"totalResults": 0}',
      none,
      "users: u\ngroups: g\nattributes: {department: department}",
    );
    expect(empty.ok).toBe(true);
    expect(codesOf(empty)).toEqual(["C516"]);
  });

  it("leaves a name of two people out", () => {
    const two =
      '[{"id": "a", "userName": "x@example.com"}, {"id": "b", "emails": [{"value": "X@example.com"}]}]';
    const result = tryExport(two, groups);
    expect(result.ok && result.value.users.size).toBe(0);
    expect(codesOf(result)).toEqual(["C563", "C516"]);
  });

  it("tells meanings of groups that the export does not have", () => {
    const result = tryExport(users, none);
    expect(codesOf(result)).toEqual(["C564", "C564", "C564", "C564"]);
    expect(result.diagnostics[2]?.span).toMatchObject({ file: "scim.yaml", line: 6 });
  });
});

describe("the file that says what groups mean", () => {
  it.each<[string, number, number]>([
    ["C561", 3, 13],
    ["C562", 4, 14],
  ])("%s stands at %i:%i", (code, line, column) => {
    const text = readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
    const { diagnostics } = parseScimSettings(text, "scim.yaml");
    expect(diagnostics.map((one) => [one.code, one.span.line, one.span.column])).toEqual([
      [code, line, column],
    ]);
  });

  it("refuses unknown keys and a clearance that none is", () => {
    const text = "users: u\ngroups: g\ngroups_as: [{group: a, clearance: unknown}, {grup: b}]\n";
    const { ok, diagnostics } = parseScimSettings(text, "scim.yaml");
    expect(ok).toBe(false);
    expect(diagnostics.map(({ code }) => code)).toContain("Y107");
    expect(diagnostics.map(({ code }) => code)).toContain("Y106");
  });

  it("is refused when it says nothing at all", () => {
    expect(codesOf(parseScimSettings("users: u\ngroups: g\n", "scim.yaml"))).toEqual(["C562"]);
  });
});
