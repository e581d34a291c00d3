/**
 * A panel's query as a Splunk search, in the few commands that compiled rules use. Whatever runs it
 * bounds its time range; only a comparison of two periods asks for the time itself.
 */
import { columnOf, findUnmapped } from "../../dialect/capability.ts";
import { lowerPredicate } from "../../dialect/predicate.ts";
import { splLexicon } from "../../dialect/spl/lexicon.ts";
import { belongs, columnName, eventSteps, splPredicate } from "../../dialect/spl/rows.ts";
import { join, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { isList } from "../../event/field.ts";
import type { Predicate } from "../../rule/ir.ts";
import {
  type Dimension,
  dimensionName,
  type EventsQuery,
  type PanelQuery,
  type SimpleMeasure,
  SMALL_CELL_USERS,
} from "../ir.ts";
import {
  bucketOf,
  type CompiledPanel,
  eventFieldsOf,
  fieldsOf,
  mayBeAbsent,
  measureParts,
  NONE,
  type Part,
  periodOf,
  resultColumns,
  UNKNOWN,
} from "./result.ts";

/** What a product that draws panels puts into their searches. */
export interface SplSetting {
  /** Conditions that every event must meet before anything else is asked of it. */
  readonly narrowing: readonly Text[];
  /**
   * The end of the time shown: `now` for a search that stands alone, `search` where people choose a
   * time that may end in the past.
   */
  readonly end: "now" | "search";
}

const ALONE: SplSetting = { narrowing: [], end: "now" };

/** Column with the end of the time shown, in seconds. */
const END = "shown_until";

/** Names of our own columns, apart from those of events, which an event may carry as well. */
function keyName(index: number): string {
  return `key_${index + 1}`;
}

/** The end of a search's time. A search over all time ends now. */
const SEARCH_END = 'if(info_max_time="+Infinity", now(), info_max_time)';

/**
 * The events that meet a setting's conditions, before they are told apart by `event_id`.
 *
 * @param lastMs The last so many milliseconds before the end, whatever time was chosen: times in the
 *   text of a search overrule the chosen ones, which hold in subsearches (Search Reference, "Time
 *   modifiers"), so one of these computes the others.
 */
export function eventsWithin({ narrowing, end }: SplSetting, lastMs?: number): readonly Text[] {
  const [base = raw("")] = eventSteps(undefined);
  const conditions = narrowing.map((condition) => text`where ${condition}`);
  if (lastMs === undefined) return [base, ...conditions];
  const seconds = lastMs / 1000;
  if (end === "now") return [base, ...conditions, raw(`where _time>=now()-${seconds}`)];
  const range = `makeresults | addinfo | eval latest=ceiling(${SEARCH_END}), earliest=latest-${seconds} | return earliest latest`;
  return [
    text`${base} ${raw(`[| ${range}]`)}`,
    ...conditions,
    raw("addinfo"),
    raw(`eval ${END}=${SEARCH_END}`),
    raw(`where _time>=${END}-${seconds} AND _time<${END}`),
  ];
}

/** The group of an event, or for a list all of its groups. */
export function keyOf(dimension: Dimension, end: SplSetting["end"] = "now"): Text {
  switch (dimension.kind) {
    case "time": {
      // Arithmetic instead of `bin`, whose days are those of whoever owns the search.
      const { lengthMs, startMs } = bucketOf(dimension);
      const [length, start] = [lengthMs / 1000, startMs / 1000];
      return raw(
        start === 0
          ? `floor(_time/${length})*${length}`
          : `floor((_time-${start})/${length})*${length}+${start}`,
      );
    }
    case "hour_of_day":
      return raw("floor(_time/3600)%24");
    case "period":
      return raw(
        `if(_time>=${end === "now" ? "now()" : END}-${dimension.ms / 1000}, "current", "before")`,
      );
    case "field": {
      const field = columnName(dimension.field);
      if (isList(dimension.field))
        return text`if(isnull(${field}), ${value(NONE)}, mvdedup(${field}))`;
      return text`if(coalesce(${field}, "")="", ${value(UNKNOWN)}, ${field})`;
    }
  }
}

/** What one event has of a measure. */
function amountOf(measure: SimpleMeasure): Text {
  switch (measure.kind) {
    case "count":
      return raw("1");
    case "distinct":
      return columnName(measure.field);
    case "sum":
      return join(
        measure.fields.map((field) => text`coalesce(${columnName(field)}, 0)`),
        "+",
      );
    case "latest":
      return raw("_time");
    case "longest_delay":
      // A bare Z would be read in the time zone of whoever owns the search.
      return text`round((strptime(replace(${columnName("observed_at")}, "Z$", "+0000"), "%Y-%m-%dT%H:%M:%S.%3N%z")-_time)*1000)`;
  }
}

/** What one event adds, as a column named after the part; a null adds nothing. */
function contribution({ name: part, measure, where }: Part): Text {
  const condition = where && lowerPredicate(where, splPredicate);
  const own = amountOf(measure);
  const counted = condition === undefined ? own : text`if(${condition}, ${own}, null())`;
  return text`${raw(`part_${part}`)}=${counted}`;
}

function aggregate({ name: part, measure }: Part): string {
  const by = measure.kind === "distinct" ? "dc" : mayBeAbsent(measure) ? "max" : "sum";
  return `${by}(part_${part}) AS ${part}`;
}

function shownValue({ measure, hidesSmallCells }: PanelQuery): string {
  const many = hidesSmallCells ? [`users>=${SMALL_CELL_USERS}`] : [];
  const enough = measure.kind === "ratio" ? [`n>=${measure.atLeast}`] : [];
  const shown = measure.kind === "ratio" ? "amount/n" : "amount";
  const conditions = [...many, ...enough];
  return conditions.length === 0 ? shown : `if(${conditions.join(" AND ")}, ${shown}, null())`;
}

/** Events that match, each once. */
function matching(
  where: Predicate,
  setting: SplSetting,
  period: (Dimension & { readonly kind: "period" }) | undefined,
): readonly Text[] {
  const condition = belongs(where, []);
  const [, ...own] = eventSteps(condition);
  return [...eventsWithin(setting, period && 2 * period.ms), ...own];
}

function steps(query: PanelQuery, setting: SplSetting): readonly Text[] {
  const { dimensions, measure, hidesSmallCells } = query;
  const period = periodOf(query);
  const parts = measureParts(query);
  const keys = dimensions.map((_, index) => keyName(index));
  const computed = [
    ...dimensions.map((one, index) => text`${raw(keyName(index))}=${keyOf(one, setting.end)}`),
    ...parts.map(contribution),
    ...(hidesSmallCells ? [text`part_user=${columnName("user_id_hash")}`] : []),
  ];
  const totals = [
    ...parts.map(aggregate),
    ...(hidesSmallCells ? ["dc(part_user) AS users"] : []),
    // Only a count is sure to have a row where there are no events.
    ...(keys.length === 0 ? ["count AS events"] : []),
  ].join(" ");
  const results = [
    `value=${shownValue(query)}`,
    ...(measure.kind === "ratio" && hidesSmallCells
      ? [`n=if(users>=${SMALL_CELL_USERS}, n, null())`]
      : []),
    ...(hidesSmallCells ? [`small=if(users<${SMALL_CELL_USERS}, "true", "false")`] : []),
  ];
  const order = [...(query.order === "value" ? ["-value"] : []), ...keys].join(" ");
  const renamed = dimensions.map((one, index) => `${keyName(index)} AS ${dimensionName(one)}`);
  return [
    ...matching(query.where, setting, period),
    text`eval ${join(computed, ", ")}`,
    // Grouping by a list counts an event for each of its elements; mvexpand would run out of memory.
    raw(`stats ${totals}${keys.length === 0 ? "" : ` by ${keys.join(" ")}`}`),
    // A sum of nothing is null.
    ...(parts.some((part) => mayBeAbsent(part.measure))
      ? []
      : [raw(`eval ${parts.map((part) => `${part.name}=coalesce(${part.name}, 0)`).join(", ")}`)]),
    raw(`eval ${results.join(", ")}`),
    ...(order === "" ? [] : [raw(`sort ${query.limit ?? 0} ${order}`)]),
    ...(renamed.length === 0 ? [] : [raw(`rename ${renamed.join(" ")}`)]),
    raw(`table ${resultColumns(query).join(" ")}`),
  ];
}

/** The query for Splunk. */
export function compileSplPanel(query: PanelQuery, setting: SplSetting = ALONE): CompiledPanel {
  const obstacle = findUnmapped(fieldsOf(query), "cim");
  if (obstacle !== undefined) return { fidelity: { level: "refused", ...obstacle }, columns: [] };
  return {
    fidelity: { level: "exact" },
    text: `${renderText(join(steps(query, setting), "\n| "), splLexicon)}\n`,
    columns: resultColumns(query),
  };
}

function eventListSteps(
  { where, columns, order, limit }: EventsQuery,
  setting: SplSetting,
): readonly Text[] {
  const sign = order === "newest" ? "-" : "+";
  const own = (field: EventField): Text =>
    field === "timestamp" ? raw('strftime(_time, "%Y-%m-%dT%H:%M:%S.%3N%z")') : columnName(field);
  const renamed = columns.filter((field) => field === "timestamp" || isList(field));
  return [
    ...matching(where, setting, undefined),
    // Ids that begin with digits would be taken for numbers.
    raw(`sort ${limit} ${sign}_time ${sign}str(${columnOf("cim", "event_id").name})`),
    ...(renamed.length === 0
      ? []
      : [
          text`eval ${join(
            renamed.map((field) => text`${raw(field)}=${own(field)}`),
            ", ",
          )}`,
        ]),
    raw(`table ${columns.join(" ")}`),
  ];
}

/** A list of events for Splunk. Its times are texts with the offset of whoever looks. */
export function compileSplEvents(query: EventsQuery, setting: SplSetting = ALONE): CompiledPanel {
  // The time of an event is Splunk's own.
  const read = eventFieldsOf(query).filter((field) => field !== "timestamp");
  const obstacle = findUnmapped(read, "cim");
  if (obstacle !== undefined) return { fidelity: { level: "refused", ...obstacle }, columns: [] };
  return {
    fidelity: { level: "exact" },
    text: `${renderText(join(eventListSteps(query, setting), "\n| "), splLexicon)}\n`,
    columns: query.columns,
  };
}
