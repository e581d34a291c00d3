import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Calendar, localTime, withinBusinessHours } from "../../src/enrich/business-hours.ts";
import { parseCalendar } from "../../src/enrich/calendar.ts";

function calendarOf(text: string): Calendar {
  const result = parseCalendar(text, "calendar.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

/** Code, line, column and length of everything said about a text. */
function places(text: string): readonly (readonly [string, number, number, number])[] {
  const { diagnostics } = parseCalendar(text, "calendar.yaml");
  return diagnostics.map(({ code, span }) => [code, span.line, span.column, span.length]);
}

function fixture(code: string): string {
  return readFileSync(`test/fixtures/diagnostic/${code}.yaml`, "utf8");
}

const calendar = calendarOf(`
holidays:
  de: [2026-12-25, 2026-05-01]
departments:
  finance: { zone: Europe/Berlin, hours: { mon-fri: 09:00-18:00 }, holidays: [de] }
  support: { zone: Asia/Kolkata, hours: { mon-fri: ["07:00-11:30", "22:00-06:00"] }, holidays: [de] }
  guard: { zone: America/New_York, hours: { sun: 20:00-04:00, mon: "04:00-24:00" } }
  unknown: { zone: UTC, hours: { wed: 10:00-11:00 } }
default: none
`);

function within(department: string | undefined, time: string): boolean | undefined {
  return withinBusinessHours(calendar, department, Date.parse(time));
}

describe("withinBusinessHours", () => {
  it.each([
    ["before the clocks go forward", "2026-03-27T07:59:59.999Z", false],
    ["before the clocks go forward", "2026-03-27T08:00:00.000Z", true],
    ["after it", "2026-03-30T06:59:59.999Z", false],
    ["after it", "2026-03-30T07:00:00.000Z", true],
    ["before the clocks go back", "2026-10-23T15:59:59.999Z", true],
    ["before the clocks go back", "2026-10-23T16:00:00.000Z", false],
    ["after it", "2026-10-26T16:59:59.999Z", true],
    ["after it", "2026-10-26T17:00:00.000Z", false],
    ["on Saturday", "2026-10-24T10:00:00.000Z", false],
    ["on a holiday", "2026-12-25T10:00:00.000Z", false],
    ["on the day after it, a Saturday", "2026-12-26T10:00:00.000Z", false],
    ["on the day before it", "2026-12-24T10:00:00.000Z", true],
  ])("finance %s: %s is %s", (_when, time, expected) => {
    expect(within("finance", time)).toBe(expected);
  });

  it.each([
    ["the first shift opens at 07:00 +05:30", "2026-06-01T01:30:00.000Z", true],
    ["a minute before it does not", "2026-06-01T01:29:59.999Z", false],
    ["the pause", "2026-06-01T06:00:00.000Z", false],
    ["the night shift of Monday", "2026-06-01T16:30:00.000Z", true],
    ["its end on Tuesday morning", "2026-06-02T00:29:59.999Z", true],
    ["and not beyond", "2026-06-02T00:30:00.000Z", false],
    ["Friday's night reaches into Saturday", "2026-06-05T23:00:00.000Z", true],
    ["Sunday's night does not exist", "2026-06-07T23:00:00.000Z", false],
    ["the night that begins on a holiday", "2026-05-01T17:00:00.000Z", false],
    ["the morning of a holiday belongs to the day before", "2026-04-30T20:00:00.000Z", true],
  ])("support: %s, %s is %s", (_what, time, expected) => {
    expect(within("support", time)).toBe(expected);
  });

  it("lets Sunday's night run into a Monday that goes on", () => {
    expect(within("guard", "2026-06-07T23:59:59.999Z")).toBe(false);
    expect(within("guard", "2026-06-08T00:00:00.000Z")).toBe(true);
    expect(within("guard", "2026-06-08T08:00:00.000Z")).toBe(true);
    expect(within("guard", "2026-06-09T03:59:59.999Z")).toBe(true);
    expect(within("guard", "2026-06-09T04:00:00.000Z")).toBe(false);
  });

  it("says nothing about departments it does not list, unless there is a default", () => {
    expect(within("marketing", "2026-06-03T10:30:00.000Z")).toBeUndefined();
    expect(within("Finance", "2026-06-03T10:30:00.000Z")).toBeUndefined();
    expect(within(undefined, "2026-06-03T10:30:00.000Z")).toBe(true);
    const open = calendarOf(
      "departments: {}\ndefault: { zone: UTC, hours: { mon-sun: 00:00-24:00 } }",
    );
    expect(withinBusinessHours(open, "marketing", 0)).toBe(true);
    expect(localTime(open, undefined, 0)).toBe("1970-01-01T00:00:00.000+00:00");
  });

  it("agrees with a look at the platform's clock, minute by minute of random weeks", () => {
    const hours = '{ mon-thu: 08:30-17:15, fri: ["06:00-12:00", "20:00-03:30"], sun: 22:00-24:00 }';
    const names = ["Europe/London", "America/St_Johns", "Australia/Adelaide", "Africa/Casablanca"];
    const departments = names.map((zone) => `  ${zone}: { zone: ${zone}, hours: ${hours} }`);
    const table = calendarOf(`departments:\n${departments.join("\n")}\ndefault: none`);
    const spans: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
      Mon: [["08:30", "17:15"]],
      Tue: [["08:30", "17:15"]],
      Wed: [["08:30", "17:15"]],
      Thu: [["08:30", "17:15"]],
      Fri: [
        ["06:00", "12:00"],
        ["20:00", "24:00"],
      ],
      Sat: [["00:00", "03:30"]],
      Sun: [["22:00", "24:00"]],
    };
    const minute = fc.integer({ min: Date.UTC(2000, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...names), minute, (zone, minutes) => {
        const epochMs = minutes * 60_000;
        const clock = new Intl.DateTimeFormat("en-GB", {
          timeZone: zone,
          weekday: "short",
          hour: "2-digit",
          minute: "2-digit",
          hourCycle: "h23",
        }).formatToParts(epochMs);
        const part = (type: string) => clock.find((one) => one.type === type)?.value ?? "";
        const time = `${part("hour")}:${part("minute")}`;
        const expected = (spans[part("weekday")] ?? []).some(([a, b]) => time >= a && time < b);
        expect(withinBusinessHours(table, zone, epochMs)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe("every calendar message", () => {
  it.each<[string, number, number, number]>([
    ["C501", 3, 11, 12],
    ["C502", 4, 29, 5],
    ["C503", 6, 16, 11],
    ["C504", 7, 16, 6],
    ["C505", 2, 22, 10],
    ["C506", 4, 7, 10],
    ["C507", 5, 7, 6],
    ["C508", 6, 7, 3],
    ["C509", 2, 3, 6],
  ])("%s stands at %i:%i over %i characters, alone", (code, line, column, length) => {
    expect(places(fixture(code))).toEqual([[code, line, column, length]]);
  });

  it("advises on zones by name, by city and in general", () => {
    const help = (zone: string) =>
      parseCalendar(
        `departments: { a: { zone: ${zone}, hours: { mon: 09:00-10:00 } } }\ndefault: none`,
        "c.yaml",
      ).diagnostics[0]?.help;
    expect(help("Europe/Berln")).toMatch(/^Did you mean "Europe\/Berlin"\?/);
    expect(help("kolkata")).toMatch(/^Did you mean "Asia\/Kolkata"\?/);
    expect(help("America/New York")).toMatch(/^Did you mean "America\/New_York"\?/);
    expect(help('"+01:00"')).toMatch(/^Write an IANA name/);
  });

  it.each([
    ["Monday-Friday", 'Did you mean "mon-fri"'],
    ["thr", 'Did you mean "thu"'],
    ["workdays", "Expected one of: mon,"],
  ])("advises on the weekday %s", (day, help) => {
    const text = `departments: { a: { zone: UTC, hours: { ${day}: 09:00-10:00 } } }\ndefault: none`;
    expect(parseCalendar(text, "c.yaml").diagnostics[0]?.help).toContain(help);
  });

  it.each([
    ["9:00-17:00", "it must read HH:MM-HH:MM"],
    ["09:60-17:00", "09:60 has more than 59 minutes"],
    ["09:00-24:01", "24:01 is after 24:00"],
    ["24:00-08:00", "a day opens before 24:00"],
    ["09:00-09:00", "it opens and closes at the same time"],
  ])("says why %s is no span of hours", (hours, reason) => {
    const text = `departments: { a: { zone: UTC, hours: { mon: "${hours}" } } }\ndefault: none`;
    expect(parseCalendar(text, "c.yaml").diagnostics[0]?.message).toContain(reason);
  });

  it.each([
    ["two spans of a day", '{ mon: ["09:00-12:00", "11:59-13:00"] }'],
    ["a night and the next morning", "{ mon: 22:00-06:00, tue: 05:00-09:00 }"],
    ["Sunday's night and Monday", "{ mon: 05:00-09:00, sun: 22:00-06:00 }"],
    ["a span with itself written twice", '{ mon: ["09:00-12:00", "09:00-12:00"] }'],
  ])("finds the overlap of %s", (_what, hours) => {
    const text = `departments: { a: { zone: UTC, hours: ${hours} } }\ndefault: none`;
    expect(places(text).map(([code]) => code)).toEqual(["C503"]);
  });

  it("lets spans touch, around the week as well", () => {
    const hours = '{ mon-sun: ["00:00-08:00", "08:00-16:00", "16:00-24:00"] }';
    expect(places(`departments: { a: { zone: UTC, hours: ${hours} } }\ndefault: none`)).toEqual([]);
    const nights = '{ mon-sun: ["07:00-19:00", "19:00-07:00"] }';
    expect(places(`departments: { a: { zone: UTC, hours: ${nights} } }\ndefault: none`)).toEqual(
      [],
    );
  });

  it("demands that the default is stated, and shows all problems at once", () => {
    expect(places("departments: {}")).toEqual([["Y105", 1, 1, 11]]);
    const broken =
      "departments:\n  a: { zone: Mars/Base, hours: { monday: 1 }, colour: red }\ndefault: some";
    expect(
      places(broken)
        .map(([code]) => code)
        .sort(),
    ).toEqual(["C501", "C507", "Y104", "Y106"]);
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        parseCalendar(a, "c.yaml");
        parseCalendar(
          `departments:\n  x: {zone: ${a}, hours: {${b}: ${a}}}\ndefault: ${b}`,
          "c.yaml",
        );
      }),
    );
  });
});

it("the example calendar is without fault", () => {
  expect(places(readFileSync("context/calendar.yaml", "utf8"))).toEqual([]);
});
