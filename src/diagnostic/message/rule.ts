/** Messages about rules and their tests. Codes R3xx. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const expressionSyntax: Definition<{ found: string; expected: string }> = {
  code: "R301",
  name: "expression-syntax",
  severity: "error",
  explanation:
    'A `where` expression reads: field = value, field in (a, b), list has value, number > 5, exists field, joined by not, and, or, with parentheses. Text with blanks or other signs takes double quotes: department = "R and D".',
  wording: ({ found, expected }) => ({
    message: `${found} cannot stand here`,
    help: `Expected ${expected}.`,
  }),
};

export const unknownField: Definition<{ field: string; known: readonly string[] }> = {
  code: "R302",
  name: "unknown-field",
  severity: "error",
  explanation:
    "The expression names a field that audit events do not have. It could never match, so the rule would be silent for ever.",
  wording: ({ field, known }) => ({
    message: `"${field}" is not a field of an audit event`,
    help: oneOf(field, known),
  }),
};

export const impossibleValue: Definition<{
  field: string;
  value: string;
  known: readonly string[];
}> = {
  code: "R303",
  name: "impossible-value",
  severity: "error",
  explanation:
    "The field has a closed list of values, and the expression compares it with another one. It could never match.",
  wording: ({ field, value, known }) => ({
    message: `"${value}" is not a value of ${field}`,
    help: oneOf(value, known),
  }),
};

export const wrongOperator: Definition<{
  field: string;
  kind: string;
  operator: string;
  use: string;
}> = {
  code: "R304",
  name: "wrong-operator",
  severity: "error",
  explanation:
    "The operator does not fit the field's type: `=` and `in` are for single values, `has` for lists, `<` and `>` for numbers.",
  wording: ({ field, kind, operator, use }) => ({
    message: `"${operator}" does not fit ${field}, which holds ${kind}`,
    help: `Use ${use}.`,
  }),
};

export const wrongLiteral: Definition<{ field: string; expected: string; found: string }> = {
  code: "R305",
  name: "wrong-literal",
  severity: "error",
  explanation: "The value has another type than the field, so the comparison could never hold.",
  wording: ({ field, expected, found }) => ({
    message: `${field} is compared with ${found}`,
    help: `Compare it with ${expected}.`,
  }),
};

export const unknownParameter: Definition<{ parameter: string; known: readonly string[] }> = {
  code: "R306",
  name: "unknown-parameter",
  severity: "error",
  explanation:
    "A `$name` or `{name}` refers to a parameter that the rule does not declare under `parameters`.",
  wording: ({ parameter, known }) => ({
    message: `There is no parameter "${parameter}"`,
    help: known.length === 0 ? `Declare it under "parameters:".` : oneOf(parameter, known),
  }),
};

export const unusedParameter: Definition<{ parameter: string }> = {
  code: "R307",
  name: "unused-parameter",
  severity: "error",
  explanation:
    "A parameter that nothing refers to misleads whoever tunes the rule: changing it would change nothing.",
  wording: ({ parameter }) => ({
    message: `Nothing uses the parameter "${parameter}"`,
    help: `Refer to it as $${parameter} in the detection, or remove it.`,
  }),
};

export const wrongParameter: Definition<{ parameter: string; found: string; expected: string }> = {
  code: "R308",
  name: "wrong-parameter-type",
  severity: "error",
  explanation:
    "A parameter is used where another type of value is needed, or its value lies outside of its own range.",
  wording: ({ parameter, found, expected }) => ({
    message: `The parameter "${parameter}" is ${found}`,
    help: `It must be ${expected} here.`,
  }),
};

export const tooDeep: Definition<{ limit: number }> = {
  code: "R309",
  name: "expression-too-deep",
  severity: "error",
  explanation:
    "Parentheses and negations are nested deeper than any rule needs; some query languages have a limit as well.",
  wording: ({ limit }) => ({
    message: `The expression is nested deeper than ${limit} levels`,
    help: "Use `in (…)` instead of chains, or split the rule.",
  }),
};

export const badIdentity: Definition<{ key: string; found: string; expected: string }> = {
  code: "R310",
  name: "bad-identity",
  severity: "error",
  explanation:
    "Names, ids, versions and dates identify a rule for years, in SIEMs as well. They have a strict form so that tools can rely on them.",
  wording: ({ key, found, expected }) => ({
    message: `${key} is "${found}"`,
    help: `It must be ${expected}.`,
  }),
};

export const wrongFolder: Definition<{ name: string; folder: string }> = {
  code: "R311",
  name: "name-differs-from-folder",
  severity: "error",
  explanation: "A rule is found by its folder and named by its `name`; both must be the same word.",
  wording: ({ name, folder }) => ({
    message: `The rule is named "${name}" but stands in the folder "${folder}"`,
    help: "Rename one of them.",
  }),
};

export const duplicateRule: Definition<{ what: string; value: string; other: string }> = {
  code: "R312",
  name: "duplicate-rule",
  severity: "error",
  explanation: "Two rules share a name or id. In a SIEM one would overwrite the other.",
  wording: ({ what, value, other }) => ({
    message: `The ${what} "${value}" is also that of ${other}`,
    help: `Give this rule its own ${what}.`,
  }),
};

export const badFramework: Definition<{ framework: string; id: string; expected: string }> = {
  code: "R313",
  name: "bad-framework-id",
  severity: "error",
  explanation:
    "Frameworks renumber their entries between versions, so a reference needs the framework's version and an id in that framework's own form.",
  wording: ({ framework, id, expected }) => ({
    message: `"${id}" is not the form of an id of ${framework}`,
    help: `Write ${expected}.`,
  }),
};

export const badSuppression: Definition<{ key: string; carried: readonly string[] }> = {
  code: "R314",
  name: "bad-suppression",
  severity: "error",
  explanation:
    "Suppression can only tell alerts apart by what an alert carries: the fields a threshold groups by, and the day of a baseline.",
  wording: ({ key, carried }) => ({
    message: `Suppression by "${key}", which alerts of this rule do not carry`,
    help: carried.length === 0 ? "Remove it." : oneOf(key, carried),
  }),
};

export const scheduleGap: Definition<{ every: string; limit: string; why: string }> = {
  code: "R315",
  name: "schedule-gap",
  severity: "error",
  explanation:
    "A scheduled query looks back over window + every + late. Running it less often than its window or than suppression lasts would delay alerts beyond what the rule promises.",
  wording: ({ every, limit, why }) => ({
    message: `The rule runs every ${every}, but ${why}`,
    help: `Run it at least every ${limit}.`,
  }),
};

export const notSummable: Definition<{ field: string }> = {
  code: "R316",
  name: "not-summable",
  severity: "error",
  explanation: "Only whole numbers are summed, so that every engine computes the same total.",
  wording: ({ field }) => ({
    message: `${field} holds no whole numbers`,
    help: "Sum token_input, token_output or another integer field.",
  }),
};

export const literalParameter: Definition<{ key: string; number: string; parameter: string }> = {
  code: "R317",
  name: "literal-parameter",
  severity: "error",
  explanation:
    "Prose repeats the value of a parameter as a number. After tuning, the text would be wrong; a `{name}` follows the parameter.",
  wording: ({ key, number, parameter }) => ({
    message: `${key} says "${number}", the value of the parameter "${parameter}"`,
    help: `Write {${parameter}} instead.`,
  }),
};

export const badTemplate: Definition<{ found: string; expected: string }> = {
  code: "R318",
  name: "bad-test-event",
  severity: "error",
  explanation:
    "A test case describes events by time, repetition and fields. What it describes must be possible: a time or offset, a positive count, known fields.",
  wording: ({ found, expected }) => ({
    message: `${found} in a test event`,
    help: `Write ${expected}.`,
  }),
};

export const tooFewCases: Definition<{ kind: string; count: number; least: number }> = {
  code: "R319",
  name: "too-few-cases",
  severity: "error",
  explanation:
    "A rule ships with at least two cases that fire and three that stay quiet. Fewer do not show where its boundary lies.",
  wording: ({ kind, count, least }) => ({
    message: `The rule has ${count} ${kind} test cases`,
    help: `Add cases until there are ${least}; boundaries on both sides are the most useful ones.`,
  }),
};

export const unpairedKeys: Definition<{ first: number; second: number }> = {
  code: "R320",
  name: "unpaired-keys",
  severity: "error",
  explanation:
    "The steps of a sequence belong together when their entities are equal. The fields under `by` pair up position by position, so both steps need equally many.",
  wording: ({ first, second }) => ({
    message: `The first step has ${first} key fields, the second ${second}`,
    help: "Name as many fields in one step as in the other, in the same order.",
  }),
};

export const unknownFrameworkEntry: Definition<{
  framework: string;
  version: string;
  id: string;
  known: readonly string[];
}> = {
  code: "R321",
  name: "unknown-framework-entry",
  severity: "error",
  explanation:
    "The framework's version has no such id, or its table in src/framework does not hold it yet. An id that exists in another version may mean something else in this one.",
  wording: ({ framework, version, id, known }) => ({
    message: `${framework} ${version} has no "${id}" that is known here`,
    help:
      known.length === 0
        ? `The versions that are known stand in src/framework; use one of them.`
        : oneOf(id, known),
  }),
};

export const wrongFrameworkName: Definition<{ id: string; found: string; expected: string }> = {
  code: "R322",
  name: "wrong-framework-name",
  severity: "error",
  explanation:
    "The name beside a framework's id is not the one that the framework's version gives it. One of the two is wrong.",
  wording: ({ id, found, expected }) => ({
    message: `${id} is not "${found}"`,
    help: `It is "${expected}" in this version; correct the id or the name.`,
  }),
};

export const badChangelog: Definition<{ found: string; expected: string }> = {
  code: "R323",
  name: "bad-changelog",
  severity: "error",
  explanation:
    "Whoever updates a rule reads its changelog: what changed with which version, newest first. The first entry is the rule's own version, every entry says something, and dates do not run backwards.",
  wording: ({ found, expected }) => ({
    message: `In the changelog, ${found}`,
    help: `Write ${expected}.`,
  }),
};

export const personalOutput: Definition<{ field: string }> = {
  code: "R324",
  name: "personal-output",
  severity: "error",
  explanation:
    "What a rule compares or groups by stands in its alerts, and alerts travel to tickets, mails and chats. Free text and traces of persons (addresses, user agents, reasons, details, labels) must not.",
  wording: ({ field }) => ({
    message: `${field} would stand in every alert`,
    help: "Let the producer set a flag (security_flags, policy_flags), and compare that.",
  }),
};

export const suppressionOverlap: Definition<{ suppress: string; overlap: string }> = {
  code: "R325",
  name: "suppression-below-overlap",
  severity: "error",
  explanation:
    "A run of a scheduled rule reads what came in since the last run and what may still be late, so an event is seen by several runs. Suppression must last at least as long, or one event alerts more than once.",
  wording: ({ suppress, overlap }) => ({
    message: `Suppression ends after ${suppress}, but an event is seen by runs for ${overlap}`,
    help: `Suppress for at least ${overlap}, or run less late.`,
  }),
};

export const beyondRetention: Definition<{ needed: string; kept: string }> = {
  code: "R326",
  name: "beyond-retention",
  severity: "error",
  explanation:
    "The rule looks further back than events are kept in the shortest of the starter retention periods: one year for session metadata. Its history would be cut off in silence.",
  wording: ({ needed, kept }) => ({
    message: `The rule looks back ${needed}, and events are kept for ${kept}`,
    help: "Shorten the window or the history.",
  }),
};
