/** Local working hours as instants. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes a zone is ahead of UTC at an instant. */
function offsetMinutes(zone: string, epochMs: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    formats.set(zone, format);
  }
  const text =
    format.formatToParts(epochMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const offsets = new Map<string, number>();

/** The instant of a local hour (fractions allowed) on a day, counted from 1970-01-01. */
export function localInstant(zone: string, day: number, hour: number): number {
  const key = `${zone} ${day}`;
  // Noon tells the offset of the working day; clocks change at night.
  const offset = offsets.get(key) ?? offsetMinutes(zone, day * DAY_MS + 12 * HOUR_MS);
  offsets.set(key, offset);
  return Math.round(day * DAY_MS + hour * HOUR_MS - offset * 60_000);
}

/** 0 is Sunday. 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return (day + 4) % 7;
}
