/** The texts of the pack, executed; without the engine these tests say that they are skipped. */
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic, Result } from "../../../src/diagnostic/diagnostic.ts";
import { compileKql } from "../../../src/dialect/kql/query.ts";
import type { Calendar } from "../../../src/enrich/business-hours.ts";
import { parseCalendar } from "../../../src/enrich/calendar.ts";
import { parseClearances } from "../../../src/enrich/clearance.ts";
import { createEnricher } from "../../../src/enrich/enrich.ts";
import type { AuditEvent } from "../../../src/event/event.ts";
import { normalize } from "../../../src/mapping/normalize.ts";
import { functions } from "../../../src/pack/sentinel/deployment.ts";
import { exampleCsv, watchlists } from "../../../src/pack/sentinel/watchlist.ts";
import { ruleWhere } from "../../dialect/cases.ts";
import { auditTable, hasChdb, type KqlTable, runKql, textTable } from "../../dialect/kql/chdb.ts";
import { sampleEvents } from "../../mapping/sample.ts";
import { project, type Row } from "./projection.ts";

function parsed<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.diagnostics satisfies readonly Diagnostic[]));
}

const calendar = parsed(
  parseCalendar(readFileSync("context/calendar.yaml", "utf8"), "calendar.yaml"),
);
const users = Array.from({ length: 6 }, (_, index) => String(index + 1).repeat(64));
const clearancesCsv = `user_id_hash,clearance,department,business_unit
${users[0]},restricted,finance,a
${users[1]},sensitive,support,a
${users[2]},restricted,,a
${users[3]},public,legal,a
`;

function csvTable(text: string): KqlTable {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const columns = header.split(",");
  const rows = lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
  });
  return textTable(columns, rows);
}

function clock(minute: number): string {
  const [hours, minutes] = [Math.floor((minute % 1440) / 60), minute % 60];
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** The calendar as rows of the watchlist, one for each day and shift; after the row that it comes with. */
function hoursTable({ departments }: Calendar): KqlTable {
  const list = watchlists.find(({ parameter }) => parameter === "businessHoursCsv");
  if (list === undefined) throw new Error("no watchlist");
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const rows = [...departments].flatMap(([department, { zone, week, holidays }]) => {
    const free = [...holidays].map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
    return week.flatMap((shifts, index) =>
      shifts.map(({ opensMinute, closesMinute }) =>
        [
          department,
          zone.name,
          days[index],
          clock(opensMinute),
          clock(closesMinute),
          free.join(" "),
        ].join(","),
      ),
    );
  });
  return csvTable(`${exampleCsv(list)}${rows.join("\n")}\n`);
}

/** Days on which clocks change, holidays, weekends, and an ordinary one. */
const days = [
  "2026-01-25",
  "2026-01-26",
  "2026-03-08",
  "2026-03-28",
  "2026-03-29",
  "2026-10-25",
  "2026-11-01",
  "2026-11-24",
  "2026-12-25",
  "2026-12-26",
];

const event = fc
  .record(
    {
      day: fc.constantFrom(...days),
      quarter: fc.integer({ min: 0, max: 95 }),
      offset: fc.constantFrom(0, 0, -1, 1, 59_999),
      department: fc.constantFrom(...calendar.departments.keys(), "nobody", "unknown"),
      user_id_hash: fc.constantFrom(...users),
      data_classification: fc.constantFrom("restricted", "sensitive", "public"),
      within_business_hours: fc.constantFrom(true, false, undefined, undefined, undefined),
      user_clearance: fc.constantFrom("restricted", "public", undefined, undefined, undefined),
    },
    { requiredKeys: ["day", "quarter", "offset"] },
  )
  .map(({ day, quarter, offset, ...fields }) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    const time = Date.parse(`${day}T00:00:00Z`) + quarter * 900_000 + offset;
    return { timestamp: new Date(time).toISOString(), ...Object.fromEntries(given) };
  });

function numbered(fields: Row, index: number): AuditEvent {
  return {
    event_id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    event_type: "session_start",
    session_id: `s-${index}`,
    ...fields,
  } as unknown as AuditEvent;
}

const events = fc.sample(event, { numRuns: 4000, seed: 7 }).map(numbered);
const rows = events.map((one) => JSON.parse(normalize(one, "sentinel")) as Row);

const enricher = createEnricher({
  calendar,
  clearances: parsed(parseClearances(clearancesCsv, "clearances.csv")),
});
const stamped = events.map((event) => enricher.enrich(event));

