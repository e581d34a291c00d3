/** A dashboard about one session or one person, once it is known which. */
import type { EventField } from "../event/event.ts";
import type { Predicate } from "../rule/ir.ts";
import { type Dashboard, isChart, type Panel } from "./ir.ts";
import { mapPanels, narrowQuery } from "./narrow.ts";
import { conjunction, groupPredicate } from "./row-predicate.ts";

/** Given values of a dashboard's subject fields. */
export type SubjectValues = ReadonlyMap<EventField, string>;

/** Whom a dashboard is about. */
export interface Subject {
  /** What a reader has named. */
  readonly given: SubjectValues;
  /** What the events of that tell: the user of a session. */
  readonly implied: SubjectValues;
}

function predicates(values: SubjectValues): readonly Predicate[] {
  return [...values].map(([field, value]) => groupPredicate(field, value));
}

/** The events of the subject. */
export function subjectPredicate(values: SubjectValues): Predicate {
  return conjunction(predicates(values));
}

function narrowPanel(panel: Panel, subject: Subject): Panel {
  if (!isChart(panel) && panel.kind !== "events") return panel;
  const { narrowedBy, name, title, span } = panel;
  const within = (values: SubjectValues): readonly Predicate[] =>
    predicates(new Map([...values].filter(([field]) => narrowedBy.includes(field))));
  // What is implied would take events without a user from a session's timeline.
  const named = within(subject.given);
  const given = named.length > 0 ? named : within(subject.implied);
  if (narrowedBy.length > 0 && given.length === 0) {
    const text = `Needs a value of ${narrowedBy.join(" or ")}.`;
    return { kind: "text", name, title, text, span };
  }
  return narrowQuery(panel, (where) => conjunction([...given, where]));
}

/**
 * The dashboard whose panels show only the events of the subject. A panel that is narrowed by none of
 * the given values takes what they imply, and says which value it needs where they imply none.
 */
export function narrowToSubject(dashboard: Dashboard, subject: Subject): Dashboard {
  return mapPanels(dashboard, (panel) => narrowPanel(panel, subject));
}

/** Whether enough is known of the subject to show anything. */
export function hasSubject({ subject }: Dashboard, values: SubjectValues): boolean {
  return subject.length === 0 || subject.some((field) => values.has(field));
}
