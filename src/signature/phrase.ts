/**
 * The language of patterns: phrases that can be read, and that cannot be slow.
 *
 *     ignore {3w}(previous|prior) instructions?
 *
 * A blank stands for whatever separates words, `{3w}` for up to three words, `{8c}` for up to eight
 * characters, `{name}` for a term of the file. `?` and `{m,n}` repeat, `( | )` chooses, `[abc]` is one
 * of some characters, `\w` a letter or digit, `.` anything; `\` takes the next character as it is.
 * There is no unbounded repetition, so every phrase has a longest match.
 */
import { fold, HIDDEN_TEXT } from "./fold.ts";

export type Phrase =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "oneOf"; readonly characters: string }
  | { readonly kind: "word" | "any" | "separator" }
  /** Up to so many words, each with what separates it from the next. */
  | { readonly kind: "words"; readonly max: number }
  | { readonly kind: "characters"; readonly max: number }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Phrase[] }
  | { readonly kind: "repeat"; readonly part: Phrase; readonly min: number; readonly max: number };

/** What is wrong with a phrase, where in its text. */
export interface PhraseError {
  readonly offset: number;
  readonly length: number;
  readonly detail: string;
}

export type ParsedPhrase =
  | { readonly ok: true; readonly phrase: Phrase }
  | { readonly ok: false; readonly error: PhraseError };

/** Terms by name, as far as they are known when a phrase is read. */
export type Terms = ReadonlyMap<string, Phrase>;

const REPEAT_MAX = 80;
const WORDS_MAX = 10;
const CHARACTERS_MAX = 80;
const NAMED = /^[a-z][a-z0-9_]*$/;
const BRACED = /^(?:([0-9]{1,2})(?:,([0-9]{1,2}))?|([0-9]{1,2})([wc])|([a-z][a-z0-9_]*))$/;
const SPECIAL = new Set("?|(){}[].\\*+^$");

/** Whether a word can name a term in braces. `hidden` is taken: it is the mark of invisible text. */
export function isTermName(name: string): boolean {
  return NAMED.test(name) && name !== "hidden";
}

class Stop extends Error {
  readonly error: PhraseError;
  constructor(error: PhraseError) {
    super(error.detail);
    this.error = error;
  }
}

class PhraseReader {
  readonly #source: string;
  readonly #terms: Terms;
  #at = 0;

  constructor(source: string, terms: Terms) {
    this.#source = source;
    this.#terms = terms;
  }

  /** Reads to the end of the phrase. */
  all(): Phrase {
    const phrase = this.#choice();
    if (this.#at < this.#source.length) this.#stop(this.#at, 1, "there is no ( for this )");
    return phrase;
  }

  #stop(offset: number, length: number, detail: string): never {
    throw new Stop({ offset, length, detail });
  }

