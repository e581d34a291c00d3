/** Days of a zone as instants. */
import { openZone, type Zone } from "../../enrich/zone.ts";

const DAY_MS = 86_400_000;

/** The days of one zone, counted from 1970-01-01 of its own calendar. */
export interface Calendar {
  /** First millisecond of a day. */
  readonly startOf: (day: number) => number;
  /** Noon of a day, give or take a change of clocks. */
  readonly noonOf: (day: number) => number;
  /** `YYYY-MM-DD`. */
  readonly nameOf: (day: number) => string;
  /** The first day after the given one on which clocks change, within a year. */
  readonly nextChange: (day: number) => number | undefined;
}

function startIn(zone: Zone, day: number): number {
  // Local clocks never run more than 26 hours from UTC, and within a zone their day number only rises.
  let low = day * DAY_MS - 27 * 3_600_000;
  let high = day * DAY_MS + 27 * 3_600_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (Math.floor(zone.localMs(middle) / DAY_MS) >= day) high = middle;
    else low = middle;
  }
  return high;
}

/** @throws When the platform does not know the zone; the rule's parser has refused such zones. */
export function calendarOf(zoneName: string): Calendar {
  const zone = openZone(zoneName);
  if (zone === undefined) throw new Error(`unknown zone ${zoneName}`);
  const startOf = (day: number): number => startIn(zone, day);
  return {
    startOf,
    noonOf: (day) => startOf(day) + DAY_MS / 2,
    nameOf: (day) => new Date(day * DAY_MS).toISOString().slice(0, 10),
    nextChange: (day) => {
      for (let next = day + 1; next < day + 366; next += 1)
        if (startOf(next + 1) - startOf(next) !== DAY_MS) return next;
      return undefined;
    },
  };
}
