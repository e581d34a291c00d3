/**
 * UTC offsets of IANA zones at the speed of the hot path.
 *
 * The platform's zone data is asked at most three dozen times for each UTC day an event falls into;
 * from then on an offset is a table look-up. Days without a transition, nearly all, cost two questions.
 */

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;
const DAYS_CACHED = 1024;

/** How the clocks of a zone stand on one UTC day: `before` until `changesAtMs`, `after` from then on. */
interface DayOffsets {
  readonly day: number;
  readonly before: number;
  readonly changesAtMs: number;
  readonly after: number;
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Asks the platform for the offset in minutes. */
function createProbe(name: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  return (epochMs) => {
    const parts = OFFSET.exec(format.format(epochMs));
    if (parts === null) throw new Error(`No offset in the platform's time format for ${name}`);
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = parts;
    // RFC 3339 cannot write seconds of an offset; the last zone to have them was Monrovia, until 1972.
    const total = Number(hours) * 60 + Number(minutes) + Math.round(Number(seconds) / 60);
    return sign === "-" ? -total : total;
  };
}

/** A time zone. Make one with `openZone`; it may be shared by everything that reads its clock. */
export class Zone {
  readonly name: string;
  readonly #probe: (epochMs: number) => number;
  /** Direct-mapped by day number, so that events from any year cannot make it grow. */
  readonly #days: (DayOffsets | undefined)[] = new Array<undefined>(DAYS_CACHED).fill(undefined);

  /** @param probe Answers with the offset in minutes at an instant; by default the platform does. */
  constructor(name: string, probe: (epochMs: number) => number = createProbe(name)) {
    this.name = name;
    this.#probe = probe;
  }

  /** Minutes that local clocks are ahead of UTC at an instant. */
  offsetMinutesAt(epochMs: number): number {
    const day = Math.floor(epochMs / MS_PER_DAY);
    const slot = day & (DAYS_CACHED - 1);
    let known = this.#days[slot];
    if (known === undefined || known.day !== day) {
      known = this.#measure(day);
      this.#days[slot] = known;
    }
    return epochMs < known.changesAtMs ? known.before : known.after;
  }

  /** Finds the day's transition by bisection; zone rules never have two within a day. */
  #measure(day: number): DayOffsets {
    let low = day * MS_PER_DAY;
    let high = low + MS_PER_DAY;
    const before = this.#probe(low);
    const after = this.#probe(high);
    if (before === after) return { day, before, changesAtMs: high, after };
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#probe(middle) === before) low = middle;
      else high = middle;
    }
    return { day, before, changesAtMs: high, after };
  }

  /** The reading of local clocks as if it were UTC, in epoch milliseconds. */
  localMs(epochMs: number): number {
    return epochMs + this.offsetMinutesAt(epochMs) * MS_PER_MINUTE;
  }
}

/** Names that zones got after the platform's list froze their old one: Asia/Calcutta is listed. */
const RENAMED = [
  "America/Argentina/Buenos_Aires",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Yangon",
  "Atlantic/Faroe",
  "Europe/Kyiv",
  "Pacific/Kanton",
  "UTC",
] as const;

let zoneNamesCached: readonly string[] | undefined;

/** Every zone name worth suggesting. */
export function zoneNames(): readonly string[] {
  zoneNamesCached ??= [...new Set([...RENAMED, ...Intl.supportedValuesOf("timeZone")])];
  return zoneNamesCached;
}

/** Region and city with capitals: Intl would also take "+01:00", "EST" and any spelling. */
const REGION_AND_CITY = /^[A-Z][A-Za-z]*(\/[A-Z][A-Za-z0-9_+-]*)+$/;

/**
 * Opens a zone by its IANA name in exact spelling.
 *
 * @returns `undefined` for a name the platform's zone data does not have.
 */
export function openZone(name: string): Zone | undefined {
  if (name !== "UTC" && !REGION_AND_CITY.test(name)) return undefined;
  try {
    return new Zone(name);
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}
