/**
 * From a clicked row to the events behind it, in a new tab of Splunk's own search page.
 *
 * `drilldown.customUrl` is used because Splunk documents it, with tokens of the clicked row, for every
 * version since 9.0; the link to a search came later.
 */
import { lowerPredicate } from "../../dialect/predicate.ts";
import { splLexicon } from "../../dialect/spl/lexicon.ts";
import { belongs, columnName, eventSteps, splPredicate } from "../../dialect/spl/rows.ts";
import { join, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import type { Predicate } from "../../rule/ir.ts";
import { type ChartPanel, type Dimension, dimensionName, type EventsPanel } from "../ir.ts";
import { periodOf } from "../query/result.ts";
import { eventsWithin, keyOf, type SplSetting } from "../query/spl.ts";
import { axisName } from "./shape.ts";
import { addressText, token } from "./token.ts";

/** What a click does. */
export interface EventHandler {
  readonly type: "drilldown.customUrl";
  readonly options: { readonly url: string; readonly newTab: boolean };
}

/** The clicked row's value of a column. */
function clicked(column: string): Text {
  return token(`row.${column}.value`);
}

/** Name of the clicked column, which is a group where groups are columns. */
const CLICKED_NAME = token("name");

/** A time as the product hands it over: text with an offset, or seconds. */
function clickedTime(): Text {
  const time = clicked("_time");
  const parsed = ["%:z", "%z"].map(
    (zone) => text`strptime(${time}, ${value(`%Y-%m-%dT%H:%M:%S.%3N${zone}`)})`,
  );
  return text`coalesce(${join(parsed, ", ")}, tonumber(${time}))`;
}

function sameKey(dimension: Dimension): Text {
  if (dimension.kind === "time") return text`${keyOf(dimension)}=${clickedTime()}`;
  return text`${keyOf(dimension)}=${clicked(axisName(dimension))}`;
}

/** The clicked column is a group, or the one that names the rows. */
function sameColumn(dimension: Dimension, rowColumn: string): Text {
  const key = keyOf(dimension);
  const same =
    dimension.kind === "hour_of_day"
      ? text`${key}=tonumber(${CLICKED_NAME})`
      : dimension.kind === "time"
        ? text`${key}=strptime(${CLICKED_NAME}, "%Y-%m-%d %H:%M %z")`
        : text`${key}=${CLICKED_NAME}`;
  return text`${CLICKED_NAME}=${value(rowColumn)} OR ${same}`;
}

/** Which row, and where rows have several numbers which of them. */
function clickedKeys({ kind, query }: ChartPanel): readonly Text[] {
  const [first, second] = query.dimensions;
  if (kind === "stat" || first === undefined) return [];
  if (second === undefined) return [sameKey(first)];
  if (kind === "table") return [sameKey(first), sameKey(second)];
  if (kind === "heat_map") return [sameKey(second), sameColumn(first, dimensionName(second))];
  return [sameKey(first), sameColumn(second, axisName(first))];
}

/** Of a rate, the events that its numerator or its denominator counts. */
function counted({ query: { measure } }: ChartPanel): readonly Text[] {
  if (measure.kind !== "ratio") return [];
  const parts: readonly Predicate[] = [measure.of.where, measure.per.where];
  if (parts.some(({ kind }) => kind === "always")) return [];
  return [
    join(
      parts.map((one) => text`(${lowerPredicate(one, splPredicate)})`),
      " OR ",
    ),
  ];
}

function handler(steps: readonly Text[]): EventHandler {
  const search = addressText(renderText(join(steps, "\n| "), splLexicon));
  const time = "earliest=$global_time.earliest|u$&latest=$global_time.latest|u$";
  return {
    type: "drilldown.customUrl",
    options: { url: `/app/search/search?q=${search}&${time}`, newTab: true },
  };
}

function events(
  where: Predicate,
  setting: SplSetting,
  lastMs: number | undefined,
): readonly Text[] {
  const [, ...matching] = eventSteps(belongs(where, []));
  return [...eventsWithin(setting, lastMs), ...matching];
}

/** The events that a row of a chart or table counts; those of a comparison are of its later half. */
export function chartDrillDown(panel: ChartPanel, setting: SplSetting): EventHandler {
  const conditions = [...counted(panel), ...clickedKeys(panel)];
  return handler([
    ...events(panel.query.where, setting, periodOf(panel.query)?.ms),
    ...conditions.map((one) => text`where ${one}`),
  ]);
}

/** Fields by which one event, or all of one session, can be found again. */
const IDENTITIES: readonly EventField[] = ["event_id", "session_id"];

/** The event of a row in full, or the session that it names. */
export function eventDrillDown(
  { query }: EventsPanel,
  setting: SplSetting,
): EventHandler | undefined {
  const field = IDENTITIES.find((one) => query.columns.includes(one));
  if (field === undefined) return undefined;
  return handler([
    ...events({ kind: "always", span: NOWHERE }, setting, undefined),
    text`where ${columnName(field)}=${clicked(field)}`,
    raw("sort 0 _time"),
  ]);
}

const NOWHERE = { file: "", line: 1, column: 1, length: 1 };
