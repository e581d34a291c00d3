import { describe, expect, it } from "vitest";
import { activityTable } from "../../../src/generated/activity-table.ts";
import { auditCsvReader } from "../../../src/source/gateway/audit-csv.ts";
import { apiNameOf } from "../../../src/source/gateway/audit-csv-name.ts";
import { splitCsvRow } from "../../../src/source/gateway/csv-row.ts";
import { parsePythonLiteral } from "../../../src/source/gateway/python-literal.ts";
import { eventOf, fixtureLines } from "./stand.ts";

describe("a row of CSV", () => {
  it.each([
    ["a,b", ["a", "b"]],
    ["", [""]],
    [",", ["", ""]],
    ['"a,b",c', ["a,b", "c"]],
    ['"say ""yes""",""', ['say "yes"', ""]],
    ['a,""""', ["a", '"']],
    ["ünïcode, blank ,", ["ünïcode", " blank ", ""]],
  ])("%s", (line, cells) => {
    expect(splitCsvRow(line)).toEqual({ cells });
  });

  it.each([
    ['"open', /cell 1 is never closed/],
    ['a,"b"c', /closing quote of cell 2/],
    ['a,b"c', /inside of cell 2/],
    ['a,""",b', /never closed/],
  ])("%s is refused", (line, problem) => {
    expect(splitCsvRow(line).problem).toMatch(problem);
  });
});

describe("a literal of Python", () => {
  it.each([
    ["{'a': 'b'}", { a: "b" }],
    ["{'name': 'Reece O'Sullivan', 'uuid': '1'}", { name: "Reece O'Sullivan", uuid: "1" }],
    [
      "{'name': \"Bo D'Arcy\", 'n': None, 't': True, 'f': False}",
      { name: "Bo D'Arcy", n: null, t: true, f: false },
    ],
    ["{'a': [1, -2.5, 'x'], 'b': {'c': ()}, }", { a: [1, -2.5, "x"], b: { c: [] } }],
    ["{'path': 'C:\\\\temp', 'quote': 'it\\'s'}", { path: "C:\\temp", quote: "it's" }],
    ['{"json": null, "ok": true}', { json: null, ok: true }],
    ["{'name': 'the dogs', 'owner': 'the dogs'}", { name: "the dogs", owner: "the dogs" }],
    ["{'text': 'one, 'two', three'}", { text: "one, 'two', three" }],
  ])("%s", (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it.each(["", "{", "{'a'}", "{'a': }", "{1: 2}", "nothing", "{'a': 'b'} x", "[".repeat(100)])(
    "%j is none",
    (text) => {
      expect(parsePythonLiteral(text)).toBeUndefined();
    },
  );

  it("keeps a key that is special in JavaScript as data", () => {
    const value = parsePythonLiteral("{'__proto__': {'x': 1}}");
    expect(Object.hasOwn(value as object, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("names of events", () => {
  it.each([
    ["user_signed_in_sso", "", "sso_login_succeeded"],
    ["skill_replaced", "", "claude_skill_replaced"],
    ["integration_org_disabled", "{'type': 'Google Drive'}", "claude_gdrive_integration_deleted"],
    ["integration_org_config_updated", "github", "claude_github_integration_updated"],
    ["integration_org_enabled", "", "integration_org_enabled"],
    ["org_sso_toggled", "", "org_sso_toggled"],
    ["toString", "", "toString"],
  ])("%s is %s%s", (event, about, name) => {
    expect(apiNameOf(event, about)).toBe(name);
  });

  it("are known to the table of activities", () => {
    const renamed = [
      "user_signed_out",
      "user_name_changed",
      "conversation_renamed",
      "file_deleted",
    ];
    for (const event of renamed) expect(activityTable.types).toHaveProperty(apiNameOf(event, ""));
  });
});

describe("an export", () => {
  const [header = "", first = "", second = ""] = fixtureLines("claude_audit_csv");

  it("that is read from its middle takes its columns from the file's first line", async () => {
    const asked: string[] = [];
    const reader = auditCsvReader(async (origin) => {
      asked.push(origin);
      return `\ufeff${header}`;
    });
    for (const text of [first, second]) {
      const { records } = await reader.read({ text, position: 7 }, "export.csv");
      expect(records.map((record) => eventOf(record)["source_kind"])).toEqual(["claude_audit_csv"]);
    }
    expect(asked).toEqual(["export.csv"]);
  });

  it("without a header is kept and refused", async () => {
    const { records } = await auditCsvReader().read({ text: first, position: 2 }, "export.csv");
    expect(records[0]).toMatchObject({ raw: first, problem: { code: "S763" } });
  });

  it("may name its columns in any order, and have others", async () => {
    const reader = auditCsvReader();
    await reader.read({ text: "event,extra,created_at", position: 1 }, "other.csv");
    const text = "user_signed_out,x,2026-03-03T09:30:00Z";
    const { records } = await reader.read({ text, position: 2 }, "other.csv");
    expect(records.map(eventOf)[0]).toMatchObject({ timestamp: "2026-03-03T09:30:00.000Z" });
  });
});
