/**
 * Literals of Python as an export writes them: dictionaries, lists, texts in either quote, numbers, True,
 * False and None. Names hold apostrophes that nobody escaped, so a quote ends a text only where something
 * follows that may follow a text.
 */

const DEPTH_MAX = 16;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const WORDS: readonly (readonly [string, unknown])[] = [
  ["None", null],
  ["True", true],
  ["False", false],
  ["null", null],
  ["true", true],
  ["false", false],
];
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\n": "" };

/** Marks that the text is no literal. */
class NoLiteral extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value(0);
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw new NoLiteral();
    return value;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  /** Takes a character when it is there. */
  #takes(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #value(depth: number): unknown {
    if (depth > DEPTH_MAX) throw new NoLiteral();
    if (this.#takes("{")) return this.#dictionary(depth);
    if (this.#takes("[")) return this.#list("]", depth);
    if (this.#takes("(")) return this.#list(")", depth);
    this.#skipBlanks();
    const next = this.#text[this.#at] ?? "";
    if (next === "'" || next === '"') return this.#string(next);
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined) throw new NoLiteral();
    this.#at += number.length;
    return Number(number);
  }

  #dictionary(depth: number): Readonly<Record<string, unknown>> {
    const entries: [string, unknown][] = [];
    while (!this.#takes("}")) {
      const key = this.#value(depth + 1);
      if (typeof key !== "string" || !this.#takes(":")) throw new NoLiteral();
      entries.push([key, this.#value(depth + 1)]);
      if (!this.#takes(",") && this.#text[this.#at] !== "}") throw new NoLiteral();
    }
    // fromEntries defines own properties, so a key such as __proto__ stays data.
    return Object.fromEntries(entries);
  }

  #list(end: string, depth: number): readonly unknown[] {
    const values: unknown[] = [];
    while (!this.#takes(end)) {
      values.push(this.#value(depth + 1));
      if (!this.#takes(",") && this.#text[this.#at] !== end) throw new NoLiteral();
    }
    return values;
  }

  #string(quote: string): string {
    let text = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at] ?? "";
      if (character === "\\") {
        this.#at += 1;
        const escaped = this.#text[this.#at] ?? "";
        text += ESCAPES[escaped] ?? escaped;
      } else if (character === quote && this.#endsText()) {
        this.#at += 1;
        return text;
      } else text += character;
    }
    throw new NoLiteral();
  }

  /** Whether the quote here is the end of a text and no apostrophe. */
  #endsText(): boolean {
    let at = this.#at + 1;
    while (/\s/.test(this.#text[at] ?? "")) at += 1;
    const next = this.#text[at];
    if (next === undefined || next === ":" || next === "}" || next === "]" || next === ")")
      return true;
    if (next !== ",") return false;
    // A name such as "O', Brien" is rarer than a comma before the next key or value.
    const after = this.#text.slice(at + 1).trimStart();
    return after === "" || /^(['"{[(\d-]|None|True|False|\}|\])/.test(after);
  }
}

/** The value of a literal; `undefined` when the text is none. JSON is one too, but for its escapes. */
export function parsePythonLiteral(text: string): unknown {
  try {
    return new Reader(text).whole();
  } catch (cause) {
    if (cause instanceof NoLiteral) return undefined;
    throw cause;
  }
}
