/**
 * The meaning of a dashboard, independent of YAML, of any SIEM and of how a panel is drawn.
 *
 * Small and closed like the IR of rules, with the same predicates. A panel's query yields one row for
 * each combination of its dimensions that has events; every target must yield the same rows.
 */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { EventField } from "../event/event.ts";
import type { Predicate } from "../rule/ir.ts";

/** How a panel draws its rows. `share` is a stack of 100 %. */
export type ChartKind =
  | "stat"
  | "time_series"
  | "stacked"
  | "share"
  | "donut"
  | "bar"
  | "heat_map"
  | "table";

/** What rows are told apart by. All times are UTC; weeks start on Monday. */
export type Dimension =
  | { readonly kind: "time"; readonly every: "hour" | "day" | "week" }
  /** 0 to 23. */
  | { readonly kind: "hour_of_day" }
  /** The last `ms` before the end of the range are `current`, the same time before them `before`. */
  | { readonly kind: "period"; readonly ms: number }
  /**
   * A missing or empty text is `unknown`. A list puts the event into the group of each of its elements;
   * a missing or empty list is `none`.
   */
  | { readonly kind: "field"; readonly field: EventField };

/** What is added up over the events of a row. Events count once per `event_id`. */
export type SimpleMeasure =
  | { readonly kind: "count" }
  /** Different values of a field; a missing field is no value. */
  | { readonly kind: "distinct"; readonly field: EventField }
  /** A missing field adds 0. */
  | { readonly kind: "sum"; readonly fields: readonly EventField[] }
  /** Time of the last event. */
  | { readonly kind: "latest" }
  /**
   * The longest time from an event to its receipt, `observed_at` minus `timestamp`, milliseconds. Events
   * without `observed_at` have none; where no event has one, there is no value.
   */
  | { readonly kind: "longest_delay" };

/** A measure over those events of the panel that match a predicate as well. */
export interface RatioPart {
  readonly where: Predicate;
  readonly measure: SimpleMeasure;
}

/** `of` divided by `per`; withheld where `per` is below `atLeast`. `atLeast` is at least 1. */
export interface RatioMeasure {
  readonly kind: "ratio";
  readonly of: RatioPart;
  readonly per: RatioPart;
  readonly atLeast: number;
}

export type PanelMeasure = SimpleMeasure | RatioMeasure;

/** Rows about fewer users than this show that they are there, and no number. */
export const SMALL_CELL_USERS = 5;

/** Times that can be shown, milliseconds: an hour is the smallest bucket, and no archive is older. */
export const RANGE_MS_MIN = 3_600_000;
export const RANGE_MS_MAX: number = 3660 * 86_400_000;

export interface PanelQuery {
  readonly where: Predicate;
  readonly measure: PanelMeasure;
  /** At most two; a time, hour or period comes first. */
  readonly dimensions: readonly Dimension[];
  /** `value`: greatest first. `key`: in order of the dimensions. */
  readonly order: "value" | "key";
  /** The first so many rows in that order. */
  readonly limit?: number;
  /** Whether rows about fewer than `SMALL_CELL_USERS` users hide their numbers. */
  readonly hidesSmallCells: boolean;
}

/** Single events, each once, beside the counts of other panels. */
export interface EventsQuery {
  readonly where: Predicate;
  /** What is shown of an event, in order; `timestamp` is among them. */
  readonly columns: readonly EventField[];
  readonly order: "newest" | "oldest";
  /** The first so many events in that order. */
  readonly limit: number;
}

export type Unit =
  | "events"
  | "users"
  | "sessions"
  | "tokens"
  | "usd"
  | "percent"
  | "ms"
  | "queries"
  | "time";

/** A panel that draws the rows of a query. */
export interface ChartPanel {
  readonly kind: ChartKind;
  /** Kebab-case, unique in the dashboard. */
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** What a reader must know beside the number. */
  readonly note?: string;
  readonly query: PanelQuery;
  /** Those of the dashboard's subject fields whose chosen value narrows the panel. */
  readonly narrowedBy: readonly EventField[];
  readonly span: Span;
}

/** A list of single events, in dashboards about a subject only. */
export interface EventsPanel {
  readonly kind: "events";
  readonly name: string;
  readonly title: string;
  readonly note?: string;
  readonly query: EventsQuery;
  readonly narrowedBy: readonly EventField[];
  readonly span: Span;
}

/** What a connector knows of itself and no event carries. */
export type StatusSubject = "sources" | "sinks" | "journal" | "context";

/** State of the connector: shown where it runs; elsewhere its metrics take the place. */
export interface StatusPanel {
  readonly kind: "status";
  readonly name: string;
  readonly title: string;
  readonly of: StatusSubject;
  readonly note?: string;
  readonly span: Span;
}

/** A panel of prose. */
export interface TextPanel {
  readonly kind: "text";
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly span: Span;
}

export type Panel = ChartPanel | EventsPanel | StatusPanel | TextPanel;

export interface Section {
  readonly title: string;
  readonly about: string;
  readonly panels: readonly Panel[];
}

/** A parsed and checked dashboard. */
export interface Dashboard {
  /** Kebab-case name, equal to the file's. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly title: string;
  readonly description: string;
  /** Time shown when nobody chose another, milliseconds. */
  readonly rangeMs: number;
  /** Fields whose values people can choose among, beside the time. */
  readonly filters: readonly EventField[];
  /**
   * Fields that name one session or one person. A dashboard that has any shows nothing until a value
   * was given for one of them.
   */
  readonly subject: readonly EventField[];
  readonly sections: readonly Section[];
  readonly span: Span;
}

/** Every panel, in the order of the page. */
export function panelsOf({ sections }: Dashboard): readonly Panel[] {
  return sections.flatMap(({ panels }) => panels);
}

export function isChart(panel: Panel): panel is ChartPanel {
  return panel.kind !== "text" && panel.kind !== "events" && panel.kind !== "status";
}

/** The panels that draw the rows of a query. */
export function chartsOf(dashboard: Dashboard): readonly ChartPanel[] {
  return panelsOf(dashboard).filter(isChart);
}

/** The panels that list events. */
export function eventListsOf(dashboard: Dashboard): readonly EventsPanel[] {
  return panelsOf(dashboard).filter((panel) => panel.kind === "events");
}

/** Name of a dimension's column in every target's result. */
export function dimensionName(dimension: Dimension): string {
  switch (dimension.kind) {
    case "time":
      return "bucket";
    case "hour_of_day":
      return "hour";
    case "period":
      return "period";
    case "field":
      return dimension.field;
  }
}
