/** Messages about event lines. Codes E2xx. Wordings never repeat a value that may be personal. */
import type { Definition } from "../diagnostic.ts";
import { nearest, oneOf } from "../suggest.ts";

function adviseField(field: string, known: readonly string[]): string {
  const guess = nearest(field, known);
  if (guess !== undefined) return `Did you mean "${guess}"?`;
  return "Let the producer send it under labels, or leave it out.";
}

export const notJson: Definition<{ detail: string; help: string }> = {
  code: "E201",
  name: "not-json",
  severity: "error",
  explanation:
    "A line of an event log must be one JSON object. The line is kept in the reject file with its reason; nothing after it is affected.",
  wording: ({ detail, help }) => ({ message: `The line is not JSON: ${detail}`, help }),
};

export const notAnObject: Definition<{ found: string }> = {
  code: "E202",
  name: "not-an-object",
  severity: "error",
  explanation: "A line of an event log must be one JSON object with the fields of an audit event.",
  wording: ({ found }) => ({
    message: `The line is ${found}, not an event`,
    help: "Write one JSON object per line; split arrays into lines.",
  }),
};

export const unknownField: Definition<{ field: string; known: readonly string[] }> = {
  code: "E203",
  name: "unknown-field",
  severity: "warning",
  explanation:
    "The event schema does not know the field. Its value is kept as text under `labels`, so nothing is lost, but no rule and no mapping sees it. With --strict the event is rejected instead.",
  wording: ({ field, known }) => ({
    message: `"${field}" is not a field of an audit event and was kept under labels`,
    help: adviseField(field, known),
  }),
};

export const missingField: Definition<{ field: string }> = {
  code: "E204",
  name: "missing-field",
  severity: "error",
  explanation:
    "Without `event_type` and `timestamp` a record cannot be placed: no rule, index or retention period applies to it.",
  wording: ({ field }) => ({
    message: `"${field}" is missing`,
    help: `Let the producer send "${field}" with every event.`,
  }),
};

export const derivedId: Definition<Record<never, never>> = {
  code: "E205",
  name: "derived-event-id",
  severity: "warning",
  explanation:
    "The event has no `event_id`. One was derived from the SHA-256 of the line, so that the same line read twice still counts once. Two different events with equal content would count as one.",
  wording: () => ({
    message: "The event has no event_id; one was derived from its content",
    help: "Let the producer send a UUID as event_id.",
  }),
};

export const badTimestamp: Definition<{ field: string; help: string }> = {
  code: "E206",
  name: "bad-timestamp",
  severity: "error",
  explanation:
    "A time must be RFC 3339 with a zone, such as 2026-03-01T09:30:00.000Z or 2026-03-01T10:30:00+01:00. Local times without a zone and epoch numbers are refused because guessing would move events.",
  wording: ({ field, help }) => ({ message: `${field} is not an RFC 3339 time with a zone`, help }),
};

export const leapSecond: Definition<{ field: string }> = {
  code: "E207",
  name: "leap-second",
  severity: "warning",
  explanation:
    "Second 60 is legal in RFC 3339, but SIEMs cannot store it. The time became the last millisecond before.",
  wording: ({ field }) => ({
    message: `${field} names a leap second and became the last millisecond before it`,
    help: "Nothing to do.",
  }),
};

export const wrongType: Definition<{ field: string; expected: string; found: string }> = {
  code: "E208",
  name: "wrong-field-type",
  severity: "error",
  explanation:
    "A field has another JSON type than the event schema says. Converting it would be a guess.",
  wording: ({ field, expected, found }) => ({
    message: `${field} must be ${expected}, not ${found}`,
    help: "Mend the producer; the event schema lists every field's type.",
  }),
};

export const notAllowed: Definition<{ field: string; value: string; allowed: readonly string[] }> =
  {
    code: "E209",
    name: "value-not-allowed",
    severity: "error",
    explanation:
      "The field has a closed list of values, all in lower case. Rules and mappings rely on the list, so another spelling is refused instead of silently matching nothing.",
    wording: ({ field, value, allowed }) => ({
      message: `"${value}" is not a value of ${field}`,
      help: oneOf(value, allowed),
    }),
  };

export const outOfRange: Definition<{ field: string; limit: string }> = {
  code: "E210",
  name: "number-out-of-range",
  severity: "error",
  explanation:
    "A number lies outside of what the field can mean: counts are not negative, and numbers above 2^53 lose digits in JSON.",
  wording: ({ field, limit }) => ({
    message: `${field} is out of range: it must be ${limit}`,
    help: "Mend the producer; a counter that wraps or goes negative is usually a difference of two resets.",
  }),
};

