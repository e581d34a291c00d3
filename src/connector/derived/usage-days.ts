/**
 * Tokens of each user and day, for the daily usage rollup: the records are those of `rollUp` over the
 * same events, written as the days end.
 *
 * An event that comes twice counts once, as long as it is among the last ones that are remembered.
 */
import { ROLLUP_HISTORY_DAYS, type UsageRollup, usageRollupOf } from "../../engine/rollup.ts";
import type { AuditEvent } from "../../event/event.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { RecentKeys, type SavedKeys } from "../../session/recent-keys.ts";

export interface UsageDaysOptions {
  /** How long after its end a day is written. */
  readonly lateMs: number;
  readonly usersMax: number;
  /** Events that are remembered, so that one that comes again counts once. */
  readonly seenMax: number;
  /** Records that are given at once. */
  readonly givenMax: number;
}

/** A user's day. The department is the one that was told last. */
type Day = [tokens: number, department: string | undefined, toldAt: number];

/** A snapshot, as JSON can say it. */
export interface SavedUsage {
  readonly users: readonly (readonly [
    user: string,
    days: readonly (readonly [
      day: number,
      tokens: number,
      department: string | null,
      at: number,
    ])[],
  ])[];
  readonly seen: SavedKeys;
  readonly writtenTo: number | null;
  readonly writtenUser: string;
}

const DAY_MS = 86_400_000;

export class UsageDays {
  readonly #options: UsageDaysOptions;
  readonly #users: Map<string, Map<number, Day>>;
  readonly #seen: RecentKeys;
  /** Days up to this one are written; absent before the first. */
  #writtenTo: number | undefined;
  /** Of the day after that, users up to this one are written. */
  #writtenUser: string;
  readonly counts: {
    records: number;
    late: number;
    ahead: number;
    beyond: number;
    repeated: number;
  } = {
    records: 0,
    late: 0,
    ahead: 0,
    beyond: 0,
    repeated: 0,
  };

  constructor(options: UsageDaysOptions, saved?: SavedUsage) {
    this.#options = options;
    this.#users = new Map(
      (saved?.users ?? []).map(([user, days]) => [
        user,
        new Map(
          days.map(([day, tokens, department, at]): [number, Day] => [
            day,
            [tokens, department ?? undefined, at],
          ]),
        ),
      ]),
    );
    this.#seen = new RecentKeys(options.seenMax, saved?.seen);
    this.#writtenTo = saved?.writtenTo ?? undefined;
    this.#writtenUser = saved?.writtenUser ?? "";
  }

  get users(): number {
    return this.#users.size;
  }

  save(): SavedUsage {
    return {
      users: [...this.#users].map(([user, days]) => [
        user,
        [...days].map(([day, [tokens, department, at]]) => [day, tokens, department ?? null, at]),
      ]),
      seen: this.#seen.save(),
      writtenTo: this.#writtenTo ?? null,
      writtenUser: this.#writtenUser,
    };
  }

  take(event: AuditEvent, nowMs: number): void {
    const { user_id_hash: user } = event;
    if (user === undefined) return;
    // A rollup of somebody else tells tokens that their events have told already.
    if ("activity_type" in event && event.activity_type === "usage_rollup") return;
    const tokens = (event.token_input ?? 0) + (event.token_output ?? 0);
    if (tokens > 0 && !this.#seen.add(event.event_id)) {
      this.counts.repeated += 1;
      return;
    }
    const at = canonicalTimeMs(event.timestamp);
    const day = Math.floor(at / DAY_MS);
    // Clocks that are wrong must not fill the memory with days to come.
    if (at > nowMs + DAY_MS) {
      this.counts.ahead += 1;
      return;
    }
    if (this.#isForgotten(day)) {
      this.counts.late += 1;
      return;
    }
    if (tokens > 0 && this.#isWritten(user, day)) this.counts.late += 1;
    const days = this.#daysOf(user);
    if (days === undefined) return;
    const known = days.get(day);
    if (known === undefined) days.set(day, [tokens, event.department, at]);
    else {
      known[0] += tokens;
      if (event.department !== undefined && (known[1] === undefined || at >= known[2])) {
        known[1] = event.department;
        known[2] = at;
      }
    }
  }

  #isForgotten(day: number): boolean {
    return this.#writtenTo !== undefined && day <= this.#writtenTo - ROLLUP_HISTORY_DAYS;
  }

  #isWritten(user: string, day: number): boolean {
    if (this.#writtenTo === undefined) return false;
    return day <= this.#writtenTo || (day === this.#writtenTo + 1 && user <= this.#writtenUser);
  }

  #daysOf(user: string): Map<number, Day> | undefined {
    const known = this.#users.get(user);
    if (known !== undefined) return known;
    if (this.#users.size >= this.#options.usersMax) {
      this.counts.beyond += 1;
      return undefined;
    }
    const days = new Map<number, Day>();
    this.#users.set(user, days);
    return days;
  }

  /**
   * Takes records of days that are over, oldest day first; none when all are given.
   *
   * @param nowMs Everything that came before this time has been taken in.
   */
  takeDue(nowMs: number): readonly UsageRollup[] {
    const last = Math.floor((nowMs - this.#options.lateMs) / DAY_MS) - 1;
    if (this.#writtenTo === undefined) {
      const oldest = this.#oldestDay();
      this.#writtenTo = oldest === undefined ? last : Math.min(oldest - 1, last);
    }
    while (this.#writtenTo < last) {
      const records = this.#recordsOf(this.#writtenTo + 1);
      if (records.length > 0) return records;
      this.#writtenTo += 1;
      this.#writtenUser = "";
      this.#forget();
    }
    return [];
  }

  #oldestDay(): number | undefined {
    let oldest: number | undefined;
    for (const days of this.#users.values())
      for (const day of days.keys()) oldest = Math.min(oldest ?? day, day);
    return oldest;
  }

  /** The next records of one day, by user. */
  #recordsOf(day: number): readonly UsageRollup[] {
    const users = [...this.#users]
      .filter(([user, days]) => user > this.#writtenUser && (days.get(day)?.[0] ?? 0) > 0)
      .map(([user]) => user)
      .sort()
      .slice(0, this.#options.givenMax);
    this.#writtenUser = users.at(-1) ?? this.#writtenUser;
    this.counts.records += users.length;
    return users.map((user) => this.#recordOf(user, day));
  }

  #recordOf(user: string, day: number): UsageRollup {
    const days = this.#users.get(user) ?? new Map<number, Day>();
    const [tokens, department] = days.get(day) ?? [0, undefined];
    let activeDays = 0;
    let history = 0;
    for (const [past, [used]] of days) {
      if (past >= day || past < day - ROLLUP_HISTORY_DAYS || used === 0) continue;
      activeDays += 1;
      history += used;
    }
    return usageRollupOf({ user, day, department, tokens, activeDays, history });
  }

  /** Days that no record will look back to. */
  #forget(): void {
    for (const [user, days] of this.#users) {
      for (const day of days.keys()) if (this.#isForgotten(day)) days.delete(day);
      if (days.size === 0) this.#users.delete(user);
    }
  }
}
