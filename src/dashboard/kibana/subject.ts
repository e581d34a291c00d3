/**
 * The ids that a dashboard is about, as variables of ES|QL that controls of Kibana fill in. Variables
 * need Kibana 8.18 or 9.0 (Elastic's documentation of dashboard controls).
 */
import { esqlLexicon } from "../../dialect/elastic/lexicon.ts";
import { fieldName } from "../../dialect/elastic/predicate.ts";
import { matchingRows, timespan } from "../../dialect/elastic/rows.ts";
import { join, name, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import type { Dashboard } from "../ir.ts";

/** What a control says while nobody has chosen an id. */
export const NOT_CHOSEN = "(none)";

/** A control offers so many ids, those of the newest events. */
const IDS_MAX = 10_000;

/** Name of a field's variable, without the question mark. Names of fields are words of their own. */
export function variableName(field: EventField): string {
  return field;
}

function variable(field: EventField): Text {
  return raw(`?${variableName(field)}`);
}

/** Events of every chosen id; none while no id is chosen. */
export function subjectNarrowing(
  { subject }: Dashboard,
  narrowedBy: readonly EventField[],
): Text | undefined {
  if (subject.length === 0) return undefined;
  const fields = narrowedBy.length === 0 ? subject : narrowedBy;
  const chosen = fields.map((field) => text`${variable(field)} != ${value(NOT_CHOSEN)}`);
  const narrowed = narrowedBy.map(
    (field) =>
      text`(${variable(field)} == ${value(NOT_CHOSEN)} OR ${name(fieldName(field))} == ${variable(field)})`,
  );
  return join([text`(${join(chosen, " OR ")})`, ...narrowed], " AND ");
}

/**
 * A query whose one column offers the ids of the newest events, after the word for none. The choice of
 * time does not reach queries of controls everywhere, so this one brings the dashboard's own.
 */
export function subjectValues({ rangeMs }: Dashboard, field: EventField): string {
  const id = name(fieldName(field));
  const where = {
    kind: "present",
    field,
    span: { file: "", line: 1, column: 1, length: 1 },
  } as const;
  const query = text`${matchingRows(where, [])}
| WHERE @timestamp >= NOW() - ${timespan(rangeMs)}
| STATS newest = MAX(@timestamp) BY ${id}
| SORT newest DESC
| LIMIT ${raw(String(IDS_MAX))}
| STATS ids = VALUES(${id})
| EVAL chosen = MV_SORT(COALESCE(MV_APPEND(${value(NOT_CHOSEN)}, ids), ${value(NOT_CHOSEN)}))
| MV_EXPAND chosen
| KEEP chosen`;
  return renderText(query, esqlLexicon);
}
