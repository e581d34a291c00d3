/**
 * The predicate language of rules.
 *
 *     expression = conjunction { "or" conjunction }
 *     conjunction = negation { "and" negation }
 *     negation = "not" negation | "(" expression ")" | comparison
 *     comparison = "exists" field | field "has" value | field [ "not" ] "in" "(" value { "," value } ")"
 *                | field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
 *     value = word | "string" | number | true | false | $parameter
 *
 * `a != b` means `not a = b`: it also holds where the field is missing.
 */
import {
  type Diagnostic,
  fail,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import type { EventField } from "../event/event.ts";
import { eventFieldNames, type FieldInfo, fieldInfo } from "../event/field.ts";
import type { Predicate, Scalar } from "./ir.ts";
import { lexExpression, type Token } from "./lex-expression.ts";

/** Deepest nesting of parentheses and negations. */
export const EXPRESSION_DEPTH_MAX = 32;

export interface ExpressionScope {
  /** Values of the rule's parameters by name. */
  readonly parameters: ReadonlyMap<string, Scalar>;
  /** Told of every parameter the expression uses. */
  readonly used: Set<string>;
  /** The place of a range of the expression. */
  readonly spanAt: (offset: number, length: number) => Span;
}

/** What a field holds, in words for messages. */
export const KIND_NAMES: Readonly<Record<FieldInfo["kind"], string>> = {
  keyword: "one text",
  "keyword[]": "a list of texts",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  time: "a time",
  object: "a map",
};

const RESERVED = new Set(["and", "or", "not", "in", "has", "exists", "true", "false"]);

/** Stops parsing after the first syntax error; type errors do not stop it. */
class SyntaxStop extends Error {}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #scope: ExpressionScope;
  readonly diagnostics: Diagnostic[] = [];
  #at = 0;

  constructor(text: string, scope: ExpressionScope) {
    this.#tokens = lexExpression(text);
    this.#scope = scope;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #spanOf(token: Token): Span {
    return this.#scope.spanAt(token.offset, token.length);
  }

  /** The place from a token to the last one consumed. */
  #spanFrom(start: Token): Span {
    const last = this.#tokens[this.#at - 1] ?? start;
    return this.#scope.spanAt(start.offset, last.offset + last.length - start.offset);
  }

  #stop(expected: string): never {
    const token = this.#token;
    const found = token.kind === "end" ? "The end of the expression" : `"${token.text}"`;
    this.diagnostics.push(
      report(ruleMessage.expressionSyntax, this.#spanOf(token), { found, expected }),
    );
    throw new SyntaxStop();
  }

  #isWord(text: string): boolean {
    return this.#token.kind === "word" && this.#token.text === text;
  }

  #takeSymbol(...symbols: readonly string[]): Token | undefined {
    const token = this.#token;
    if (token.kind !== "symbol" || !symbols.includes(token.text)) return undefined;
    this.#at += 1;
    return token;
  }

  #expectSymbol(symbol: string): void {
    if (this.#takeSymbol(symbol) === undefined) this.#stop(`"${symbol}"`);
  }

  parse(): Predicate {
    const predicate = this.#disjunction(0);
    if (this.#token.kind !== "end") this.#stop('"and", "or" or the end');
    return predicate;
  }

  #chain(depth: number, word: "and" | "or", next: (depth: number) => Predicate): Predicate {
    const start = this.#token;
    const parts = [next(depth)];
    while (this.#isWord(word)) {
      this.#at += 1;
      parts.push(next(depth));
    }
    const [only] = parts;
    if (parts.length === 1 && only) return only;
    return { kind: word === "and" ? "all" : "any", of: parts, span: this.#spanFrom(start) };
  }

  #disjunction(depth: number): Predicate {
    return this.#chain(depth, "or", (level) => this.#conjunction(level));
  }

  #conjunction(depth: number): Predicate {
    return this.#chain(depth, "and", (level) => this.#negation(level));
  }

  #negation(depth: number): Predicate {
    const start = this.#token;
    if (depth > EXPRESSION_DEPTH_MAX) {
      const args = { limit: EXPRESSION_DEPTH_MAX };
      this.diagnostics.push(report(ruleMessage.tooDeep, this.#spanOf(start), args));
      throw new SyntaxStop();
    }
    if (this.#isWord("not")) {
      this.#at += 1;
      const of = this.#negation(depth + 1);
      return { kind: "not", of, span: this.#spanFrom(start) };
    }
    if (this.#takeSymbol("(")) {
      const inner = this.#disjunction(depth + 1);
      this.#expectSymbol(")");
      return inner;
    }
    return this.#comparison();
  }

  #field(): { name: EventField; info: FieldInfo | undefined; token: Token } {
    const token = this.#token;
    if (token.kind !== "word" || RESERVED.has(token.text)) this.#stop("the name of an event field");
    this.#at += 1;
    const info = fieldInfo(token.text);
    if (info === undefined) {
      const args = { field: token.text, known: eventFieldNames };
      this.diagnostics.push(report(ruleMessage.unknownField, this.#spanOf(token), args));
    }
    // An unknown name is reported above and never leaves this parser: the result is a failure.
    return { name: token.text as EventField, info, token };
  }

  #comparison(): Predicate {
    const start = this.#token;
    if (this.#isWord("exists")) {
      this.#at += 1;
      const { name } = this.#field();
      return { kind: "present", field: name, span: this.#spanFrom(start) };
    }
    const { name, info } = this.#field();
    const negated = this.#isWord("not");
    if (negated) this.#at += 1;
    const operator = this.#operator(negated);
    if (info) this.#checkOperator(name, info, operator);
    const predicate = this.#rightSide(start, name, info, operator.text);
    if (!negated && operator.text !== "!=") return predicate;
    return { kind: "not", of: predicate, span: predicate.span };
  }

  #operator(negated: boolean): Token {
    const token = this.#token;
    const isWord = token.kind === "word" && (token.text === "in" || token.text === "has");
    const isSymbol = !negated && token.kind === "symbol" && /^(=|!=|<=?|>=?)$/.test(token.text);
    if (!isWord && !isSymbol) this.#stop(negated ? "in or has" : "=, !=, <, <=, >, >=, in or has");
    this.#at += 1;
    return token;
  }

  #checkOperator(field: EventField, info: FieldInfo, operator: Token): void {
    const isList = info.kind === "keyword[]";
    const isNumber = info.kind === "integer" || info.kind === "number";
    const ordering = /^[<>]/.test(operator.text);
    const fits =
      info.kind === "object"
        ? false
        : ordering
          ? isNumber
          : operator.text === "has"
            ? isList
            : !isList;
    if (fits) return;
    const use = isList ? `${field} has value` : isNumber ? "=, <, <=, > or >=" : "= or in";
    const kind = KIND_NAMES[info.kind];
    const args = {
      field,
      kind,
      operator: operator.text,
      use: info.kind === "object" ? "another field" : use,
    };
    this.diagnostics.push(report(ruleMessage.wrongOperator, this.#spanOf(operator), args));
  }

  #rightSide(
    start: Token,
    field: EventField,
    info: FieldInfo | undefined,
    operator: string,
  ): Predicate {
    switch (operator) {
      case "in": {
        this.#expectSymbol("(");
        const values = [this.#value(field, info)];
        while (this.#takeSymbol(",")) values.push(this.#value(field, info));
        this.#expectSymbol(")");
        return { kind: "in", field, values, span: this.#spanFrom(start) };
      }
      case "has": {
        const value = String(this.#value(field, info));
        return { kind: "has", field, value, span: this.#spanFrom(start) };
      }
      case "<":
      case "<=":
      case ">":
      case ">=": {
        const value = Number(this.#value(field, info));
        return { kind: "compare", field, operator, value, span: this.#spanFrom(start) };
      }
      default: {
        const value = this.#value(field, info);
        return { kind: "equals", field, value, span: this.#spanFrom(start) };
      }
    }
  }

  #value(field: EventField, info: FieldInfo | undefined): Scalar {
    const token = this.#token;
    const value = this.#literal(token);
    this.#at += 1;
    if (info) this.#checkValue(field, info, value, token);
    return value;
  }

  #literal(token: Token): Scalar {
    switch (token.kind) {
      case "string":
        return token.text;
      case "number":
        return this.#number(token);
      case "word":
        if (token.text === "true" || token.text === "false") return token.text === "true";
        if (RESERVED.has(token.text)) return this.#stop("a value");
        return token.text;
      case "parameter":
        return this.#parameter(token);
      case "symbol":
      case "end":
      case "bad":
        return this.#stop("a value: a word, a quoted text, a number, true, false or a $parameter");
    }
  }

  #number(token: Token): number {
    const value = Number(token.text);
    const limit = Number.MAX_SAFE_INTEGER;
    return Math.abs(value) <= limit ? value : this.#stop(`a number from -${limit} to ${limit}`);
  }

  #parameter(token: Token): Scalar {
    const value = this.#scope.parameters.get(token.text);
    this.#scope.used.add(token.text);
    if (value !== undefined) return value;
    const args = { parameter: token.text, known: [...this.#scope.parameters.keys()] };
    this.diagnostics.push(report(ruleMessage.unknownParameter, this.#spanOf(token), args));
    throw new SyntaxStop();
  }

  #checkValue(field: EventField, info: FieldInfo, value: Scalar, token: Token): void {
    const wanted =
      info.kind === "integer" || info.kind === "number"
        ? "number"
        : info.kind === "boolean"
          ? "boolean"
          : "string";
    const names = { number: "a number", boolean: "true or false", string: "text" } as const;
    if (typeof value !== wanted) {
      const found = names[typeof value as keyof typeof names];
      const args = { field, expected: names[wanted], found };
      this.diagnostics.push(report(ruleMessage.wrongLiteral, this.#spanOf(token), args));
    } else if (info.kind === "integer" && !Number.isSafeInteger(value)) {
      const args = { field, expected: "a whole number", found: String(value) };
      this.diagnostics.push(report(ruleMessage.wrongLiteral, this.#spanOf(token), args));
    } else if (info.values && !info.values.includes(String(value))) {
      const args = { field, value: String(value), known: info.values };
      this.diagnostics.push(report(ruleMessage.impossibleValue, this.#spanOf(token), args));
    }
  }
}

/**
 * Parses a predicate.
 *
 * @returns The predicate, or diagnostics R301 to R306 and R309, each at its place in the expression.
 */
export function parseExpression(text: string, scope: ExpressionScope): Result<Predicate> {
  const parser = new Parser(text, scope);
  try {
    return resultOf(parser.parse(), parser.diagnostics);
  } catch (cause) {
    if (cause instanceof SyntaxStop) return fail(parser.diagnostics);
    throw cause;
  }
}
