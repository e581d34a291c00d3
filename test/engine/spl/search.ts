/** The search command: which events are read, and which results stay. */
import { SplError } from "./error.ts";
import { argumentTokens, Tokens } from "./lexer.ts";
import { type Row, textsOf } from "./value.ts";

type Test = (row: Row) => boolean;

/** Whether a text is like a pattern: `*` stands for any letters, and case makes no difference. */
function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const like = new RegExp(`^${parts.join("[\\s\\S]*")}$`, "iu");
  return (text) => like.test(text);
}

/**
 * Conditions of the search command. Terms side by side must all hold; NOT comes before OR, and OR
 * before AND (Search Manual, Boolean expressions with logical operators). A field of several values
 * matches with any of them. Words that are looked for in the raw event are refused, but `*`.
 */
class SearchParser {
  readonly #tokens: Tokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  all(): Test {
    const parts: Test[] = [];
    do {
      this.#tokens.takeWord("AND");
      parts.push(this.#any());
    } while (!this.#tokens.isDone && this.#tokens.peek.text !== ")");
    return (row) => parts.every((part) => part(row));
  }

  #any(): Test {
    const parts = [this.#one()];
    while (this.#tokens.takeWord("OR")) parts.push(this.#one());
    return (row) => parts.some((part) => part(row));
  }

  #one(): Test {
    if (this.#tokens.takeWord("NOT")) {
      const of = this.#one();
      return (row) => !of(row);
    }
    if (this.#tokens.takeSign("(") !== undefined) {
      const inner = this.all();
      this.#tokens.expectSign(")");
      return inner;
    }
    return this.#term();
  }

  #term(): Test {
    const { kind, text, at } = this.#tokens.next();
    if (kind !== "word") throw new SplError(`unexpected "${text}"`, at);
    if (this.#tokens.takeSign("=") === undefined) {
      if (text !== "*") throw new SplError(`the word "${text}" in the raw event`, at);
      return () => true;
    }
    const value = this.#tokens.next();
    if (value.kind !== "word" && value.kind !== "text")
      throw new SplError(`unexpected "${value.text}"`, value.at);
    const isLike = matcher(value.text);
    return (row) => textsOf(row.get(text)).some(isLike);
  }
}

/** Parses what follows the command's name, or stands before the first pipe. */
export function parseSearch(text: string, at: number): Test {
  const tokens = new Tokens(argumentTokens(text, at));
  const test = new SearchParser(tokens).all();
  tokens.expectEnd();
  return test;
}
