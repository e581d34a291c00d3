import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { parseMapping } from "../../src/mapping/parse-mapping.ts";

function findings(text: string): readonly Diagnostic[] {
  return parseMapping(text, "m.yaml").diagnostics;
}

function fixture(code: string): string {
  return readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
}

describe("every message about mappings", () => {
  it.each<[string, number, number, string]>([
    ["M401", 4, 13, 'Did you mean "session_id"?'],
    ["M402", 7, 16, 'Did you mean "ms_to_ns"?'],
    ["M403", 10, 12, 'Did you mean "severity"?'],
    ["M404", 6, 30, "tell them apart"],
    ["M405", 5, 29, "another path"],
    ["M406", 4, 27, "unmapped:"],
    ["M407", 6, 3, "Remove the entry"],
    ["M408", 3, 12, "classification"],
    ["M409", 4, 3, "Did you mean"],
    ["M410", 4, 29, "reserved"],
    ["M411", 4, 30, "long, integer"],
    ["M412", 4, 3, "low, medium, high, critical"],
    ["M413", 4, 29, "Choose another"],
    ["M414", 7, 16, 'Add "table:"'],
  ])("%s stands at %i:%i and helps", (code, line, column, help) => {
    const found = findings(fixture(code)).filter((one) => one.code === code);
    const place = found.find(({ span }) => span.line === line && span.column === column);
    expect(found.map(({ span }) => [span.line, span.column])).toContainEqual([line, column]);
    expect(place?.help).toContain(help);
  });

  it("M406 says for which events a field is forgotten", () => {
    const messages = findings(fixture("M406")).map(({ message }) => message);
    expect(messages).toContain(
      '"severity" is not mapped for session_start, session_end, policy_event, activity_event',
    );
    expect(messages).toContain('"event_id" is not mapped for every event');
  });

  it("M412 names each entry that is missing or in excess", () => {
    const messages = findings(fixture("M412")).map(({ message }) => message);
    expect(messages).toContain('Table "severity" has no entry for "high"');
    expect(messages).toContain('Table "severity" has an entry for "hihg", which severity never is');
  });
});

const head = "schema: ecs\nschema_version: 9.4.0\n";

describe("parseMapping", () => {
  it.each<[string, string, string]>([
    ["an unknown key", "fields: []\nfileds: []", "Y106"],
    [
      "an unknown key of a rule",
      "fields:\n  - { from: details, to: a, type: flattened, form: x }",
      "Y106",
    ],
    ["an unknown type", "fields:\n  - { from: event_id, to: event.id, type: keywrd }", "Y107"],
    ["a rule that is no map", "fields: [event_id]", "Y104"],
    ["a number as source", "fields:\n  - { from: 5, to: a, type: keyword }", "Y104"],
    ["a map as constant", "constants: { tags: { a: b } }\nfields: []", "Y104"],
    ["a reason that is missing", "fields: []\nunmapped: { labels: }", "Y105"],
    ["a reason for an unknown field", "fields: []\nunmapped: { lables: none }", "M401"],
    [
      "an unknown companion",
      "fields:\n  - { from: details, to: a, type: flattened, beside: hash }",
      "M401",
    ],
    [
      "a value without its transform",
      "fields:\n  - { from: details, to: a, type: flattened, value: 1 }",
      "M414",
    ],
    [
      "two fields for one copy",
      "fields:\n  - { from: [severity, details], to: a, type: keyword }",
      "M413",
    ],
    [
      "a lookup of free text",
      "tables: { t: { a: 1 } }\nfields:\n  - { from: department, to: a, type: long, transform: lookup, table: t }",
      "M413",
    ],
    ["upper case in ECS", "fields:\n  - { from: event_id, to: Event.Id, type: keyword }", "M410"],
    [
      "a prototype as path",
      "fields:\n  - { from: event_id, to: __proto__.id, type: keyword }",
      "M410",
    ],
    [
      "one path twice in a classification",
      "classify:\n  policy_event: { a: x }\n  policy_event/other: { a: y }\nfields: []",
      "M404",
    ],
  ])("refuses %s", (_name, text, code) => {
    expect(findings(head + text).map((one) => one.code)).toContain(code);
  });

  it("lets several rules write one path for different events", () => {
    const text = `${head}fields:
  - { from: use_case_id, to: claude.object, type: keyword, when: policy_event }
  - { from: session_id, to: claude.object, type: keyword, when: [session_start, session_end] }
`;
    const codes = findings(text).map((one) => one.code);
    expect(codes).not.toContain("M404");
    expect(codes).toContain("M406");
  });

  it("reports all problems of a file, not the first", () => {
    const text = `${head}fields:
  - { from: a, to: claude.a, type: keyword }
  - { from: severity, to: claude.b, type: x }
`;
    expect(findings(text).map((one) => one.code)).toEqual(["M401", "Y107"]);
  });
});
