/** Spans and modifiers of time. */
import { SplError } from "./error.ts";

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Seconds of a span such as `10m`. Days and longer are refused: they follow the clock of a time zone,
 * and a day of it may have 23 hours.
 */
export function spanSeconds(text: string, at: number): number {
  const [, count, unit = ""] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit];
  if (count === undefined || seconds === undefined) throw new SplError(`the span "${text}"`, at);
  return Number(count) * seconds;
}

/** A time from its modifier: `now`, or an offset such as `-900s`. Snapping (`@`) is refused. */
export function modifiedTime(modifier: string, now: number, at: number): number {
  if (modifier === "now") return now;
  const [, sign, span] = /^([+-])(\w+)$/.exec(modifier) ?? [];
  if (span === undefined) throw new SplError(`the time modifier "${modifier}"`, at);
  const seconds = spanSeconds(span, at);
  return sign === "-" ? now - seconds : now + seconds;
}

/** Variables of date and time formats (Search Reference, Date and time format variables). */
const PATTERNS: Readonly<Record<string, string>> = {
  Y: "(?<year>\\d{4})",
  m: "(?<month>\\d{2})",
  d: "(?<day>\\d{2})",
  H: "(?<hour>\\d{2})",
  M: "(?<minute>\\d{2})",
  S: "(?<second>\\d{2})",
  "3N": "(?<millisecond>\\d{3})",
  z: "(?<sign>[+-])(?<zoneHours>\\d{2})(?<zoneMinutes>\\d{2})",
  ":z": "(?<sign>[+-])(?<zoneHours>\\d{2}):(?<zoneMinutes>\\d{2})",
};

/** The letters of a format and its variables, in order. */
function partsOf(format: string, at: number): readonly { variable?: string; text: string }[] {
  return [...format.matchAll(/%(3N|:z|.)|[^%]+/g)].map(([text, variable]) => {
    if (variable !== undefined && !Object.hasOwn(PATTERNS, variable))
      throw new SplError(`the time variable %${variable}`, at);
    return variable === undefined ? { text } : { variable, text };
  });
}

/** A time as text in a zone that is so many minutes ahead of UTC; the zone itself is written `+hhmm`. */
export function formatTime(
  seconds: number,
  format: string,
  zoneMinutes: number,
  at: number,
): string {
  const date = new Date(Math.round(seconds * 1000) + zoneMinutes * 60_000);
  const two = (number: number): string => String(number).padStart(2, "0");
  const ahead = Math.abs(zoneMinutes);
  const written: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()).padStart(4, "0"),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    H: two(date.getUTCHours()),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    "3N": String(date.getUTCMilliseconds()).padStart(3, "0"),
    z: `${zoneMinutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`,
  };
  return partsOf(format, at)
    .map(({ variable, text }) => (variable === undefined ? text : (written[variable] ?? "")))
    .join("");
}

/** Seconds since the epoch of a text that has the format, which must name the zone; otherwise null. */
export function parseTime(text: string, format: string, at: number): number | null {
  const parts = partsOf(format, at);
  if (!parts.some(({ variable }) => variable?.endsWith("z")))
    throw new SplError("strptime in the zone of the user", at);
  const pattern = parts.map(({ variable, text: letters }) =>
    variable === undefined ? letters.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : PATTERNS[variable],
  );
  const match = new RegExp(`^${pattern.join("")}$`).exec(text)?.groups;
  if (match === undefined) return null;
  const number = (name: string): number => Number(match[name] ?? 0);
  const ahead =
    (number("zoneHours") * 60 + number("zoneMinutes")) * (match["sign"] === "-" ? -1 : 1);
  const local = Date.UTC(
    number("year"),
    number("month") - 1,
    number("day"),
    number("hour"),
    number("minute"),
    number("second"),
    number("millisecond"),
  );
  return local / 1000 - ahead * 60;
}
