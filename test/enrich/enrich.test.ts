import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Result } from "../../src/diagnostic/diagnostic.ts";
import { parseCalendar } from "../../src/enrich/calendar.ts";
import { parseClearances } from "../../src/enrich/clearance.ts";
import { createEnricher, type EnrichOptions } from "../../src/enrich/enrich.ts";
import { parsePrices } from "../../src/enrich/price.ts";
import type { AuditEvent } from "../../src/event/event.ts";
import { parseEventLine } from "../../src/event/parse.ts";

function load<T>(parse: (text: string, file: string) => Result<T>, file: string): T {
  const result = parse(readFileSync(file, "utf8"), file);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

const tables: EnrichOptions = {
  calendar: load(parseCalendar, "context/calendar.yaml"),
  clearances: load(parseClearances, "context/clearances.csv"),
  prices: load(parsePrices, "context/prices.yaml"),
};
const FINANCE_USER = `${"0".repeat(62)}03`;

function event(fields: Readonly<Record<string, unknown>>): AuditEvent {
  return {
    event_id: "3f2c1a44-0000-4000-8000-000000000000",
    event_type: "session_end",
    timestamp: "2026-03-30T06:30:00.000Z",
    ...fields,
  } as AuditEvent;
}

const tokens = { model_version: "claude-haiku-4-5-20251001", token_input: 1000, token_output: 100 };

describe("createEnricher", () => {
  it("stamps everything that is known, and the result is a valid event", () => {
    const given = Object.freeze(event({ user_id_hash: FINANCE_USER, ...tokens }));
    const enricher = createEnricher(tables);
    const stamped = enricher.enrich(given);
    expect(stamped).toEqual({
      ...given,
      user_clearance: "restricted",
      department: "finance",
      business_unit: "emea",
      within_business_hours: true,
      local_time: "2026-03-30T08:30:00.000+02:00",
      cost_usd: 0.0015,
      price_ref: "example@2025-10-01",
    });
    expect(parseEventLine(JSON.stringify(stamped), 1, { file: "f" })).toMatchObject({
      ok: true,
      diagnostics: [],
      value: stamped,
    });
    expect(Object.values(enricher.counts()).every((count) => count === 0)).toBe(true);
  });

  it("keeps whatever the event already carries", () => {
    const given = event({
      user_id_hash: FINANCE_USER,
      user_clearance: "none",
      department: "legal",
      business_unit: "other",
      within_business_hours: false,
      local_time: "2026-03-30T07:30:00.000+01:00",
      cost_usd: 9,
      price_ref: "contract@2026-01-01",
      ...tokens,
    });
    expect(createEnricher(tables).enrich(given)).toEqual(given);
  });

  it("lets the table speak where the department is unknown, and then uses its calendar", () => {
    const { enrich } = createEnricher(tables);
    const unknown = enrich(event({ user_id_hash: FINANCE_USER, department: "unknown" }));
    expect(unknown.department).toBe("finance");
    const stated = enrich(event({ user_id_hash: FINANCE_USER, department: "engineering" }));
    expect(stated).toMatchObject({
      department: "engineering",
      within_business_hours: false,
      local_time: "2026-03-29T23:30:00.000-07:00",
    });
  });

  it("never completes half of a foreign cost with ours", () => {
    const { enrich } = createEnricher(tables);
    expect(enrich(event({ ...tokens, cost_usd: 1 })).price_ref).toBeUndefined();
    expect(enrich(event({ ...tokens, price_ref: "x" })).cost_usd).toBeUndefined();
  });

  it("leaves unstamped what it cannot know, and counts why", () => {
    const enricher = createEnricher(tables);
    const unlisted = event({ user_id_hash: "f".repeat(64), ...tokens, model_version: "other" });
    expect(enricher.enrich(unlisted)).toEqual(unlisted);
    const nobody = event({ department: "marketing" });
    expect(enricher.enrich(nobody)).not.toHaveProperty("user_clearance");
    expect(enricher.counts()).toEqual({
      no_user: 1,
      user_not_listed: 1,
      no_clearance_stated: 0,
      department_not_in_calendar: 1,
      no_model: 0,
      model_not_priced: 1,
      no_price_in_force: 0,
    });
  });

  it("stamps nothing without tables, and counts nothing", () => {
    const enricher = createEnricher({});
    const given = event({ user_id_hash: FINANCE_USER, ...tokens });
    expect(enricher.enrich(given)).toEqual(given);
    expect(Object.values(enricher.counts()).every((count) => count === 0)).toBe(true);
  });

  it("finds users whose pseudonym policy has yet to make", () => {
    const hasher = { userIdHash: (id: string) => (id === "emp-0003" ? FINANCE_USER : "") };
    const given = event({ user_id_hash: "emp-0003" });
    const stamped = createEnricher({ ...tables, hasher }).enrich(given);
    expect(stamped).toMatchObject({ user_id_hash: "emp-0003", user_clearance: "restricted" });
    expect(createEnricher(tables).enrich(given).user_clearance).toBeUndefined();
  });

  it("counts rows that state no clearance", () => {
    const clearances = { users: new Map([[FINANCE_USER, { department: "finance" }]]) };
    const enricher = createEnricher({ clearances });
    expect(enricher.enrich(event({ user_id_hash: FINANCE_USER })).department).toBe("finance");
    expect(enricher.counts().no_clearance_stated).toBe(1);
  });
});

it("the example tables name the same departments", () => {
  const listed = new Set(tables.calendar?.departments.keys());
  for (const user of tables.clearances?.users.values() ?? [])
    expect(listed.has(user.department ?? ""), user.department).toBe(true);
});
