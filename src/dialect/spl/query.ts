/**
 * A rule as a Splunk search.
 *
 * It keeps to a small set of commands whose meaning is documented: `where`, `dedup`, `eval`, `stats`,
 * `sort`, `streamstats`, `fields`. Predicates stand in `where`, never in the first clause: there values
 * compare without case, `*` is a wildcard, and NOT binds before OR before AND. The search has no clock:
 * it judges the time range it is given.
 */
import type { EventField } from "../../event/event.ts";
import { SOURCE_LABEL } from "../../mapping/schema.ts";
import type {
  BaselineDetection,
  EachDetection,
  Measure,
  Predicate,
  RuleIr,
  ThresholdDetection,
} from "../../rule/ir.ts";
import { rationalOf } from "../../rule/rational.ts";
import {
  columnOf,
  entityFields,
  findUnmappedField,
  leavesOf,
  type Obstacle,
  scheduleOf,
} from "../capability.ts";
import { type Compiled, type ResultColumn, refuse } from "../compiled.ts";
import { lowerPredicate, type PredicateLanguage } from "../predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../text.ts";
import { splLexicon } from "./lexicon.ts";

/** Macro that names the index; the pack defines it. */
export const SPL_INDEX_MACRO = "claude_index";

interface Lowered {
  readonly steps: readonly Text[];
  readonly columns: readonly ResultColumn[];
}

/** Splunk names the elements of a JSON list `name{}`; in expressions that needs quotes. */
function columnName(field: EventField): Text {
  return name(columnOf("cim", field).name);
}

/** The field, with an empty string for a missing one, so that no comparison is null. */
function orEmpty(field: EventField): Text {
  return text`coalesce(${columnName(field)}, "")`;
}

function isPresent(field: EventField): Text {
  return text`NOT isnull(${columnName(field)})`;
}

function equals(field: EventField, literal: string | number | boolean): Text {
  const same = text`${orEmpty(field)}=${value(literal)}`;
  return literal === "" ? text`(${isPresent(field)} AND ${same})` : same;
}

const language: PredicateLanguage = {
  always: raw("1=1"),
  equals,
  in: (field, literals) =>
    text`(${join(
      literals.map((literal) => equals(field, literal)),
      " OR ",
    )})`,
  // A comparison with a multivalue field is true if any of its values is equal.
  has: equals,
  compare: (field, operator, literal) =>
    text`if(isnull(${columnName(field)}), 0, if(${columnName(field)}${raw(operator)}${value(literal)}, 1, 0))=1`,
  present: isPresent,
  and: " AND ",
  or: " OR ",
  not: (inner) => text`NOT (${inner})`,
};

const TIME: ResultColumn = { name: "_time", role: "time", field: "timestamp" };
const VALUE: ResultColumn = { name: "value", role: "value" };
const LIMIT: ResultColumn = { name: "limit", role: "limit" };
const DAY: ResultColumn = { name: "day", role: "key", field: "day" };

const contextFields: readonly EventField[] = ["session_id", "user_id_hash", "department"];

function columnsOf(
  fields: readonly EventField[],
  role: "key" | "context",
): readonly ResultColumn[] {
  return fields.map((field) => ({ name: columnOf("cim", field).name, role, field }));
}

/** Outside of expressions names stand bare, and lists of them are separated by blanks. */
function bare(columns: readonly ResultColumn[]): Text {
  return raw(columns.map((one) => one.name).join(" "));
}

