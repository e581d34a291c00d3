/**
 * The meaning of a rule, independent of YAML and of any SIEM.
 *
 * Small and closed on purpose: each kind has one lowering per dialect, and a dialect that cannot say
 * it exactly must answer with a `Fidelity`. Nodes are plain frozen data and survive JSON.
 */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { EventField, Severity } from "../event/event.ts";

export type Scalar = string | number | boolean;

/**
 * A predicate over one event. Logic is two-valued: a missing field equals nothing, compares with
 * nothing and has no element, and `not` of that is true. Strings compare case-sensitively.
 */
export type Predicate =
  | { readonly kind: "always"; readonly span: Span }
  | { readonly kind: "all"; readonly of: readonly Predicate[]; readonly span: Span }
  | { readonly kind: "any"; readonly of: readonly Predicate[]; readonly span: Span }
  | { readonly kind: "not"; readonly of: Predicate; readonly span: Span }
  /** A scalar field equals a value. */
  | {
      readonly kind: "equals";
      readonly field: EventField;
      readonly value: Scalar;
      readonly span: Span;
    }
  /** A scalar field equals one of the values. */
  | {
      readonly kind: "in";
      readonly field: EventField;
      readonly values: readonly Scalar[];
      readonly span: Span;
    }
  /** An array field has an element equal to the value. */
  | {
      readonly kind: "has";
      readonly field: EventField;
      readonly value: string;
      readonly span: Span;
    }
  /** A numeric field compares with a number. */
  | {
      readonly kind: "compare";
      readonly field: EventField;
      readonly operator: "<" | "<=" | ">" | ">=";
      readonly value: number;
      readonly span: Span;
    }
  /** The field is there; a list without elements is not. */
  | { readonly kind: "present"; readonly field: EventField; readonly span: Span };

/** What is added up: events, or the sum of integer fields (a missing field adds 0). */
export type Measure =
  | { readonly kind: "count" }
  | { readonly kind: "sum"; readonly fields: readonly EventField[] };

/** One alert per matching event. */
export interface EachDetection {
  readonly kind: "each";
  readonly where: Predicate;
}

/**
 * Sliding window: at every event time t of an entity, the measure over its matching events with
 * distinct `event_id` and timestamps in the closed interval [t − within, t]. Fires at each rising edge
 * over the event times. Events without one of the `by` fields belong to no entity.
 */
export interface ThresholdDetection {
  readonly kind: "threshold";
  readonly where: Predicate;
  readonly by: readonly EventField[];
  readonly measure: Measure;
  readonly withinMs: number;
  readonly greaterThan: number;
}

/**
 * An entity's measure of one day against its own history: fires when
 * `today * days > factor * sum`, `today > floor` and `activeDays >= minDays`, where `sum` is over the
 * `historyDays` days before today, `activeDays` are those with a measure above 0, and `days` is
 * `activeDays` or `historyDays` as `averageOver` says.
 */
export interface BaselineDetection {
  readonly kind: "baseline";
  readonly where: Predicate;
  readonly by: readonly EventField[];
  readonly measure: Measure;
  /** IANA zone of the day boundary. */
  readonly zone: string;
  readonly historyDays: number;
  readonly minDays: number;
  readonly floor: number;
  readonly factor: number;
  readonly averageOver: "active_days" | "calendar_days";
}

/** One side of a sequence: which events, and the fields that name their entity. */
export interface SequenceStep {
  readonly where: Predicate;
  readonly by: readonly EventField[];
}

/**
 * Two steps in order: fires at each time t of `second` events of an entity for which the same entity has
 * a `first` event in [t − within, t). The lists `by` pair up position by position, so an entity may
 * stand in another field on each side; alerts name it after `second.by`.
 */
export interface SequenceDetection {
  readonly kind: "sequence";
  readonly first: SequenceStep;
  readonly second: SequenceStep;
  readonly withinMs: number;
}

/**
 * A value that is new for an entity, judged by UTC days: fires at the first event of a day with a
 * value of `field` that no matching event of the entity had on the `historyDays` days before, provided
 * that the entity has matching events on one of the days from `historyDays` to `learnDays` days
 * before. Until then, everything would be new.
 */
export interface FirstSeenDetection {
  readonly kind: "first_seen";
  readonly where: Predicate;
  readonly by: readonly EventField[];
  readonly field: EventField;
  readonly historyDays: number;
  readonly learnDays: number;
}

