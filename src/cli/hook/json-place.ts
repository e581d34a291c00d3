/** Where a text stops being JSON (RFC 8259): the engine does not always say, and people have to mend it. */

const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
/** Everything from the space on but quote and backslash, or an escape. */
const string = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const space = /[ \t\r\n]*/y;

/** Deeper documents are no settings. */
const DEPTH_MAX = 200;

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }

  take(character: string): boolean {
    this.skip(space);
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  get isAtEnd(): boolean {
    this.skip(space);
    return this.at === this.#text.length;
  }

  /** Moves past a value, or to where it is none. */
  value(depth: number): boolean {
    this.skip(space);
    if (depth > DEPTH_MAX) return false;
    if (this.take("{")) return this.#list("}", () => this.#member(depth));
    if (this.take("[")) return this.#list("]", () => this.value(depth + 1));
    return this.skip(string) || this.skip(scalar);
  }

  #member(depth: number): boolean {
    this.skip(space);
    return this.skip(string) && this.take(":") && this.value(depth + 1);
  }

  #list(end: string, item: () => boolean): boolean {
    if (this.take(end)) return true;
    do if (!item()) return false;
    while (this.take(","));
    return this.take(end);
  }
}

/** The offset of the first character that cannot be; `undefined` when the text is JSON. */
export function findJsonError(text: string): number | undefined {
  const scanner = new Scanner(text);
  return scanner.value(0) && scanner.isAtEnd ? undefined : scanner.at;
}
