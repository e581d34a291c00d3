/** Which cases two versions of a rule judge differently. */
import type { Alert, RuleIr } from "../rule/ir.ts";
import type { RuleTest } from "../rule/parse-tests.ts";
import { runRuleTest } from "./run-tests.ts";
import type { Store } from "./store.ts";

/** A case whose alerts differ, and how many there were before and are after. */
export interface VerdictChange {
  readonly test: RuleTest;
  readonly before: readonly Alert[];
  readonly after: readonly Alert[];
}

/** What an alert says about events, without the version that every alert carries. */
function essence({ time, entity, value, event_ids: ids }: Alert): string {
  return JSON.stringify([time, Object.entries(entity).sort(), value, ids]);
}

/** Runs the cases on both rules. The store is emptied; cases with own parameters are left out. */
export async function compareVerdicts(
  store: Store,
  before: RuleIr,
  after: RuleIr,
  tests: readonly RuleTest[],
): Promise<readonly VerdictChange[]> {
  const changes: VerdictChange[] = [];
  for (const test of tests) {
    if (Object.keys(test.parameters).length > 0) continue;
    const old = (await runRuleTest(store, before, test)).alerts;
    const now = (await runRuleTest(store, after, test)).alerts;
    const same = old.map(essence).join("\n") === now.map(essence).join("\n");
    if (!same) changes.push({ test, before: old, after: now });
  }
  return changes;
}
