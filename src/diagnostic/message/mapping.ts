/** Messages about mappings. Codes M4xx. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const unknownSource: Definition<{ source: string; known: readonly string[] }> = {
  code: "M401",
  name: "unknown-source",
  severity: "error",
  explanation:
    "A mapping reads fields of the event schema, the chain link (chain_seq, chain_hash) or the canonical event as a whole. Another name would map nothing, in silence.",
  wording: ({ source, known }) => ({
    message: `"${source}" is not a field of the event`,
    help: oneOf(source, known),
  }),
};

export const unknownTransform: Definition<{ transform: string; known: readonly string[] }> = {
  code: "M402",
  name: "unknown-transform",
  severity: "error",
  explanation:
    "The set of transforms is closed, so that every one has one meaning in the interpreter and in the generated serializers. A mapping holds no code.",
  wording: ({ transform, known }) => ({
    message: `"${transform}" is not a transform`,
    help: oneOf(transform, known),
  }),
};

export const unknownTable: Definition<{ table: string; known: readonly string[] }> = {
  code: "M403",
  name: "unknown-table",
  severity: "error",
  explanation:
    'A rule with "transform: lookup" names one of the tables of the same file under "tables".',
  wording: ({ table, known }) => ({
    message: `There is no table "${table}"`,
    help: known.length === 0 ? 'Write it under "tables:", or drop the rule.' : oneOf(table, known),
  }),
};

export const pathWrittenTwice: Definition<{ path: string; where: string; line: number }> = {
  code: "M404",
  name: "path-written-twice",
  severity: "error",
  explanation:
    "Two rules write the same target path for the same kind of event. Which one wins would depend on their order, so it is refused. Rules for one path are fine where their events differ.",
  wording: ({ path, where, line }) => ({
    message: `"${path}" is already written by line ${line} for ${where}`,
    help: 'Drop one of the two, or tell them apart with "when".',
  }),
};

export const pathConflict: Definition<{ path: string; inside: string; line: number }> = {
  code: "M405",
  name: "path-conflict",
  severity: "error",
  explanation:
    "One path is a value in one rule and an object with members in another. No document can hold both, and Elasticsearch rejects whichever arrives second.",
  wording: ({ path, inside, line }) => ({
    message: `"${path}" cannot stand inside "${inside}", which line ${line} writes as a value`,
    help: "Move one of the two to another path.",
  }),
};

export const fieldNotMapped: Definition<{ field: string; where: string }> = {
  code: "M406",
  name: "field-not-mapped",
  severity: "error",
  explanation:
    'A mapping accounts for every field on every kind of event: it writes the field somewhere or says under "unmapped" why not. A forgotten field would vanish on its way to the SIEM.',
  wording: ({ field, where }) => ({
    message: `"${field}" is not mapped for ${where}`,
    help: `Add a rule "- { from: ${field}, to: … }", or "${field}: <reason>" under "unmapped:".`,
  }),
};

export const mappedAndUnmapped: Definition<{ field: string; line: number }> = {
  code: "M407",
  name: "mapped-and-unmapped",
  severity: "error",
  explanation:
    'A field under "unmapped" is claimed to be left out on purpose, but a rule writes it. One of the two is out of date.',
  wording: ({ field, line }) => ({
    message: `"${field}" is listed as unmapped, but line ${line} maps it`,
    help: "Remove the entry, or the rule.",
  }),
};

export const classificationIncomplete: Definition<{ path: string; where: string }> = {
  code: "M408",
  name: "classification-incomplete",
  severity: "error",
  explanation:
    'The paths under "required" must have a value on every kind of event, whatever the event leaves out. Only constants, classifications, fields that every event has and rules with "else" guarantee that.',
  wording: ({ path, where }) => ({
    message: `"${path}" is required but has no certain value for ${where}`,
    help: `Add "${path}" to the classification of these events.`,
  }),
};

export const unknownClass: Definition<{ selector: string; known: readonly string[] }> = {
  code: "M409",
  name: "unknown-event-class",
  severity: "error",
  explanation:
    'Events are selected by event_type, event_type/subtype or, for security events, event_type/subtype/state with the states blocked, not_blocked and untold. "*" stands for any, "other" for a missing subtype.',
  wording: ({ selector, known }) => ({
    message: `"${selector}" selects no kind of event`,
    help: oneOf(selector, known),
  }),
};

export const badTargetName: Definition<{ name: string; rule: string }> = {
  code: "M410",
  name: "bad-target-name",
  severity: "error",
  explanation:
    "The target does not allow the name: ECS fields are lower-case dotted words; columns of Log Analytics have at most 45 letters, digits and underscores, start with a letter and must not be reserved; the envelope of Splunk's HTTP Event Collector has a closed set of keys.",
  wording: ({ name, rule }) => ({ message: `"${name}" is not a legal name here`, help: rule }),
};

export const typeMismatch: Definition<{
  path: string;
  type: string;
  found: string;
  known: readonly string[];
}> = {
  code: "M411",
  name: "type-mismatch",
  severity: "error",
  explanation:
    "The rule's result does not fit the type the target stores it as. The target would reject the record or store nothing.",
  wording: ({ path, type, found, known }) => ({
    message: `"${path}" is ${type}, but the rule yields ${found}`,
    help: `Types that take ${found}: ${known.join(", ")}.`,
  }),
};

export const tableMisfit: Definition<{ table: string; detail: string; known: readonly string[] }> =
  {
    code: "M412",
    name: "table-misfit",
    severity: "error",
    explanation:
      "A table must have an entry for every legal value of the field it translates and no other, so that a lookup cannot fail.",
    wording: ({ table, detail, known }) => ({
      message: `Table "${table}" ${detail}`,
      help: `The values are: ${known.join(", ")}.`,
    }),
  };

export const transformMisfit: Definition<{ transform: string; needs: string; found: string }> = {
  code: "M413",
  name: "transform-misfit",
  severity: "error",
  explanation:
    "Each transform takes values of certain kinds: ms_to_ns takes an integer, array_wrap a text, lookup an enumeration. Applied to another kind it has no meaning.",
  wording: ({ transform, needs, found }) => ({
    message: `"${transform}" takes ${needs}, not ${found}`,
    help: "Choose another transform, or another field.",
  }),
};

export const strayOption: Definition<{ option: string; transform: string; needed: boolean }> = {
  code: "M414",
  name: "stray-option",
  severity: "error",
  explanation:
    '"table" belongs to the transform lookup and "value" to the transform constant; neither works without the other.',
  wording: ({ option, transform, needed }) => ({
    message: needed
      ? `"transform: ${transform}" needs "${option}"`
      : `"${option}" has no meaning with "transform: ${transform}"`,
    help: needed ? `Add "${option}:" to the rule.` : `Remove "${option}:" from the rule.`,
  }),
};
