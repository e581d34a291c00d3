/**
 * Rules over events as they come in. The queries are those of `detect`; what is added is memory: up to
 * where each rule has judged, and which alerts there were, in the same file as the events.
 *
 * A rule is run again over the stretch that new events can have changed: from the earliest of those
 * that arrived since, however late they are, and as far before it as the rule looks back. Matches that
 * were alerts before are known by their identity, others near an alert of the same key are suppressed.
 */
import { hash } from "node:crypto";
import { duckdbQuery } from "../dialect/duckdb/query.ts";
import { uuidV5 } from "../dialect/uuid.ts";
import { entityKeys, windowOf } from "../rule/detection.ts";
import type { Alert, RuleIr } from "../rule/ir.ts";
import { type Candidate, suppressionKey, toCandidate } from "./detect.ts";
import type { EventStore, Statement } from "./event-store.ts";

/** An alert as it is told. */
export interface LiveAlert extends Alert {
  /** The same whenever the same is found again. */
  readonly alert_id: string;
  readonly title: string;
  /** When it was found, UTC milliseconds. */
  readonly found_at: string;
}

/** The time of a run. All in milliseconds since the epoch. */
export interface RunTime {
  readonly now: number;
  /** Matches before this time are history: their events are about to be deleted. */
  readonly oldest: number;
  /**
   * Whether nothing is on its way into the store, so that what is missing is missing. While a backlog
   * comes in, the last event is the clock.
   */
  readonly caughtUp: boolean;
}

/** How far a rule has come. */
interface Progress {
  readonly fingerprint: string;
  /** Place of the last event that was judged. */
  readonly ord: number;
  /** What time it was then, milliseconds since the epoch; 0 before the first run. */
  readonly clock: number;
  /** Events up to this place were judged before the rule became what it is. */
  readonly sinceOrd: number;
}

interface Found extends Candidate {
  readonly alertId: string;
  readonly key: string | undefined;
}

/** Namespace of the identities; fixed for ever. */
const NAMESPACE = "0b0e8f0a-53a5-5c8e-8f0e-6d3a2c9b7e41";

/** Days are up to two hours longer than 24 hours where the clocks change. */
const SLACK_MS = 7_200_000;

const TABLES: readonly Statement[] = [
  [
    "CREATE TABLE IF NOT EXISTS alert (alert_id VARCHAR, rule VARCHAR, suppress_key VARCHAR, ts BIGINT, body VARCHAR, told BOOLEAN)",
  ],
  [
    "CREATE TABLE IF NOT EXISTS judged (rule VARCHAR, fingerprint VARCHAR, ord BIGINT, clock BIGINT, since_ord BIGINT)",
  ],
];

