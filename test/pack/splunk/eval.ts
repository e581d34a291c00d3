/**
 * Calculated fields of Splunk, as the documentation of `eval` has them and as far as we write them.
 * Shares nothing with what writes them, and refuses what it does not know.
 */

type Value = string | number | boolean | null;

/** A field of an event: text, as search-time extraction reads it, or absent. */
export type Fields = ReadonlyMap<string, string>;

const TOKEN =
  /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([=(),/]))/y;

interface Token {
  readonly kind: "string" | "field" | "number" | "word" | "sign";
  readonly text: string;
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`cannot read ${text.slice(at, at + 20)}`);
    const [, string, field, number, word, sign] = match;
    const plain = (one: string): string => one.replace(/\\(.)/g, "$1");
    if (string !== undefined) tokens.push({ kind: "string", text: plain(string) });
    else if (field !== undefined) tokens.push({ kind: "field", text: plain(field) });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  return tokens;
}

/** Evaluates one expression over the fields of an event; `raw` is its JSON text. */
export class Evaluation {
  readonly #tokens: readonly Token[];
  readonly #fields: Fields;
  readonly #raw: string;
  #at = 0;

  constructor(expression: string, fields: Fields, raw: string) {
    this.#tokens = tokenize(expression);
    this.#fields = fields;
    this.#raw = raw;
  }

  /** The value as a field holds it: text, or nothing. */
  run(): string | undefined {
    const value = this.#or();
    if (this.#at !== this.#tokens.length) throw new Error("rest of an expression");
    if (typeof value === "boolean") throw new Error("a field cannot hold a truth value");
    return value === null ? undefined : String(value);
  }

  #take(text: string, kind: Token["kind"]): boolean {
    const token = this.#tokens[this.#at];
    if (token?.text !== text || token.kind !== kind) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text, "sign")) throw new Error(`expected ${text}`);
  }

  #or(): Value {
    let value = this.#and();
    while (this.#take("OR", "word")) {
      const right = this.#and();
      value = value === true || right === true;
    }
    return value;
  }

  #and(): Value {
    let value = this.#comparison();
    while (this.#take("AND", "word")) {
      const right = this.#comparison();
      value = value === true && right === true;
    }
    return value;
  }

  /** A comparison with nothing is nothing, which counts as false. */
  #comparison(): Value {
    const left = this.#quotient();
    if (!this.#take("=", "sign")) return left;
    const right = this.#quotient();
    return left === null || right === null ? null : String(left) === String(right);
  }

  #quotient(): Value {
    const left = this.#primary();
    if (!this.#take("/", "sign")) return left;
    const right = this.#primary();
    return left === null || right === null ? null : Number(left) / Number(right);
  }

  #arguments(): readonly Value[] {
    this.#expect("(");
    const values: Value[] = [];
    do values.push(this.#or());
    while (this.#take(",", "sign"));
    this.#expect(")");
    return values;
  }

  #primary(): Value {
    if (this.#take("(", "sign")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error("unexpected end");
    this.#at += 1;
    if (token.kind === "string") return token.text;
    if (token.kind === "number") return Number(token.text);
    if (token.kind === "sign") throw new Error(`unexpected ${token.text}`);
    const next = this.#tokens[this.#at];
    if (token.kind === "word" && next?.kind === "sign" && next.text === "(")
      return this.#call(token.text);
    return this.#fields.get(token.text) ?? null;
  }

  #call(name: string): Value {
    if (name === "json_extract") return this.#jsonExtract();
    const values = this.#arguments();
    if (name === "isnull") return values[0] === null;
    if (name === "coalesce") return values.find((value) => value !== null) ?? null;
    if (name !== "case") throw new Error(`unknown function ${name}`);
    for (let index = 0; index < values.length; index += 2)
      if (values[index] === true) return values[index + 1] ?? null;
    return null;
  }

  /** `json_extract(_raw, "key")`: the JSON of a member of the event. */
  #jsonExtract(): Value {
    this.#expect("(");
    if (!this.#take("_raw", "word")) throw new Error("json_extract of something else");
    this.#expect(",");
    const key = this.#tokens[this.#at];
    this.#at += 1;
    this.#expect(")");
    const member = (JSON.parse(this.#raw) as Readonly<Record<string, unknown>>)[key?.text ?? ""];
    return member === undefined ? null : JSON.stringify(member);
  }
}
