/** Phrase → a regular expression for RE2, its longest match, and texts that every match contains. */
import { HIDDEN_TEXT } from "./fold.ts";
import { SEPARATOR_UNITS_MAX } from "./normalise.ts";
import type { Phrase } from "./phrase.ts";

/** Longest word that a gap of words passes over, in units. */
const WORD_UNITS_MAX = 24;
const WORD = "[\\pL\\pN]";
const NO_WORD = "[^\\pL\\pN]";

export interface PhraseStyle {
  /** Words stand apart in this language: phrases begin and end at a word's border, blanks are needed. */
  readonly hasSpaces: boolean;
}

export interface CompiledPhrase {
  /** Expression for RE2 whose first group is the match without its borders. */
  readonly expression: string;
  /** Longest match in units, borders included. */
  readonly unitsMax: number;
  /** Every match contains a text of each of these sets, at most two sets. Texts are folded. */
  readonly required: readonly (readonly string[])[];
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function expressionOf(phrase: Phrase, style: PhraseStyle): string {
  const separator = `${NO_WORD}{${style.hasSpaces ? 1 : 0},${SEPARATOR_UNITS_MAX}}`;
  switch (phrase.kind) {
    case "text":
      return quote(phrase.text);
    case "oneOf":
      return `[${quote(phrase.characters)}]`;
    case "word":
      return WORD;
    case "any":
      return "(?s:.)";
    case "separator":
      return separator;
    case "words":
      return `(?:${WORD}{1,${WORD_UNITS_MAX}}${separator}){0,${phrase.max}}`;
    case "characters":
      return `(?s:.){0,${phrase.max}}`;
    case "sequence":
      return phrase.parts.map((part) => expressionOf(part, style)).join("");
    case "choice":
      return `(?:${phrase.parts.map((part) => expressionOf(part, style)).join("|")})`;
    case "repeat":
      return `(?:${expressionOf(phrase.part, style)}){${phrase.min},${phrase.max}}`;
  }
}

/** Units of the longest match; a character beyond the basic plane has two. */
function longest(phrase: Phrase): number {
  switch (phrase.kind) {
    case "text":
      return phrase.text.length;
    case "oneOf":
    case "word":
    case "any":
      return 2;
    case "separator":
      return SEPARATOR_UNITS_MAX;
    case "words":
      return phrase.max * (2 * WORD_UNITS_MAX + SEPARATOR_UNITS_MAX);
    case "characters":
      return 2 * phrase.max;
    case "sequence":
      return phrase.parts.reduce((sum, part) => sum + longest(part), 0);
    case "choice":
      return Math.max(...phrase.parts.map(longest));
    case "repeat":
      return phrase.max * longest(phrase.part);
  }
}

type TextSet = readonly string[];
const SET_MAX = 96;
const MIN_WORTH = 3;
const ENOUGH_WORTH = 8;

/** A sign of Chinese or Japanese tells about as much as two letters. */
function weight(text: string): number {
  let sum = 0;
  for (const character of text)
    sum += character === HIDDEN_TEXT ? ENOUGH_WORTH : character >= "\u2e80" ? 2 : 1;
  return sum;
}

/** How seldom a text of the set is met by chance: by its shortest. */
function worth(set: TextSet): number {
  return set.length === 0 ? 0 : Math.min(...set.map(weight));
}

/** All texts a phrase can be, when they are few; `undefined` when they are many or not known. */
function texts(phrase: Phrase): TextSet | undefined {
  switch (phrase.kind) {
    case "text":
      return [phrase.text];
    case "oneOf":
      return [...phrase.characters];
    case "choice": {
      const all = phrase.parts.map(texts);
      const known = all.filter((one) => one !== undefined);
      return known.length === all.length ? bounded(known.flat()) : undefined;
    }
    case "sequence":
      return phrase.parts
        .map(texts)
        .reduce<TextSet | undefined>((before, set) => before && set && cross(before, set), [""]);
    case "repeat": {
      const once = texts(phrase.part);
      return phrase.min === 0 && phrase.max === 1 && once ? bounded(["", ...once]) : undefined;
    }
    default:
      return undefined;
  }
}

function bounded(set: TextSet): TextSet | undefined {
  return set.length <= SET_MAX ? set : undefined;
}

function cross(before: TextSet, after: TextSet): TextSet | undefined {
  if (before.length * after.length > SET_MAX) return undefined;
  return before.flatMap((left) => after.map((right) => left + right));
}

/** Sets of texts of which every match of the phrase contains one each, in order of the phrase. */
function requirements(phrase: Phrase): readonly TextSet[] {
  const whole = texts(phrase);
  if (whole !== undefined) return [whole];
  switch (phrase.kind) {
    case "sequence":
      return sequenceRequirements(phrase.parts);
    case "choice": {
      const best = phrase.parts.map((part) => bestOf(requirements(part)));
      const known = best.filter((set) => set !== undefined);
      return known.length === best.length ? [known.flat()] : [];
    }
    case "repeat":
      return phrase.min > 0 ? requirements(phrase.part) : [];
    default:
      return [];
  }
}

/** Neighbours with known texts are joined to longer ones, which are met less often by chance. */
function sequenceRequirements(parts: readonly Phrase[]): readonly TextSet[] {
  const sets: TextSet[] = [];
  let run: TextSet = [""];
  const close = (): void => {
    sets.push(run);
    run = [""];
  };
  for (const part of parts) {
    const set = texts(part);
    const joined = set && cross(run, set);
    if (joined !== undefined) run = joined;
    else {
      close();
      if (set === undefined) sets.push(...requirements(part));
      else run = set;
    }
  }
  close();
  return sets;
}

function compareSets(a: TextSet, b: TextSet): number {
  const worthOf = (set: TextSet) => Math.min(worth(set), ENOUGH_WORTH);
  return worthOf(b) - worthOf(a) || a.length - b.length;
}

function usable(sets: readonly TextSet[]): readonly TextSet[] {
  return sets.filter((set) => worth(set) >= MIN_WORTH).toSorted(compareSets);
}

function bestOf(sets: readonly TextSet[]): TextSet | undefined {
  return usable(sets)[0];
}

/** Compiles a phrase. `required` is empty where no text of three letters is in every match. */
export function compilePhrase(phrase: Phrase, style: PhraseStyle): CompiledPhrase {
  const core = expressionOf(phrase, style);
  return {
    expression: style.hasSpaces ? `${NO_WORD}(${core})${NO_WORD}` : `(${core})`,
    unitsMax: longest(phrase) + 2,
    required: usable(requirements(phrase))
      .slice(0, 2)
      .map((set) => [...new Set(set)]),
  };
}
