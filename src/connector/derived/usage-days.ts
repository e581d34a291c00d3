/**
 * Tokens of each user and day, for the daily usage rollup: the records are those of `rollUp` over the
 * same events, written as the days end.
 *
 * A day is written when it has been over for `lateMs` and none of its events has come for `quietMs`,
 * so that a log of the past, or what piled up while the connector was away, is read as a whole first.
 * An event that comes twice counts once, as long as it is among the last ones that are remembered.
 */
import { ROLLUP_HISTORY_DAYS, type UsageRollup, usageRollupOf } from "../../engine/rollup.ts";
import type { AuditEvent } from "../../event/event.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { RecentKeys, type SavedKeys } from "../../session/recent-keys.ts";

export interface UsageDaysOptions {
  readonly lateMs: number;
  readonly quietMs: number;
  readonly usersMax: number;
  /** Events that are remembered, so that one that comes again counts once. */
  readonly seenMax: number;
  /** Records that are given at once. */
  readonly givenMax: number;
}

/** A user's day. */
interface Day {
  tokens: number;
  /** The one that was told last, and when. */
  department: string | undefined;
  toldAt: number;
  isWritten: boolean;
}

/** A day that some user's record is missing of, in running time. */
interface OpenDay {
  /** When an event of it was read last. */
  readAt: number;
  /** Since when it could be written. */
  since: number | undefined;
}

type SavedDay = readonly [
  day: number,
  tokens: number,
  department: string | null,
  toldAt: number,
  isWritten: 0 | 1,
];

/** A snapshot, as JSON can say it. */
export interface SavedUsage {
  readonly users: readonly (readonly [user: string, days: readonly SavedDay[]])[];
  readonly open: readonly number[];
  readonly seen: SavedKeys;
  readonly forgottenTo: number | null;
}

const DAY_MS = 86_400_000;
/** A day whose events never stop coming waits no longer than so many times `quietMs`. */
const QUIET_TIMES_MAX = 12;

function restoreDays(days: readonly SavedDay[]): Map<number, Day> {
  return new Map(
    days.map(([day, tokens, department, toldAt, isWritten]) => [
      day,
      { tokens, department: department ?? undefined, toldAt, isWritten: isWritten === 1 },
    ]),
  );
}

export class UsageDays {
  readonly #options: UsageDaysOptions;
  readonly #users: Map<string, Map<number, Day>>;
  readonly #open: Map<number, OpenDay>;
  readonly #seen: RecentKeys;
  /** Days up to this one are no longer known; absent while all are. */
  #forgottenTo: number | undefined;
  #keptFrom = Number.NEGATIVE_INFINITY;
  /** Time that this has run. */
  #ranMs = 0;
  readonly counts: {
    records: number;
    late: number;
    ahead: number;
    beyond: number;
    repeated: number;
  } = { records: 0, late: 0, ahead: 0, beyond: 0, repeated: 0 };

