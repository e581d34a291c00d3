/** Changes that several kinds of detection share: durations, group-by fields, measures, predicates. */
import type { EventField } from "../../event/event.ts";
import { formatDuration } from "../../yaml/reader.ts";
import type { Detection, Measure, Predicate } from "../ir.ts";
import type { MutantList } from "./mutant.ts";
import { mutatePredicate } from "./predicate.ts";

/** A changed duration in words; a millisecond more or less is said as such. */
export function durationShift(from: number, to: number): string {
  const before = formatDuration(from);
  if (from > 1000 && to === from + 1) return `${before} → ${before} + 1ms`;
  if (from > 1000 && to === from - 1) return `${before} → ${before} − 1ms`;
  return `${before} → ${formatDuration(to)}`;
}

/** A millisecond and a tenth in both directions. */
export function addDuration(
  list: MutantList,
  key: string,
  ms: number,
  change: (ms: number) => Detection,
): void {
  const shifts = [
    { how: "+1ms", to: ms + 1 },
    { how: "-1ms", to: ms - 1 },
    { how: "+10%", to: Math.round(ms * 1.1) },
    { how: "-10%", to: Math.round(ms * 0.9) },
  ].filter(({ to }) => to >= 0);
  list.addShifts(key, ms, shifts, durationShift, change);
}

/** One more and one less, where that is legal. */
export function addNumber(
  list: MutantList,
  key: string,
  value: number,
  [least, most]: readonly [least: number, most: number],
  change: (value: number) => Detection,
  step = 1,
): void {
  // Sums of decimals such as 0.2 + 0.01 are rounded to what they mean.
  const round = (to: number): number => Number(to.toFixed(6));
  const shifts = [
    { how: "+", to: round(value + step) },
    { how: "-", to: round(value - step) },
  ].filter(({ to }) => to >= least && to <= most);
  list.addShifts(key, value, shifts, (from, to) => `${from} → ${to}`, change);
}

/** Fields that nearly every event has, to group by as well. */
const GROUPS: readonly EventField[] = ["session_id", "user_id_hash", "department"];

export function addGroups(
  list: MutantList,
  by: readonly EventField[],
  change: (by: readonly EventField[]) => Detection,
): void {
  const key = "detect.by";
  for (const [index, field] of by.entries()) {
    const rest = by.filter((_, at) => at !== index);
    list.addDetection(key, `drop ${index}`, `by without ${field}`, change(rest));
  }
  const extra = GROUPS.find((field) => !by.includes(field));
  if (extra) list.addDetection(key, "add", `by with ${extra} as well`, change([...by, extra]));
}

const TOKENS: readonly EventField[] = ["token_input", "token_output", "duration_ms"];

export function addMeasures(
  list: MutantList,
  measure: Measure,
  change: (measure: Measure) => Detection,
): void {
  const key = "detect.measure";
  if (measure.kind === "count") {
    const sum = { kind: "sum", fields: ["token_input"] } as const;
    list.addDetection(key, "sum", "measure count → sum of token_input", change(sum));
    return;
  }
  const { fields } = measure;
  list.addDetection(key, "count", "measure sum → count", change({ kind: "count" }));
  for (const [index, field] of fields.entries()) {
    const rest = fields.filter((_, at) => at !== index);
    if (rest.length === 0) continue;
    const mutated = change({ kind: "sum", fields: rest });
    list.addDetection(key, `drop ${index}`, `sum without ${field}`, mutated);
  }
  const extra = TOKENS.find((field) => !fields.includes(field));
  if (!extra) return;
  const mutated = change({ kind: "sum", fields: [...fields, extra] });
  list.addDetection(key, "add", `sum with ${extra} as well`, mutated);
}

export function addPredicates(
  list: MutantList,
  key: string,
  where: Predicate,
  change: (where: Predicate) => Detection,
): void {
  for (const { how, change: words, span, predicate } of mutatePredicate(where))
    list.addDetection(key, how, words, change(predicate), span);
}
