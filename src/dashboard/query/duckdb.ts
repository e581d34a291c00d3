/** A panel's query as DuckDB SQL over the table `event` of the embedded store. */
import { duckdbLexicon } from "../../dialect/duckdb/lexicon.ts";
import { columns, duckdbPredicate } from "../../dialect/duckdb/rows.ts";
import { lowerPredicate } from "../../dialect/predicate.ts";
import { join, name, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import type { Predicate } from "../../rule/ir.ts";
import {
  type Dimension,
  dimensionName,
  type EventsQuery,
  type PanelQuery,
  SMALL_CELL_USERS,
} from "../ir.ts";
import {
  bucketOf,
  type CompiledPanel,
  fieldsOf,
  HOUR_MS,
  measureParts,
  NONE,
  type Part,
  periodOf,
  resultColumns,
  UNKNOWN,
} from "./result.ts";

/** The time that is shown: from (included) to (excluded), milliseconds since the epoch. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

function whole(number: number): Text {
  return raw(String(number));
}

function keyOf(dimension: Dimension, range: TimeRange | undefined): Text {
  switch (dimension.kind) {
    case "time": {
      const { lengthMs, startMs } = bucketOf(dimension);
      const [length, start] = [whole(lengthMs), whole(startMs)];
      return text`CAST(floor((ts - ${start}) / ${length}) AS BIGINT) * ${length} + ${start}`;
    }
    case "hour_of_day":
      return text`CAST(floor(ts / ${whole(HOUR_MS)}) AS BIGINT) % 24`;
    case "period":
      return text`CASE WHEN ts >= ${endOf(range)} - ${whole(dimension.ms)} THEN 'current' ELSE 'before' END`;
    case "field": {
      const field = name(dimension.field);
      if (fieldInfo(dimension.field)?.kind === "keyword[]") {
        const list = text`list_distinct(coalesce(${field}, []))`;
        return text`unnest(CASE WHEN len(${list}) = 0 THEN [${value(NONE)}] ELSE ${list} END)`;
      }
      return text`coalesce(nullif(CAST(${field} AS VARCHAR), ''), ${value(UNKNOWN)})`;
    }
  }
}

/** The end of the time shown; without a range, just after the last event. */
function endOf(range: TimeRange | undefined): Text {
  return range === undefined ? raw("(SELECT max(ts) + 1 FROM event)") : whole(range.toMs);
}

function timeCondition(query: PanelQuery, range: TimeRange | undefined): readonly Text[] {
  const period = periodOf(query);
  const end = endOf(range);
  if (period !== undefined)
    return [text`ts >= ${end} - ${whole(2 * period.ms)}`, text`ts < ${end}`];
  return range === undefined ? [] : [text`ts >= ${whole(range.fromMs)}`, text`ts < ${end}`];
}

function aggregate({ measure, where }: Part): Text {
  const only = where === undefined ? raw("") : text` FILTER (WHERE ${condition(where)})`;
  switch (measure.kind) {
    case "count":
      return text`count(*)${only}`;
    case "distinct":
      return text`count(DISTINCT ${name(measure.field)})${only}`;
    case "sum": {
      const added = measure.fields.map((field) => text`coalesce(${name(field)}, 0)`);
      return text`coalesce(sum(${join(added, " + ")})${only}, 0)`;
    }
    case "latest":
      return text`max(ts)${only}`;
    case "longest_delay":
      return text`max(epoch_ms(CAST(observed_at AS TIMESTAMP)) - ts)${only}`;
  }
}

function condition(where: Predicate): Text {
  return lowerPredicate(where, duckdbPredicate);
}

/** The value where nothing withholds it. */
function shownValue({ measure }: PanelQuery): Text {
  if (measure.kind !== "ratio") return raw("amount");
  return text`CASE WHEN n >= ${whole(measure.atLeast)} THEN amount::DOUBLE / n END`;
}

/** The order of the rows and where they end; with choices, for each of them on its own. */
function ordering(query: PanelQuery, chosen: readonly Text[]): Text {
  const { limit } = query;
  const keys = query.dimensions.map((one) => name(dimensionName(one)));
  const byValue = raw("value DESC NULLS LAST");
  const order = query.order === "value" && keys.length > 0 ? [byValue, ...keys] : keys;
  const places = query.dimensions.map((_, index) => raw(String(index + 1)));
  const plain =
    query.order === "value" ? [raw(`${places.length + 1} DESC NULLS LAST`), ...places] : places;
  if (chosen.length === 0) {
    const end = limit === undefined ? raw("") : text`\nLIMIT ${whole(limit)}`;
    return plain.length === 0 ? end : text`\nORDER BY ${join(plain, ", ")}${end}`;
  }
  const within = text`row_number() OVER (PARTITION BY ${join(chosen, ", ")} ORDER BY ${join(order, ", ")})`;
  const end = limit === undefined ? raw("") : text`\nQUALIFY ${within} <= ${whole(limit)}`;
  return text`${end}\nORDER BY ${join([...chosen, ...order], ", ")}`;
}

/** One panel for many choices among the values of fields. */
export interface Choices {
  /** With the values that may be chosen; all that occur, where nothing is said. */
  readonly fields: readonly {
    readonly field: EventField;
    readonly values?: readonly string[];
  }[];
  /** The fields that are chosen together, as places in `fields`; the empty set is everybody's panel. */
  readonly sets: readonly (readonly number[])[];
}

/** Name of the column with the value chosen for a field, null where none was. */
export function choiceName(index: number): string {
  return `choice_${index + 1}`;
}

/** What groups the rows: the keys, and with choices every set of them on its own. */
function groupingOf(keys: readonly Text[], choices: Choices | undefined): Text {
  if (choices === undefined)
    return keys.length === 0 ? raw("") : text`\n  GROUP BY ${join(keys, ", ")}`;
  const sets = choices.sets.map((set) => raw(`(${set.map(choiceName).join(", ")})`));
  const kept = choices.fields.flatMap(({ values }, index) => {
    if (values === undefined) return [];
    const among =
      values.length === 0
        ? raw("false")
        : text`${raw(choiceName(index))} IN (${join(values.map(value), ", ")})`;
    return [text`(${raw(choiceName(index))} IS NULL OR ${among})`];
  });
  const having = kept.length === 0 ? raw("") : text`\n  HAVING ${join(kept, " AND ")}`;
  return text`\n  GROUP BY ${join([...keys, text`GROUPING SETS (${join(sets, ", ")})`], ", ")}${having}`;
}

function lower(query: PanelQuery, range: TimeRange | undefined, choices?: Choices): Text {
  const { dimensions, measure, hidesSmallCells } = query;
  const chosen = (choices?.fields ?? []).map(({ field }, index) => ({
    field,
    key: raw(choiceName(index)),
  }));
  const keys = dimensions.map((_, index) => raw(`key_${index + 1}`));
  const computed = dimensions.map(
    (one, index) => text`${keyOf(one, range)} AS ${keys[index] ?? raw("")}`,
  );
  const grouped = chosen.map(
    ({ field, key }) => text`${keyOf({ kind: "field", field }, range)} AS ${key}`,
  );
  const read = columns(["ts", ...fieldsOf(query)]);
  const conditions = [
    lowerPredicate(query.where, duckdbPredicate, false),
    ...timeCondition(query, range),
  ];
  const parts = measureParts(query).map((part) => text`${aggregate(part)} AS ${raw(part.name)}`);
  const users = hidesSmallCells ? [raw("count(DISTINCT user_id_hash) AS users")] : [];
  const hide = (shown: Text): Text =>
    hidesSmallCells ? text`CASE WHEN users >= ${whole(SMALL_CELL_USERS)} THEN ${shown} END` : shown;
  const named = dimensions.map(
    (one, index) => text`${keys[index] ?? raw("")} AS ${name(dimensionName(one))}`,
  );
  const results = [
    ...named,
    ...chosen.map(({ key }) => key),
    text`${hide(shownValue(query))} AS value`,
    ...(measure.kind === "ratio" ? [text`${hide(raw("n"))} AS n`] : []),
    ...(hidesSmallCells ? [text`users < ${whole(SMALL_CELL_USERS)} AS small`] : []),
  ];
  return text`WITH keyed AS (
  SELECT ${join([read, ...computed, ...grouped], ", ")}
  FROM event
  WHERE ${join(conditions, " AND ")}
),
grouped AS (
  SELECT ${join([...keys, ...chosen.map(({ key }) => key), ...parts, ...users], ", ")}
  FROM keyed${groupingOf(keys, choices)}
)
SELECT ${join(results, ", ")}
FROM grouped${ordering(
    query,
    chosen.map(({ key }) => key),
  )}
`;
}

/**
 * The query as text to run.
 *
 * @param range The time shown; all events when absent.
 */
export function duckdbPanel(query: PanelQuery, range?: TimeRange): string {
  return renderText(lower(query, range), duckdbLexicon);
}

/**
 * The query for every combination of values that occurs among the choices, at once. The result has a
 * column `choice_<n>` for each field before `value`, and every combination has its rows in the order
 * and to the limit of the query.
 */
export function duckdbChoices(query: PanelQuery, choices: Choices, range?: TimeRange): string {
  return renderText(lower(query, range, choices), duckdbLexicon);
}

/** The events of a list as text to run; `range` as for a panel. */
export function duckdbEvents(query: EventsQuery, range?: TimeRange): string {
  const conditions = [
    lowerPredicate(query.where, duckdbPredicate, false),
    ...(range === undefined
      ? []
      : [text`ts >= ${whole(range.fromMs)}`, text`ts < ${endOf(range)}`]),
  ];
  const order = raw(query.order === "newest" ? "ts DESC, event_id DESC" : "ts, event_id");
  return renderText(
    text`SELECT ${columns(query.columns)}
FROM event
WHERE ${join(conditions, " AND ")}
ORDER BY ${order}
LIMIT ${whole(query.limit)}
`,
    duckdbLexicon,
  );
}

export function compileDuckdbEvents(query: EventsQuery): CompiledPanel {
  return { fidelity: { level: "exact" }, text: duckdbEvents(query), columns: query.columns };
}

/** DuckDB says every panel exactly. */
export function compileDuckdbPanel(query: PanelQuery): CompiledPanel {
  return { fidelity: { level: "exact" }, text: duckdbPanel(query), columns: resultColumns(query) };
}
