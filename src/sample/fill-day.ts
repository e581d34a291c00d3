/** Brings a user's tokens of one UTC day to a given share of three times the user's own average. */
import type { AuditEvent } from "../event/event.ts";
import type { Company, User } from "./company.ts";
import { dateText, MS_PER_DAY } from "./local-time.ts";
import type { Random } from "./random.ts";
import { SessionWriter } from "./session.ts";
import { userDayEvents } from "./user-day.ts";

const HISTORY_DAYS = 30;
const FACTOR = 3;
const REQUESTS = 36;
const STEP_MS = 5 * 60_000;

export interface FillOptions {
  /** First local day of the log; there is no history before it. */
  readonly firstDay: number;
  /** The day to fill. The user's working hours must lie within this one UTC day. */
  readonly day: number;
  readonly percentOfLimit: number;
}

/** The user's ordinary tokens by UTC date. */
function tokensByDate(company: Company, user: User, options: FillOptions): Map<string, number> {
  const tokens = new Map<string, number>();
  const from = Math.max(options.firstDay, options.day - HISTORY_DAYS);
  for (let day = from; day <= options.day; day += 1) {
    for (const event of userDayEvents(company, user, day, "steady")) {
      const spent = (event.token_input ?? 0) + (event.token_output ?? 0);
      const date = event.timestamp.slice(0, 10);
      tokens.set(date, (tokens.get(date) ?? 0) + spent);
    }
  }
  return tokens;
}

/** The most tokens that are still within `percentOfLimit` of the limit, in whole numbers. */
function targetTokens(tokens: ReadonlyMap<string, number>, options: FillOptions): number {
  let sum = 0;
  let activeDays = 0;
  for (let back = 1; back <= HISTORY_DAYS; back += 1) {
    const past = tokens.get(dateText(options.day - back)) ?? 0;
    sum += past;
    if (past > 0) activeDays += 1;
  }
  return Math.floor((FACTOR * sum * options.percentOfLimit) / (100 * activeDays));
}

/**
 * A long session whose tokens, with the user's ordinary ones of the day, make exactly the target.
 *
 * @returns The session's events, and the UTC date they fall on.
 */
export function fillDay(
  random: Random,
  company: Company,
  user: User,
  options: FillOptions,
): { readonly events: readonly AuditEvent[]; readonly utcDate: string } {
  const tokens = tokensByDate(company, user, options);
  const utcDate = dateText(options.day);
  const missing = targetTokens(tokens, options) - (tokens.get(utcDate) ?? 0);
  const session = new SessionWriter(random, user, {
    model: "claude-sonnet-4-5-20250929",
    servers: user.department.servers.slice(0, 2),
    classification: "internal",
  });
  // The three hours from 13:00 UTC are working hours of every office from New York to Berlin.
  const startMs = options.day * MS_PER_DAY + 13 * 60 * 60_000;
  const share = Math.floor(missing / REQUESTS);
  session.start(startMs);
  for (let index = 0; index < REQUESTS; index += 1) {
    const last = index === REQUESTS - 1 ? missing - share * (REQUESTS - 1) : share;
    session.request(startMs + (index + 1) * STEP_MS, last);
  }
  session.end(startMs + (REQUESTS + 1) * STEP_MS);
  return { events: session.events, utcDate };
}
