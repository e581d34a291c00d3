/** Runs the cases of a rule on the store and says how results differ from expectations. */
import { formatTime } from "../event/time.ts";
import type { Alert, RuleIr } from "../rule/ir.ts";
import type { ExpectedAlert, RuleTest } from "../rule/parse-tests.ts";
import { detectRule } from "./detect.ts";
import type { Store, StoredEvent } from "./store.ts";

export interface TestOutcome {
  readonly rule: string;
  readonly test: RuleTest;
  /** Empty when the case holds; otherwise one line per difference. */
  readonly differences: readonly string[];
  readonly alerts: readonly Alert[];
}

function describeEntity(entity: Readonly<Record<string, string>>): string {
  const parts = Object.entries(entity).map(([key, value]) => `${key}=${value.slice(0, 24)}`);
  return parts.length === 0 ? "no entity" : parts.join(" ");
}

/** How one alert differs from what is expected of it. */
function compareAlert(alert: Alert, expected: ExpectedAlert): readonly string[] {
  const differences: string[] = [];
  const sameEntity =
    Object.keys(alert.entity).length === Object.keys(expected.entity).length &&
    Object.entries(expected.entity).every(([key, value]) => alert.entity[key] === value);
  if (!sameEntity) {
    differences.push(
      `entity is ${describeEntity(alert.entity)}, expected ${describeEntity(expected.entity)}`,
    );
  }
  if (expected.timeMs !== undefined && alert.time !== formatTime(expected.timeMs)) {
    differences.push(`time is ${alert.time}, expected ${formatTime(expected.timeMs)}`);
  }
  const numbers = [
    ["value", alert.value, expected.value],
    ["limit", alert.limit, expected.limit],
    ["number of events", alert.event_ids.length, expected.events],
  ] as const;
  for (const [what, found, wanted] of numbers) {
    if (wanted !== undefined && found !== wanted)
      differences.push(`${what} is ${found}, expected ${wanted}`);
  }
  return differences;
}

/**
 * How alerts differ from what is expected of them, one line per difference. Both are in one order: by
 * time where it is given, then entity.
 */
export function compareAlerts(
  alerts: readonly Alert[],
  expected: readonly ExpectedAlert[],
): readonly string[] {
  const differences = expected.flatMap((one, index) => {
    const alert = alerts[index];
    if (alert === undefined)
      return [`alert ${index + 1} is missing: ${describeEntity(one.entity)}`];
    return compareAlert(alert, one).map((difference) => `alert ${index + 1}: ${difference}`);
  });
  const surplus = alerts.slice(expected.length).map((alert) => {
    return `unexpected alert at ${alert.time}: ${describeEntity(alert.entity)}, value ${alert.value}`;
  });
  return [...differences, ...surplus];
}

function toStored(events: RuleTest["events"]): readonly StoredEvent[] {
  return events.map((event) => ({
    event: { timestamp: String(event["timestamp"]) },
    json: JSON.stringify(event),
  }));
}

/** Runs one case. The store is emptied first. */
export async function runRuleTest(
  store: Store,
  rule: RuleIr,
  test: RuleTest,
): Promise<TestOutcome> {
  await store.clear();
  await store.load(toStored(test.events));
  await store.seal();
  const alerts = await detectRule(store, rule, { suppress: true });
  return { rule: rule.name, test, alerts, differences: compareAlerts(alerts, test.expect) };
}
