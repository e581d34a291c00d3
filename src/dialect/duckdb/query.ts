/**
 * A rule as DuckDB SQL over the table `event` of the embedded store.
 *
 * The table holds each `event_id` once (the first record wins), one column per event field, and `ts`,
 * the timestamp in epoch milliseconds. A query returns candidates before suppression: `ts`, the entity
 * columns, `value`, `limit`, `event_ids`.
 */
import { eventFieldNames, fieldInfo } from "../../event/field.ts";
import type {
  BaselineDetection,
  Detection,
  EachDetection,
  Fidelity,
  Measure,
  RuleIr,
  ThresholdDetection,
} from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import { lowerPredicate, type PredicateLanguage } from "../predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../text.ts";
import { duckdbLexicon } from "./lexicon.ts";

export interface CompiledQuery {
  readonly query: string;
  readonly fidelity: Fidelity;
}

/** Comparison with a null yields null in SQL; every leaf turns that into false. */
const language: PredicateLanguage = {
  always: raw("true"),
  equals: (field, literal) => text`coalesce(${name(field)} = ${value(literal)}, false)`,
  in: (field, literals) =>
    text`coalesce(${name(field)} IN (${join(literals.map(value), ", ")}), false)`,
  has: (field, literal) => text`coalesce(list_contains(${name(field)}, ${value(literal)}), false)`,
  compare: (field, operator, literal) =>
    text`coalesce(${name(field)} ${raw(operator)} ${value(literal)}, false)`,
  present: (field) => text`${name(field)} IS NOT NULL`,
  and: " AND ",
  or: " OR ",
  not: (inner) => text`NOT ${inner}`,
};

function columns(fields: readonly string[]): Text {
  return join(fields.map(name), ", ");
}

/** What one event adds to the measure; always a whole number. */
function amount(measure: Measure): Text {
  if (measure.kind === "count") return raw("1::BIGINT");
  return join(
    measure.fields.map((field) => text`coalesce(${name(field)}, 0)`),
    " + ",
  );
}

/** Matching events that belong to an entity. */
function matching(detection: ThresholdDetection | BaselineDetection, extra: Text): Text {
  const known = join(
    detection.by.map((field) => text`${name(field)} IS NOT NULL`),
    " AND ",
  );
  const where = lowerPredicate(detection.where, language, false);
  return text`matching AS (
  SELECT ts, event_id, ${columns(detection.by)}, ${amount(detection.measure)} AS amount${extra}
  FROM event
  WHERE ${where} AND ${known}
)`;
}

function sameEntity(by: readonly string[], left: string, right: string): Text {
  return join(
    by.map((field) => text`${raw(`${left}.`)}${name(field)} = ${raw(`${right}.`)}${name(field)}`),
    " AND ",
  );
}

function lowerEach(detection: EachDetection, rule: RuleIr): Text {
  const entity = rule.suppress.by.filter((key) => key !== "day");
  return text`SELECT ts, ${columns(entity)}, 1 AS value, 0 AS "limit", [event_id] AS event_ids
FROM event
WHERE ${lowerPredicate(detection.where, language)}
ORDER BY ts, event_id`;
}

function lowerThreshold(detection: ThresholdDetection): Text {
  const by = columns(detection.by);
  const window = raw(String(detection.withinMs));
  const limit = raw(String(detection.greaterThan));
  const own = join(
    detection.by.map((field) => text`fired.${name(field)}`),
    ", ",
  );
  return text`WITH ${matching(detection, raw(""))},
measured AS (
  -- RANGE counts every event of the same time, and both ends of the window.
  SELECT DISTINCT ${by}, ts, sum(amount) OVER (
    PARTITION BY ${by} ORDER BY ts RANGE BETWEEN ${window} PRECEDING AND CURRENT ROW
  ) AS value
  FROM matching
),
edged AS (
  SELECT *, lag(value, 1, 0) OVER (PARTITION BY ${by} ORDER BY ts) AS before FROM measured
),
fired AS (
  SELECT * FROM edged WHERE value > ${limit} AND before <= ${limit}
)
SELECT fired.ts, ${own}, fired.value, ${limit} AS "limit",
  list(matching.event_id ORDER BY matching.ts, matching.event_id) AS event_ids
FROM fired JOIN matching
  ON ${sameEntity(detection.by, "matching", "fired")}
  AND matching.ts BETWEEN fired.ts - ${window} AND fired.ts
GROUP BY fired.ts, ${own}, fired.value
ORDER BY fired.ts, ${own}`;
}

