/**
 * Dates and clocks of the company's offices.
 *
 * Offsets come straight from the platform, not from `src/enrich`: the sample's idea of night and day
 * must not rest on the code that is judged by it.
 */
const MS_PER_MINUTE = 60_000;
export const MS_PER_DAY = 86_400_000;

/** `YYYY-MM-DD` of a day number, counted from 1970-01-01. */
export function dateText(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Weekday of a day number, Monday = 0; day 0 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Wall clock of an IANA zone. The offset of a local day is the one at its noon. */
export class OfficeClock {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsetMs = new Map<number, number>();

  constructor(zone: string) {
    this.zone = zone;
    // Swedish dates read 2026-11-20 14:30:00, which is ISO 8601 but for the T.
    this.#format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    });
  }

  #offsetAt(day: number): number {
    const known = this.#offsetMs.get(day);
    if (known !== undefined) return known;
    const noonMs = day * MS_PER_DAY + MS_PER_DAY / 2;
    const reading = Date.parse(`${this.#format.format(noonMs).replace(" ", "T")}Z`);
    const offset = reading - noonMs;
    this.#offsetMs.set(day, offset);
    return offset;
  }

  /** The instant at which local clocks show `minute` of local day `day`; fractions are seconds. */
  instantMs(day: number, minute: number): number {
    return Math.round(day * MS_PER_DAY + minute * MS_PER_MINUTE) - this.#offsetAt(day);
  }
}
