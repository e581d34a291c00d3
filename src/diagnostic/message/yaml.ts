/** Messages about YAML files of any kind: syntax, shape, names. Codes Y1xx. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const syntax: Definition<{ detail: string }> = {
  code: "Y101",
  name: "yaml-syntax",
  severity: "error",
  explanation:
    "The file is not valid YAML 1.2. The usual causes are a tab in the indentation, a missing space after a colon, or a quote that is not closed.",
  wording: ({ detail }) => ({
    message: `This is not valid YAML: ${detail}`,
    help: "Compare the indentation and quotes of this line with the line before.",
  }),
};

export const indirection: Definition<{ what: string }> = {
  code: "Y102",
  name: "yaml-indirection",
  severity: "error",
  explanation:
    "Anchors, aliases, merge keys, tags and multiple documents are not allowed in the files of a content pack: they hide where a value comes from, and nested aliases can expand a small file to gigabytes.",
  wording: ({ what }) => ({
    message: `A YAML ${what} is not allowed here`,
    help: "Write the value out where it is used.",
  }),
};

export const tooLarge: Definition<{ bytes: number; limit: number }> = {
  code: "Y103",
  name: "yaml-too-large",
  severity: "error",
  explanation:
    "A file of a content pack is read by people and is a few kilobytes long. Larger input is refused before it is parsed.",
  wording: ({ bytes, limit }) => ({
    message: `The file has ${bytes} bytes; at most ${limit} are read`,
    help: "Split it, or check that this is the file you meant.",
  }),
};

export const wrongType: Definition<{ key: string; expected: string; found: string }> = {
  code: "Y104",
  name: "wrong-type",
  severity: "error",
  explanation: "A value has another type than the format asks for.",
  wording: ({ key, expected, found }) => ({
    message: `${key} must be ${expected}, not ${found}`,
    help: `Write ${expected} here.`,
  }),
};

export const missingKey: Definition<{ key: string; where: string; expected: string }> = {
  code: "Y105",
  name: "missing-key",
  severity: "error",
  explanation:
    "A required key is missing. Required keys carry what a reader or a product cannot do without.",
  wording: ({ key, where, expected }) => ({
    message: `"${key}" is missing in ${where}`,
    help: `Add "${key}:" with ${expected}.`,
  }),
};

export const unknownKey: Definition<{ key: string; where: string; known: readonly string[] }> = {
  code: "Y106",
  name: "unknown-key",
  severity: "error",
  explanation:
    "The key is not part of the format. Unknown keys are refused because a misspelt key would otherwise be ignored in silence.",
  wording: ({ key, where, known }) => ({
    message: `"${key}" is not a key of ${where}`,
    help: oneOf(key, known),
  }),
};

export const unknownValue: Definition<{ key: string; value: string; known: readonly string[] }> = {
  code: "Y107",
  name: "unknown-value",
  severity: "error",
  explanation: "The value is not in the closed list that the key allows.",
  wording: ({ key, value, known }) => ({
    message: `"${value}" is not a value of ${key}`,
    help: oneOf(value, known),
  }),
};

export const outOfRange: Definition<{ key: string; value: string; range: string }> = {
  code: "Y108",
  name: "out-of-range",
  severity: "error",
  explanation: "The value has the right type but lies outside what the key allows.",
  wording: ({ key, value, range }) => ({
    message: `${key} is ${value}, outside of its range`,
    help: `Write ${range}.`,
  }),
};
