import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockReading } from "../../src/enrich/business-hours.ts";
import { openZone, Zone, zoneNames } from "../../src/enrich/zone.ts";
import { parseTime } from "../../src/event/time.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  const zone = zones.get(name) ?? openZone(name);
  if (zone === undefined) throw new Error(`${name} does not open`);
  zones.set(name, zone);
  return zone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the platform shows on the clocks of a zone, by its calendar fields: another way than Zone's. */
function platformClock(name: string, epochMs: number): string {
  const format =
    formats.get(name) ??
    new Intl.DateTimeFormat("sv-SE", {
      timeZone: name,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
  formats.set(name, format);
  return format.format(epochMs).replace(" ", "T");
}

const anyZone = fc.constantFrom(...zoneNames());
const from1973 = fc.integer({ min: Date.UTC(1973, 0), max: Date.UTC(2100, 0) });

describe("Zone", () => {
  it("agrees with the platform's clocks in every zone at any instant", () => {
    fc.assert(
      fc.property(anyZone, from1973, (name, epochMs) => {
        const reading = clockReading(zoneOf(name), epochMs) ?? "";
        expect(reading.slice(0, 19), `${name} at ${epochMs}`).toBe(platformClock(name, epochMs));
        expect(parseTime(reading)?.epochMs).toBe(epochMs);
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees at, just before and just after every transition of two years", () => {
    const sample = zoneNames().filter((_, index) => index % 7 === 0);
    let transitions = 0;
    for (const name of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", ...sample]) {
      const zone = zoneOf(name);
      const end = Date.UTC(2027, 0);
      for (let hour = Date.UTC(2025, 0); hour < end; hour += HOUR) {
        if (zone.offsetMinutesAt(hour) === zone.offsetMinutesAt(hour + HOUR)) continue;
        transitions += 1;
        for (let at = hour - 60_000; at <= hour + HOUR + 60_000; at += 30_000) {
          for (const epochMs of [at - 1, at, at + 1]) {
            const reading = clockReading(zone, epochMs)?.slice(0, 19);
            expect(reading, `${name} at ${epochMs}`).toBe(platformClock(name, epochMs));
          }
        }
      }
    }
    expect(transitions).toBeGreaterThan(40);
  });

  it("finds a transition to the millisecond, in both directions", () => {
    const berlin = zoneOf("Europe/Berlin");
    const spring = Date.UTC(2026, 2, 29, 1);
    const autumn = Date.UTC(2026, 9, 25, 1);
    expect(
      [spring - 1, spring, autumn - 1, autumn].map((at) => berlin.offsetMinutesAt(at)),
    ).toEqual([60, 120, 120, 60]);
    expect(clockReading(berlin, spring - 1)).toBe("2026-03-29T01:59:59.999+01:00");
    expect(clockReading(berlin, spring)).toBe("2026-03-29T03:00:00.000+02:00");
    expect(clockReading(berlin, autumn - 1)).toBe("2026-10-25T02:59:59.999+02:00");
    expect(clockReading(berlin, autumn)).toBe("2026-10-25T02:00:00.000+01:00");
  });

  it("knows half and quarter hours, and a clock change of half an hour", () => {
    expect(zoneOf("Asia/Kolkata").offsetMinutesAt(0)).toBe(330);
    expect(zoneOf("Asia/Kathmandu").offsetMinutesAt(Date.UTC(2026, 0))).toBe(345);
    const lordHowe = zoneOf("Australia/Lord_Howe");
    expect(lordHowe.offsetMinutesAt(Date.UTC(2026, 0))).toBe(660);
    expect(lordHowe.offsetMinutesAt(Date.UTC(2026, 6))).toBe(630);
  });

  it("reads year ends and the last hours that can be written", () => {
    const newYear = Date.UTC(2027, 0, 1);
    expect(clockReading(zoneOf("America/New_York"), newYear)).toBe("2026-12-31T19:00:00.000-05:00");
    expect(clockReading(zoneOf("Pacific/Kiritimati"), newYear - 1)).toBe(
      "2027-01-01T13:59:59.999+14:00",
    );
    expect(clockReading(zoneOf("Asia/Tokyo"), Date.UTC(9999, 11, 31, 20))).toBeUndefined();
    expect(clockReading(zoneOf("UTC"), Date.UTC(9999, 11, 31, 20))).toBe(
      "9999-12-31T20:00:00.000+00:00",
    );
  });

  it("asks for the two ends of a day, not for each event, and in bounded memory", () => {
    const asked: number[] = [];
    const zone = new Zone("Test/Zone", (epochMs) => {
      asked.push(epochMs);
      return epochMs < Date.UTC(2031, 4, 6, 12) ? 0 : 60;
    });
    const day = Date.UTC(2031, 4, 5);
    for (let at = day; at < day + DAY; at += 60_000) zone.offsetMinutesAt(at);
    expect(asked).toEqual([day, day + DAY]);
    for (let at = day + DAY; at < day + 2 * DAY; at += 60_000)
      expect(zone.offsetMinutesAt(at)).toBe(at < day + 1.5 * DAY ? 0 : 60);
    expect(asked.length).toBeLessThan(36);
    for (let year = 0; year < 9000; year += 1) zone.offsetMinutesAt(Date.UTC(year + 500, 0));
    expect(zone.offsetMinutesAt(day)).toBe(0);
  });
});

describe("openZone", () => {
  it.each(["EST", "CET", "+02:00", "europe/berlin", "Europe/Berln", "utc", "", "Europe/", "GMT+1"])(
    "refuses %s",
    (name) => {
      expect(openZone(name)).toBeUndefined();
    },
  );

  it("takes every name it would suggest", () => {
    expect(zoneNames().filter((name) => openZone(name) === undefined)).toEqual([]);
  });
});