export const wrongLength: Definition<{ field: string; limit: string }> = {
  code: "E211",
  name: "wrong-length",
  severity: "error",
  explanation:
    "A text, list or map is empty where it may not be, or larger than the field allows. It is not cut, because a cut value is an altered value.",
  wording: ({ field, limit }) => ({
    message: `${field} has a wrong length: it must have ${limit}`,
    help: "Send identifiers and short facts; content does not belong in an audit event.",
  }),
};

export const badFormat: Definition<{ field: string; expected: string }> = {
  code: "E212",
  name: "bad-format",
  severity: "error",
  explanation: "A text does not have the form the field asks for.",
  wording: ({ field, expected }) => ({
    message: `${field} must be ${expected}`,
    help: "Mend the producer, or leave the field out when the value is not known.",
  }),
};

export const personalIdentifier: Definition<{ field: string }> = {
  code: "E213",
  name: "personal-identifier",
  severity: "error",
  explanation:
    "A field that must hold a pseudonym looks like an e-mail address. The event is refused before the value can be written anywhere; the reject file holds it, so protect that file.",
  wording: ({ field }) => ({
    message: `${field} looks like an e-mail address, not a pseudonym`,
    help: "Let the producer send the HMAC-SHA-256 of the user id, keyed by the deployment, as 64 hex digits.",
  }),
};

export const opaquePseudonym: Definition<{ field: string }> = {
  code: "E214",
  name: "opaque-pseudonym",
  severity: "warning",
  explanation:
    "A pseudonym is not in canonical form (64 lower-case hex digits). Upper-case digits were lowered; anything else is taken as an opaque id, which policy replaces by a keyed hash before the journal.",
  wording: ({ field }) => ({
    message: `${field} is not 64 lower-case hex digits`,
    help: "Let the producer send HMAC-SHA-256 pseudonyms; all sources of a deployment must use the same key.",
  }),
};

export const loneSurrogate: Definition<Record<never, never>> = {
  code: "E215",
  name: "lone-surrogate",
  severity: "error",
  explanation:
    "The line escapes half of a surrogate pair (\\ud800 to \\udfff alone). Such text has no UTF-8 form: every writer would change it, and different events would hash alike.",
  wording: () => ({
    message: "A string holds half of a surrogate pair, which is not Unicode text",
    help: "The producer cuts strings inside a character; cut by code points instead.",
  }),
};

export const nullValue: Definition<{ field: string }> = {
  code: "E216",
  name: "null-value",
  severity: "warning",
  explanation:
    "A null says nothing an absent field does not say; it was dropped, so the field counts as missing.",
  wording: ({ field }) => ({
    message: `${field} is null and counts as missing`,
    help: "Leave the field out when there is no value.",
  }),
};

export const misplacedField: Definition<{ field: string; eventType: string; belongs: string }> = {
  code: "E217",
  name: "misplaced-field",
  severity: "warning",
  explanation:
    "The field belongs to another event type. It is kept and rules see it, but a reader of this event type does not expect it.",
  wording: ({ field, eventType, belongs }) => ({
    message: `${field} does not belong on a ${eventType}; it belongs on a ${belongs}`,
    help: "Check that event_type is right.",
  }),
};

export const notUuid: Definition<Record<never, never>> = {
  code: "E218",
  name: "event-id-not-uuid",
  severity: "warning",
  explanation:
    "The event_id is not a UUID. It is kept, and duplicates are found by it, but ids that are only unique per producer or per day may collide.",
  wording: () => ({
    message: "event_id is not a UUID",
    help: "Let the producer send a UUID, or be certain that its ids are unique for ever.",
  }),
};

export const labelConverted: Definition<{ label: string }> = {
  code: "E219",
  name: "label-converted",
  severity: "warning",
  explanation:
    "Labels are flat strings. A number, boolean or structure was written as its JSON text.",
  wording: ({ label }) => ({
    message: `label "${label}" is not text and was kept as JSON text`,
    help: "Send labels as strings.",
  }),
};

export const conflictingDuplicate: Definition<{ count: number }> = {
  code: "E220",
  name: "conflicting-duplicates",
  severity: "warning",
  explanation:
    "Records share an event_id but differ in content. The first one counts. Either a producer reuses ids, or somebody altered a record.",
  wording: ({ count }) => ({
    message: `${count === 1 ? "1 event_id comes" : `${count} event_ids come`} with different contents; the first record of each counts`,
    help: "Find out which producer reuses ids before trusting counts.",
  }),
};

export const tooDeep: Definition<{ limit: number }> = {
  code: "E221",
  name: "too-deep",
  severity: "error",
  explanation:
    "An audit event is flat apart from its details and labels. Structures nested this deep are made to exhaust whoever walks them, so they are not walked.",
  wording: ({ limit }) => ({
    message: `The event is nested more than ${limit} levels deep`,
    help: "Send flat fields; put other material into details as text.",
  }),
};
