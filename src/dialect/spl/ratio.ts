/** A share in a sliding window. */
import type { RatioDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { lowerPredicate } from "../predicate.ts";
import { origin, raw, text, value } from "../text.ts";
import {
  bare,
  belongs,
  columnsOf,
  eventSteps,
  LIMIT,
  type Lowered,
  previousOf,
  SIGN,
  slidingSums,
  splPredicate,
  TIME,
  VALUE,
} from "./rows.ts";

/** Sums for each entity and time, because streamstats works row by row; then window and edge. */
export function lowerRatio(detection: RatioDetection, rule: RuleIr): Lowered {
  const { where, of, by } = detection;
  const keys = columnsOf(by, "key");
  const columns = [TIME, ...keys, VALUE, LIMIT];
  const { numerator, denominator } = rationalOf(detection.greaterThan);
  const window = origin(rule.spans["detect.within"], raw(String(detection.withinMs / 1000)));
  const atLeast = origin(rule.spans["detect.at_least"], value(detection.atLeast));
  const share = origin(
    rule.spans["detect.greater_than"],
    raw(`hits*${denominator}>${numerator === 1 ? "" : `${numerator}*`}total`),
  );
  return {
    columns,
    steps: [
      ...eventSteps(belongs(where, by)),
      text`eval hit=if(${lowerPredicate(of, splPredicate)}, 1, 0), ${SIGN}`,
      text`stats count AS events sum(hit) AS hits_now by ${bare(keys)} _time sign`,
      ...slidingSums(
        "_time",
        window,
        [
          ["events", "total"],
          ["hits_now", "hits"],
        ],
        bare(keys),
      ),
      text`eval above=if(total>=${atLeast} AND ${share}, 1, 0)`,
      previousOf("above", "before", bare(keys)),
      raw("where above=1 AND coalesce(before, 0)=0"),
      text`eval value=hits/total, limit=${value(detection.greaterThan)}`,
      text`fields ${bare(columns)}`,
    ],
  };
}
