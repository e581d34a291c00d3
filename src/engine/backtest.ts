/** How many alerts a rule would have raised over a log, for several values of its parameters. */
import { duckdbLexicon } from "../dialect/duckdb/lexicon.ts";
import type { Alert, RuleIr } from "../rule/ir.ts";
import { detectRule } from "./detect.ts";
import type { Store } from "./store.ts";

/** Alerts of one variant of a rule over the whole log. */
export interface BacktestResult {
  /** Matches before suppression. */
  readonly matches: number;
  /** Alerts after suppression. */
  readonly alerts: number;
  /** Alerts by UTC day, `YYYY-MM-DD`; every day of the log is there. */
  readonly byDay: ReadonlyMap<string, number>;
  /** Alerts by department of the event that fired; `unknown` where it has none. */
  readonly byDepartment: ReadonlyMap<string, number>;
  /** Distinct users behind the alerts, and all users of the log. */
  readonly users: number;
  readonly usersOfLog: number;
}

/** What a log spans. */
interface LogFrame {
  readonly days: readonly string[];
  readonly users: number;
}

async function frameOf(store: Store): Promise<LogFrame> {
  const rows = await store.query(
    "SELECT DISTINCT strftime(make_timestamp_ms(ts), '%Y-%m-%d') AS day FROM event ORDER BY day",
  );
  const [count] = await store.query("SELECT count(DISTINCT user_id_hash) AS users FROM event");
  return { days: rows.map((row) => String(row["day"])), users: Number(count?.["users"]) };
}

/** Department and user of the events that fired the alerts. */
async function actorsOf(
  store: Store,
  alerts: readonly Alert[],
): Promise<ReadonlyMap<string, { readonly department: string; readonly user?: string }>> {
  const ids = [...new Set(alerts.flatMap(({ event_ids: own }) => own.at(-1) ?? []))];
  if (ids.length === 0) return new Map();
  const list = ids.map(duckdbLexicon.string).join(", ");
  const rows = await store.query(
    `SELECT event_id, department, user_id_hash FROM event WHERE event_id IN (${list})`,
  );
  return new Map(
    rows.map((row) => {
      const { event_id: id, department, user_id_hash: user } = row;
      const actor = {
        department: department === null ? "unknown" : String(department),
        ...(user !== null && { user: String(user) }),
      };
      return [String(id), actor] as const;
    }),
  );
}

function countBy(keys: readonly string[], initial: readonly string[] = []): Map<string, number> {
  const counts = new Map(initial.map((key) => [key, 0]));
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Runs every variant over the store, which must be sealed. */
export async function backtest(
  store: Store,
  variants: readonly RuleIr[],
): Promise<readonly BacktestResult[]> {
  const frame = await frameOf(store);
  const results: BacktestResult[] = [];
  for (const rule of variants) {
    const matches = await detectRule(store, rule, { suppress: false });
    const alerts = await detectRule(store, rule, { suppress: true });
    const actors = await actorsOf(store, alerts);
    const own = alerts.map(({ event_ids: ids }) => actors.get(ids.at(-1) ?? ""));
    const departments = countBy(own.map((actor) => actor?.department ?? "unknown"));
    results.push({
      matches: matches.length,
      alerts: alerts.length,
      byDay: countBy(
        alerts.map(({ time }) => time.slice(0, 10)),
        frame.days,
      ),
      byDepartment: new Map([...departments].sort(([, a], [, b]) => b - a)),
      users: new Set(own.flatMap((actor) => actor?.user ?? [])).size,
      usersOfLog: frame.users,
    });
  }
  return results;
}

/** Mean alerts of a day of the log. */
export function alertsPerDay({ alerts, byDay }: BacktestResult): number {
  return byDay.size === 0 ? 0 : alerts / byDay.size;
}

/**
 * The first variant within a budget of alerts a day; variants come in the order of their values. The
 * first is the most sensitive one that people can still read.
 */
export function suggestVariant(
  results: readonly BacktestResult[],
  budgetPerDay: number,
): number | undefined {
  const index = results.findIndex((result) => alertsPerDay(result) <= budgetPerDay);
  return index === -1 ? undefined : index;
}
