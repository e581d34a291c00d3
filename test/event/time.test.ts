import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalTimeMs, formatTime, isCanonicalTime, parseTime } from "../../src/event/time.ts";

const instant = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });

test("canonical time agrees with the platform's calendar", () => {
  fc.assert(
    fc.property(instant, (epochMs) => {
      const text = formatTime(epochMs);
      expect(isCanonicalTime(text)).toBe(true);
      expect(canonicalTimeMs(text)).toBe(epochMs);
      expect(parseTime(text)).toEqual({ epochMs, leapSecond: false });
    }),
    { numRuns: 2000 },
  );
});

test("an offset moves the instant, never the fraction", () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: -1439, max: 1439 }), (epochMs, minutes) => {
      const local = new Date(epochMs).toISOString().slice(0, -1);
      const sign = minutes < 0 ? "-" : "+";
      const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0");
      const rest = String(Math.abs(minutes) % 60).padStart(2, "0");
      expect(parseTime(`${local}${sign}${hours}:${rest}`)?.epochMs).toBe(
        epochMs - minutes * 60_000,
      );
    }),
  );
});

test("what is not RFC 3339 is not a time", () => {
  const wrong = [
    "",
    "2026",
    "2026-01-01",
    "2026-01-01T00:00Z",
    "2026-1-1T00:00:00Z",
    "2026-01-01T00:00:00.Z",
  ];
  wrong.push(
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00Zx",
    "2026-01-01T00:60:00Z",
    "20a6-01-01T00:00:00Z",
  );
  wrong.push(
    "2026-04-31T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-01-01T00:00:61Z",
    "+2026-01-01T00:00:00Z",
  );
  for (const text of wrong) expect(parseTime(text), text).toBeUndefined();
  expect(parseTime("2000-02-29T00:00:00Z")).toBeDefined();
});
