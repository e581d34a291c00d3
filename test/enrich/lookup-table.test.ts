import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWorking } from "../../src/enrich/business-hours.ts";
import { parseCalendar } from "../../src/enrich/calendar.ts";
import { parseClearances } from "../../src/enrich/clearance.ts";
import { businessHoursTable, clearanceTable, renderCsv } from "../../src/enrich/lookup-table.ts";

const DAY = 86_400_000;

/** Rows of business hours judged as the columns are explained, and no further. */
function isOpen(rows: readonly (readonly string[])[], department: string, utcMs: number): boolean {
  const own = rows.filter(([name]) => name === department);
  const asked = own.length > 0 ? own : rows.filter(([name]) => name === "*");
  return asked.some(([, zone = "", days = "", opens = "", closes = "", holidays = ""]) => {
    const parts = Object.fromEntries(
      new Intl.DateTimeFormat("en-CA", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
      })
        .formatToParts(utcMs)
        .map(({ type, value }) => [type, value]),
    );
    const minutes = (clock: string): number =>
      Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
    const now = Number(parts["hour"]) * 60 + Number(parts["minute"]);
    const today = Date.parse(`${parts["year"]}-${parts["month"]}-${parts["day"]}T00:00:00Z`);
    const isShift = (date: number): boolean => {
      const name =
        ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][new Date(date).getUTCDay()] ?? "";
      return (
        days.split(" ").includes(name) &&
        !holidays.split(" ").includes(new Date(date).toISOString().slice(0, 10))
      );
    };
    const [from, to] = [minutes(opens), minutes(closes)];
    const until = to > from ? to : to + 1440;
    return (
      (isShift(today) && now >= from && now < until) ||
      (isShift(today - DAY) && now + 1440 >= from && now + 1440 < until)
    );
  });
}

const calendar = `holidays:
  germany: [2026-01-01, 2026-04-03]
departments:
  finance: { zone: Europe/Berlin, hours: { mon-fri: 09:00-18:00 }, holidays: [germany] }
  support: { zone: America/New_York, hours: { mon-thu: [06:00-12:00, 22:00-06:00], sat: 10:00-24:00 }, holidays: [] }
  remote: { zone: Asia/Kolkata, hours: { sun-thu: 09:30-18:30 }, holidays: [germany] }
default: { zone: UTC, hours: { mon-fri: 08:00-20:00 }, holidays: [] }
`;

describe("a table of business hours", () => {
  it("says the same as the calendar, at any time of a year", () => {
    const parsed = parseCalendar(calendar, "calendar.yaml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const { rows } = businessHoursTable(parsed.value);
    const names = fc.constantFrom("finance", "support", "remote", "nobody");
    const minute = fc.integer({ min: 0, max: 365 * 1440 - 1 });
    fc.assert(
      fc.property(names, minute, (name, at) => {
        const utcMs = Date.UTC(2026, 0, 1) + at * 60_000;
        const own = parsed.value.departments.get(name) ?? parsed.value.fallback;
        if (own === undefined) throw new Error("no fallback");
        expect(isOpen(rows, name, utcMs)).toBe(isWorking(own, utcMs));
      }),
      { numRuns: 3000 },
    );
  });

  it("has no row for departments that are not listed when there is no default", () => {
    const parsed = parseCalendar(calendar.replace(/default: .*/, "default: none"), "c.yaml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    expect(businessHoursTable(parsed.value).rows.map(([name]) => name)).not.toContain("*");
  });
});

describe("a table of clearances", () => {
  it("names every user of the example once, by pseudonym", () => {
    const parsed = parseClearances(
      readFileSync("context/clearances.csv", "utf8"),
      "clearances.csv",
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const { rows } = clearanceTable(parsed.value);
    expect(rows.length).toBe(parsed.value.users.size);
    expect(rows.map(([user]) => user)).toEqual([...parsed.value.users.keys()].sort());
  });

  it("quotes what CSV needs quoted", () => {
    const text = renderCsv({
      columns: ["a", "b"],
      rows: [
        ["x,y", 'say "hi"'],
        ["plain", "two\nlines"],
      ],
    });
    expect(text).toBe('a,b\n"x,y","say ""hi"""\nplain,"two\nlines"\n');
  });
});
