/** Expressions of eval and where. */
import { SplError } from "./error.ts";
import { callOf } from "./function.ts";
import { expressionTokens, Tokens } from "./lexer.ts";
import type { Context } from "./reading.ts";
import { compareBytes, isList, numberOf, type Result, type Row } from "./value.ts";

type Evaluate = (row: Row, context: Context) => Result;

export interface Expression {
  readonly evaluate: Evaluate;
  /** Whether it stands as a text in quotes: such a text is no number, whatever its letters. */
  readonly isText: boolean;
}

const COMPARISONS = ["==", "!=", "<=", ">=", "=", "<", ">"] as const;

function holds(sign: string, order: number): boolean {
  switch (sign) {
    case "=":
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

function compare(sign: string, left: Expression, right: Expression, at: number): Evaluate {
  const asText = left.isText || right.isText;
  const isEquality = sign === "=" || sign === "==";
  const single = (a: Result, b: Result): boolean => {
    if (typeof a === "boolean" || typeof b === "boolean")
      throw new SplError("a comparison with a truth value", at);
    const [x, y] = asText ? [] : [numberOf(a), numberOf(b)];
    if (x !== undefined && y !== undefined) return holds(sign, x - y);
    // Texts compare by their letters and with case; how a number is ordered beside a text is not said.
    if (!isEquality && sign !== "!=" && (typeof a === "number" || typeof b === "number"))
      throw new SplError("an order between a number and a text", at);
    return holds(sign, compareBytes(String(a), String(b)));
  };
  return (row, context) => {
    const [a, b] = [left.evaluate(row, context), right.evaluate(row, context)];
    // Where a field is missing the expression cannot be evaluated, and is neither true nor false.
    if (a === null || b === null) return null;
    if (isList(b)) throw new SplError("a comparison with several values on the right", at);
    if (!isList(a)) return single(a, b);
    // The manual does not tell how fields of several values compare; practice is that one is enough.
    if (!isEquality) throw new SplError(`"${sign}" on a field of several values`, at);
    return a.some((one) => single(one, b));
  };
}

function arithmetic(sign: string, x: number, y: number, at: number): number {
  if (sign === "+") return x + y;
  if (sign === "-") return x - y;
  if (sign === "*") return x * y;
  if (y === 0) throw new SplError("a division by zero, whose result is not documented", at);
  // The remainder has the sign of the dividend in both languages.
  return sign === "/" ? x / y : x % y;
}

function compute(sign: string, left: Expression, right: Expression, at: number): Evaluate {
  if (left.isText || right.isText) throw new SplError(`"${sign}" of texts`, at);
  return (row, context) => {
    const [a, b] = [left.evaluate(row, context), right.evaluate(row, context)];
    if (a === null || b === null) return null;
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === undefined || y === undefined)
      throw new SplError(`"${sign}" of ${String(a)} and ${String(b)}`, at);
    return arithmetic(sign, x, y, at);
  };
}

function truth(value: Result, at: number): boolean | null {
  if (value === null || typeof value === "boolean") return value;
  throw new SplError(`a truth value was expected, not ${String(value)}`, at);
}

const computed = (evaluate: Evaluate): Expression => ({ evaluate, isText: false });

/**
 * Reads an expression. Parentheses come first, then NOT, AND and OR in this order (Search Manual,
 * Boolean expressions with logical operators).
 */
export class ExpressionParser {
  readonly #tokens: Tokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  expression(): Expression {
    return this.#joined("OR", () => this.#joined("AND", () => this.#negation()));
  }

  /** AND and OR of three values: what is open decides only where the other side does not. */
  #joined(word: "AND" | "OR", operand: () => Expression): Expression {
    const { at } = this.#tokens.peek;
    const parts = [operand()];
    while (this.#tokens.takeWord(word)) parts.push(operand());
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    const decisive = word === "OR";
    return computed((row, context) => {
      let isOpen = false;
      for (const part of parts) {
        const value = truth(part.evaluate(row, context), at);
        if (value === decisive) return decisive;
        if (value === null) isOpen = true;
      }
      return isOpen ? null : !decisive;
    });
  }

  #negation(): Expression {
    const { at } = this.#tokens.peek;
    if (!this.#tokens.takeWord("NOT")) return this.#comparison();
    const of = this.#negation();
    return computed((row, context) => {
      const value = truth(of.evaluate(row, context), at);
      if (value === null)
        throw new SplError("NOT of a comparison with a missing field, which is not documented", at);
      return !value;
    });
  }

  /** A dot joins texts, and numbers to texts. How it binds beside arithmetic is not asked here. */
  #joinedTexts(): Expression {
    const parts = [this.#sum()];
    const { at } = this.#tokens.peek;
    while (this.#tokens.takeSign(".") !== undefined) parts.push(this.#primary());
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    if (!parts.some(({ isText }) => isText)) throw new SplError('the sign "." without a text', at);
    return computed((row, context) => {
      const values = parts.map((part) => part.evaluate(row, context));
      return values.some((value) => value === null) ? null : values.map(String).join("");
    });
  }

  #comparison(): Expression {
    const left = this.#joinedTexts();
    const { at } = this.#tokens.peek;
    const sign = this.#tokens.takeSign(...COMPARISONS);
    return sign === undefined ? left : computed(compare(sign, left, this.#joinedTexts(), at));
  }

  #chain(signs: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const { at } = this.#tokens.peek;
      const sign = this.#tokens.takeSign(...signs);
      if (sign === undefined) return left;
      left = computed(compute(sign, left, operand(), at));
    }
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/", "%"], () => this.#primary()));
  }

  #primary(): Expression {
    const { at } = this.#tokens.peek;
    if (this.#tokens.takeSign("(") !== undefined) {
      const inner = this.expression();
      this.#tokens.expectSign(")");
      return inner;
    }
    const { kind, text } = this.#tokens.next();
    if (kind === "text") return { evaluate: () => text, isText: true };
    if (kind === "number") return computed(() => Number(text));
    if (kind === "field") return computed((row) => row.get(text) ?? null);
    if (kind !== "word" || ["AND", "OR", "NOT", "XOR", "IN", "LIKE"].includes(text))
      throw new SplError(`unexpected "${text}"`, at);
    if (this.#tokens.takeSign("(") !== undefined)
      return computed(callOf(text, this.#arguments(), at));
    return computed((row) => row.get(text) ?? null);
  }

  #arguments(): readonly Evaluate[] {
    if (this.#tokens.takeSign(")") !== undefined) return [];
    const args = [this.expression().evaluate];
    while (this.#tokens.takeSign(",") !== undefined) args.push(this.expression().evaluate);
    this.#tokens.expectSign(")");
    return args;
  }
}

/** Parses a text that is one expression. */
export function parseExpression(text: string, at: number): Evaluate {
  const tokens = new Tokens(expressionTokens(text, at));
  const { evaluate } = new ExpressionParser(tokens).expression();
  tokens.expectEnd();
  return evaluate;
}
