/**
 * Texts that every match of a phrase contains. A pattern is tried only where they were met in their
 * order, so they decide how fast matching is.
 */
import { HIDDEN_TEXT } from "./fold.ts";
import type { Phrase } from "./phrase.ts";
import { longest } from "./phrase-length.ts";

/** Required sets of one pattern. */
export const REQUIRED_MAX = 4;

/** A set of texts of which every match contains one, and how far from its start that ends at most. */
export interface RequiredText {
  readonly texts: readonly string[];
  readonly endMax: number;
}

type TextSet = readonly string[];
const SET_MAX = 64;
const MIN_WORTH = 3;
const ENOUGH_WORTH = 6;

/** Letters of a text; a sign of Chinese or Japanese tells about as much as two. */
function weight(text: string): number {
  let sum = 0;
  for (const character of text) {
    if (character === HIDDEN_TEXT) sum += ENOUGH_WORTH;
    else if (character !== " ") sum += character >= "\u2e80" ? 2 : 1;
  }
  return sum;
}

/** How seldom a text of the set is met by chance: by its shortest. */
function worth(texts: TextSet): number {
  return texts.length === 0 ? 0 : Math.min(...texts.map(weight));
}

const NO_WORD = /[^0-9a-z\u0080-\u2e7f]+/g;

/** All signs between words are one blank, as the automaton for words reads them. */
function asWords(text: string): string {
  return text.replace(NO_WORD, " ");
}

class Requirements {
  readonly #hasSpaces: boolean;

  constructor(hasSpaces: boolean) {
    this.#hasSpaces = hasSpaces;
  }

  /** All texts a phrase can be, when they are few; \`undefined\` when they are many or not known. */
  #texts(phrase: Phrase): TextSet | undefined {
    switch (phrase.kind) {
      case "text":
        return [this.#hasSpaces ? asWords(phrase.text) : phrase.text];
      case "separator":
        return this.#hasSpaces ? [" "] : undefined;
      case "oneOf":
        return [...phrase.characters].map((one) => (this.#hasSpaces ? asWords(one) : one));
      case "choice": {
        const all = phrase.parts.map((part) => this.#texts(part));
        const known = all.filter((one) => one !== undefined);
        return known.length === all.length ? bounded(known.flat()) : undefined;
      }
      case "sequence":
        return phrase.parts
          .map((part) => this.#texts(part))
          .reduce<TextSet | undefined>(
            (before, set) => before && set && this.#cross(before, set),
            [""],
          );
      case "repeat": {
        const once = this.#texts(phrase.part);
        return phrase.min === 0 && phrase.max === 1 && once ? bounded(["", ...once]) : undefined;
      }
      default:
        return undefined;
    }
  }

  #cross(before: TextSet, after: TextSet): TextSet | undefined {
    if (before.length * after.length > SET_MAX) return undefined;
    const joined = before.flatMap((left) => after.map((right) => left + right));
    return [...new Set(this.#hasSpaces ? joined.map(asWords) : joined)];
  }

  /** What every match of the phrase contains, in order of the phrase. */
  of(phrase: Phrase): readonly RequiredText[] {
    switch (phrase.kind) {
      case "sequence":
        return this.#ofSequence(phrase.parts);
      case "choice": {
        const whole = this.#texts(phrase);
        if (whole !== undefined) return [{ texts: whole, endMax: longest(phrase) }];
        const best = phrase.parts.map((part) => bestFirst(this.of(part))[0]);
        const known = best.filter((one) => one !== undefined);
        if (known.length < best.length) return [];
        const endMax = Math.max(...known.map((one) => one.endMax));
        return [{ texts: known.flatMap((one) => one.texts), endMax }];
      }
      case "repeat":
        if (phrase.min === 0) return [];
        return this.of(phrase.part).map((one) => ({ ...one, endMax: longest(phrase) }));
      default: {
        const whole = this.#texts(phrase);
        return whole === undefined ? [] : [{ texts: whole, endMax: longest(phrase) }];
      }
    }
  }

  /**
   * Neighbours with known texts are joined to longer ones, which are met less often by chance. Words
   * that tell enough are not joined with the next: two sets in a row tell as much as all their pairs.
   */
  #ofSequence(parts: readonly Phrase[]): readonly RequiredText[] {
    const all: RequiredText[] = [];
    let run: TextSet = [""];
    let end = 0;
    const close = (next: TextSet): void => {
      all.push({ texts: run, endMax: end });
      run = next;
    };
    for (const part of parts) {
      const set = this.#texts(part);
      const joined = set && this.#cross(run, set);
      if (joined !== undefined) run = joined;
      else {
        // Behind a separator, and behind a gap of words, a word begins.
        const isApart = run.every((text) => text.endsWith(" "));
        close(set ?? [part.kind === "words" && isApart ? " " : ""]);
        if (set === undefined && part.kind !== "words")
          all.push(...this.of(part).map((one) => ({ ...one, endMax: end + one.endMax })));
      }
      end += longest(part);
      if (this.#hasSpaces && part.kind === "separator" && worth(run) >= ENOUGH_WORTH) close([" "]);
    }
    close([""]);
    return all;
  }
}

function bounded(texts: TextSet): TextSet | undefined {
  return texts.length <= SET_MAX ? texts : undefined;
}

function compareRequired(a: RequiredText, b: RequiredText): number {
  const worthOf = (one: RequiredText) => Math.min(worth(one.texts), ENOUGH_WORTH);
  return worthOf(b) - worthOf(a) || a.texts.length - b.texts.length;
}

function bestFirst(all: readonly RequiredText[]): readonly RequiredText[] {
  return all.filter((one) => worth(one.texts) >= MIN_WORTH).toSorted(compareRequired);
}

/**
 * The sets of texts of which every match contains one each, best ones only, in order of the phrase.
 * Where words stand apart, the phrase's borders are blanks as well.
 */
export function requiredTexts(phrase: Phrase, hasSpaces: boolean): readonly RequiredText[] {
  const border: Phrase = { kind: "separator" };
  const whole: Phrase = hasSpaces ? { kind: "sequence", parts: [border, phrase, border] } : phrase;
  const flat: Phrase =
    hasSpaces && phrase.kind === "sequence"
      ? { kind: "sequence", parts: [border, ...phrase.parts, border] }
      : whole;
  const all = new Requirements(hasSpaces).of(flat);
  const best = bestFirst(all).slice(0, REQUIRED_MAX);
  return all
    .filter((one) => best.includes(one))
    .map(({ texts, endMax }) => ({ texts: [...new Set(texts)], endMax }));
}