  #peek(): string {
    return this.#source[this.#at] ?? "";
  }

  #choice(): Phrase {
    const parts = [this.#sequence()];
    while (this.#peek() === "|") {
      this.#at += 1;
      parts.push(this.#sequence());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "choice", parts };
  }

  #sequence(): Phrase {
    const begun = this.#at;
    const parts: Phrase[] = [];
    while (this.#at < this.#source.length && this.#peek() !== "|" && this.#peek() !== ")")
      parts.push(this.#quantified(this.#atom()));
    if (parts.length === 0)
      this.#stop(begun, 1, "an alternative is empty; write ? for what may be missing");
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "sequence", parts };
  }

  #atom(): Phrase {
    const begun = this.#at;
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    switch (character) {
      case " ":
        return { kind: "separator" };
      case ".":
        return { kind: "any" };
      case "(":
        return this.#group(begun);
      case "[":
        return this.#oneOf(begun);
      case "{":
        return this.#braced(begun);
      case "\\":
        return this.#escaped(begun);
      default:
        if (SPECIAL.has(character)) {
          const detail = `"${character}" stands for nothing here; write \\${character} for the character itself`;
          const unbounded = `"${character}" has no upper bound; write {0,n} or {3w}`;
          this.#stop(begun, 1, character === "*" || character === "+" ? unbounded : detail);
        }
        return this.#literal(character, begun);
    }
  }

  #literal(character: string, offset: number): Phrase {
    if (character !== character.toLowerCase())
      this.#stop(offset, character.length, "texts are compared in lower case; write it so");
    const text = fold(character);
    if (text.trim() === "")
      this.#stop(
        offset,
        character.length,
        "the character vanishes from texts before they are compared",
      );
    return { kind: "text", text };
  }

  #group(begun: number): Phrase {
    const phrase = this.#choice();
    if (this.#peek() !== ")") this.#stop(begun, 1, "the ( is never closed");
    this.#at += 1;
    return phrase;
  }

  #oneOf(begun: number): Phrase {
    const end = this.#source.indexOf("]", this.#at);
    if (end === -1) this.#stop(begun, 1, "the [ is never closed");
    const inner = this.#source.slice(this.#at, end);
    this.#at = end + 1;
    if (inner === "" || /[\\^[-]/.test(inner))
      this.#stop(begun, end + 1 - begun, "[…] lists characters one by one, without ranges or \\");
    const characters = fold(inner.toLowerCase());
    if ([...characters].length !== [...inner].length)
      this.#stop(
        begun,
        end + 1 - begun,
        "a character in […] reads as several or none; write (a|b)",
      );
    return { kind: "oneOf", characters };
  }

  #escaped(begun: number): Phrase {
    const character = this.#peek();
    this.#at += 1;
    if (character === "w") return { kind: "word" };
    if (character === "" || /[\p{L}\p{N}]/u.test(character))
      this.#stop(begun, 2, `"\\${character}" is not known; \\w is, and \\ before a sign`);
    return this.#literal(character, begun);
  }

  /** What a closed pair of braces after `begun` holds; moves behind it. */
  #braces(begun: number): RegExpExecArray {
    const end = this.#source.indexOf("}", begun);
    const parts = end === -1 ? null : BRACED.exec(this.#source.slice(begun + 1, end));
    if (parts === null) {
      const length = end === -1 ? 1 : end + 1 - begun;
      this.#stop(
        begun,
        length,
        "braces hold a repetition {0,3}, words {3w}, characters {8c} or a {term}",
      );
    }
    this.#at = end + 1;
    return parts;
  }

  #braced(begun: number): Phrase {
    const [whole, count, , gap, unit, name] = this.#braces(begun);
    const length = (whole?.length ?? 0) + 2;
    if (count !== undefined) this.#stop(begun, length, "there is nothing before it to repeat");
    if (gap !== undefined) {
      const max = Number(gap);
      const limit = unit === "w" ? WORDS_MAX : CHARACTERS_MAX;
      if (max < 1 || max > limit) this.#stop(begun, length, `a gap is 1 to ${limit}${unit} long`);
      return { kind: unit === "w" ? "words" : "characters", max };
    }
    if (name === "hidden") return { kind: "text", text: HIDDEN_TEXT };
    const term = this.#terms.get(name ?? "");
    if (term === undefined) {
      const known = [...this.#terms.keys()].join(", ");
      this.#stop(
        begun,
        length,
        `there is no term "${name}" above it${known === "" ? "" : `; there is ${known}`}`,
      );
    }
    return term;
  }

  #quantified(part: Phrase): Phrase {
    const begun = this.#at;
    if (this.#peek() === "?") {
      this.#at += 1;
      return { kind: "repeat", part, min: 0, max: 1 };
    }
    if (this.#peek() !== "{" || !/^\{[0-9]+[,}]/.test(this.#source.slice(begun))) return part;
    const [whole, least, most] = this.#braces(begun);
    const min = Number(least);
    const max = most === undefined ? min : Number(most);
    if (min > max || max < 1 || max > REPEAT_MAX)
      this.#stop(
        begun,
        (whole?.length ?? 0) + 2,
        `a repetition is {m,n} with m up to n, and n from 1 to ${REPEAT_MAX}`,
      );
    return { kind: "repeat", part, min, max };
  }
}

/** Parses one phrase. Terms that it names must be in `terms`. */
export function parsePhrase(source: string, terms: Terms = new Map()): ParsedPhrase {
  try {
    return { ok: true, phrase: new PhraseReader(source, terms).all() };
  } catch (thrown) {
    if (thrown instanceof Stop) return { ok: false, error: thrown.error };
    throw thrown;
  }
}
