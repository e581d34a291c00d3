/** Splits searches into commands, and commands into words. */
import { SplError } from "./error.ts";

/** One command of a pipeline with everything after its name. */
export interface Command {
  /** Empty for what stands before the first pipe. */
  readonly name: string;
  readonly text: string;
  /** Where `text` begins. */
  readonly at: number;
}

export interface Token {
  readonly kind: "word" | "text" | "field" | "number" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

/** The end of a double-quoted text that begins at `start`: the place after its closing quote. */
export function endOfQuotes(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  throw new SplError("a double quote that nothing closes", start);
}

/** Splits at pipes outside of double quotes. Subsearches are refused. */
export function commandsOf(search: string): readonly Command[] {
  const starts = [0];
  for (let at = 0; at < search.length; at += 1) {
    const sign = search[at];
    if (sign === '"') at = endOfQuotes(search, at) - 1;
    else if (sign === "|") starts.push(at + 1);
    else if (sign === "[") throw new SplError("a subsearch", at);
  }
  return starts.map((start, index) => {
    const end = (starts[index + 1] ?? search.length + 1) - 1;
    if (index === 0) return { name: "", text: search.slice(0, end), at: 0 };
    const match = /^\s*([a-z]+)(?=\s|$)/.exec(search.slice(start, end));
    if (match === null) throw new SplError("no command after a pipe", start);
    const at = start + match[0].length;
    return { name: match[1] ?? "", text: search.slice(at, end), at };
  });
}

/**
 * The text that double quotes hold. `\\` is a backslash, `\"` a quote and `\t` a tab (Search Manual,
 * Types of expressions); the manual names no other pair that means more than its letters.
 */
export function unquote(quoted: string, at: number): string {
  return quoted.slice(1, -1).replace(/\\([\s\S])/g, (pair: string, sign: string) => {
    if (sign === '"' || sign === "\\") return sign;
    if (sign === "t") return "\t";
    throw new SplError(`the escape ${pair}, whose meaning is not documented`, at);
  });
}

const EVAL_TOKEN =
  /\s+|("(?:[^"\\]|\\[\s\S])*")|('[^']*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|[-+*/%<>=(),.])/y;

/**
 * Words of an expression. Names of fields with other signs than letters, digits and underscores stand
 * in single quotes, texts in double quotes (Search Reference, eval).
 */
export function expressionTokens(text: string, at: number): readonly Token[] {
  return tokensOf(text, at, EVAL_TOKEN, ([, quoted, field, number, word, sign], place) => {
    if (quoted !== undefined) return { kind: "text", text: unquote(quoted, place), at: place };
    if (field !== undefined) return { kind: "field", text: field.slice(1, -1), at: place };
    if (number !== undefined) return { kind: "number", text: number, at: place };
    if (word !== undefined) return { kind: "word", text: word, at: place };
    return sign === undefined ? undefined : { kind: "sign", text: sign, at: place };
  });
}

const ARGUMENT_TOKEN = /\s+|("(?:[^"\\]|\\[\s\S])*")|([^\s"'`,()=<>!|]+)|(!=|<=|>=|[,()=<>])/y;

/** Words of the arguments of a command that takes no expressions. */
export function argumentTokens(text: string, at: number): readonly Token[] {
  return tokensOf(text, at, ARGUMENT_TOKEN, ([, quoted, word, sign], place) => {
    if (quoted !== undefined) return { kind: "text", text: unquote(quoted, place), at: place };
    if (word !== undefined) return { kind: "word", text: word, at: place };
    return sign === undefined ? undefined : { kind: "sign", text: sign, at: place };
  });
}

function tokensOf(
  text: string,
  at: number,
  pattern: RegExp,
  tokenOf: (match: readonly (string | undefined)[], place: number) => Token | undefined,
): readonly Token[] {
  const tokens: Token[] = [];
  let next = 0;
  while (next < text.length) {
    pattern.lastIndex = next;
    const match = pattern.exec(text);
    if (match === null) throw new SplError(`the sign ${JSON.stringify(text[next])}`, at + next);
    const token = tokenOf(match, at + next);
    if (token !== undefined) tokens.push(token);
    next = pattern.lastIndex;
  }
  return [...tokens, { kind: "end", text: "", at: at + text.length }];
}

/** Reads tokens one by one. */
export class Tokens {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get peek(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("tokens without end");
    return token;
  }

  next(): Token {
    const token = this.peek;
    this.#next += 1;
    return token;
  }

  get isDone(): boolean {
    return this.peek.kind === "end";
  }

  /** Takes the sign if it comes next. */
  takeSign(...signs: readonly string[]): string | undefined {
    const { kind, text } = this.peek;
    if (kind !== "sign" || !signs.includes(text)) return undefined;
    this.#next += 1;
    return text;
  }

  /** Takes the word if it comes next, in just this case. */
  takeWord(word: string): boolean {
    const { kind, text } = this.peek;
    if (kind !== "word" || text !== word) return false;
    this.#next += 1;
    return true;
  }

  expectSign(sign: string): void {
    if (this.takeSign(sign) === undefined) this.refuse(`"${sign}" is missing`);
  }

  expectEnd(): void {
    if (!this.isDone) this.refuse(`unexpected "${this.peek.text}"`);
  }

  refuse(what: string): never {
    throw new SplError(what, this.peek.at);
  }
}
