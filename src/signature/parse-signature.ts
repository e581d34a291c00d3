/** YAML → signature, with every mistake at its place. */
import {
  type Diagnostic,
  fail,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as signatureMessage from "../diagnostic/message/signature.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { frameworkIds, frameworkVersions } from "../framework/lookup.ts";
import type { YamlList, YamlScalar } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { compilePhrase } from "./compile-phrase.ts";
import { isTermName, type Phrase, parsePhrase, type Terms } from "./phrase.ts";
import {
  type Signature,
  type SignatureLanguage,
  type SignaturePattern,
  signatureCategories,
  signatureLanguages,
  type TextSurface,
  textSurfaces,
} from "./signature.ts";

/** Longest match of a pattern, in units of folded text. A stream keeps that much. */
export const PATTERN_UNITS_MAX = 1000;

/** A text that a signature must or must not match, and where it is written. */
export interface SignatureExample {
  readonly text: string;
  readonly span: Span;
  readonly language: SignatureLanguage;
  readonly isMatch: boolean;
}

/** A signature with the examples of its file. */
export interface SignatureFile {
  readonly signature: Signature;
  readonly examples: readonly SignatureExample[];
  /** Where the id stands. */
  readonly span: Span;
}

const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const VERSION = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}$/;
const ADDRESS = /^https:\/\/[^\s]+$/;

interface Reading {
  readonly diagnostics: Diagnostic[];
}

function checkForm(
  reading: Reading,
  span: Span,
  form: { readonly key: string; readonly value: string | undefined; readonly expected: string },
  pattern: RegExp,
): void {
  const { key, value, expected } = form;
  if (value === undefined || pattern.test(value)) return;
  reading.diagnostics.push(
    report(signatureMessage.badSignatureForm, span, { key, value, expected }),
  );
}

/** The texts of a list, each with its node. */
function textNodes(
  reading: Reading,
  key: string,
  list: YamlList | undefined,
): readonly YamlScalar[] {
  return (list?.items ?? []).flatMap((item) => {
    if (item.kind === "scalar" && typeof item.value === "string") return [item];
    const args = {
      key: `Each item of ${key}`,
      expected: "text in quotes",
      found: `a ${item.kind}`,
    };
    reading.diagnostics.push(report(yamlMessage.wrongType, item.span, args));
    return [];
  });
}

/** A list with at least so many texts. */
function texts(
  reading: Reading,
  map: MapReader,
  key: string,
  { least, what }: { readonly least: number; readonly what: string },
): readonly YamlScalar[] {
  const nodes = textNodes(reading, key, map.list(key));
  if (map.keys().includes(key) && nodes.length < least)
    reading.diagnostics.push(
      report(signatureMessage.tooFewItems, map.spanOf(key), { key, least, what }),
    );
  return nodes;
}

function phraseOf(reading: Reading, node: YamlScalar, terms: Terms): Phrase | undefined {
  const parsed = parsePhrase(String(node.value), terms);
  if (parsed.ok) return parsed.phrase;
  const { offset, length, detail } = parsed.error;
  reading.diagnostics.push(
    report(signatureMessage.badPattern, node.within(offset, length), { detail }),
  );
  return undefined;
}

/** Terms in the order of the file; a term may name those above it. */
function readTerms(reading: Reading, map: MapReader): Terms {
  const terms = new Map<string, Phrase>();
  const inner = map.optionalMap("terms");
  for (const name of inner?.keys() ?? []) {
    const node = inner?.textNode(name);
    if (node === undefined) continue;
    if (!isTermName(name)) {
      const span = inner?.keySpanOf(name) ?? node.span;
      reading.diagnostics.push(report(signatureMessage.badTerm, span, { name }));
    }
    const phrase = phraseOf(reading, node, terms);
    if (phrase !== undefined) terms.set(name, phrase);
  }
  return terms;
}

function readPattern(
  reading: Reading,
  node: YamlScalar,
  terms: Terms,
  language: SignatureLanguage,
): readonly SignaturePattern[] {
  const phrase = phraseOf(reading, node, terms);
  if (phrase === undefined) return [];
  const compiled = compilePhrase(phrase, signatureLanguages[language]);
  const { unitsMax, required } = compiled;
  if (required.length === 0)
    reading.diagnostics.push(report(signatureMessage.noFixedText, node.span, {}));
  if (unitsMax > PATTERN_UNITS_MAX) {
    const args = { units: unitsMax, limit: PATTERN_UNITS_MAX };
    reading.diagnostics.push(report(signatureMessage.patternTooLong, node.span, args));
  }
  return [{ language, ...compiled }];
}