/** What a rule means, as text: two rules with one fingerprint raise the same alerts. */
function fingerprintOf(rule: RuleIr): string {
  return hash("sha256", JSON.stringify([duckdbQuery(rule, 0), rule.suppress]), "hex");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Two events of one time are two alerts of `each`; for the other kinds they are one. */
function identify(rule: RuleIr, candidate: Candidate): Found {
  const { alert } = candidate;
  const entity = Object.entries(alert.entity).sort(([a], [b]) => compareText(a, b));
  const events = rule.detection.kind === "each" ? alert.event_ids : [];
  const name = JSON.stringify([rule.name, alert.time, entity, events]);
  return {
    ...candidate,
    alertId: uuidV5(NAMESPACE, name),
    key: suppressionKey(rule, alert),
  };
}

export class LiveDetection {
  readonly #store: EventStore;
  readonly #progress: Map<string, Progress>;

  private constructor(store: EventStore, progress: Map<string, Progress>) {
    this.#store = store;
    this.#progress = progress;
  }

  /**
   * Finds where each rule stands. A rule that is new or was changed judges what arrives from now on; a
   * rule that is gone is forgotten.
   */
  static async open(store: EventStore, rules: readonly RuleIr[]): Promise<LiveDetection> {
    await store.transact(TABLES);
    const rows = await store.query("SELECT * FROM judged");
    const before = new Map(
      rows.map((row): [string, Progress] => [
        String(row["rule"]),
        {
          fingerprint: String(row["fingerprint"]),
          ord: Number(row["ord"]),
          clock: Number(row["clock"]),
          sinceOrd: Number(row["since_ord"]),
        },
      ]),
    );
    const places = [...before.values()];
    const ord = Math.max(0, ...places.map((one) => one.ord));
    const clock = Math.max(0, ...places.map((one) => one.clock));
    const progress = new Map(
      rules.map((rule): [string, Progress] => {
        const fingerprint = fingerprintOf(rule);
        const own = before.get(rule.name);
        if (own === undefined) return [rule.name, { fingerprint, ord, clock, sinceOrd: ord }];
        const sinceOrd = own.fingerprint === fingerprint ? own.sinceOrd : own.ord;
        return [rule.name, { ...own, fingerprint, sinceOrd }];
      }),
    );
    store.skipTo(ord);
    const inserts = [...progress].map(([rule, one]): Statement => {
      const values = [rule, one.fingerprint, one.ord, one.clock, one.sinceOrd];
      return ["INSERT INTO judged VALUES (?, ?, ?, ?, ?)", values];
    });
    await store.transact([["DELETE FROM judged"], ...inserts]);
    return new LiveDetection(store, progress);
  }

  /** Judges what a rule has not judged yet. Its new alerts are durable, and not told yet. */
  async judge(rule: RuleIr, time: RunTime): Promise<void> {
    const before = this.#progress.get(rule.name);
    if (before === undefined) throw new Error(`the rule ${rule.name} was not opened`);
    const upTo = this.#store.arrived;
    const stretch = await this.#stretch(rule, before, upTo, time);
    if (stretch === undefined) return;
    const { from, clock } = stretch;
    const found = from === undefined ? [] : await this.#find(rule, from, upTo, clock);
    const news = await this.#news(rule, found, before);
    this.#progress.set(rule.name, { ...before, ord: upTo, clock });
    // A clock that was not written is found again by identity.
    if (news.length === 0 && upTo === before.ord) return;
    await this.#store.transact([
      ...news.map((one) => insertion(rule, one, time.now)),
      ["UPDATE judged SET ord = ?, clock = ? WHERE rule = ?", [upTo, clock, rule.name]],
    ]);
  }

  /** From when on something may have changed, and what time it is; `undefined` when nothing has. */
  async #stretch(
    rule: RuleIr,
    before: Progress,
    upTo: number,
    { now, oldest, caughtUp }: RunTime,
  ): Promise<{ readonly from: number | undefined; readonly clock: number } | undefined> {
    const [row] = await this.#store.query(
      `SELECT min(ts) AS first FROM record WHERE ord > ${before.ord} AND ord <= ${upTo}`,
    );
    const first = row?.["first"] ?? null;
    const fresh = first === null ? undefined : Math.max(Number(first), oldest);
    if (rule.detection.kind !== "silence")
      return fresh === undefined ? undefined : { from: fresh, clock: now };
    const [last] = await this.#store.query(
      `SELECT max(ts) AS last FROM record WHERE ord <= ${upTo}`,
    );
    const newest = Number(last?.["last"] ?? 0);
    // Late events may still fill the gap.
    const clock = (caughtUp ? now : Math.min(now, newest)) - rule.schedule.lateMs;
    if (before.clock === 0) return { from: fresh, clock };
    return { from: Math.max(oldest, Math.min(fresh ?? before.clock, before.clock)), clock };
  }

  async #find(rule: RuleIr, from: number, upTo: number, clock: number): Promise<readonly Found[]> {
    const keys = entityKeys(rule);
    const lookback = from - windowOf(rule.detection) - SLACK_MS;
    const rows = await this.#store.queryEvents(
      { from: lookback, upTo },
      `SELECT * FROM (${duckdbQuery(rule, clock)}) WHERE ts >= ${from}`,
    );
    return rows
      .map((row) => identify(rule, toCandidate(rule, keys, row)))
      .sort(
        (a, b) =>
          a.timeMs - b.timeMs ||
          compareText(a.alert.event_ids[0] ?? "", b.alert.event_ids[0] ?? "") ||
          compareText(a.alertId, b.alertId),
      );
  }

  /** Those that are neither known nor suppressed. */
  async #news(
    rule: RuleIr,
    found: readonly Found[],
    { sinceOrd, clock }: Progress,
  ): Promise<readonly Found[]> {
    const [earliest] = found;
    if (earliest === undefined) return [];
    const { forMs } = rule.suppress;
    const rows = await this.#store.query(
      "SELECT alert_id, suppress_key, ts FROM alert WHERE rule = ? AND ts > ?",
      [rule.name, earliest.timeMs - forMs - 1],
    );
    const ids = new Set(rows.map((row) => String(row["alert_id"])));
    const times = new Map<string, number[]>();
    const remember = (key: string, timeMs: number): void => {
      times.set(key, [...(times.get(key) ?? []), timeMs]);
    };
    for (const row of rows)
      if (row["suppress_key"] !== null) remember(String(row["suppress_key"]), Number(row["ts"]));
    const since = await this.#caused(rule, found, sinceOrd, clock);
    return found.filter(({ alertId, key, timeMs }) => {
      if (ids.has(alertId) || !since(alertId)) return false;
      // A late event may move a match to before an alert that was told already.
      if (key !== undefined) {
        const near = times.get(key)?.some((told) => Math.abs(timeMs - told) < forMs) ?? false;
        if (near) return false;
        remember(key, timeMs);
      }
      ids.add(alertId);
      return true;
    });
  }

  /**
   * Tells which matches have an event that arrived since the rule is what it is: the past is not
   * judged again by new limits.
   */
  async #caused(
    rule: RuleIr,
    found: readonly Found[],
    sinceOrd: number,
    clock: number,
  ): Promise<(alertId: string) => boolean> {
    if (sinceOrd === 0) return () => true;
    if (rule.detection.kind === "silence") {
      const recent = found.filter(({ timeMs }) => timeMs > clock).map(({ alertId }) => alertId);
      const set = new Set(recent);
      return (alertId) => set.has(alertId);
    }
    const ids = JSON.stringify([...new Set(found.flatMap(({ alert }) => alert.event_ids))]);
    const rows = await this.#store.query(
      `SELECT event_id FROM record WHERE ord > ${sinceOrd} AND event_id IN (SELECT unnest(from_json(?, '["VARCHAR"]')))`,
      [ids],
    );
    const fresh = new Set(rows.map((row) => String(row["event_id"])));
    const caused = new Set(
      found
        .filter(({ alert }) => alert.event_ids.some((id) => fresh.has(id)))
        .map(({ alertId }) => alertId),
    );
    return (alertId) => caused.has(alertId);
  }

  /** Alerts that nobody has been told yet, by time. */
  async untold(): Promise<readonly LiveAlert[]> {
    const rows = await this.#store.query(
      "SELECT body FROM alert WHERE NOT told ORDER BY ts, rule, alert_id",
    );
    return rows.map((row) => JSON.parse(String(row["body"])) as LiveAlert);
  }

  /** Marks all alerts as told. */
  async markTold(alerts: readonly LiveAlert[]): Promise<void> {
    const ids = JSON.stringify(alerts.map(({ alert_id }) => alert_id));
    await this.#store.transact([
      [
        `UPDATE alert SET told = true WHERE NOT told AND alert_id IN (SELECT unnest(from_json(?, '["VARCHAR"]')))`,
        [ids],
      ],
    ]);
  }

  /** The newest alerts that were told, oldest first. */
  async newest(count: number): Promise<readonly LiveAlert[]> {
    const rows = await this.#store.query(
      `SELECT body FROM alert WHERE told ORDER BY ts DESC, alert_id LIMIT ${count}`,
    );
    return rows.map((row) => JSON.parse(String(row["body"])) as LiveAlert).reverse();
  }

  /** Deletes events and alerts from before `oldest`, milliseconds since the epoch. */
  async forget(oldest: number): Promise<void> {
    await this.#store.transact([
      [`DELETE FROM record WHERE ts < ${oldest}`],
      [`DELETE FROM alert WHERE told AND ts < ${oldest}`],
    ]);
  }
}

function insertion(rule: RuleIr, { alert, alertId, key, timeMs }: Found, now: number): Statement {
  const told: LiveAlert = {
    alert_id: alertId,
    title: rule.title,
    found_at: new Date(now).toISOString(),
    ...alert,
  };
  return [
    "INSERT INTO alert VALUES (?, ?, ?, ?, ?, false)",
    [alertId, rule.name, key ?? null, timeMs, JSON.stringify(told)],
  ];
}