/** Day number of an event in the rule's zone, counted from 1970-01-01. */
function dayNumber(zone: string): Text {
  if (zone === "UTC") return raw("CAST(floor(ts / 86400000) AS BIGINT)");
  return text`date_diff('day', DATE '1970-01-01', CAST(timezone(${value(zone)}, to_timestamp(ts / 1000)) AS DATE))`;
}

function lowerBaseline(detection: BaselineDetection): Text {
  const by = columns(detection.by);
  const { numerator, denominator } = rationalOf(detection.factor);
  const days =
    detection.averageOver === "active_days" ? "active_days" : String(detection.historyDays);
  // `today * days * denominator > numerator * history`: whole numbers only, so 3.0 is exactly 3.
  const scale = raw(`${days} * ${denominator}::HUGEINT`);
  const floor = raw(String(detection.floor));
  const allowed = raw(`${numerator}::HUGEINT * history_sum`);
  const own = (alias: string): Text =>
    join(
      detection.by.map((field) => text`${raw(`${alias}.`)}${name(field)}`),
      ", ",
    );
  return text`WITH ${matching(detection, text`, ${dayNumber(detection.zone)} AS day_number`)},
daily AS (
  SELECT ${by}, day_number, sum(amount)::HUGEINT AS total FROM matching GROUP BY ${by}, day_number
),
judged AS (
  SELECT ${own("today")}, today.day_number, today.total,
    count(past.day_number) AS active_days, coalesce(sum(past.total), 0)::HUGEINT AS history_sum
  FROM daily AS today LEFT JOIN daily AS past
    ON ${sameEntity(detection.by, "past", "today")} AND past.total > 0
    AND past.day_number BETWEEN today.day_number - ${raw(String(detection.historyDays))} AND today.day_number - 1
  GROUP BY ${own("today")}, today.day_number, today.total
),
candidate AS (
  SELECT * FROM judged
  WHERE active_days >= ${raw(String(detection.minDays))} AND total > ${floor} AND total * ${scale} > ${allowed}
),
running AS (
  SELECT matching.*, candidate.active_days, candidate.history_sum,
    sum(amount) OVER (PARTITION BY ${own("matching")}, matching.day_number ORDER BY ts)::HUGEINT AS value
  FROM matching JOIN candidate
    ON ${sameEntity(detection.by, "matching", "candidate")} AND matching.day_number = candidate.day_number
),
crossing AS (
  SELECT ${by}, day_number, ${allowed} AS allowed, ${scale} AS scale, min(ts) AS ts, min(value) AS value
  FROM running WHERE value > ${floor} AND value * ${scale} > ${allowed}
  GROUP BY ALL
)
SELECT crossing.ts, ${own("crossing")},
  strftime(DATE '1970-01-01' + CAST(crossing.day_number AS INTEGER), '%Y-%m-%d') AS day, crossing.value,
  greatest(${floor}, any_value(crossing.allowed / crossing.scale)) AS "limit",
  list(running.event_id ORDER BY running.ts, running.event_id) FILTER (running.amount > 0) AS event_ids
FROM crossing JOIN running
  ON ${sameEntity(detection.by, "running", "crossing")}
  AND running.day_number = crossing.day_number AND running.ts <= crossing.ts
GROUP BY crossing.ts, ${own("crossing")}, crossing.day_number, crossing.value
ORDER BY crossing.ts, ${own("crossing")}`;
}

function lowerDetection(detection: Detection, rule: RuleIr): Text {
  switch (detection.kind) {
    case "each":
      return lowerEach(detection, rule);
    case "threshold":
      return lowerThreshold(detection);
    case "baseline":
      return lowerBaseline(detection);
  }
}

/** The rule as one SQL query. DuckDB says every construct exactly. */
export function compileDuckdb(rule: RuleIr): CompiledQuery {
  const query = renderText(lowerDetection(rule.detection, rule), duckdbLexicon);
  return { query: `${query}\n`, fidelity: { level: "exact" } };
}

const COLUMN_TYPES = {
  keyword: "VARCHAR",
  "keyword[]": "VARCHAR[]",
  integer: "BIGINT",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  time: "VARCHAR",
  object: "JSON",
} as const;

/** Columns of the store's tables: name and SQL type, fields in schema order. */
export function duckdbColumns(): readonly { readonly name: string; readonly type: string }[] {
  const fields = eventFieldNames.map((field) => {
    const info = fieldInfo(field);
    return { name: field, type: COLUMN_TYPES[info?.kind ?? "keyword"] };
  });
  return [{ name: "ord", type: "BIGINT" }, { name: "ts", type: "BIGINT" }, ...fields];
}
