/**
 * The mutants of a rule: every one differs from it by one small change of its meaning.
 *
 * Tests that cannot tell a mutant from the rule do not pin the rule down. One function per kind of
 * detection; suppression is the same for all.
 */
import type {
  BaselineDetection,
  FirstSeenDetection,
  RatioDetection,
  RuleIr,
  SequenceDetection,
  ThresholdDetection,
} from "../ir.ts";
import { type Mutant, MutantList } from "./mutant.ts";
import {
  addDuration,
  addGroups,
  addMeasures,
  addNumber,
  addPredicates,
  durationShift,
} from "./part.ts";

const ANY = Number.MAX_SAFE_INTEGER;

function mutateThreshold(list: MutantList, detection: ThresholdDetection): void {
  const { where, by, measure, withinMs, greaterThan } = detection;
  addPredicates(list, "detect.where", where, (to) => ({ ...detection, where: to }));
  addGroups(list, by, (to) => ({ ...detection, by: to }));
  addMeasures(list, measure, (to) => ({ ...detection, measure: to }));
  addDuration(list, "detect.within", withinMs, (to) => ({ ...detection, withinMs: to }));
  addNumber(list, "detect.greater_than", greaterThan, [0, ANY], (to) => {
    return { ...detection, greaterThan: to };
  });
}

/** A hair of a factor: sums of tokens are fine enough for a millionth, counts for a tenth. */
const FACTOR_STEP = { sum: 1e-6, count: 0.1 } as const;

function mutateBaseline(list: MutantList, detection: BaselineDetection): void {
  const { where, by, measure, historyDays, minDays, floor, factor } = detection;
  addPredicates(list, "detect.where", where, (to) => ({ ...detection, where: to }));
  addGroups(list, by, (to) => ({ ...detection, by: to }));
  addMeasures(list, measure, (to) => ({ ...detection, measure: to }));
  const zone = detection.zone === "UTC" ? "Asia/Tokyo" : "UTC";
  list.addDetection("detect.zone", "zone", `zone ${detection.zone} → ${zone}`, {
    ...detection,
    zone,
  });
  addNumber(list, "detect.history_days", historyDays, [minDays, ANY], (to) => {
    return { ...detection, historyDays: to };
  });
  addNumber(list, "detect.min_days", minDays, [1, historyDays], (to) => {
    return { ...detection, minDays: to };
  });
  addNumber(list, "detect.floor", floor, [0, ANY], (to) => ({ ...detection, floor: to }));
  const hair = FACTOR_STEP[measure.kind];
  addNumber(list, "detect.factor", factor, [0, ANY], (to) => ({ ...detection, factor: to }), hair);
  const averageOver = detection.averageOver === "active_days" ? "calendar_days" : "active_days";
  const words = `average_over ${detection.averageOver} → ${averageOver}`;
  list.addDetection("detect.average_over", "swap", words, { ...detection, averageOver });
}

function mutateSequence(list: MutantList, detection: SequenceDetection): void {
  const { first, second, withinMs } = detection;
  addPredicates(list, "detect.first.where", first.where, (where) => {
    return { ...detection, first: { ...first, where } };
  });
  addPredicates(list, "detect.second.where", second.where, (where) => {
    return { ...detection, second: { ...second, where } };
  });
  list.addDetection("detect.first", "swap", "first and second step swapped", {
    ...detection,
    first: second,
    second: first,
  });
  for (const [index, field] of second.by.entries()) {
    const drop = <T>(keys: readonly T[]): readonly T[] => keys.filter((_, at) => at !== index);
    const mutated = {
      ...detection,
      first: { ...first, by: drop(first.by) },
      second: { ...second, by: drop(second.by) },
    };
    list.addDetection("detect.second.by", `drop ${index}`, `by without ${field}`, mutated);
  }
  const extra = "department";
  if (![...first.by, ...second.by].includes(extra)) {
    list.addDetection("detect.second.by", "add", `by with ${extra} as well`, {
      ...detection,
      first: { ...first, by: [...first.by, extra] },
      second: { ...second, by: [...second.by, extra] },
    });
  }
  addDuration(list, "detect.within", withinMs, (to) => ({ ...detection, withinMs: to }));
}

