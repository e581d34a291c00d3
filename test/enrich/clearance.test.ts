import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import {
  type ClearanceOptions,
  type ClearanceTable,
  parseClearances,
} from "../../src/enrich/clearance.ts";
import { readCsv } from "../../src/enrich/csv.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);

function tableOf(text: string, file = "c.csv", options: ClearanceOptions = {}): ClearanceTable {
  const result = parseClearances(text, file, options);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function places(text: string, file = "c.csv"): readonly (readonly [string, number, number])[] {
  const { diagnostics } = parseClearances(text, file);
  return diagnostics.map(({ code, span }) => [code, span.line, span.column]);
}

function rows(text: string): readonly (readonly string[])[] {
  const found: Diagnostic[] = [];
  const read = [...readCsv(text, "c.csv", found)].map((row) => row.map((cell) => cell.text));
  expect(found).toEqual([]);
  return read;
}

describe("every message about clearances", () => {
  it.each<[string, number, number]>([
    ["C510", 2, 66],
    ["C511", 1, 14],
    ["C512", 1, 1],
    ["C513", 4, 1],
    ["C514", 2, 66],
    ["C515", 2, 1],
    ["C516", 1, 1],
  ])("%s stands at %i:%i, alone", (code, line, column) => {
    const text = readFileSync(`test/fixtures/diagnostic/${code}.csv`, "utf8");
    expect(places(text)).toEqual([[code, line, column]]);
  });

  it("suggests what was meant and never repeats a user id", () => {
    const help = (text: string) => parseClearances(text, "c.csv").diagnostics[0]?.help;
    expect(help(`user_id_hash,clearence\n${A},none`)).toMatch(/^Did you mean "clearance"\?/);
    expect(help(`user_id_hash,clearance\n${A},Restricted`)).toMatch(/^Did you mean "restricted"\?/);
    const secret = "ann.example@example.com";
    const all = [
      `user_id,clearance\n${secret},none\n${secret},none`,
      `user_id_hash,clearance\n${secret},none`,
      `user_id,user_id_hash,clearance\n${secret},${A},none`,
      `user_id,clearance\n${secret},none,more`,
      `${secret},none\n`,
    ].flatMap((text) => parseClearances(text, "c.csv").diagnostics);
    expect(all).toHaveLength(7);
    expect(JSON.stringify(all)).not.toContain("ann.example");
  });

  it.each<[string, string, number, number]>([
    ["text behind a closing quote", `user_id_hash,clearance\n"${A}"x,none`, 2, 67],
    ["a quote inside of a cell", `user_id_hash,department\n${A},le"gal`, 2, 68],
    ["a short row", `user_id_hash,clearance,department\n${A},none`, 2, 1],
    ["semicolons", `user_id_hash;clearance\n${A};none`, 1, 1],
    ["a column twice", "user_id_hash,clearance,clearance\n", 1, 24],
  ])("C510 tells of %s", (_what, text, line, column) => {
    expect(places(text)).toEqual([["C510", line, column]]);
  });
});

describe("parseClearances", () => {
  const expected = new Map([
    [A, { clearance: "restricted", department: "legal, EMEA", business_unit: "corporate" }],
    [B, { department: "sales" }],
  ]);

  it("reads CSV with a byte order mark, CRLF, quotes, blank lines and empty cells", () => {
    const text = `\ufeffuser_id_hash,clearance,department,business_unit\r\n\r\n${A}, restricted ,"legal, EMEA",corporate\r\n"${B}",,sales,\r\n`;
    expect(tableOf(text).users).toEqual(expected);
  });

  it("reads the same from YAML, with places", () => {
    const text = `users:\n  - { user_id_hash: ${A}, clearance: restricted, department: "legal, EMEA", business_unit: corporate }\n  - { user_id_hash: ${B}, department: sales }\n`;
    expect(tableOf(text, "c.yaml").users).toEqual(expected);
    expect(places(`users:\n  - { user_id_hash: ${A}, clearance: rstricted }`, "c.yml")).toEqual([
      ["C514", 2, 98],
    ]);
    expect(places("users: []", "c.yaml")).toEqual([["C516", 1, 1]]);
    expect(places("users:\n  - { clearance: none }", "c.yaml")).toEqual([["C515", 2, 7]]);
    expect(places("users: {}", "c.yaml")).toEqual([["Y104", 1, 8]]);
  });

  it("hashes raw ids while reading and keeps none of them", () => {
    const hasher = { userIdHash: (id: string) => (id === "example-1" ? A : B) };
    const text = "user_id,clearance\nexample-1,restricted\nexample-2,none\n";
    const table = tableOf(text, "c.csv", { hasher });
    expect([...table.users.keys()]).toEqual([A, B]);
    expect(JSON.stringify([...table.users])).not.toContain("example-");
    expect(places(text)).toEqual([
      ["C515", 2, 1],
      ["C515", 3, 1],
    ]);
  });

  it("finds a user given once by id and once by hash", () => {
    const hasher = { userIdHash: () => A };
    const text = `user_id,user_id_hash,clearance\nexample-1,,none\n,${A},restricted\n`;
    const { diagnostics } = parseClearances(text, "c.csv", { hasher });
    expect(diagnostics.map(({ code, span }) => [code, span.line, span.column])).toEqual([
      ["C513", 3, 2],
    ]);
  });

  it("shares equal contexts, for tables of many users", () => {
    const table = tableOf(`user_id_hash,clearance\n${A},none\n${B},none\n`);
    expect(table.users.get(A)).toBe(table.users.get(B));
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a,"\r\n;é ') }), (text) => {
        parseClearances(`user_id_hash,department\n${text}`, "c.csv");
        parseClearances(text, "c.csv");
        parseClearances(text, "c.yaml");
      }),
    );
  });

  it("reads the example, which names nobody", () => {
    const { users } = tableOf(readFileSync("context/clearances.csv", "utf8"));
    expect(users.size).toBe(12);
    for (const hash of users.keys()) expect(hash).toMatch(/^0{62}\d\d$/);
  });
});

describe("readCsv", () => {
  it("reads what another writer wrote", () => {
    const cell = fc.string({ unit: fc.constantFrom(...'ab,"\r\n ü') }).map((text) => text.trim());
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const write = (text: string) => (/[,"\r\n]/.test(text) || text === "" ? quote(text) : text);
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }),
        fc.constantFrom("\n", "\r\n"),
        (table, newline) => {
          expect(rows(table.map((row) => row.map(write).join(",")).join(newline))).toEqual(table);
        },
      ),
    );
  });

  it("keeps the place of cells behind quoted line breaks", () => {
    const found: Diagnostic[] = [];
    const [row] = [...readCsv('"a\r\nb",  c', "c.csv", found)];
    expect(row?.[1]?.span).toEqual({ file: "c.csv", line: 2, column: 6, length: 1 });
  });
});
