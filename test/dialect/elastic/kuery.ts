/**
 * An evaluator of Kibana's query language over keyword, number and boolean fields, from its
 * documentation and knowing nothing of the compiler. It refuses what it does not know.
 */

/** A document by dotted field names; an absent field is missing. */
export type Document = ReadonlyMap<string, string | number | boolean | readonly string[]>;

type Test = (document: Document) => boolean;

interface Token {
  readonly kind: "value" | "word" | "sign";
  readonly text: string;
}

/** Words are bare text with backslash escapes; `*` alone is the wildcard for any value. */
const TOKEN = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"|(<=|>=|[():<>])|((?:\\[\s\S]|[^\s"():<>\\])+))/y;

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`cannot read ${JSON.stringify(text.slice(at, at + 20))}`);
    const [, quoted, sign, word] = match;
    const plain = (one: string): string =>
      one.replace(/\\([\s\S])/g, (_, character: string) => escapes[character] ?? character);
    if (quoted !== undefined) tokens.push({ kind: "value", text: plain(quoted) });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else tokens.push({ kind: "word", text: plain(word ?? "") });
  }
  return tokens;
}

function valuesOf(document: Document, field: string): readonly (string | number | boolean)[] {
  const value = document.get(field);
  if (value === undefined) return [];
  return typeof value === "object" ? value : [value];
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): Test {
    const test = this.#or();
    if (this.#at !== this.#tokens.length) throw new Error("rest of a query");
    return test;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error("unexpected end");
    this.#at += 1;
    return token;
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "value" || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #or(): Test {
    const parts = [this.#and()];
    while (this.#take("or")) parts.push(this.#and());
    return (document) => parts.some((part) => part(document));
  }

  #and(): Test {
    const parts = [this.#not()];
    while (this.#take("and")) parts.push(this.#not());
    return (document) => parts.every((part) => part(document));
  }

  #not(): Test {
    if (!this.#take("not")) return this.#group();
    const inner = this.#not();
    return (document) => !inner(document);
  }

  #group(): Test {
    if (!this.#take("(")) return this.#comparison();
    const inner = this.#or();
    if (!this.#take(")")) throw new Error("expected )");
    return inner;
  }

  #comparison(): Test {
    const field = this.#next();
    if (field.kind !== "word") throw new Error(`no field: ${field.text}`);
    if (field.text === "*" && this.#at === this.#tokens.length) return () => true;
    for (const sign of ["<=", ">=", "<", ">"])
      if (this.#take(sign)) return this.#range(field.text, sign, Number(this.#next().text));
    if (!this.#take(":")) throw new Error(`expected : after ${field.text}`);
    if (!this.#take("(")) return this.#match(field.text);
    const tests = [this.#match(field.text)];
    while (this.#take("or")) tests.push(this.#match(field.text));
    if (!this.#take(")")) throw new Error("expected )");
    return (document) => tests.some((test) => test(document));
  }

  #range(field: string, sign: string, bound: number): Test {
    return (document) =>
      valuesOf(document, field).some((value) => {
        if (sign === "<") return Number(value) < bound;
        if (sign === "<=") return Number(value) <= bound;
        return sign === ">" ? Number(value) > bound : Number(value) >= bound;
      });
  }

  /** One term: in quotes as it is, bare as a number, a truth value, or the wildcard. */
  #match(field: string): Test {
    const { kind, text } = this.#next();
    if (kind === "sign") throw new Error(`unexpected ${text}`);
    if (kind === "value")
      return (document) => valuesOf(document, field).some((value) => value === text);
    if (text === "*") return (document) => valuesOf(document, field).length > 0;
    if (/[*\\]/.test(text)) throw new Error(`wildcard ${text}`);
    return (document) => valuesOf(document, field).some((value) => String(value) === text);
  }
}

/** Whether a document matches a query. */
export function compileKuery(text: string): Test {
  return new Parser(text).parse();
}