function mutateFirstSeen(list: MutantList, detection: FirstSeenDetection): void {
  const { where, by, field, historyDays, learnDays } = detection;
  addPredicates(list, "detect.where", where, (to) => ({ ...detection, where: to }));
  addGroups(list, by, (to) => ({ ...detection, by: to }));
  const other = field === "department" ? "session_id" : "department";
  const words = `field ${field} → ${other}`;
  list.addDetection("detect.field", "field", words, { ...detection, field: other });
  addNumber(list, "detect.history_days", historyDays, [learnDays, ANY], (to) => {
    return { ...detection, historyDays: to };
  });
  addNumber(list, "detect.learn_days", learnDays, [1, historyDays], (to) => {
    return { ...detection, learnDays: to };
  });
}

/** A hair of a share. */
const SHARE_STEP = 0.01;

function mutateRatio(list: MutantList, detection: RatioDetection): void {
  const { where, of, by, withinMs, atLeast, greaterThan } = detection;
  addPredicates(list, "detect.where", where, (to) => ({ ...detection, where: to }));
  addPredicates(list, "detect.of", of, (to) => ({ ...detection, of: to }));
  addGroups(list, by, (to) => ({ ...detection, by: to }));
  addDuration(list, "detect.within", withinMs, (to) => ({ ...detection, withinMs: to }));
  addNumber(list, "detect.at_least", atLeast, [1, ANY], (to) => ({ ...detection, atLeast: to }));
  const share = (to: number): RatioDetection => ({ ...detection, greaterThan: to });
  addNumber(list, "detect.greater_than", greaterThan, [0, 0.999999], share, SHARE_STEP);
}

/** The list comes back so that a kind without a case here does not compile. */
function mutateDetection(list: MutantList): MutantList {
  const { detection } = list.rule;
  switch (detection.kind) {
    case "each":
      addPredicates(list, "detect.where", detection.where, (where) => ({ ...detection, where }));
      return list;
    case "threshold":
      mutateThreshold(list, detection);
      return list;
    case "baseline":
      mutateBaseline(list, detection);
      return list;
    case "sequence":
      mutateSequence(list, detection);
      return list;
    case "first_seen":
      mutateFirstSeen(list, detection);
      return list;
    case "ratio":
      mutateRatio(list, detection);
      return list;
    case "silence": {
      const { where, by, forMs } = detection;
      addPredicates(list, "detect.where", where, (to) => ({ ...detection, where: to }));
      addGroups(list, by, (to) => ({ ...detection, by: to }));
      addDuration(list, "detect.for", forMs, (to) => ({ ...detection, forMs: to }));
      return list;
    }
  }
}

function mutateSuppression(list: MutantList): void {
  const { rule } = list;
  const { by, forMs } = rule.suppress;
  for (const to of [forMs + 1, forMs - 1]) {
    if (to < 0) continue;
    const words = `suppression for ${durationShift(forMs, to)}`;
    const mutated = { ...rule, suppress: { by, forMs: to } };
    list.add("suppress.for", to > forMs ? "+1ms" : "-1ms", words, mutated);
  }
  for (const [index, key] of by.entries()) {
    const rest = by.filter((_, at) => at !== index);
    const mutated = { ...rule, suppress: { by: rest, forMs } };
    list.add("suppress.by", `drop ${index}`, `suppression by all but ${key}`, mutated);
  }
}

/** The mutants of a rule in the order of its parts. Deterministic. */
export function mutantsOf(rule: RuleIr): readonly Mutant[] {
  const list = mutateDetection(new MutantList(rule));
  mutateSuppression(list);
  return list.mutants;
}
