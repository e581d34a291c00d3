/** Phrase → a regular expression for RE2, its longest match, and texts that every match contains. */
import { SEPARATOR_UNITS_MAX } from "./normalise.ts";
import type { Phrase } from "./phrase.ts";
import { longest } from "./phrase-length.ts";
import { requiredTexts } from "./required-text.ts";

/**
 * Classes of folded units. Folding leaves no signs but those of ASCII and of East Asia, so short ranges
 * say what RE2 would need hundreds for. Where words stand apart, signs of East Asia are no part of one.
 */
const SPACED = {
  word: "[0-9a-z\\x{80}-\\x{2e7f}]",
  separator: "[^0-9a-z\\x{80}-\\x{2e7f}]",
  separatorsMin: 1,
};
const UNSPACED = {
  word: "[0-9a-z\\x{80}-\\x{2fff}\\x{3005}-\\x{3007}\\x{3021}-\\x{302f}\\x{3031}-\\x{d7ff}]",
  separator: "[\\x{0}-/:-`{-\\x{7f}\\x{3000}-\\x{3004}\\x{3008}-\\x{3020}\\x{3030}]",
  separatorsMin: 0,
};
type UnitClasses = typeof SPACED;

export interface PhraseStyle {
  /** Words stand apart in this language: phrases begin and end at a word's border, blanks are needed. */
  readonly hasSpaces: boolean;
}

export interface CompiledPhrase {
  /** Expression for RE2 whose first group is the match without its borders. */
  readonly expression: string;
  /** Longest match in units, borders included. */
  readonly unitsMax: number;
  /**
   * Every match contains a text of each of these sets, in the order in which they stand in it, at most
   * `REQUIRED_MAX`. Texts are folded. Where words stand apart, a blank in them is any separators.
   */
  readonly required: readonly (readonly string[])[];
  /** Units from the start of a match to the end of its text of the first set, at most. */
  readonly firstEndMax: number;
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function expressionOf(phrase: Phrase, classes: UnitClasses): string {
  const { word, separator, separatorsMin } = classes;
  const separators = `${separator}{${separatorsMin},${SEPARATOR_UNITS_MAX}}`;
  switch (phrase.kind) {
    case "text":
      return quote(phrase.text);
    case "oneOf":
      return `[${quote(phrase.characters)}]`;
    case "word":
      return word;
    case "any":
      return "(?s:.)";
    case "separator":
      return separators;
    case "words":
      // The text has no longer words, so no bound is needed here, and RE2 is faster without.
      return `(?:${word}+${separators}){0,${phrase.max}}`;
    case "characters":
      return `(?s:.){0,${phrase.max}}`;
    case "sequence":
      return phrase.parts.map((part) => expressionOf(part, classes)).join("");
    case "choice":
      return `(?:${phrase.parts.map((part) => expressionOf(part, classes)).join("|")})`;
    case "repeat":
      return `(?:${expressionOf(phrase.part, classes)}){${phrase.min},${phrase.max}}`;
  }
}

/** Compiles a phrase. `required` is empty where no text of three letters is in every match. */
export function compilePhrase(phrase: Phrase, { hasSpaces }: PhraseStyle): CompiledPhrase {
  const classes = hasSpaces ? SPACED : UNSPACED;
  const core = expressionOf(phrase, classes);
  const required = requiredTexts(phrase, hasSpaces);
  return {
    expression: hasSpaces ? `${classes.separator}(${core})${classes.separator}` : `(${core})`,
    unitsMax: longest(phrase) + 2,
    required: required.map(({ texts }) => texts),
    firstEndMax: 2 + (required[0]?.endMax ?? 0),
  };
}
