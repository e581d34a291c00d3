/** A measure in a sliding window. */
import type { RuleIr, ThresholdDetection } from "../../rule/ir.ts";
import { origin, raw, text, value } from "../text.ts";
import {
  amount,
  bare,
  belongs,
  columnsOf,
  eventSteps,
  LIMIT,
  type Lowered,
  previousOf,
  SIGN,
  slidingSums,
  TIME,
  VALUE,
} from "./rows.ts";

/**
 * First the sum for each entity and time: streamstats works row by row, so events of the same time must
 * be added up before, or the first of them would not see the others. Then the window, and the value one
 * row earlier for the rising edge.
 */
export function lowerThreshold(detection: ThresholdDetection, rule: RuleIr): Lowered {
  const by = columnsOf(detection.by, "key");
  const user = detection.by.includes("user_id_hash") ? [] : columnsOf(["user_id_hash"], "context");
  const columns = [TIME, ...by, ...user, VALUE, LIMIT];
  const users = user.map((one) => ` values(${one.name}) AS ${one.name}`).join("");
  const limit = origin(rule.spans["detect.greater_than"], value(detection.greaterThan));
  const window = origin(rule.spans["detect.within"], raw(String(detection.withinMs / 1000)));
  return {
    columns,
    steps: [
      ...eventSteps(belongs(detection.where, detection.by)),
      text`eval amount=${amount(detection.measure)}, ${SIGN}`,
      text`stats sum(amount) AS amount${raw(users)} by ${bare(by)} _time sign`,
      ...slidingSums("_time", window, [["amount", "value"]], bare(by)),
      previousOf("value", "before", bare(by)),
      text`where value>${limit} AND coalesce(before, 0)<=${limit}`,
      text`eval limit=${limit}`,
      text`fields ${bare(columns)}`,
    ],
  };
}
