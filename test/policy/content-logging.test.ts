import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Result } from "../../src/diagnostic/diagnostic.ts";
import { type ContentLogging, parseContentLogging } from "../../src/policy/content-logging.ts";
import { parseYaml } from "../../src/yaml/parse.ts";

function parsed(text: string): Result<ContentLogging> {
  const yaml = parseYaml(text, "config.yaml");
  if (!yaml.ok) throw new Error(JSON.stringify(yaml.diagnostics));
  return parseContentLogging(yaml.value);
}

function places(text: string): readonly (readonly [string, number, number])[] {
  return parsed(text).diagnostics.map(({ code, span }) => [code, span.line, span.column]);
}

const complete = [
  "enabled: true",
  "legal_basis: legitimate_interests",
  "employee_notice: notice 2026-01",
  "retention: 30d",
  "reader_roles: [incident-response]",
];

describe("parseContentLogging", () => {
  it("is off without a setting, and off when the setting says so", () => {
    expect(parseContentLogging(undefined)).toMatchObject({ ok: true, value: { enabled: false } });
    expect(parsed("enabled: false")).toMatchObject({ ok: true, value: { enabled: false } });
    expect(parsed("legal_basis: consent")).toMatchObject({ ok: true, value: { enabled: false } });
  });

  it("is on when everything is stated", () => {
    expect(parsed(complete.join("\n"))).toEqual({
      ok: true,
      diagnostics: [],
      value: {
        enabled: true,
        legal_basis: "legitimate_interests",
        employee_notice: "notice 2026-01",
        retentionMs: 30 * 86_400_000,
        reader_roles: ["incident-response"],
      },
    });
  });

  it.each(["legal_basis", "employee_notice", "retention", "reader_roles"])(
    "is refused without %s, at the switch",
    (setting) => {
      const text = complete.filter((line) => !line.startsWith(setting)).join("\n");
      expect(places(text)).toEqual([["C540", 1, 10]]);
      expect(parsed(text).diagnostics[0]?.message).toContain(`"${setting}"`);
    },
  );

  it("C540 stands at 1:10", () => {
    const text = readFileSync("test/fixtures/diagnostic/C540.yaml", "utf8");
    expect(places(text)).toEqual([["C540", 1, 10]]);
  });

  it("is refused with all demands at once, and for empty ones at their own place", () => {
    expect(places("enabled: true")).toHaveLength(4);
    const empty = complete.with(3, "retention: 0d").with(4, 'reader_roles: [" "]').join("\n");
    expect(places(empty)).toEqual([
      ["C540", 4, 12],
      ["C540", 5, 15],
    ]);
  });

  it.each([
    ["enabled: yes", "Y104"],
    [complete.with(1, "legal_basis: consnt").join("\n"), "Y107"],
    [complete.with(3, "retention: a month").join("\n"), "Y104"],
    [complete.with(4, "reader_roles: [1]").join("\n"), "Y104"],
    [`${complete.join("\n")}\nreaders: []`, "Y106"],
  ])("never turns on by a mistake: %j", (text, code) => {
    const result = parsed(text);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((one) => one.code)).toContain(code);
  });
});
