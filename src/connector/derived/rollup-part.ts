/** The part that writes the daily usage rollup. */
import type { AlarmBook } from "../alarm.ts";
import type { RollupSettings } from "./options.ts";
import type { PartKind } from "./part.ts";
import { type SavedUsage, UsageDays } from "./usage-days.ts";

const SEEN_MAX = 100_000;
const GIVEN_MAX = 5000;

export function rollupPart(settings: RollupSettings, alarms: AlarmBook): PartKind {
  const { late: lateMs, quiet: quietMs, users_max: usersMax } = settings;
  return {
    name: "rollup",
    mark: '"activity_type":"usage_rollup"',
    open: (saved) => {
      const options = { lateMs, quietMs, usersMax, seenMax: SEEN_MAX, givenMax: GIVEN_MAX };
      const usage = new UsageDays(options, saved as SavedUsage | undefined);
      let now: number | undefined;
      let beyondTold = 0;
      return {
        concerns: (body) => body.includes('"user_id_hash":'),
        take: (event, nowMs) => usage.take(event, nowMs),
        pass: (elapsedMs, nowMs) => {
          usage.pass(elapsedMs);
          now = nowMs;
          const { beyond } = usage.counts;
          if (beyond === 0 || beyond === beyondTold) return;
          beyondTold = beyond;
          const what = `more than ${usersMax} users in 30 days: ${beyond} events are missing in the records`;
          const instruction = "Raise rollup.users_max and restart.";
          alarms.raise({ severity: "error", about: "derived rollup", what, instruction }, "beyond");
        },
        // Before the journal has been read to its end a day may lack something.
        takeDue: () => (now === undefined ? [] : usage.takeDue(now)),
        save: () => usage.save(),
        counts: () => ({ users: usage.users, ...usage.counts }),
      };
    },
  };
}
