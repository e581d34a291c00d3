/** One panel of a dashboard, with the checks that belong to it alone. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as dashboardMessage from "../diagnostic/message/dashboard.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import type { EventField } from "../event/event.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import { KIND_NAMES } from "../rule/parse-expression.ts";
import type { MapReader } from "../yaml/reader.ts";
import {
  type ChartKind,
  type Dimension,
  type Panel,
  type PanelMeasure,
  type PanelQuery,
  RANGE_MS_MAX,
  RANGE_MS_MIN,
  type Unit,
} from "./ir.ts";
import { parseFields, parseMeasure, parseWhere, partsOf } from "./parse-measure.ts";
import { parseEvents, parseNarrowing, parseStatus, parseText } from "./parse-plain-panel.ts";

const KINDS = [
  ...(["stat", "time_series", "stacked", "share", "donut", "bar", "heat_map", "table"] as const),
  ...(["events", "status", "text"] as const),
] as const;
const UNITS = [
  ...(["events", "users", "sessions", "tokens", "usd", "percent", "ms", "queries"] as const),
  "time",
] as const satisfies readonly Unit[];

/** Rows that any panel shows at most; a table longer than this is an export, not a panel. */
const LIMIT_MAX = 100;

/** Fields that name one person, one event or one session, or hold free text. */
export const personalFields: readonly EventField[] = [
  ...(["event_id", "session_id", "user_id_hash", "target_user_id_hash"] as const),
  ...(["approver_id_hash", "request_id", "source_record_id", "exception_id"] as const),
  ...(["client_ip", "user_agent", "decision_reason", "local_time"] as const),
];

/** Fields that name a group of people, so that a row says something about its members. */
export const groupFields: readonly EventField[] = ["department", "business_unit"];

/** Fields that rows may be grouped by. */
export const groupableFields: readonly EventField[] = eventFieldNames.filter((name) => {
  const kind = fieldInfo(name)?.kind ?? "object";
  return ["keyword", "keyword[]", "boolean"].includes(kind) && !personalFields.includes(name);
});

function parseTime(reader: MapReader): Dimension | undefined {
  const every = reader.optionalString("time");
  if (every === undefined) return undefined;
  if (every === "hour_of_day") return { kind: "hour_of_day" };
  const unit = reader.choice("time", ["hour", "day", "week", "hour_of_day"]);
  return unit === undefined || unit === "hour_of_day" ? undefined : { kind: "time", every: unit };
}

/** `undefined` where a name is no field: then nothing can be said of the panel's shape. */
function parseBy(reader: MapReader, diagnostics: Diagnostic[]): readonly Dimension[] | undefined {
  const list = reader.optionalList("by");
  const listed = parseFields(list, diagnostics);
  if (listed.length !== (list?.items.length ?? 0)) return undefined;
  return listed.map(({ field, item }) => {
    const kind = fieldInfo(field)?.kind ?? "keyword";
    if (personalFields.includes(field)) {
      const args = { field, known: groupableFields };
      diagnostics.push(report(dashboardMessage.personalDimension, item.span, args));
    } else if (!groupableFields.includes(field)) {
      const use = "fields that hold text, lists of texts, or true and false";
      const args = { field, kind: KIND_NAMES[kind], operator: "by", use };
      diagnostics.push(report(ruleMessage.wrongOperator, item.span, args));
    }
    return { kind: "field", field } as const;
  });
}

/** What each kind draws, in words, and whether given dimensions are that. */
const SHAPES: Readonly<
  Record<ChartKind, { readonly fits: (kinds: string) => boolean; readonly expected: string }>
> = {
  stat: {
    fits: (kinds) => kinds === "" || kinds === "period",
    expected: "neither time nor by; compare: 7d shows the time before",
  },
  time_series: {
    fits: (kinds) => /^time( field)?$/.test(kinds),
    expected: "time, and at most one field",
  },
  stacked: {
    fits: (kinds) => /^(time|field) field$/.test(kinds),
    expected: "time and one field, or two fields",
  },
  share: {
    fits: (kinds) => /^(time|field) field$/.test(kinds),
    expected: "time and one field, or two fields",
  },
  donut: { fits: (kinds) => kinds === "field", expected: "exactly one field under by" },
  bar: { fits: (kinds) => kinds === "field", expected: "exactly one field under by" },
  heat_map: {
    fits: (kinds) => /^(hour_of_day|time|field) field$/.test(kinds),
    expected: "time and one field, or two fields",
  },
  table: { fits: (kinds) => /^\S+( \S+)?$/.test(kinds), expected: "one or two of time and fields" },
};

function describe(dimensions: readonly Dimension[]): string {
  const words = dimensions.map((one) => (one.kind === "field" ? one.field : one.kind));
  return words.length === 0 ? "one number" : `values by ${words.join(" and ")}`;
}

function isList(dimension: Dimension): boolean {
  return dimension.kind === "field" && fieldInfo(dimension.field)?.kind === "keyword[]";
}