/** Matching events of known entities, each `event_id` once, because a delivery may be repeated. */
function matchingSteps(where: Predicate, by: readonly EventField[]): readonly Text[] {
  const known = by.map(isPresent);
  const conditions =
    where.kind === "always" ? known : [lowerPredicate(where, language, by.length === 0), ...known];
  const filter = conditions.length === 0 ? [] : [text`where ${join(conditions, " AND ")}`];
  return [
    text`${raw(`\`${SPL_INDEX_MACRO}\``)} source=${value(SOURCE_LABEL)}`,
    ...filter,
    raw(`dedup ${columnOf("cim", "event_id").name}`),
  ];
}

function lowerEach(detection: EachDetection, rule: RuleIr): Lowered {
  const keys = entityFields(rule);
  const compared = leavesOf(detection.where).map(({ field }) => field);
  const shown = [...new Set([...contextFields, ...compared])].filter(
    (field) => !keys.includes(field) && field !== "event_id" && field !== "timestamp",
  );
  const id: ResultColumn = {
    name: columnOf("cim", "event_id").name,
    role: "event_id",
    field: "event_id",
  };
  const columns = [TIME, id, ...columnsOf(keys, "key"), ...columnsOf(shown, "context")];
  return {
    columns,
    steps: [
      ...matchingSteps(detection.where, []),
      raw("sort 0 _time"),
      text`fields ${bare(columns)}`,
    ],
  };
}

/** What one event adds to the measure. */
function amount(measure: Measure): Text {
  if (measure.kind === "count") return raw("1");
  return join(
    measure.fields.map((field) => text`coalesce(${columnName(field)}, 0)`),
    "+",
  );
}

/**
 * First one row for each entity and time: streamstats works row by row, so events of the same time
 * must be added up before, or the first of them would not see the others. Then the window, and the
 * value one row earlier for the rising edge.
 */
function lowerThreshold(detection: ThresholdDetection): Lowered {
  const by = columnsOf(detection.by, "key");
  const user = detection.by.includes("user_id_hash") ? [] : columnsOf(["user_id_hash"], "context");
  const columns = [TIME, ...by, ...user, VALUE, LIMIT];
  const users = user.map((one) => ` values(${one.name}) AS ${one.name}`).join("");
  const limit = value(detection.greaterThan);
  return {
    columns,
    steps: [
      ...matchingSteps(detection.where, detection.by),
      text`eval amount=${amount(detection.measure)}`,
      text`stats sum(amount) AS amount${raw(users)} by ${bare(by)} _time`,
      raw("sort 0 _time"),
      text`streamstats time_window=${timeWindow(detection.withinMs)} sum(amount) AS value by ${bare(by)}`,
      text`streamstats current=f window=1 global=f sum(value) AS before by ${bare(by)}`,
      text`where value>${limit} AND coalesce(before, 0)<=${limit}`,
      text`eval limit=${limit}`,
      text`fields ${bare(columns)}`,
    ],
  };
}

/** A window in the largest unit that says it in whole numbers. */
function timeWindow(ms: number): Text {
  const units: readonly (readonly [string, number])[] = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ];
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ["s", 1000];
  return raw(`${ms / size}${unit}`);
}

/**
 * Sums by day, then one pass over the days of each entity. The window is half a day longer than the
 * history: days are whole days apart, so it holds exactly those, whichever way its edge is read.
 */
function lowerBaseline(detection: BaselineDetection): Lowered {
  const by = columnsOf(detection.by, "key");
  const columns = [TIME, ...by, DAY, VALUE, LIMIT];
  const { numerator, denominator } = rationalOf(detection.factor);
  const days =
    detection.averageOver === "active_days" ? "active_days" : String(detection.historyDays);
  const scale = denominator === 1 ? "" : `*${denominator}`;
  const window = `${detection.historyDays * 24 + 12}h`;
  return {
    columns,
    steps: [
      ...matchingSteps(detection.where, detection.by),
      text`eval amount=${amount(detection.measure)}, day_start=_time-(_time%86400)`,
      text`stats sum(amount) AS value max(_time) AS last_time by ${bare(by)} day_start`,
      raw("eval _time=day_start, is_active=if(value>0, 1, 0)"),
      raw("sort 0 _time"),
      text`streamstats current=f time_window=${raw(window)} sum(value) AS history_sum sum(is_active) AS active_days by ${bare(by)}`,
      raw("eval history_sum=coalesce(history_sum, 0), active_days=coalesce(active_days, 0)"),
      raw(
        `where value>${detection.floor} AND active_days>=${detection.minDays} AND value*${days}${scale}>${numerator}*history_sum`,
      ),
      raw(`eval allowed=${numerator}*history_sum/(${days}${scale})`),
      raw(`eval limit=if(allowed>${detection.floor}, allowed, ${detection.floor})`),
      // Noon, because strftime writes in the zone of whoever owns the search.
      raw('eval day=strftime(day_start+43200, "%Y-%m-%d"), _time=last_time'),
      text`fields ${bare(columns)}`,
    ],
  };
}

/** What this subset of SPL cannot say. */
function findObstacle(rule: RuleIr): Obstacle | undefined {
  const { detection } = rule;
  if (detection.kind === "threshold" && detection.withinMs % 1000 !== 0) {
    return {
      reason: "Windows of streamstats are whole seconds",
      remedy: "Round the window to a second.",
    };
  }
  if (detection.kind === "baseline" && detection.zone !== "UTC") {
    return {
      reason: "SPL has no function for the days of another time zone",
      remedy: "Count days in UTC (zone: UTC), or let the embedded engine judge this rule.",
    };
  }
  return findUnmappedField(rule, "cim");
}

function lowerDetection(rule: RuleIr): Lowered {
  const { detection } = rule;
  switch (detection.kind) {
    case "each":
      return lowerEach(detection, rule);
    case "threshold":
      return lowerThreshold(detection);
    case "baseline":
      return lowerBaseline(detection);
  }
}

/** The rule as a Splunk search. */
export function compileSpl(rule: RuleIr): Compiled {
  const obstacle = findObstacle(rule);
  if (obstacle !== undefined) return refuse(obstacle.reason, obstacle.remedy);
  const { steps, columns } = lowerDetection(rule);
  const query = renderText(join(steps, "\n| "), splLexicon);
  return {
    fidelity: { level: "exact" },
    texts: [{ role: "query", text: `${query}\n` }],
    columns,
    schedule: scheduleOf(rule),
  };
}
