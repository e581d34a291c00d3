/**
 * The daily usage rollup: one record for each user and UTC day, with the history that a SIEM with a
 * short memory cannot look up. It carries no tokens of its own, so sums over all events stay right, and
 * rollups that others made, such as those of a usage API, are never added to the tokens of events.
 */
import { uuidV5 } from "../dialect/uuid.ts";
import { formatTime } from "../event/time.ts";
import { DAY_MS } from "../rule/detection.ts";
import type { Row, Store } from "./store.ts";

/** A `usage_rollup` event, in the vocabulary of the event schema. */
export interface UsageRollup {
  readonly schema_version: string;
  /** Made from user and day, so that a rollup that is written again is a duplicate. */
  readonly event_id: string;
  readonly event_type: "activity_event";
  readonly activity_type: "usage_rollup";
  /** Last millisecond of the day. */
  readonly timestamp: string;
  readonly user_id_hash: string;
  readonly department?: string;
  readonly source_kind: "rollup";
  readonly usage_tokens: number;
  readonly baseline_tokens_sum: number;
  readonly baseline_days: number;
  /** usage_tokens * baseline_days / baseline_tokens_sum; absent without history. */
  readonly usage_over_baseline?: number;
}

/** Days of history behind each record. */
export const ROLLUP_HISTORY_DAYS = 30;

/** Namespace of the records' ids; fixed for ever. */
const NAMESPACE = "c2f0a7f4-6f0e-5d1b-9a55-2f1d3f7c8e10";

const QUERY = `WITH daily AS (
  SELECT user_id_hash, CAST(floor(ts / ${DAY_MS}) AS BIGINT) AS day_number,
    sum(coalesce(token_input, 0) + coalesce(token_output, 0))::HUGEINT AS tokens,
    max_by(department, ts) AS department
  FROM event WHERE user_id_hash IS NOT NULL AND activity_type IS DISTINCT FROM 'usage_rollup'
  GROUP BY user_id_hash, day_number
)
SELECT today.user_id_hash, today.day_number, today.department, today.tokens,
  count(past.day_number) AS active_days, coalesce(sum(past.tokens), 0) AS history
FROM daily AS today LEFT JOIN daily AS past
  ON past.user_id_hash = today.user_id_hash AND past.tokens > 0
  AND past.day_number BETWEEN today.day_number - ${ROLLUP_HISTORY_DAYS} AND today.day_number - 1
WHERE today.tokens > 0
GROUP BY ALL
ORDER BY today.day_number, today.user_id_hash`;

/** What one record tells. */
export interface DayUse {
  readonly user: string;
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly department: string | undefined;
  readonly tokens: number;
  /** Active days among the 30 days before, and their tokens. */
  readonly activeDays: number;
  readonly history: number;
}

/** The record of a user and day. */
export function usageRollupOf(use: DayUse): UsageRollup {
  const { user, day, department, tokens, activeDays, history } = use;
  const timestamp = formatTime((day + 1) * DAY_MS - 1);
  return {
    schema_version: "1.0",
    event_id: uuidV5(NAMESPACE, `${user}\n${timestamp.slice(0, 10)}`),
    event_type: "activity_event",
    activity_type: "usage_rollup",
    timestamp,
    user_id_hash: user,
    ...(department !== undefined && { department }),
    source_kind: "rollup",
    usage_tokens: tokens,
    baseline_tokens_sum: history,
    baseline_days: activeDays,
    ...(history > 0 && { usage_over_baseline: (tokens * activeDays) / history }),
  };
}

function toRollup(row: Row): UsageRollup {
  return usageRollupOf({
    user: String(row["user_id_hash"]),
    day: Number(row["day_number"]),
    department: row["department"] === null ? undefined : String(row["department"]),
    tokens: Number(row["tokens"]),
    activeDays: Number(row["active_days"]),
    history: Number(row["history"]),
  });
}

/** Rollups of every user and day with use, by day and user. The store must be sealed. */
export async function rollUp(store: Store): Promise<readonly UsageRollup[]> {
  return (await store.query(QUERY)).map(toRollup);
}