function checkShape(
  kind: ChartKind,
  { measure, dimensions, limit }: Pick<PanelQuery, "measure" | "dimensions" | "limit">,
  reader: MapReader,
): readonly Diagnostic[] {
  const shape = SHAPES[kind];
  const wrong = (found: string, expected: string): readonly Diagnostic[] => [
    report(dashboardMessage.wrongShape, reader.spanOf("kind"), { kind, found, expected }),
  ];
  if (!shape.fits(dimensions.map((one) => one.kind).join(" ")))
    return wrong(describe(dimensions), shape.expected);
  if (dimensions.filter(isList).length > 1)
    return wrong("two lists at once", "at most one field that holds a list");
  const isPart = kind === "stacked" || kind === "share" || kind === "donut";
  if (isPart && measure.kind === "ratio")
    return wrong("rates, which do not add up", "a count or a sum, or draw them as time_series");
  if (isPart && measure.kind === "longest_delay")
    return wrong("delays, which do not add up", "a count, or draw them as time_series");
  if (measure.kind === "latest" && kind !== "table" && (kind !== "stat" || dimensions.length > 0))
    return wrong("times, which have no length", "a count, or show them as table or as stat");
  if (limit !== undefined && dimensions.some((one) => one.kind !== "field"))
    return wrong("a limited number of times", "a limit only where it groups by fields");
  return [];
}

/** A row says something of people if it is about a group of them, or counts them. */
function isAboutPeople(measure: PanelMeasure, dimensions: readonly Dimension[]): boolean {
  const counted = partsOf(measure).some(
    (part) => part.kind === "distinct" && personalFields.includes(part.field),
  );
  return (
    counted || dimensions.some((one) => one.kind === "field" && groupFields.includes(one.field))
  );
}

function parseQuery(
  kind: ChartKind,
  reader: MapReader,
  panel: string,
  diagnostics: Diagnostic[],
): PanelQuery | undefined {
  const where = parseWhere(reader, "where", diagnostics);
  const measure = parseMeasure(reader, panel, diagnostics);
  const time = parseTime(reader);
  const ms =
    reader.optional("compare") &&
    reader.durationWithin("compare", { min: RANGE_MS_MIN, max: RANGE_MS_MAX });
  const by = parseBy(reader, diagnostics);
  const dimensions: readonly Dimension[] = [
    ...(ms === undefined ? [] : [{ kind: "period", ms } as const]),
    ...(time === undefined ? [] : [time]),
    ...(by ?? []),
  ];
  const order = reader.optional("order") && reader.choice("order", ["value", "key"]);
  const limit = reader.optionalNumber("limit", { integer: true, min: 1, max: LIMIT_MAX });
  const shown = reader.optional("small_cells") && reader.choice("small_cells", ["hide", "show"]);
  if (where === undefined || measure === undefined || by === undefined) return undefined;
  diagnostics.push(...checkShape(kind, { measure, dimensions, ...(limit && { limit }) }, reader));
  const byValue = kind === "bar" || kind === "donut" || kind === "table";
  return {
    where,
    measure,
    dimensions,
    order: order ?? (byValue && dimensions[0]?.kind === "field" ? "value" : "key"),
    ...(limit !== undefined && { limit }),
    hidesSmallCells: shown ? shown === "hide" : isAboutPeople(measure, dimensions),
  };
}

function checkWords(
  panel: { readonly name: string; readonly unit: Unit; readonly measure: PanelMeasure },
  words: string,
  reader: MapReader,
): readonly Diagnostic[] {
  const args = { panel: panel.name };
  const diagnostics: Diagnostic[] = [];
  if (panel.unit === "percent" && panel.measure.kind !== "ratio")
    diagnostics.push(report(dashboardMessage.noDenominator, reader.spanOf("unit"), args));
  if ((panel.unit === "time") !== (panel.measure.kind === "latest"))
    diagnostics.push(report(dashboardMessage.wrongTimeUnit, reader.spanOf("unit"), args));
  const isCost = partsOf(panel.measure).some(
    (part) => part.kind === "sum" && part.fields.includes("cost_usd"),
  );
  if (isCost && !/\bestimate/i.test(words))
    diagnostics.push(report(dashboardMessage.unlabelledEstimate, reader.spanOf("title"), args));
  return diagnostics;
}

/**
 * Reads one panel; `undefined` where something is missing, which is reported.
 *
 * @param subject Fields that the dashboard is about, empty for most.
 */
export function parsePanel(
  reader: MapReader,
  subject: readonly EventField[],
  diagnostics: Diagnostic[],
): Panel | undefined {
  const name = reader.string("name");
  const title = reader.string("title");
  const kind = reader.choice("kind", KINDS);
  if (name === undefined || title === undefined || kind === undefined) return undefined;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    const args = { key: "name", found: name, expected: "lower-case words joined by dashes" };
    diagnostics.push(report(ruleMessage.badIdentity, reader.spanOf("name"), args));
  }
  const head = { name, title, span: reader.spanOf("name") };
  if (kind === "text") return parseText(reader, head);
  if (kind === "status") return parseStatus(reader, head);
  if (kind === "events") return parseEvents(reader, head, subject, diagnostics);
  const unit = reader.choice("unit", UNITS);
  const note = reader.optionalString("note");
  const narrowedBy = parseNarrowing(reader, subject, diagnostics);
  const query = parseQuery(kind, reader, name, diagnostics);
  reader.done();
  if (unit === undefined || query === undefined) return undefined;
  const { measure } = query;
  diagnostics.push(...checkWords({ name, unit, measure }, `${title} ${note ?? ""}`, reader));
  return {
    kind,
    ...head,
    unit,
    ...(note !== undefined && { note: note.trim() }),
    query,
    narrowedBy,
  };
}
