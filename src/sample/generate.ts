/**
 * The sample log: 45 days of a company of 200 that does not exist.
 *
 * Most of it is ordinary work, in which no rule has anything to say but for a few surges and late
 * evenings. Between lie the planted stories. Events carry neither `user_clearance` nor
 * `within_business_hours`: `sampleContext` holds what enrichment needs to stamp them.
 */
import type { AuditEvent } from "../event/event.ts";
import { parseDate } from "../event/time.ts";
import { type Company, createCompany } from "./company.ts";
import { governanceEvents } from "./governance.ts";
import { type PlantedIncident, type Story, steadyUsers, tellStories } from "./incident.ts";
import { MS_PER_DAY } from "./local-time.ts";
import { userDayEvents } from "./user-day.ts";

/** An event of the sample: canonical in form, before enrichment and policy. */
export type SampleEvent = AuditEvent;

export interface SampleOptions {
  /** Any text; equal options give equal logs. */
  readonly seed?: string;
  /** People of the company, at least 80. */
  readonly users?: number;
  /** Length of the log, at least 28 days: the stories need a history. */
  readonly days?: number;
  /** The last day, `YYYY-MM-DD`, on the clocks of each office. */
  readonly endsOn: string;
}

/** What the options stand for. */
export interface SamplePlan {
  readonly company: Company;
  /** Days since 1970-01-01, both included. */
  readonly firstDay: number;
  readonly lastDay: number;
}

const DEFAULT_SEED = "claude-siem";
const DEFAULT_USERS = 200;
const DEFAULT_DAYS = 45;
/** The smallest company in which every department has the people the stories are about. */
const USERS_MIN = 80;
const DAYS_MIN = 28;
/** No office is further ahead of UTC than this. */
const ZONE_AHEAD_MS = 14 * 3_600_000;

/** Reads the options; the caller chose them, so a bad one is a `RangeError`. */
export function planSample(options: SampleOptions): SamplePlan {
  const { seed = DEFAULT_SEED, users = DEFAULT_USERS, days = DEFAULT_DAYS, endsOn } = options;
  const lastDay = endsOn.length === 10 ? parseDate(endsOn) : undefined;
  if (lastDay === undefined) throw new RangeError(`endsOn is no date: ${endsOn}`);
  if (!Number.isInteger(users) || users < USERS_MIN)
    throw new RangeError(`users must be a whole number of at least ${USERS_MIN}`);
  if (!Number.isInteger(days) || days < DAYS_MIN)
    throw new RangeError(`days must be a whole number of at least ${DAYS_MIN}`);
  return { company: createCompany(seed, users), firstDay: lastDay - days + 1, lastDay };
}

/** Comparison by time; canonical timestamps sort as text. */
const byTime = (one: AuditEvent, other: AuditEvent): number =>
  one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : 0;

/** The stories by the UTC date of their first event. */
function storiesByDate(stories: readonly Story[]): ReadonlyMap<string, readonly Story[]> {
  return Map.groupBy(stories, ({ events }) => events[0]?.timestamp.slice(0, 10) ?? "");
}

/**
 * The log in order of time. Lazy: it holds the events of about two days, however long the log is.
 *
 * The log covers whole days on the clocks of each office, so in UTC it begins and ends some hours off
 * midnight. Requests that nobody decided by then stay open.
 */
export function* generateSample(options: SampleOptions): Generator<SampleEvent, void, undefined> {
  const { company, firstDay, lastDay } = planSample(options);
  const steady = steadyUsers(company);
  const stories = storiesByDate(tellStories(company, firstDay, lastDay));
  let waiting: AuditEvent[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const user of company.users)
      waiting.push(...userDayEvents(company, user, day, steady.has(user) ? "steady" : "free"));
    waiting.push(...governanceEvents(company, day, lastDay));
    const date = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
    for (const { events } of stories.get(date) ?? []) waiting.push(...events);
    waiting.sort(byTime);
    // Nothing of the next local day, anywhere, comes before this instant.
    const settled = new Date((day + 1) * MS_PER_DAY - ZONE_AHEAD_MS).toISOString();
    const later = waiting.findIndex(({ timestamp }) => timestamp >= settled);
    const ready = later === -1 || day === lastDay ? waiting.length : later;
    yield* waiting.slice(0, ready);
    waiting = waiting.slice(ready);
  }
}

/** What was planted in the log of the same options, in order of time. */
export function plantedIncidents(options: SampleOptions): readonly PlantedIncident[] {
  const { company, firstDay, lastDay } = planSample(options);
  return tellStories(company, firstDay, lastDay)
    .map(({ planted }) => planted)
    .toSorted((one, other) => (one.from < other.from ? -1 : 1));
}
