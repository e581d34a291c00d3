/** Spans of time as Sentinel writes them: `35m` in YAML, `PT35M` in ARM templates. */
import { formatDuration } from "../../yaml/reader.ts";

const MINUTE_MS = 60_000;
const HOUR_MS: number = 60 * MINUTE_MS;
const DAY_MS: number = 24 * HOUR_MS;

/** The next whole minute, in milliseconds; Sentinel counts nothing smaller. */
export function ceilMinutes(ms: number): number {
  return Math.ceil(ms / MINUTE_MS) * MINUTE_MS;
}

/** Whole minutes in the short form of the Azure-Sentinel repository: one number and one unit. */
export function shortDuration(ms: number): string {
  return formatDuration(ceilMinutes(ms));
}

/** Whole minutes in the form of ISO 8601, as ARM wants it: `PT5M`, `P1D`, `P12DT1H30M`. */
export function isoDuration(ms: number): string {
  let rest = ceilMinutes(ms);
  const take = (unit: number, letter: string): string => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count === 0 ? "" : `${count}${letter}`;
  };
  const days = take(DAY_MS, "D");
  const clock = `${take(HOUR_MS, "H")}${take(MINUTE_MS, "M")}`;
  if (days === "" && clock === "") return "PT0M";
  return `P${days}${clock === "" ? "" : `T${clock}`}`;
}
