/** Expressions of ES|QL, parsed and evaluated. Refuses what it does not know. */
import {
  aggregates,
  arithmetic,
  compare,
  type EsRow,
  type EsValue,
  type Evaluate,
  functions,
  type Scalar,
  SPAN_MS,
  Span,
  single,
  type Token,
  tokenize,
} from "./esql-value.ts";

/** Precedence climbing over the operators that we emit. */
export class Expression {
  readonly #tokens: readonly Token[];
  /** Columns that hold doubles. */
  readonly #doubleColumns: ReadonlySet<string>;
  #at = 0;

  constructor(text: string, doubleColumns: ReadonlySet<string> = new Set()) {
    this.#tokens = tokenize(text);
    this.#doubleColumns = doubleColumns;
  }

  isDouble(expression: Evaluate): boolean {
    return this.#doubles.has(expression);
  }

  peek(text: string): boolean {
    return this.#tokens[this.#at]?.text === text && this.#tokens[this.#at]?.kind !== "string";
  }

  take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text))
      throw new Error(`expected ${text}, found ${this.#tokens[this.#at]?.text}`);
  }

  next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error("unexpected end");
    this.#at += 1;
    return token;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  or(): Evaluate {
    const parts = [this.and()];
    while (this.take("OR")) parts.push(this.and());
    if (parts.length === 1) return parts[0] as Evaluate;
    return (row, now) => {
      const values = parts.map((part) => part(row, now));
      return values.includes(true) ? true : values.includes(null) ? null : false;
    };
  }

  and(): Evaluate {
    const parts = [this.not()];
    while (this.take("AND")) parts.push(this.not());
    if (parts.length === 1) return parts[0] as Evaluate;
    return (row, now) => {
      const values = parts.map((part) => part(row, now));
      return values.includes(false) ? false : values.includes(null) ? null : true;
    };
  }

  not(): Evaluate {
    if (!this.take("NOT")) return this.comparison();
    const inner = this.not();
    return (row, now) => {
      const value = inner(row, now);
      return value === null ? null : !value;
    };
  }

  comparison(): Evaluate {
    const left = this.sum();
    if (this.take("IS")) {
      const negated = this.take("NOT");
      this.expect("NULL");
      return (row, now) => (left(row, now) === null) !== negated;
    }
    if (this.take("IN")) {
      const options = this.arguments();
      return (row, now) => {
        const value = single(left(row, now));
        if (value === null) return null;
        return options.some((option) => compare(value, single(option(row, now)) as Scalar) === 0);
      };
    }
    const sign = ["==", "!=", "<=", ">=", "<", ">"].find((one) => this.take(one));
    if (sign === undefined) return left;
    const right = this.sum();
    return (row, now) => {
      const [a, b] = [single(left(row, now)), single(right(row, now))];
      if (a === null || b === null) return null;
      const order = compare(a, b);
      const holds: Readonly<Record<string, boolean>> = {
        "==": order === 0,
        "!=": order !== 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
      };
      return holds[sign] ?? null;
    };
  }

  #chain(signs: readonly string[], operand: () => Evaluate): Evaluate {
    let left = operand();
    for (
      let sign = signs.find((one) => this.take(one));
      sign;
      sign = signs.find((one) => this.take(one))
    ) {
      const [a, b, operator] = [left, operand(), sign];
      left = (row, now) => {
        const [x, y] = [single(a(row, now)), single(b(row, now))];
        if (x === null || y === null) return null;
        if (operator !== "/") return arithmetic(operator, x, y);
        // Whole numbers divide to whole numbers; a double makes it a division of doubles.
        const isDouble = this.#doubles.has(a) || this.#doubles.has(b);
        return isDouble ? Number(x) / Number(y) : Math.trunc(Number(x) / Number(y));
      };
      if (this.#doubles.has(a) || this.#doubles.has(b)) this.#doubles.add(left);
    }
    return left;
  }

  /** Expressions known to yield doubles. */
  readonly #doubles = new Set<Evaluate>();

  sum(): Evaluate {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.primary()));
  }

  arguments(): readonly Evaluate[] {
    this.expect("(");
    const args: Evaluate[] = [];
    if (this.take(")")) return args;
    do args.push(this.or());
    while (this.take(","));
    this.expect(")");
    return args;
  }

  primary(): Evaluate {
    if (this.take("(")) {
      const inner = this.or();
      this.expect(")");
      return inner;
    }
    if (this.take("-")) {
      const inner = this.primary();
      return (row, now) => -Number(inner(row, now));
    }
    const token = this.next();
    if (token.kind === "string") return () => token.text;
    if (token.kind === "number") return this.#number(token.text);
    if (token.kind === "sign") throw new Error(`unexpected ${token.text}`);
    if (this.peek("(")) return this.#call(token.text);
    const constants: Readonly<Record<string, EsValue>> = { true: true, false: false, NULL: null };
    if (token.text in constants) return () => constants[token.text] ?? null;
    const column: Evaluate = (row) => {
      if (!row.has(token.text)) throw new Error(`unknown column ${token.text}`);
      return row.get(token.text) ?? null;
    };
    if (this.#doubleColumns.has(token.text)) this.#doubles.add(column);
    return column;
  }

  #number(text: string): Evaluate {
    const unit = this.#tokens[this.#at];
    const ms = unit?.kind === "name" ? SPAN_MS[unit.text.replace(/s$/, "")] : undefined;
    if (ms === undefined) {
      const literal: Evaluate = () => Number(text);
      if (/[.e]/.test(text)) this.#doubles.add(literal);
      return literal;
    }
    this.#at += 1;
    return () => new Span(Number(text) * ms);
  }

  #call(name: string): Evaluate {
    const args = this.arguments();
    if (name === "CASE") {
      // Only the branch that is taken is evaluated.
      return (row, now) => {
        for (let index = 0; index + 1 < args.length; index += 2)
          if (args[index]?.(row, now) === true) return args[index + 1]?.(row, now) ?? null;
        return args.length % 2 === 1 ? (args.at(-1)?.(row, now) ?? null) : null;
      };
    }
    const apply = functions[name];
    if (apply === undefined) throw new Error(`unknown function ${name}`);
    const call: Evaluate = (row, now) =>
      apply(
        args.map((one) => one(row, now)),
        now,
      );
    const isPassedOn = name === "COALESCE" && args.some((one) => this.#doubles.has(one));
    if (name === "TO_DOUBLE" || isPassedOn) this.#doubles.add(call);
    return call;
  }

  /** `name = AGGREGATE(expression, constants…)`. */
  aggregate(): (rows: readonly EsRow[], now: number) => EsValue {
    const name = this.next().text;
    const aggregate = aggregates[name];
    if (aggregate === undefined) throw new Error(`unknown aggregate ${name}`);
    if (name === "COUNT") {
      for (const sign of ["(", "*", ")"]) this.expect(sign);
      return (rows) => rows.length;
    }
    const [value, ...rest] = this.arguments();
    if (value === undefined) throw new Error(`${name} of nothing`);
    return (rows, now) =>
      aggregate(
        rows.map((row) => value(row, now)),
        rest.map((one) => one(new Map(), now)),
      );
  }
}
