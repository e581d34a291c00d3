/** What a product holds against what it has to hold: the comparison itself, without any reading. */
import type { MinuteCount } from "../../delivery/sink.ts";
import { isTestId } from "../test-event.ts";
import type { Standing } from "./expectation.ts";

/** One minute by event time. */
export interface MinuteReport {
  /** Its start, milliseconds since the epoch. */
  readonly minute: number;
  /** Events that the product must hold. */
  readonly due: number;
  /** Events that are not delivered yet. */
  readonly waiting: number;
  /** Records of the product, and how many event_ids they have. */
  readonly records: number;
  readonly distinct: number;
  /** Due events that the product does not hold. */
  readonly missing: number;
  /** Records beyond the first of their event_id. */
  readonly duplicates: number;
  /** event_ids of the product that the journal does not have: not ours, or altered. */
  readonly foreign: number;
}

type Differences = Pick<MinuteReport, "missing" | "duplicates" | "foreign">;

/**
 * Whether these numbers are a difference.
 *
 * @param shared Whether other connectors deliver into the same product: then strangers are theirs.
 */
export function differs({ missing, duplicates, foreign }: Differences, shared: boolean): boolean {
  return missing + duplicates + (shared ? 0 : foreign) > 0;
}

/** What the journal has of a minute, as numbers. */
export type StandingCounts = Readonly<Record<Standing, number>>;

/**
 * Whether the numbers alone show that a minute is as it has to be. With as many records as event_ids
 * as due events nothing is left to ask, unless events are under way.
 */
export function agrees(
  expected: StandingCounts | undefined,
  held: MinuteCount | undefined,
): boolean {
  const due = expected?.due ?? 0;
  const waiting = expected?.waiting ?? 0;
  return (held?.records ?? 0) === due && (held?.distinct ?? 0) === due && waiting === 0;
}

/** An event as the comparison sees it. */
export interface ExpectedEvent {
  readonly event_id: string;
  readonly seq: number;
  readonly minute: number;
  readonly standing: Standing;
}

/** A due event that the product does not hold. */
export interface MissingEvent {
  readonly event_id: string;
  readonly seq: number;
  /** Start of its minute. */
  readonly minute: number;
}

export interface Comparison {
  readonly minutes: readonly MinuteReport[];
  /** In order of the journal. */
  readonly missing: readonly MissingEvent[];
  /** Test events of `doctor`, which are in no journal. */
  readonly tests: number;
}

interface MutableReport {
  due: number;
  waiting: number;
  missing: number;
  duplicates: number;
  found: number;
}

/**
 * An event that is in the journal more than once counts once, and is due when any of its records is:
 * a source may have sent it again after a broken connection.
 */
const RANK: Readonly<Record<Standing, number>> = { due: 3, waiting: 2, dead: 1, filtered: 0 };

export class MinuteComparison {
  readonly #expected = new Map<string, ExpectedEvent>();
  readonly #copies: ReadonlyMap<string, number>;
  readonly #held: ReadonlyMap<number, MinuteCount>;
  readonly #shared: boolean;

  /**
   * @param held Numbers of the product by minute.
   * @param copies How many records the product has of each event_id.
   * @param shared Whether other connectors deliver into the same product; their duplicates are theirs.
   */
  constructor(
    held: ReadonlyMap<number, MinuteCount>,
    copies: ReadonlyMap<string, number>,
    shared: boolean,
  ) {
    this.#held = held;
    this.#copies = copies;
    this.#shared = shared;
  }

  /** Takes in an event of the journal. */
  expect(event: ExpectedEvent): void {
    const known = this.#expected.get(event.event_id);
    if (known === undefined || RANK[event.standing] > RANK[known.standing])
      this.#expected.set(event.event_id, event);
  }

  /** The result, for these minutes. */
  finish(minutes: Iterable<number>): Comparison {
    const reports = new Map<number, MutableReport>();
    for (const minute of minutes)
      reports.set(minute, { due: 0, waiting: 0, missing: 0, duplicates: 0, found: 0 });
    const missing: MissingEvent[] = [];
    for (const { event_id, seq, minute, standing } of this.#expected.values()) {
      const report = reports.get(minute);
      const copies = this.#copies.get(event_id) ?? 0;
      if (report === undefined) continue;
      if (standing === "due") report.due += 1;
      if (standing === "waiting") report.waiting += 1;
      report.duplicates += Math.max(0, copies - 1);
      if (copies > 0) report.found += 1;
      else if (standing === "due") {
        report.missing += 1;
        missing.push({ event_id, seq, minute });
      }
    }
    return {
      missing: missing.sort((a, b) => a.seq - b.seq),
      ...this.#withForeign(reports),
    };
  }

  /**
   * The product tells ids of a stretch without their minutes, so what nobody knows is spread by the
   * numbers of each minute.
   */
  #withForeign(reports: ReadonlyMap<number, MutableReport>): Pick<Comparison, "minutes" | "tests"> {
    let foreign = 0;
    let tests = 0;
    let copies = 0;
    for (const [id, count] of this.#copies) {
      if (this.#expected.has(id)) continue;
      if (isTestId(id)) tests += 1;
      else {
        foreign += 1;
        if (!this.#shared) copies += count - 1;
      }
    }
    const minutes = [...reports].map(([minute, { found, ...report }]) => {
      const { records = 0, distinct = 0 } = this.#held.get(minute) ?? {};
      const beyond = Math.min(foreign, Math.max(0, distinct - found));
      foreign -= beyond;
      return { minute, ...report, records, distinct, foreign: beyond };
    });
    const last = minutes.at(-1);
    // Numbers that the product estimates may leave some over; they are not to be forgotten.
    if (last !== undefined) {
      last.foreign += foreign;
      last.duplicates += copies;
    }
    return { minutes, tests };
  }
}
