/**
 * A small interpreter of ES|QL, written from Elastic's documentation of the language and of each
 * function, and knowing nothing of the compiler. It refuses every command, function and operator that
 * it does not know.
 */

/** A point in time; ES|QL's `date` type. */
export class EsDate {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A time span literal such as `2 days`. */
class Span {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

type Scalar = string | number | boolean | EsDate | Span;
/** null, one value, or several. */
export type EsValue = null | Scalar | readonly Scalar[];
export type EsRow = ReadonlyMap<string, EsValue>;

const SPAN_MS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

interface Token {
  readonly kind: "name" | "string" | "number" | "sign";
  readonly text: string;
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|"((?:[^"\\\r\n]|\\[tnr"\\])*)"|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(`(?:[^`]|``)+`|@?[A-Za-z_][\w.]*)|(==|!=|<=|>=|[-+*/%<>=(),])/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new Error(`cannot read ${text.slice(at, at + 20)}`);
    const [, string, number, name, sign] = match;
    if (string !== undefined) {
      const plain = string.replace(
        /\\(.)/g,
        (_, c: string) => ({ t: "\t", n: "\n", r: "\r" })[c] ?? c,
      );
      tokens.push({ kind: "string", text: plain });
    } else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) {
      const bare = name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
      tokens.push({ kind: "name", text: bare });
    } else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

const list = (value: EsValue): readonly Scalar[] =>
  value === null ? [] : Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];

const collapse = (values: readonly Scalar[]): EsValue =>
  values.length === 0 ? null : values.length === 1 ? (values[0] as Scalar) : values;

/** Operators take single values; with several the result is null, and Elasticsearch warns. */
const single = (value: EsValue): Scalar | null =>
  value === null || Array.isArray(value) ? null : (value as Scalar);

const plain = (value: Scalar): string | number | boolean =>
  value instanceof EsDate || value instanceof Span ? value.ms : value;

function compare(a: Scalar, b: Scalar): number {
  const [x, y] = [plain(a), plain(b)];
  if (typeof x !== typeof y) throw new Error(`cannot compare ${typeof x} with ${typeof y}`);
  return x < y ? -1 : x > y ? 1 : 0;
}

function arithmetic(sign: string, a: Scalar, b: Scalar): Scalar {
  if (a instanceof EsDate && b instanceof Span)
    return new EsDate(sign === "-" ? a.ms - b.ms : a.ms + b.ms);
  if (typeof a !== "number" || typeof b !== "number") throw new Error(`${sign} of non-numbers`);
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  throw new Error(`operator ${sign}`);
}

type Evaluate = (row: EsRow, now: number) => EsValue;

type Apply = (args: readonly EsValue[], now: number) => EsValue;

/** Maps over every value; null stays null. */
const mapped =
  (one: (value: Scalar) => Scalar): Apply =>
  ([value = null]) =>
    collapse(list(value).map(one));

function slice([field = null, from = null, to = null]: readonly EsValue[]): EsValue {
  const values = list(field);
  const place = (index: EsValue): number => {
    const number = Number(index);
    return number < 0 ? values.length + number : number;
  };
  const [start, end] = [place(from), place(to)];
  return start < 0 || start >= values.length ? null : collapse(values.slice(start, end + 1));
}

function zip([left = null, right = null, delimiter = null]: readonly EsValue[]): EsValue {
  const [a, b] = [list(left), list(right)];
  if (a.length !== b.length) throw new Error(`zipped lists of ${a.length} and ${b.length}`);
  return collapse(a.map((one, index) => `${String(one)}${String(delimiter)}${String(b[index])}`));
}

const functions: Readonly<Record<string, Apply>> = {
  NOW: (_, now) => new EsDate(now),
  TO_LONG: mapped((value) => {
    const number = Number(plain(value));
    if (!Number.isSafeInteger(number)) throw new Error(`TO_LONG of ${String(value)}`);
    return number;
  }),
  TO_DOUBLE: mapped((value) => Number(plain(value))),
  TO_STRING: mapped((value) => String(plain(value))),
  TO_DATETIME: mapped((value) => new EsDate(Number(plain(value)))),
  MV_COUNT: ([value = null]) => (value === null ? null : list(value).length),
  MV_SORT: ([value = null]) => collapse([...list(value)].sort(compare)),
  MV_APPEND: ([a = null, b = null]) =>
    a === null || b === null ? null : collapse([...list(a), ...list(b)]),
  MV_SLICE: slice,
  MV_ZIP: zip,
  MV_CONCAT: ([value = null, by = null]) => (value === null ? null : list(value).join(String(by))),
  CONCAT: (args) => (args.some((one) => single(one) === null) ? null : args.join("")),
  LOCATE: ([text = null, part = null]) =>
    text === null || part === null ? null : String(text).indexOf(String(part)) + 1,
  COALESCE: (args) => args.find((one) => one !== null) ?? null,
  GREATEST: (args) => (args.includes(null) ? null : Math.max(...args.map(Number))),
  DATE_TRUNC: ([span = null, date = null]) => {
    if (!(span instanceof Span) || !(date instanceof EsDate)) throw new Error("DATE_TRUNC");
    return new EsDate(Math.floor(date.ms / span.ms) * span.ms);
  },
  DATE_FORMAT: ([format = null, date = null]) => {
    if (format !== "yyyy-MM-dd" || !(date instanceof EsDate)) throw new Error("DATE_FORMAT");
    return new Date(date.ms).toISOString().slice(0, 10);
  },
};

const aggregates: Readonly<
  Record<string, (values: readonly EsValue[], args: readonly EsValue[]) => EsValue>
> = {
  COUNT: (values) => values.length,
  SUM: (values) => {
    const numbers = values.flatMap(list).map(Number);
    return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0);
  },
  MIN: (values) => [...values.flatMap(list)].sort(compare)[0] ?? null,
  MAX: (values) => [...values.flatMap(list)].sort(compare).at(-1) ?? null,
  VALUES: (values) => {
    const seen = new Map(values.flatMap(list).map((one) => [plain(one), one]));
    return collapse([...seen.values()]);
  },
  TOP: (values, [limit = null, order = null]) => {
    if (order !== "asc") throw new Error("TOP desc");
    return collapse([...values.flatMap(list)].sort(compare).slice(0, Number(limit)));
  },
};

/** Precedence climbing over the operators that we emit. */
class Expression {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
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
    return (row) => {
      if (!row.has(token.text)) throw new Error(`unknown column ${token.text}`);
      return row.get(token.text) ?? null;
    };
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
    if (name === "TO_DOUBLE") this.#doubles.add(call);
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

function statsOf(text: string): (rows: readonly EsRow[], now: number) => readonly EsRow[] {
  const reader = new Expression(text);
  const columns: [string, ReturnType<Expression["aggregate"]>][] = [];
  do {
    const name = reader.next().text;
    reader.expect("=");
    columns.push([name, reader.aggregate()]);
  } while (reader.take(","));
  reader.expect("BY");
  const keys: string[] = [];
  do keys.push(reader.next().text);
  while (reader.take(","));
  if (!reader.done) throw new Error(`rest of STATS ${text}`);
  return (rows, now) => {
    const groups = new Map<string, EsRow[]>();
    for (const row of rows) {
      const key = JSON.stringify(keys.map((name) => list(row.get(name) ?? null).map(plain)));
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups.values()].map((group) => {
      const aggregated = columns.map(([name, run]) => [name, run(group, now)] as const);
      const keyed = keys.map((name) => [name, group[0]?.get(name) ?? null] as const);
      return new Map<string, EsValue>([...keyed, ...aggregated]);
    });
  };
}

function evalOf(text: string): (row: EsRow, now: number) => EsRow {
  const reader = new Expression(text);
  const columns: [string, Evaluate][] = [];
  do {
    const name = reader.next().text;
    reader.expect("=");
    columns.push([name, reader.or()]);
  } while (reader.take(","));
  if (!reader.done) throw new Error(`rest of EVAL ${text}`);
  return (row, now) => {
    const result = new Map(row);
    // A column may use the ones before it in the same EVAL.
    for (const [name, evaluate] of columns) result.set(name, evaluate(result, now));
    return result;
  };
}

function dissectOf(text: string): (row: EsRow) => EsRow {
  const match = /^(\S+) "((?:%\{\w+\},?)+)"$/.exec(text);
  if (match === null) throw new Error(`DISSECT ${text}`);
  const [, field = "", pattern = ""] = match;
  const keys = [...pattern.matchAll(/%\{(\w+)\}/g)].map(([, key]) => key as string);
  return (row) => {
    const parts = String(row.get(field)).split(",");
    // The last key takes whatever is left.
    const values = [...parts.slice(0, keys.length - 1), parts.slice(keys.length - 1).join(",")];
    return new Map([...row, ...keys.map((key, index) => [key, values[index] ?? null] as const)]);
  };
}

/** Splits at pipes outside of strings. */
function commandsOf(query: string): readonly string[] {
  const hidden = query.replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replaceAll("|", "\u0000"));
  return hidden.split("|").map((part) => part.replaceAll("\u0000", "|").trim());
}

/** Runs a query over rows of the index it names; every row must have every column. */
export function runEsql(query: string, index: readonly EsRow[], now: number): readonly EsRow[] {
  const [from = "", ...commands] = commandsOf(query);
  if (!/^FROM \S+$/.test(from)) throw new Error(from);
  let rows = index;
  for (const command of commands) {
    const [, name = "", rest = ""] = /^(\w+)\s+([\s\S]*)$/.exec(command) ?? [];
    if (name === "WHERE") {
      const reader = new Expression(rest);
      const condition = reader.or();
      if (!reader.done) throw new Error(`rest of ${command}`);
      rows = rows.filter((row) => condition(row, now) === true);
    } else if (name === "EVAL") {
      const evaluate = evalOf(rest);
      rows = rows.map((row) => evaluate(row, now));
    } else if (name === "STATS") rows = statsOf(rest)(rows, now);
    else if (name === "DISSECT") rows = rows.map(dissectOf(rest));
    else if (name === "MV_EXPAND") {
      rows = rows.flatMap((row) => {
        const values = list(row.get(rest) ?? null);
        const expanded: readonly EsValue[] = values.length === 0 ? [null] : values;
        return expanded.map((one) => new Map(row).set(rest, one));
      });
    } else if (name === "KEEP") {
      const names = rest.split(", ");
      rows = rows.map((row) => new Map(names.map((one) => [one, row.get(one) ?? null])));
    } else throw new Error(`unknown command ${command}`);
  }
  return rows;
}
