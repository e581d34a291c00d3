/** A day against the entity's own history. */
import type { BaselineDetection, RuleIr } from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { origin, raw, text } from "../text.ts";
import {
  amount,
  bare,
  belongs,
  columnsOf,
  DAY,
  eventSteps,
  LIMIT,
  type Lowered,
  SIGN,
  slidingSums,
  TIME,
  VALUE,
} from "./rows.ts";

/** Sums by day, then one pass over the days of each entity, today among them and taken off again. */
export function lowerBaseline(detection: BaselineDetection, rule: RuleIr): Lowered {
  const by = columnsOf(detection.by, "key");
  const columns = [TIME, ...by, DAY, VALUE, LIMIT];
  const { numerator, denominator } = rationalOf(detection.factor);
  const days =
    detection.averageOver === "active_days" ? "active_days" : String(detection.historyDays);
  const scale = denominator === 1 ? "" : `*${denominator}`;
  const window = origin(
    rule.spans["detect.history_days"],
    raw(String(detection.historyDays * 86_400)),
  );
  const floor = origin(rule.spans["detect.floor"], raw(String(detection.floor)));
  const minDays = origin(rule.spans["detect.min_days"], raw(String(detection.minDays)));
  const ratio = origin(
    rule.spans["detect.factor"],
    raw(`value*${days}${scale}>${numerator}*history_sum`),
  );
  return {
    columns,
    steps: [
      ...eventSteps(belongs(detection.where, detection.by)),
      text`eval amount=${amount(detection.measure)}, day_start=_time-(_time%86400), ${SIGN}`,
      text`stats sum(amount) AS value max(_time) AS last_time by ${bare(by)} day_start sign`,
      raw("eval is_active=if(value>0, 1, 0)"),
      ...slidingSums(
        "day_start",
        window,
        [
          ["value", "value_sum"],
          ["is_active", "days"],
        ],
        bare(by),
      ),
      raw("eval history_sum=value_sum-value, active_days=days-is_active"),
      text`where value>${floor} AND active_days>=${minDays} AND ${ratio}`,
      raw(`eval allowed=${numerator}*history_sum/(${days}${scale})`),
      raw(`eval limit=if(allowed>${detection.floor}, allowed, ${detection.floor})`),
      // strftime writes in the zone of whoever owns the search, whose distance from UTC is taken off.
      raw(
        'eval zone=strptime(strftime(day_start, "%Y-%m-%dT%H:%M:%S")."+0000", "%Y-%m-%dT%H:%M:%S%z")-day_start',
      ),
      // Noon, because that distance may change within the day.
      raw('eval day=strftime(day_start+43200-zone, "%Y-%m-%d"), _time=last_time'),
      text`fields ${bare(columns)}`,
    ],
  };
}