  constructor(options: UsageDaysOptions, saved?: SavedUsage) {
    this.#options = options;
    this.#users = new Map(
      (saved?.users ?? []).map(([user, days]) => [user, restoreDays(days)] as const),
    );
    // What came while nobody listened comes now, so every day has to be quiet for a while again.
    this.#open = new Map((saved?.open ?? []).map((day) => [day, { readAt: 0, since: undefined }]));
    this.#seen = new RecentKeys(options.seenMax, saved?.seen);
    this.#forgottenTo = saved?.forgottenTo ?? undefined;
  }

  get users(): number {
    return this.#users.size;
  }

  save(): SavedUsage {
    return {
      users: [...this.#users].map(([user, days]) => [
        user,
        [...days].map(
          ([day, { tokens, department, toldAt, isWritten }]): SavedDay => [
            ...([day, tokens, department ?? null, toldAt] as const),
            isWritten ? 1 : 0,
          ],
        ),
      ]),
      open: [...this.#open.keys()],
      seen: this.#seen.save(),
      forgottenTo: this.#forgottenTo ?? null,
    };
  }

  take(event: AuditEvent, nowMs: number): void {
    const { user_id_hash: user, department } = event;
    if (user === undefined) return;
    // A rollup of somebody else tells tokens that their events have told already.
    if ("activity_type" in event && event.activity_type === "usage_rollup") return;
    const tokens = (event.token_input ?? 0) + (event.token_output ?? 0);
    if (tokens > 0 && !this.#seen.add(event.event_id)) {
      this.counts.repeated += 1;
      return;
    }
    const at = canonicalTimeMs(event.timestamp);
    const number = Math.floor(at / DAY_MS);
    // Clocks that are wrong must not fill the memory with days to come.
    if (at > nowMs + DAY_MS) {
      this.counts.ahead += 1;
      return;
    }
    if (this.#forgottenTo !== undefined && number <= this.#forgottenTo) {
      this.counts.late += 1;
      return;
    }
    const day = this.#dayOf(user, number);
    if (day === undefined) return;
    day.tokens += tokens;
    if (department !== undefined && (day.department === undefined || at >= day.toldAt)) {
      day.department = department;
      day.toldAt = at;
    }
    if (tokens === 0) return;
    if (day.isWritten) this.counts.late += 1;
    else
      this.#open.set(number, { since: undefined, ...this.#open.get(number), readAt: this.#ranMs });
  }

  #dayOf(user: string, number: number): Day | undefined {
    let days = this.#users.get(user);
    if (days === undefined) {
      if (this.#users.size >= this.#options.usersMax) {
        this.counts.beyond += 1;
        return undefined;
      }
      days = new Map();
      this.#users.set(user, days);
    }
    const day = days.get(number) ?? {
      tokens: 0,
      department: undefined,
      toldAt: 0,
      isWritten: false,
    };
    days.set(number, day);
    return day;
  }

  /** Time goes on, and everything has been read. */
  pass(elapsedMs: number): void {
    this.#ranMs += elapsedMs;
  }

  /** Takes records of days that are over, oldest day first; none when all are given. */
  takeDue(nowMs: number): readonly UsageRollup[] {
    const { lateMs, quietMs } = this.#options;
    for (const number of [...this.#open.keys()].sort((a, b) => a - b)) {
      const open = this.#open.get(number);
      if (open === undefined || (number + 1) * DAY_MS + lateMs > nowMs) break;
      open.since ??= this.#ranMs;
      const isQuiet = this.#ranMs - open.readAt >= quietMs;
      // The days after it look back to this one.
      if (!isQuiet && this.#ranMs - open.since < QUIET_TIMES_MAX * quietMs) break;
      const records = this.#write(number);
      if (records.length > 0) return records;
      this.#open.delete(number);
    }
    this.#forget(Math.min(...this.#open.keys(), Math.floor(nowMs / DAY_MS)) - ROLLUP_HISTORY_DAYS);
    return [];
  }

  /** The next records of one day, by user. */
  #write(number: number): readonly UsageRollup[] {
    const users = [...this.#users]
      .filter(([, days]) => {
        const day = days.get(number);
        return day !== undefined && day.tokens > 0 && !day.isWritten;
      })
      .map(([user]) => user)
      .sort()
      .slice(0, this.#options.givenMax);
    this.counts.records += users.length;
    return users.flatMap((user) => this.#recordOf(user, number) ?? []);
  }

  #recordOf(user: string, number: number): UsageRollup | undefined {
    const days = this.#users.get(user);
    const today = days?.get(number);
    if (days === undefined || today === undefined) return undefined;
    today.isWritten = true;
    const { tokens, department } = today;
    let activeDays = 0;
    let history = 0;
    for (const [past, { tokens: used }] of days) {
      if (past >= number || past < number - ROLLUP_HISTORY_DAYS || used === 0) continue;
      activeDays += 1;
      history += used;
    }
    return usageRollupOf({ user, day: number, department, tokens, activeDays, history });
  }

  /** Days that no record will look back to, and users without days. */
  #forget(keptFrom: number): void {
    if (keptFrom <= this.#keptFrom) return;
    this.#keptFrom = keptFrom;
    for (const [user, days] of this.#users) {
      for (const number of days.keys()) {
        if (number >= keptFrom) continue;
        days.delete(number);
        this.#forgottenTo = Math.max(this.#forgottenTo ?? number, number);
      }
      if (days.size === 0) this.#users.delete(user);
    }
  }
}
