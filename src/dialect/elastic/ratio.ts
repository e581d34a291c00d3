/** A share in the window that ends with the run. */
import type { RatioDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { lowerPredicate } from "../predicate.ts";
import { origin, raw, text, value } from "../text.ts";
import { esqlPredicate } from "./predicate.ts";
import {
  columnsOf,
  LIMIT,
  type Lowered,
  list,
  matchingRows,
  TIME,
  timespan,
  VALUE,
} from "./rows.ts";

export function lowerRatio(detection: RatioDetection, rule: RuleIr): Lowered {
  const { where, of, by } = detection;
  const keys = columnsOf(by, "key");
  const columns = [TIME, ...keys, VALUE, LIMIT];
  const { numerator, denominator } = rationalOf(detection.greaterThan);
  const window = origin(rule.spans["detect.within"], timespan(detection.withinMs));
  const atLeast = origin(rule.spans["detect.at_least"], value(detection.atLeast));
  const allowed = numerator === 1 ? "total" : `${numerator} * total`;
  const share = origin(
    rule.spans["detect.greater_than"],
    raw(`hits * ${denominator} > ${allowed}`),
  );
  return {
    columns,
    query: text`${matchingRows(where, by)}
| WHERE @timestamp >= NOW() - ${window}
| EVAL hit = CASE(${lowerPredicate(of, esqlPredicate)}, 1, 0)
| STATS total = COUNT(*), hits = SUM(hit), @timestamp = MAX(@timestamp) BY ${list(keys)}
| WHERE total >= ${atLeast} AND ${share}
| EVAL value = TO_DOUBLE(hits) / total, limit = ${value(detection.greaterThan)}
| KEEP ${list(columns)}`,
  };
}
