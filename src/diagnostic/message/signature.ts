/** Messages about signatures. Codes G1xx. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const badPattern: Definition<{ detail: string }> = {
  code: "G101",
  name: "bad-pattern",
  severity: "error",
  explanation:
    "A pattern is a phrase in lower case: a blank stands for what separates words, {3w} for up to three words, {8c} for up to eight characters, {name} for a term, ( | ) for a choice, ? and {m,n} for repetition, \\w for a letter or digit. Nothing can repeat without a bound, so no text can make a pattern slow.",
  wording: ({ detail }) => ({
    message: `The pattern cannot be read: ${detail}`,
    help: "Compare with the patterns of other signatures; docs/how-to/match-signatures.md lists all signs.",
  }),
};

export const noFixedText: Definition<Record<never, never>> = {
  code: "G102",
  name: "no-fixed-text",
  severity: "error",
  explanation:
    "Texts are searched for the fixed parts of all patterns at once, and a pattern is tried only where one of its own was met. So each of its matches must contain a text of at least three letters (two signs of Chinese or Japanese). A pattern without one would also match almost anything.",
  wording: () => ({
    message: "The pattern has no fixed text of three letters that every match contains",
    help: "Write out a word that is always there, or split the pattern where a choice leaves it out.",
  }),
};

export const patternTooLong: Definition<{ units: number; limit: number }> = {
  code: "G103",
  name: "pattern-too-long",
  severity: "error",
  explanation:
    "A stream keeps as much text as the longest match may cover, so matches have a length limit. Wide gaps also join words that have nothing to do with each other.",
  wording: ({ units, limit }) => ({
    message: `A match may be ${units} characters long; at most ${limit} are kept of a stream`,
    help: "Make gaps such as {6w} narrower, or leave out what follows the last one.",
  }),
};

export const badTerm: Definition<{ name: string }> = {
  code: "G104",
  name: "bad-term",
  severity: "error",
  explanation:
    "Terms are parts of patterns with a name, so that long choices are written once. Names have lower-case letters, digits and underscores; {hidden} is built in and stands for invisible text.",
  wording: ({ name }) => ({
    message: `"${name}" cannot be the name of a term`,
    help: 'Use lower-case letters, digits and underscores, and another name than "hidden".',
  }),
};

export const unknownAtlas: Definition<{ id: string; version: string; known: readonly string[] }> = {
  code: "G105",
  name: "unknown-atlas-technique",
  severity: "error",
  explanation:
    "A signature names the MITRE ATLAS techniques it shows, by id and for one version of the framework. Ids change their meaning rarely, but they do, so the version stands beside them.",
  wording: ({ id, version, known }) => ({
    message: `ATLAS ${version} has no technique "${id}"`,
    help: oneOf(id, known),
  }),
};

export const exampleMissed: Definition<{ id: string }> = {
  code: "G106",
  name: "example-missed",
  severity: "error",
  explanation:
    "Each language of a signature has examples that must match. They are matched as texts are at run time, on each of the signature's surfaces, by its patterns of all languages.",
  wording: ({ id }) => ({
    message: `The signature ${id} does not match this example`,
    help: "Mend the pattern, or move the example to the limits when it is meant to be missed.",
  }),
};

export const counterExampleMatched: Definition<{ id: string }> = {
  code: "G107",
  name: "counter-example-matched",
  severity: "error",
  explanation:
    "Examples under no_match are harmless texts that resemble an attack. An alert about one costs somebody's time and, in the end, the trust in all alerts.",
  wording: ({ id }) => ({
    message: `The signature ${id} matches this example, and must not`,
    help: "Make the pattern narrower, for instance by a word that only attacks have.",
  }),
};

export const idMismatch: Definition<{ id: string; name: string }> = {
  code: "G108",
  name: "signature-id-mismatch",
  severity: "error",
  explanation:
    "The id of a signature stands in events for years. It is the name of its file, so that it is found and given once only.",
  wording: ({ id, name }) => ({
    message: `The id is ${id}, but the file is ${name}`,
    help: `Name the file ${id}.yaml, or write "id: ${name.replace(/\.ya?ml$/, "")}".`,
  }),
};

export const duplicateSignature: Definition<{ id: string; other: string }> = {
  code: "G109",
  name: "duplicate-signature",
  severity: "error",
  explanation: "Two signatures have the same id, so nobody could tell which one an event is about.",
  wording: ({ id, other }) => ({
    message: `The id ${id} is taken by ${other}`,
    help: "Give one of them another id.",
  }),
};

export const badSignatureForm: Definition<{ key: string; value: string; expected: string }> = {
  code: "G110",
  name: "bad-signature-form",
  severity: "error",
  explanation:
    "Ids are words in lower case joined by hyphens; versions have three numbers; references are https addresses. They are printed into events and read by other programs.",
  wording: ({ key, value, expected }) => ({
    message: `"${value}" is not ${expected}`,
    help: `Write "${key}" as ${expected}.`,
  }),
};

export const tooFewItems: Definition<{ key: string; least: number; what: string }> = {
  code: "G111",
  name: "too-few-items",
  severity: "error",
  explanation:
    "A signature says what it misses, names where its facts are from, and has examples that match and examples that must not in each of its languages. What is not tested in a language does not work in it.",
  wording: ({ key, least, what }) => ({
    message: `"${key}" has too few entries`,
    help: `Give at least ${least} ${what}.`,
  }),
};