/**
 * A share in a sliding window: at every time t of a `where` event of an entity, n of them lie in
 * [t − within, t] and m of these match `of` as well. Fires at each rising edge of
 * `n >= atLeast and m > greaterThan * n`.
 */
export interface RatioDetection {
  readonly kind: "ratio";
  readonly where: Predicate;
  readonly of: Predicate;
  readonly by: readonly EventField[];
  readonly withinMs: number;
  readonly atLeast: number;
  /** Share from 0 to 1. */
  readonly greaterThan: number;
}

/**
 * Nothing where something should be: an entity's matching event at time t is followed by none in
 * (t, t + for]. Fires at t + for, once the clock has reached it; over a file, the clock is the time
 * of the last event of any kind. An entity that never had an event is not known.
 */
export interface SilenceDetection {
  readonly kind: "silence";
  readonly where: Predicate;
  readonly by: readonly EventField[];
  readonly forMs: number;
}

export type Detection =
  | EachDetection
  | ThresholdDetection
  | BaselineDetection
  | SequenceDetection
  | FirstSeenDetection
  | RatioDetection
  | SilenceDetection;

/** What suppression tells apart: fields of the event, or the day of a baseline. */
export type SuppressKey = EventField | "day";

/** After an alert, further alerts with equal keys are withheld for `forMs`. */
export interface Suppression {
  readonly by: readonly SuppressKey[];
  readonly forMs: number;
}

/** How a SIEM runs the rule. Queries look back `window + everyMs + lateMs`. */
export interface Schedule {
  readonly everyMs: number;
  readonly lateMs: number;
}

export interface Parameter {
  readonly name: string;
  /** Durations are milliseconds. */
  readonly value: Scalar;
  readonly isDuration: boolean;
  readonly description: string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly span: Span;
}

/** A reference into a security framework, with the framework's version because ids are renumbered. */
export interface FrameworkReference {
  readonly framework: "attack" | "atlas" | "owasp_llm";
  readonly version: string;
  readonly id: string;
  readonly name: string;
  readonly confidence: "primary" | "secondary";
  readonly why: string;
  readonly span: Span;
}

/** What changed with a version of a rule, for people. */
export interface ChangelogEntry {
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly changes: readonly string[];
  readonly span: Span;
}

/** A parsed and checked rule. */
export interface RuleIr {
  /** UUID, stable for the life of the rule. */
  readonly id: string;
  /** Kebab-case name, equal to the folder's. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly status: "experimental" | "test" | "stable" | "deprecated";
  readonly title: string;
  readonly severity: Severity;
  readonly description: string;
  readonly rationale: string;
  readonly falsePositives: readonly string[];
  readonly response: readonly string[];
  /** What the rule misses, in plain words. */
  readonly limits: readonly string[];
  readonly references: readonly string[];
  /** Newest first; empty in a rule that is nobody's yet. */
  readonly changelog: readonly ChangelogEntry[];
  readonly created: string;
  readonly modified: string;
  readonly author: string;
  readonly frameworks: readonly FrameworkReference[];
  readonly parameters: readonly Parameter[];
  readonly detection: Detection;
  readonly suppress: Suppression;
  readonly schedule: Schedule;
  /**
   * Where the rule starts in its file, and where the value of each key stands; keys of `detect`,
   * `suppress` and `schedule` are named like `detect.within`.
   */
  readonly span: Span;
  readonly spans: Readonly<Record<string, Span>>;
}

/** How faithful a compiled artifact is to the rule. */
export type Fidelity =
  | { readonly level: "exact" }
  | { readonly level: "degraded"; readonly reason: string; readonly remedy?: string }
  | { readonly level: "refused"; readonly reason: string; readonly remedy: string };

/** One alert, as every command and the embedded engine write it. */
export interface Alert {
  readonly rule: string;
  readonly rule_version: string;
  readonly severity: Severity;
  /** Time of the event that fired it, UTC milliseconds. */
  readonly time: string;
  /** Whom or what it is about; `day` is `YYYY-MM-DD` in the rule's zone. */
  readonly entity: Readonly<Record<string, string>>;
  readonly value: number;
  readonly limit: number;
  /** The distinct events behind it, by time and id. */
  readonly event_ids: readonly string[];
}
