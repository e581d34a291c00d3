/** What people choose at the top of a dashboard, as conditions on events. */
import { columnName } from "../../dialect/spl/rows.ts";
import { join, type Text, text } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { isList } from "../../event/field.ts";
import type { Dashboard } from "../ir.ts";
import { keyOf } from "../query/spl.ts";
import { token } from "./token.ts";

/** Value of a token that stands for every value. */
export const ANY = "*";

export function filterToken(field: EventField): string {
  return `filter_${field}`;
}

export function subjectToken(field: EventField): string {
  return `subject_${field}`;
}

/** A list meets a choice if both together have fewer different values than each for itself. */
function meets(group: Text, chosen: Text): Text {
  const own = text`mvdedup(${group})`;
  const asked = text`mvdedup(mvappend(${chosen}))`;
  return text`mvcount(mvdedup(mvappend(${own}, ${asked})))<mvcount(${own})+mvcount(${asked})`;
}

/** Groups are what panels show, so that "unknown" can be chosen as well. */
function filterCondition(field: EventField): Text {
  const [group, chosen] = [keyOf({ kind: "field", field }), token(filterToken(field))];
  const isOne = isList(field) ? meets(group, chosen) : text`in(${group}, ${chosen})`;
  return text`in("*", ${chosen}) OR ${isOne}`;
}

/** Whether nothing was given. People paste ids with blanks around them, or empty the input. */
function isOpen(field: EventField): Text {
  return text`in(trim(${token(subjectToken(field))}), "*", "")`;
}

function subjectCondition(field: EventField): Text {
  return text`${isOpen(field)} OR ${columnName(field)}=trim(${token(subjectToken(field))})`;
}

/**
 * The conditions of one panel. In a dashboard about a subject no event meets them until a value was
 * given for one of the fields that narrow the panel.
 */
export function narrowing(
  { filters, subject }: Dashboard,
  narrowedBy: readonly EventField[],
): readonly Text[] {
  const chosen = filters.map(filterCondition);
  if (subject.length === 0) return chosen;
  const given = narrowedBy.length === 0 ? subject : narrowedBy;
  const isGiven = join(
    given.map((field) => text`NOT ${isOpen(field)}`),
    " OR ",
  );
  return [isGiven, ...narrowedBy.map(subjectCondition), ...chosen];
}
