/** Values, functions and aggregates of ES|QL as its documentation has them, for the interpreter. */

/** A point in time; ES|QL's `date` type. */
export class EsDate {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A time span literal such as `2 days`. */
export class Span {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export type Scalar = string | number | boolean | EsDate | Span;
/** null, one value, or several. */
export type EsValue = null | Scalar | readonly Scalar[];
export type EsRow = ReadonlyMap<string, EsValue>;

export const SPAN_MS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** 1970-01-05: weeks start on Monday. */
const MONDAY = 345_600_000;

export interface Token {
  readonly kind: "name" | "string" | "number" | "sign";
  readonly text: string;
}

export function tokenize(text: string): readonly Token[] {
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

export const list = (value: EsValue): readonly Scalar[] =>
  value === null ? [] : Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];

export const collapse = (values: readonly Scalar[]): EsValue =>
  values.length === 0 ? null : values.length === 1 ? (values[0] as Scalar) : values;

/** Operators take single values; with several the result is null, and Elasticsearch warns. */
export const single = (value: EsValue): Scalar | null =>
  value === null || Array.isArray(value) ? null : (value as Scalar);

export const plain = (value: Scalar): string | number | boolean =>
  value instanceof EsDate || value instanceof Span ? value.ms : value;

export function compare(a: Scalar, b: Scalar): number {
  const [x, y] = [plain(a), plain(b)];
  if (typeof x !== typeof y) throw new Error(`cannot compare ${typeof x} with ${typeof y}`);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function arithmetic(sign: string, a: Scalar, b: Scalar): Scalar {
  if (a instanceof EsDate && b instanceof Span)
    return new EsDate(sign === "-" ? a.ms - b.ms : a.ms + b.ms);
  if (typeof a !== "number" || typeof b !== "number") throw new Error(`${sign} of non-numbers`);
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  throw new Error(`operator ${sign}`);
}

export type Evaluate = (row: EsRow, now: number) => EsValue;

type Apply = (args: readonly EsValue[], now: number) => EsValue;

/** Maps over every value; null stays null. */
const mapped =
  (one: (value: Scalar) => Scalar): Apply =>
  ([value = null]) =>
    collapse(list(value).map(one));

/** Both places from the start or both from the end, in order; what lies outside of the list is cut. */
function slice([field = null, from = null, to = null]: readonly EsValue[]): EsValue {
  const values = list(field);
  const [start, end] = [Number(from), Number(to)];
  if (start > end) throw new Error("Start offset is greater than end offset");
  if (start < 0 && end >= 0) throw new Error("Start and end offset have different signs");
  const place = (index: number): number => (index < 0 ? values.length + index : index);
  const first = Math.max(0, place(start));
  const last = Math.min(values.length - 1, place(end));
  return first >= values.length || last < 0 ? null : collapse(values.slice(first, last + 1));
}

function zip([left = null, right = null, delimiter = null]: readonly EsValue[]): EsValue {
  const [a, b] = [list(left), list(right)];
  if (a.length !== b.length) throw new Error(`zipped lists of ${a.length} and ${b.length}`);
  return collapse(a.map((one, index) => `${String(one)}${String(delimiter)}${String(b[index])}`));
}

export const functions: Readonly<Record<string, Apply>> = {
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
    const start = span.ms === SPAN_MS["week"] ? MONDAY : 0;
    return new EsDate(Math.floor((date.ms - start) / span.ms) * span.ms + start);
  },
  DATE_EXTRACT: ([part = null, date = null]) => {
    if (part !== "hour_of_day" || !(date instanceof EsDate)) throw new Error("DATE_EXTRACT");
    return new Date(date.ms).getUTCHours();
  },
  DATE_FORMAT: ([format = null, date = null]) => {
    if (format !== "yyyy-MM-dd" || !(date instanceof EsDate)) throw new Error("DATE_FORMAT");
    return new Date(date.ms).toISOString().slice(0, 10);
  },
};

export const aggregates: Readonly<
  Record<string, (values: readonly EsValue[], args: readonly EsValue[]) => EsValue>
> = {
  COUNT: (values) => values.length,
  // Exact here; the product estimates.
  COUNT_DISTINCT: (values) => new Set(values.flatMap(list).map(plain)).size,
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
