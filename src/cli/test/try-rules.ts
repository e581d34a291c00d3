/** Runs cases, boundaries and mutants of the selected rules. */
import { readFileSync } from "node:fs";
import { type RuleTrial, type Trial, tryRule } from "../../engine/mutation.ts";
import { displayPath, type LoadedRule } from "../../engine/rule-set.ts";
import { runRuleTest, type TestOutcome } from "../../engine/run-tests.ts";
import type { Store } from "../../engine/store.ts";
import { mutantsOf } from "../../rule/mutate/mutate.ts";
import { parseRule } from "../../rule/parse-rule.ts";
import { parseRuleTests } from "../../rule/parse-tests.ts";
import type { Synthesis } from "../../rule/synthesise/case-list.ts";
import { synthesise } from "../../rule/synthesise/synthesise.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";
import type { RuleReport } from "./report.ts";

export interface TryOptions {
  readonly boundaries: boolean;
  readonly mutants: boolean;
}

const NOTHING: Synthesis = { cases: [], skipped: [] };

/** The hand-written cases of a rule, each with the rule as its own parameters make it. */
function readTrials(loaded: LoadedRule, context: Context): readonly Trial[] {
  if (loaded.testsPath === undefined) return [];
  const file = displayPath(context.root, loaded.testsPath);
  const parsed = parseRuleTests(readFileSync(loaded.testsPath, "utf8"), file);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  const ruleText = readFileSync(loaded.testsPath.replace(/tests\.ya?ml$/, "rule.yaml"), "utf8");
  return parsed.value.map((test) => {
    const tuned = parseRule(ruleText, loaded.source, { parameters: test.parameters });
    if (!tuned.ok) throw new CommandFailure(tuned.diagnostics, 2);
    return { rule: tuned.value, test };
  });
}

/** What is to be done for one rule. */
interface Plan extends Omit<RuleTrial, "onMutant"> {
  readonly skipped: Synthesis["skipped"];
}

function planRule(loaded: LoadedRule, options: TryOptions, context: Context): Plan {
  const { rule } = loaded;
  const { cases: boundaries, skipped } = options.boundaries ? synthesise(rule) : NOTHING;
  const mutants = options.mutants ? mutantsOf(rule) : [];
  return { rule, cases: readTrials(loaded, context), boundaries, skipped, mutants };
}

async function tryPlan(store: Store, plan: Plan, onStep: () => void): Promise<RuleReport> {
  const { rule, skipped } = plan;
  const cases: TestOutcome[] = [];
  // One by one and on the rule's own query, as it ships.
  for (const { rule: tuned, test } of plan.cases) {
    cases.push(await runRuleTest(store, tuned, test));
    onStep();
  }
  const verdict = await tryRule(store, { ...plan, onMutant: onStep });
  return { rule: rule.name, cases, skipped, ...verdict };
}

function stepsOf(plans: readonly Plan[]): number {
  return plans.reduce((sum, { cases, mutants }) => sum + cases.length + mutants.length, 0);
}

function showProgress(context: Context, total: number): Progress {
  return startProgress({
    stream: context.stderr,
    enabled: context.progress,
    now: context.now,
    label: "Testing",
    unit: "cases and mutants",
    total,
  });
}

export async function tryRules(
  store: Store,
  selected: readonly LoadedRule[],
  options: TryOptions,
  context: Context,
): Promise<readonly RuleReport[]> {
  const plans = selected.map((loaded) => planRule(loaded, options, context));
  const progress = showProgress(context, stepsOf(plans));
  const reports: RuleReport[] = [];
  let done = 0;
  const onStep = (): void => {
    done += 1;
    progress.update(done, done);
  };
  try {
    for (const plan of plans) reports.push(await tryPlan(store, plan, onStep));
  } finally {
    progress.finish();
  }
  return reports;
}
