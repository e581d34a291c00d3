/** Runs compiled rules on the store and turns their rows into alerts. */
import { duckdbQuery } from "../dialect/duckdb/query.ts";
import { formatTime } from "../event/time.ts";
import { entityKeys } from "../rule/detection.ts";
import type { Alert, RuleIr } from "../rule/ir.ts";
import { suppressAlerts } from "../rule/suppress.ts";
import type { Row, Store } from "./store.ts";

export interface DetectOptions {
  /** Whether suppression withholds repeated alerts; off shows every match. */
  readonly suppress: boolean;
}

/** A match of a rule, before suppression. */
export interface Candidate {
  readonly timeMs: number;
  readonly alert: Alert;
}

/** What a row of a rule's query says. */
export function toCandidate(rule: RuleIr, keys: readonly string[], row: Row): Candidate {
  const timeMs = Number(row["ts"]);
  const entries = keys.filter((key) => row[key] !== null).map((key) => [key, String(row[key])]);
  return {
    timeMs,
    alert: {
      rule: rule.name,
      rule_version: rule.version,
      severity: rule.severity,
      time: formatTime(timeMs),
      entity: Object.fromEntries(entries),
      value: Number(row["value"]),
      limit: Number(row["limit"]),
      event_ids: row["event_ids"] as readonly string[],
    },
  };
}

/** The key suppression tells alerts apart by, or `undefined` when the event lacks part of it. */
export function suppressionKey(rule: RuleIr, alert: Alert): string | undefined {
  const values = rule.suppress.by.map((key) => alert.entity[key]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

/** Alerts of one rule in order of time. */
export async function detectRule(
  store: Store,
  rule: RuleIr,
  options: DetectOptions,
): Promise<readonly Alert[]> {
  const keys = entityKeys(rule);
  const rows = await store.query(duckdbQuery(rule));
  const candidates = rows.map((row) => toCandidate(rule, keys, row));
  const kept = options.suppress
    ? suppressAlerts(
        candidates,
        ({ timeMs, alert }) => ({ timeMs, key: suppressionKey(rule, alert) }),
        rule.suppress.forMs,
      )
    : candidates;
  return kept.map(({ alert }) => alert);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Alerts of several rules, ordered by time, rule and entity. The store must be sealed. */
export async function detect(
  store: Store,
  rules: readonly RuleIr[],
  options: DetectOptions,
): Promise<readonly Alert[]> {
  const alerts: Alert[] = [];
  for (const rule of rules) alerts.push(...(await detectRule(store, rule, options)));
  return alerts.sort(
    (a, b) =>
      compareText(a.time, b.time) ||
      compareText(a.rule, b.rule) ||
      compareText(JSON.stringify(a.entity), JSON.stringify(b.entity)) ||
      compareText(a.event_ids[0] ?? "", b.event_ids[0] ?? ""),
  );
}
