/** Phrase → a regular expression for RE2, its longest match, and texts that every match contains. */
import { HIDDEN_TEXT } from "./fold.ts";
import { SEPARATOR_UNITS_MAX, WORD_UNITS_MAX } from "./normalise.ts";
import type { Phrase } from "./phrase.ts";

/** Required sets of one pattern. */
export const REQUIRED_MAX = 4;

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
   * Every match contains a text of each of these sets, in the order in which
   * they stand in it, at most `REQUIRED_MAX`. Texts are folded.
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

/** Units of the longest match. */
function longest(phrase: Phrase): number {
  switch (phrase.kind) {
    case "text":
      return phrase.text.length;
    case "oneOf":
    case "word":
    case "any":
      return 1;
    case "separator":
      return SEPARATOR_UNITS_MAX;
    case "words":
      return phrase.max * (WORD_UNITS_MAX + SEPARATOR_UNITS_MAX);
    case "characters":
      return phrase.max;
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

/** A set of texts of which every match contains one, and how far from its start that ends at most. */
interface Required {
  readonly texts: TextSet;
  readonly endMax: number;
}

/** What every match of the phrase contains, in order of the phrase. */
function requirements(phrase: Phrase): readonly Required[] {
  const whole = texts(phrase);
  if (whole !== undefined) return [{ texts: whole, endMax: longest(phrase) }];
  switch (phrase.kind) {
    case "sequence":
      return sequenceRequirements(phrase.parts);
    case "choice": {
      const best = phrase.parts.map((part) => bestFirst(requirements(part))[0]);
      const known = best.filter((one) => one !== undefined);
      if (known.length < best.length) return [];
      const endMax = Math.max(...known.map((one) => one.endMax));
      return [{ texts: known.flatMap((one) => one.texts), endMax }];
    }
    case "repeat":
      if (phrase.min === 0) return [];
      return requirements(phrase.part).map((one) => ({ ...one, endMax: longest(phrase) }));
    default:
      return [];
  }
}

/** Neighbours with known texts are joined to longer ones, which are met less often by chance. */
function sequenceRequirements(parts: readonly Phrase[]): readonly Required[] {
  const all: Required[] = [];
  let run: TextSet = [""];
  let end = 0;
  const close = (): void => {
    all.push({ texts: run, endMax: end });
    run = [""];
  };
  for (const part of parts) {
    const set = texts(part);
    const joined = set && cross(run, set);
    if (joined === undefined) {
      close();
      if (set !== undefined) run = set;
      else {
        const inner = requirements(part);
        all.push(...inner.map((one) => ({ ...one, endMax: end + one.endMax })));
      }
    } else run = joined;
    end += longest(part);
  }
  close();
  return all;
}

function compareRequired(a: Required, b: Required): number {
  const worthOf = (one: Required) => Math.min(worth(one.texts), ENOUGH_WORTH);
  return worthOf(b) - worthOf(a) || a.texts.length - b.texts.length;
}

function bestFirst(all: readonly Required[]): readonly Required[] {
  return all.filter((one) => worth(one.texts) >= MIN_WORTH).toSorted(compareRequired);
}

/** Compiles a phrase. `required` is empty where no text of three letters is in every match. */
export function compilePhrase(phrase: Phrase, { hasSpaces }: PhraseStyle): CompiledPhrase {
  const classes = hasSpaces ? SPACED : UNSPACED;
  const core = expressionOf(phrase, classes);
  const all = requirements(phrase);
  const best = bestFirst(all).slice(0, REQUIRED_MAX);
  const required = all.filter((one) => best.includes(one));
  return {
    expression: hasSpaces ? `${classes.separator}(${core})${classes.separator}` : `(${core})`,
    unitsMax: longest(phrase) + 2,
    required: required.map((one) => [...new Set(one.texts)]),
    firstEndMax: 1 + (required[0]?.endMax ?? 0),
  };
}
