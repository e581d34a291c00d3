/**
 * A measure in a sliding window.
 *
 * ES|QL has no window functions and no self-join, but it can order the times of an entity in a list
 * and lay the list beside itself, shifted: with n allowed, the window that ends at an event is too full
 * exactly if the event n places before it is not older than the window. Each place of the lists becomes
 * a row with the event's time, the time n places before, and the same two of the event before, which
 * tell a rising edge. Events of equal time are neighbours and meet again in one row.
 */
import type { RuleIr, ThresholdDetection } from "../../rule/ir.ts";
import { join, name, origin, raw, type Text, text, value } from "../text.ts";
import {
  amount,
  columnsOf,
  LIMIT,
  type Lowered,
  list,
  matchingRows,
  TIME,
  timespan,
  VALUE,
} from "./rows.ts";

/** Events of one entity that a run lays side by side; the earliest count. */
export const LIST_MAX = 10_000;

/** Stands before the first event: thirteen digits like every time until the year 2286, and older. */
const NEVER = '"0000000000000"';

/**
 * The lists side by side. `MV_SLICE` takes either two places from the start or two from the end, and
 * cuts what lies outside of the list, so an open end is a place beyond any list.
 */
function placesOf(n: number): string {
  const from = (list: string, start: number): string => `MV_SLICE(${list}, ${start}, ${LIST_MAX})`;
  const upTo = (list: string, back: number): string =>
    `MV_SLICE(${list}, -${LIST_MAX + 2}, -${back})`;
  const ends = from("times", n);
  const starts = upTo("times", n + 1);
  const endsBefore = upTo(from("times", n - 1), 2);
  const startsBefore = upTo("padded", n + 2);
  return `MV_ZIP(
    MV_ZIP(${ends}, ${starts}, ","),
    MV_ZIP(${endsBefore}, ${startsBefore}, ","),
    ","
  )`;
}

/** Counts: exact, as far as `LIST_MAX` events of an entity in one run. */
export function lowerCount(detection: ThresholdDetection, rule: RuleIr): Lowered {
  const n = detection.greaterThan;
  const by = columnsOf(detection.by, "key");
  const keys = list(by);
  const users = detection.by.includes("user_id_hash") ? [] : columnsOf(["user_id_hash"], "context");
  const columns = [TIME, ...by, ...users, VALUE, LIMIT];
  const user = (aggregate: string): Text =>
    join(
      users.map((one) => text`, ${name(one.name)} = ${raw(aggregate)}(${name(one.name)})`),
      "",
    );
  const limit = origin(rule.spans["detect.greater_than"], raw(String(n)));
  const window = origin(rule.spans["detect.within"], raw(String(detection.withinMs)));
  const lists = origin(rule.spans["detect.greater_than"], raw(placesOf(n)));
  return {
    columns,
    query: text`${matchingRows(detection.where, detection.by)}
| STATS times = TOP(TO_LONG(@timestamp), ${raw(String(LIST_MAX))}, "asc")${user("MAX")} BY ${keys}
| WHERE MV_COUNT(times) > ${limit}
| EVAL times = MV_SORT(TO_STRING(times)), padded = MV_SORT(MV_APPEND(TO_STRING(times), ${raw(NEVER)}))
| EVAL place = ${lists}
| MV_EXPAND place
| DISSECT place "%{end},%{start},%{end_before},%{start_before}"
| EVAL end = TO_LONG(end), start = TO_LONG(start), end_before = TO_LONG(end_before), start_before = TO_LONG(start_before)
| EVAL above = CASE(end - start <= ${window}, 1, 0), above_before = CASE(end_before < end AND end_before - start_before <= ${window}, 1, 0)
| STATS above = MAX(above), above_before = MAX(above_before)${user("MAX")} BY ${keys}, end
| WHERE above == 1 AND above_before == 0
| EVAL @timestamp = TO_DATETIME(end), value = ${limit} + 1, limit = ${limit}
| KEEP ${list(columns)}`,
  };
}

/** With nothing allowed before it, the first event of a window fires: no list reaches back that far. */
export function countObstacle({ greaterThan }: ThresholdDetection): string | undefined {
  if (greaterThan < 1) return "counting from the first event on needs no window";
  if (greaterThan >= LIST_MAX) return `a run compares ${LIST_MAX} events of an entity at most`;
  return undefined;
}

/** Sums, and counts that lists cannot say: one window that ends with the run. */
export function lowerAtRun(detection: ThresholdDetection, rule: RuleIr): Lowered {
  const by = columnsOf(detection.by, "key");
  const columns = [TIME, ...by, VALUE, LIMIT];
  const window = origin(rule.spans["detect.within"], timespan(detection.withinMs));
  const limit = origin(rule.spans["detect.greater_than"], value(detection.greaterThan));
  return {
    columns,
    query: text`${matchingRows(detection.where, detection.by)}
| WHERE @timestamp >= NOW() - ${window}
| EVAL amount = ${amount(detection.measure)}
| STATS value = SUM(amount), @timestamp = MAX(@timestamp) BY ${list(by)}
| WHERE value > ${limit}
| EVAL limit = ${limit}
| KEEP ${list(columns)}`,
  };
}