function idsWhere(test: (event: AuditEvent) => boolean): readonly string[] {
  return stamped.filter(test).map(({ event_id }) => event_id);
}

/** The query over tables instead of watchlists, without the row about an empty one: the engine has no `toscalar`. */
function native(where: string): string {
  const [query] = compileKql(ruleWhere(where), { context: "native" }).texts;
  return (query?.text ?? "")
    .replaceAll(/_GetWatchlist\('(\w+)'\)/g, "$1")
    .replaceAll(/column_ifexists\('(\w+)', ''\)/g, "$1")
    .replaceAll(/let \w+Listed = .*\n/g, "")
    .replaceAll(/\| where \w+Listed > 0\n\| union .*\n/g, "");
}

const tables = {
  ClaudeAudit_CL: auditTable(rows),
  ClaudeClearances: csvTable(clearancesCsv),
  ClaudeBusinessHours: hoursTable(calendar),
};

function foundIds(found: readonly Row[] | undefined): readonly string[] {
  return (found ?? []).map((row) => String(row["EventId"])).sort();
}

describe.skipIf(!hasChdb)("executed, looked-up context is what ingest stamps", () => {
  it("for clearance", { timeout: 120_000 }, () => {
    const where = "data_classification = restricted and not user_clearance = restricted";
    const found = runKql({ settings: {}, tables, queries: { all: native(where) } });
    const expected = idsWhere(
      (one) => one.data_classification === "restricted" && one.user_clearance !== "restricted",
    );
    expect(expected.length).toBeGreaterThan(100);
    expect(foundIds(found["all"])).toEqual(expected);
  });

  const zones = [...new Set([...calendar.departments.values()].map(({ zone }) => zone.name))];

  it.each([true, false])(
    "for business hours that are %s, zone by zone",
    { timeout: 120_000 },
    (within) => {
      // The engine wants a zone in the text, so each run judges the departments of one.
      const text = native(`within_business_hours = ${within}`);
      const queries = zones.map((zone) => [
        zone,
        text
          .replace("(TimeGenerated, Zone)", `(TimeGenerated, '${zone}')`)
          .replace("| where HoursOf != ''", `| where Zone == '${zone}' and HoursOf != ''`),
      ]);
      // As in Kusto, a row without partner has null and not zero.
      const settings = { join_use_nulls: 1 };
      const found = runKql({ settings, tables, queries: Object.fromEntries(queries) });
      for (const zone of zones) {
        const expected = stamped.filter((one, index) => {
          const zoneOf = calendar.departments.get(String(one.department))?.zone.name;
          const wasStamped = events[index]?.within_business_hours !== undefined;
          return one.within_business_hours === within && (wasStamped || zoneOf === zone);
        });
        expect(foundIds(found[zone])).toEqual(expected.map(({ event_id }) => event_id));
      }
    },
  );
});

describe.skipIf(!hasChdb)("executed, a parser of ASIM", () => {
  it("yields the rows that its projection says", { timeout: 120_000 }, () => {
    const documents = sampleEvents.map((one) => JSON.parse(normalize(one, "sentinel")) as Row);
    const parsers = functions.filter(({ alias }) => alias.startsWith("ASim"));
    // The engine knows no bags and no parameters; AdditionalFields is judged by the other tests.
    const text = (query: string): string =>
      query
        .replace("not(disabled) and ", "")
        .replace(/,\n {4}AdditionalFields = iff\(.*\)\n/, "\n");
    const found = runKql({
      // As in Kusto, a filter before a projection reads the columns before it.
      settings: { prefer_column_name_to_alias: 1 },
      tables: { ClaudeAudit: auditTable(documents) },
      queries: Object.fromEntries(parsers.map(({ alias, query }) => [alias, text(query)])),
    });
    for (const { alias, query } of parsers) {
      const told = documents
        .map((one) => project(query, one, false))
        .filter((one) => one !== undefined);
      expect(told.length).toBeGreaterThan(0);
      expect((found[alias] ?? []).map(comparable).sort()).toEqual(told.map(comparable).sort());
    }
  });
});

/** A row as text: times in one form, numbers as they are written. */
function comparable(row: Row): string {
  const cells = Object.entries(row)
    .filter(([name]) => name !== "AdditionalFields")
    .map(([name, value]) => {
      const text = String(value);
      return `${name}=${/^\d{4}-/.test(text) ? text.replace("T", " ").slice(0, 23) : text}`;
    });
  return cells.sort().join("\n");
}