interface LanguagePart {
  readonly patterns: readonly SignaturePattern[];
  readonly examples: readonly SignatureExample[];
}

function readLanguage(reading: Reading, map: MapReader, language: SignatureLanguage): LanguagePart {
  const terms = readTerms(reading, map);
  const sources = texts(reading, map, "patterns", { least: 1, what: "pattern" });
  const patterns = sources.flatMap((node) => readPattern(reading, node, terms, language));
  const examples = (["match", "no_match"] as const).flatMap((key) =>
    texts(reading, map, key, { least: 1, what: "example" }).map(
      (node): SignatureExample => ({
        text: String(node.value),
        span: node.span,
        language,
        isMatch: key === "match",
      }),
    ),
  );
  map.done();
  return { patterns, examples };
}

function readLanguages(reading: Reading, map: MapReader): readonly LanguagePart[] {
  const inner = map.map("languages");
  if (inner === undefined) return [];
  const known = Object.keys(signatureLanguages);
  return inner.keys().flatMap((key) => {
    if (!known.includes(key)) {
      const args = { key: "languages", value: key, known };
      reading.diagnostics.push(report(yamlMessage.unknownValue, inner.keySpanOf(key), args));
      return [];
    }
    const part = inner.map(key);
    return part === undefined ? [] : [readLanguage(reading, part, key as SignatureLanguage)];
  });
}

function readAtlas(reading: Reading, map: MapReader): readonly string[] {
  const inner = map.map("atlas");
  if (inner === undefined) return [];
  const version = inner.choice("version", frameworkVersions("atlas"));
  const nodes = texts(reading, inner, "techniques", { least: 1, what: "technique" });
  const known = version === undefined ? [] : frameworkIds("atlas", version);
  for (const node of version === undefined ? [] : nodes) {
    const id = String(node.value);
    if (known.includes(id)) continue;
    const args = { id, version: version ?? "", known };
    reading.diagnostics.push(report(signatureMessage.unknownAtlas, node.span, args));
  }
  inner.done();
  return nodes.map((node) => String(node.value));
}

function readSurfaces(reading: Reading, map: MapReader): readonly TextSurface[] {
  const nodes = texts(reading, map, "surfaces", { least: 1, what: "surface" });
  return nodes.flatMap((node) => {
    const value = String(node.value);
    const surface = textSurfaces.find((one) => one === value);
    if (surface !== undefined) return [surface];
    const args = { key: "surfaces", value, known: textSurfaces };
    reading.diagnostics.push(report(yamlMessage.unknownValue, node.span, args));
    return [];
  });
}

function readReferences(reading: Reading, map: MapReader): readonly string[] {
  const nodes = texts(reading, map, "references", { least: 1, what: "address" });
  for (const node of nodes) {
    const form = { key: "references", value: String(node.value), expected: "an https address" };
    checkForm(reading, node.span, form, ADDRESS);
  }
  return nodes.map((node) => String(node.value));
}

/**
 * Parses one signature. Examples are not run here; `checkSignatures` does that.
 *
 * @param file Name used in positions.
 * @returns The signature, or diagnostics G101 to G105, G110, G111 and those of YAML.
 */
export function parseSignature(text: string, file: string): Result<SignatureFile> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const reading: Reading = { diagnostics: [...yaml.diagnostics] };
  const map = MapReader.of(yaml.value, "a signature", reading.diagnostics);
  if (map === undefined) return fail(reading.diagnostics);
  const id = map.string("id");
  const version = map.string("version");
  const words = "words in lower case joined by hyphens";
  checkForm(reading, map.spanOf("id"), { key: "id", value: id, expected: words }, ID);
  const numbers = "three numbers such as 1.0.0";
  checkForm(
    reading,
    map.spanOf("version"),
    { key: "version", value: version, expected: numbers },
    VERSION,
  );
  const head = {
    title: map.string("title"),
    description: map.string("description"),
    category: map.choice("category", signatureCategories),
    severity: map.choice("severity", ["low", "medium", "high", "critical"]),
    surfaces: readSurfaces(reading, map),
    atlas: readAtlas(reading, map),
  };
  const parts = readLanguages(reading, map);
  const limits = texts(reading, map, "limits", { least: 1, what: "sentence about what it misses" });
  const references = readReferences(reading, map);
  map.done();
  const signature = {
    id,
    version,
    ...head,
    patterns: parts.flatMap((part) => part.patterns),
    limits: limits.map((node) => String(node.value)),
    references,
  } as Signature;
  const examples = parts.flatMap((part) => part.examples);
  return resultOf({ signature, examples, span: map.spanOf("id") }, reading.diagnostics);
}
