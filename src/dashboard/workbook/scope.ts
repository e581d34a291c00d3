/**
 * What readers choose at the head of a workbook, as conditions of its queries.
 *
 * A workbook puts the text of a parameter into the text of a query and escapes nothing, so no value of
 * an event may ever be that text. What a list offers is a call that decodes the value from Base64, made
 * by the list's own query; what is typed or clicked passes the format `base64`, which workbooks have for
 * all parameters but times (learn.microsoft.com, "Workbook parameters", formatting options).
 */
import { columnName } from "../../dialect/kql/predicate.ts";
import { KQL_TABLE } from "../../dialect/kql/rows.ts";
import { join, raw, type Text, text } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import type { Dashboard } from "../ir.ts";
import { type KqlScope, kqlGroup, kqlGroups } from "../query/kql.ts";

/** Name of the parameter that holds the time shown. */
export const TIME_RANGE = "TimeRange";

/** Start and end of the time shown, as times of KQL. Workbooks write them as ISO 8601 in UTC. */
export const START: Text = raw(`datetime({${TIME_RANGE}:startISO})`);
export const END: Text = raw(`datetime({${TIME_RANGE}:endISO})`);

/** What was typed or clicked, as Base64 in a literal: its letters cannot end one. */
export function encoded(parameter: string): Text {
  return raw(`'{${parameter}:base64}'`);
}

/** What was typed or clicked. */
export function decoded(parameter: string): Text {
  return text`base64_decode_tostring(${encoded(parameter)})`;
}

export function isListField(field: EventField): boolean {
  return fieldInfo(field)?.kind === "keyword[]";
}

/** Stands for all values of a list. No decoded value is compared with it alone. */
export const ALL = "'*'";

/** The groups that a filter offers, each as the text that a query is given and as what readers see. */
export function choicesQuery(field: EventField): Text {
  const groups = isListField(field)
    ? text`\n| extend label = ${kqlGroups(field)}\n| mv-expand label to typeof(string)`
    : text`\n| extend label = ${kqlGroup(field)}`;
  return text`${raw(KQL_TABLE)}${groups}
| distinct label
| project value = strcat("base64_decode_tostring('", base64_encode_tostring(label), "')"), label
| sort by label asc`;
}

/** Events in one of the chosen groups of a field. */
function chosen(field: EventField): Text {
  const choice = raw(`{${field}}`);
  const found = isListField(field)
    ? text`array_length(set_intersect(${kqlGroups(field)}, pack_array(${choice}))) > 0`
    : text`${kqlGroup(field)} in (${choice})`;
  return text`(${raw(ALL)} in (${choice}) or ${found})`;
}

/** Events of the session and the person that were named; of nobody where none was. */
function ofSubject(fields: readonly EventField[]): readonly Text[] {
  if (fields.length === 0) return [];
  const isGiven = fields.map((field) => text`${encoded(field)} != ''`);
  const matches = fields.map(
    (field) => text`(${encoded(field)} == '' or ${columnName(field)} == ${decoded(field)})`,
  );
  return [text`(${join(isGiven, " or ")})`, ...matches];
}

/** What narrows a panel: the filters of its dashboard, and the subject where it follows one. */
export function scopeOf(dashboard: Dashboard, narrowedBy: readonly EventField[]): KqlScope {
  return {
    conditions: [...ofSubject(narrowedBy), ...dashboard.filters.map(chosen)],
    end: END,
  };
}
