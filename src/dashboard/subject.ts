/** A dashboard about one session or one person, once it is known which. */
import type { EventField } from "../event/event.ts";
import type { Predicate } from "../rule/ir.ts";
import { type Dashboard, isChart, type Panel } from "./ir.ts";
import { conjunction, groupPredicate } from "./row-predicate.ts";

/** Given values of a dashboard's subject fields. */
export type SubjectValues = ReadonlyMap<EventField, string>;

function predicates(values: SubjectValues): readonly Predicate[] {
  return [...values].map(([field, value]) => groupPredicate(field, value));
}

/** The events of the subject. */
export function subjectPredicate(values: SubjectValues): Predicate {
  return conjunction(predicates(values));
}

function narrowPanel(panel: Panel, values: SubjectValues): Panel {
  if (!isChart(panel) && panel.kind !== "events") return panel;
  const { narrowedBy, name, title, span } = panel;
  const given = predicates(new Map([...values].filter(([field]) => narrowedBy.includes(field))));
  if (narrowedBy.length > 0 && given.length === 0) {
    const text = `Needs a value of ${narrowedBy.join(" or ")}.`;
    return { kind: "text", name, title, text, span };
  }
  const where = conjunction([...given, panel.query.where]);
  // Two branches, because each kind of panel has a query of its own.
  if (panel.kind === "events") return { ...panel, query: { ...panel.query, where } };
  return { ...panel, query: { ...panel.query, where } };
}

/**
 * The dashboard whose panels show only the events of the subject. A panel that is narrowed by none of
 * the values says which one it needs.
 */
export function narrowToSubject(dashboard: Dashboard, values: SubjectValues): Dashboard {
  const sections = dashboard.sections.map((section) => ({
    ...section,
    panels: section.panels.map((panel) => narrowPanel(panel, values)),
  }));
  return { ...dashboard, sections };
}

/** Whether enough is known of the subject to show anything. */
export function hasSubject({ subject }: Dashboard, values: SubjectValues): boolean {
  return subject.length === 0 || subject.some((field) => values.has(field));
}
