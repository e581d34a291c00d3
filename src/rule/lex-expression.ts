/** Expression text → tokens with offsets. The grammar is in `parse-expression.ts`. */

export type TokenKind = "word" | "string" | "number" | "parameter" | "symbol" | "end" | "bad";

export interface Token {
  readonly kind: TokenKind;
  /** The value: a string without its quotes, a parameter without its `$`. */
  readonly text: string;
  /** Offset in the expression, UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

const SPACE = /\s*/y;
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ["number", /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![A-Za-z0-9_])/y],
  ["word", /[A-Za-z_][A-Za-z0-9_.-]*/y],
  ["parameter", /\$[a-z][a-z0-9_]*/y],
  ["symbol", /<=|>=|!=|[=<>(),]/y],
  ["string", /"(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y],
];

/** A quoted text is JSON's, except that control characters may stand in it as they are. */
function tokenText(kind: TokenKind, source: string): string {
  if (kind === "string")
    return JSON.parse(source.replace(/\p{Cc}/gu, (c) => JSON.stringify(c).slice(1, -1))) as string;
  return kind === "parameter" ? source.slice(1) : source;
}

function nextToken(text: string, offset: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = offset;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined)
      return { kind, text: tokenText(kind, found), offset, length: found.length };
  }
  const bad = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  return { kind: "bad", text: bad, offset, length: bad.length };
}

/** All tokens, closed by an `end` token. A character no token starts with becomes a `bad` token and ends the list. */
export function lexExpression(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    SPACE.lastIndex = offset;
    offset += SPACE.exec(text)?.[0].length ?? 0;
    if (offset >= text.length) return [...tokens, { kind: "end", text: "", offset, length: 1 }];
    const token = nextToken(text, offset);
    tokens.push(token);
    if (token.kind === "bad") return tokens;
    offset += token.length;
  }
}
