/** Runs boundary cases and mutants of a rule on the store. */
import { entityKeys } from "../rule/detection.ts";
import type { Alert, RuleIr } from "../rule/ir.ts";
import { whyEquivalent } from "../rule/mutate/equivalent.ts";
import type { Mutant } from "../rule/mutate/mutant.ts";
import { mutantsOf } from "../rule/mutate/mutate.ts";
import type { ExpectedAlert, RuleTest } from "../rule/parse-tests.ts";
import { CaseBatch } from "./case-batch.ts";
import { compareAlerts, type TestOutcome } from "./run-tests.ts";
import type { Store } from "./store.ts";

/** A case with the rule as the case's own parameters make it. */
export interface Trial {
  readonly rule: RuleIr;
  readonly test: RuleTest;
}

/** What became of a mutant. */
export interface MutantOutcome {
  readonly mutant: Mutant;
  /** Name of the first hand-written case that tells it from the rule. */
  readonly killedByCase?: string;
  /** Name of the first synthesised case that does. */
  readonly killedByBoundary?: string;
  /** Why no case can tell it from the rule. */
  readonly equivalent?: string;
}

export interface RuleTrial {
  /** The rule with the parameters of its file. */
  readonly rule: RuleIr;
  readonly cases: readonly Trial[];
  readonly boundaries: readonly RuleTest[];
  readonly mutants: readonly Mutant[];
  /** Called after each mutant. */
  readonly onMutant: () => void;
}

export interface RuleVerdict {
  readonly boundaries: readonly TestOutcome[];
  readonly mutants: readonly MutantOutcome[];
}

/** Cases that share a rule, and so a run. */
interface Group {
  readonly rule: RuleIr;
  /** Positions in the batch. */
  readonly indexes: number[];
  readonly mutants: ReadonlyMap<string, Mutant>;
}

/** Groups of cases by their parameters; the first has those of the rule's file. */
function groupCases({ rule, cases, boundaries, mutants }: RuleTrial): readonly Group[] {
  const byId = (all: readonly Mutant[]): ReadonlyMap<string, Mutant> =>
    new Map(all.map((mutant) => [mutant.id, mutant]));
  const own: Group = { rule, indexes: [], mutants: byId(mutants) };
  const groups = new Map<string, Group>([["{}", own]]);
  for (const [index, { rule: tuned, test }] of cases.entries()) {
    const key = JSON.stringify(test.parameters);
    const group = groups.get(key) ?? { rule: tuned, indexes: [], mutants: byId(mutantsOf(tuned)) };
    groups.set(key, group);
    group.indexes.push(index);
  }
  own.indexes.push(...boundaries.map((_, index) => cases.length + index));
  return [...groups.values()];
}

type Entity = ExpectedAlert["entity"];

function project(entity: Entity, keys: readonly string[]): Entity {
  return Object.fromEntries(
    keys.flatMap((key) => (key in entity ? [[key, entity[key] ?? ""]] : [])),
  );
}

/**
 * Whether the alerts are those of the case in what they say about its events. Left out is what repeats
 * the rule: the limit, and the names of keys that only one of rule and mutant has. A change there would
 * show in every alert, however weak the case.
 */
function holds(
  alerts: readonly Alert[] | undefined,
  test: RuleTest | undefined,
  keys: readonly string[],
): boolean {
  const found = (alerts ?? []).map((alert) => ({ ...alert, entity: project(alert.entity, keys) }));
  const expected = (test?.expect ?? []).map(({ limit: _, ...rest }): ExpectedAlert => {
    return { ...rest, entity: project(rest.entity, keys) };
  });
  return compareAlerts(found, expected).length === 0;
}

/** A batch with its tests in order: hand-written ones first, then boundaries. */
interface Court {
  readonly batch: CaseBatch;
  readonly tests: readonly RuleTest[];
  readonly groups: readonly Group[];
  readonly handWritten: number;
  /** Cases that the rule itself passes; others would condemn every mutant. */
  readonly sound: ReadonlySet<number>;
}

/** The first case that tells the mutant from its rule: a hand-written one, and a boundary. */
async function judge(court: Court, mutant: Mutant): Promise<Omit<MutantOutcome, "mutant">> {
  let killedByCase: string | undefined;
  let killedByBoundary: string | undefined;
  for (const group of court.groups) {
    const twin = group.mutants.get(mutant.id);
    const undecided = group.indexes.some((index) =>
      index < court.handWritten ? killedByCase === undefined : killedByBoundary === undefined,
    );
    if (twin === undefined || !undecided) continue;
    const found = await court.batch.run(twin.rule);
    const keys = entityKeys(twin.rule).filter((key) => entityKeys(group.rule).includes(key));
    for (const index of group.indexes) {
      const test = court.tests[index];
      if (!court.sound.has(index) || holds(found[index], test, keys)) continue;
      if (index < court.handWritten) killedByCase ??= test?.name;
      else killedByBoundary ??= test?.name;
    }
  }
  return {
    ...(killedByCase !== undefined && { killedByCase }),
    ...(killedByBoundary !== undefined && { killedByBoundary }),
  };
}

async function openCourt(
  store: Store,
  trial: RuleTrial,
): Promise<Court & { readonly found: readonly (readonly Alert[])[] }> {
  const groups = groupCases(trial);
  const rules = groups.flatMap(({ rule, mutants }) => {
    return [rule, ...[...mutants.values()].map((mutant) => mutant.rule)];
  });
  const tests = [...trial.cases.map(({ test }) => test), ...trial.boundaries];
  const batch = await CaseBatch.load(store, rules, tests);
  const found: (readonly Alert[])[] = tests.map(() => []);
  for (const { rule, indexes } of groups) {
    const alerts = await batch.run(rule);
    for (const index of indexes) found[index] = alerts[index] ?? [];
  }
  const keys = entityKeys(trial.rule);
  const sound = new Set(tests.keys().filter((index) => holds(found[index], tests[index], keys)));
  return { batch, tests, groups, handWritten: trial.cases.length, sound, found };
}

/** Runs the boundary cases over the rule, and all cases over its mutants. The store is emptied first. */
export async function tryRule(store: Store, trial: RuleTrial): Promise<RuleVerdict> {
  const { rule, boundaries } = trial;
  const court = await openCourt(store, trial);
  const outcomes = boundaries.map((test, index): TestOutcome => {
    const alerts = court.found[court.handWritten + index] ?? [];
    return { rule: rule.name, test, alerts, differences: compareAlerts(alerts, test.expect) };
  });
  const mutants: MutantOutcome[] = [];
  for (const mutant of trial.mutants) {
    const verdict = await judge(court, mutant);
    const survived = verdict.killedByCase === undefined && verdict.killedByBoundary === undefined;
    const equivalent = survived ? whyEquivalent(rule, mutant.rule) : undefined;
    mutants.push({ mutant, ...verdict, ...(equivalent !== undefined && { equivalent }) });
    trial.onMutant();
  }
  return { boundaries: outcomes, mutants };
}
