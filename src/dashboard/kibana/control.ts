/**
 * Controls above a dashboard. Those of filters are options lists over the data view: Kibana hands what
 * they choose to Elasticsearch beside each ES|QL query, as a filter of documents (the `filter` of
 * its query API), before the query counts anything. Those of the subject are variables of ES|QL.
 */
import { fieldName } from "../../dialect/elastic/predicate.ts";
import type { EventField } from "../../event/event.ts";
import { dimensionTitle } from "../html/format.ts";
import type { Dashboard } from "../ir.ts";
import { partId } from "./identity.ts";
import { NOT_CHOSEN, subjectValues, variableName } from "./subject.ts";

export type Control =
  | {
      readonly kind: "filter";
      readonly id: string;
      readonly title: string;
      /** Name in the data view. */
      readonly fieldName: string;
    }
  | {
      readonly kind: "subject";
      readonly id: string;
      readonly title: string;
      readonly variable: string;
      /** Query of the values that are offered. */
      readonly values: string;
      readonly selected: string;
    };

function titleOf(field: EventField): string {
  const title = dimensionTitle({ kind: "field", field });
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
}

/** Every control of a dashboard: what it is about first, then its filters. */
export function controlsOf(dashboard: Dashboard): readonly Control[] {
  const { name, subject, filters } = dashboard;
  return [
    ...subject.map(
      (field): Control => ({
        kind: "subject",
        id: partId(name, `subject ${field}`),
        title: titleOf(field),
        variable: variableName(field),
        values: subjectValues(dashboard, field),
        selected: NOT_CHOSEN,
      }),
    ),
    ...filters.map(
      (field): Control => ({
        kind: "filter",
        id: partId(name, `filter ${field}`),
        title: titleOf(field),
        fieldName: fieldName(field),
      }),
    ),
  ];
}
