/**
 * Query text from typed chunks. Values and names enter as data and are quoted by the dialect's lexicon;
 * no call site quotes anything, so no value can break out of its place.
 */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { Scalar } from "../rule/ir.ts";

export type Text =
  /** Syntax of the language, written by us, never from input. */
  | { readonly kind: "raw"; readonly text: string }
  /** Name of a field or column of the target. */
  | { readonly kind: "name"; readonly name: string }
  /** A literal. */
  | { readonly kind: "value"; readonly value: Scalar }
  | { readonly kind: "sequence"; readonly parts: readonly Text[] }
  /** A part, and where in the rule's file it comes from. */
  | { readonly kind: "origin"; readonly span: Span; readonly of: Text };

/** How one language writes names and literals. */
export interface Lexicon {
  readonly name: (name: string) => string;
  readonly string: (value: string) => string;
  readonly number: (value: number) => string;
  readonly boolean: (value: boolean) => string;
}

export function name(fieldName: string): Text {
  return { kind: "name", name: fieldName };
}

export function value(literal: Scalar): Text {
  return { kind: "value", value: literal };
}

/** Chunks one after another. */
export function sequence(...parts: readonly Text[]): Text {
  return { kind: "sequence", parts };
}

/** Remembers where in the rule's file a part comes from; without a place, the part as it is. */
export function origin(span: Span | undefined, of: Text): Text {
  return span === undefined ? of : { kind: "origin", span, of };
}

/** Raw syntax computed by the compiler itself, such as a number of seconds. Never pass input. */
export function raw(text: string): Text {
  return { kind: "raw", text };
}

/**
 * A template: literal parts are syntax, interpolated parts must be chunks.
 *
 * @example text`${name("SessionId")} == ${value("a'b")}`
 */
export function text(strings: TemplateStringsArray, ...parts: readonly Text[]): Text {
  const chunks: Text[] = [];
  strings.forEach((syntax, index) => {
    if (syntax !== "") chunks.push({ kind: "raw", text: syntax });
    const part = parts[index];
    if (part !== undefined) chunks.push(part);
  });
  return { kind: "sequence", parts: chunks };
}

/** Chunks with a separator of syntax between them. */
export function join(parts: readonly Text[], separator: string): Text {
  const chunks = parts.flatMap((part, index) => (index === 0 ? [part] : [raw(separator), part]));
  return { kind: "sequence", parts: chunks };
}

/** The text in a language. */
export function renderText(chunk: Text, lexicon: Lexicon): string {
  switch (chunk.kind) {
    case "raw":
      return chunk.text;
    case "name":
      return lexicon.name(chunk.name);
    case "value":
      if (typeof chunk.value === "string") return lexicon.string(chunk.value);
      if (typeof chunk.value === "number") return lexicon.number(chunk.value);
      return lexicon.boolean(chunk.value);
    case "sequence":
      return chunk.parts.map((part) => renderText(part, lexicon)).join("");
    case "origin":
      return renderText(chunk.of, lexicon);
  }
}

/** A piece of rendered text and the innermost place in the rule it comes from. */
export interface Piece {
  readonly text: string;
  readonly span?: Span;
}

/** The text in a language as pieces that know their origin; joined, they are what `renderText` gives. */
export function renderPieces(chunk: Text, lexicon: Lexicon, span?: Span): readonly Piece[] {
  switch (chunk.kind) {
    case "raw":
    case "name":
    case "value":
      return [{ text: renderText(chunk, lexicon), ...(span && { span }) }];
    case "sequence":
      return chunk.parts.flatMap((part) => renderPieces(part, lexicon, span));
    case "origin":
      return renderPieces(chunk.of, lexicon, chunk.span);
  }
}
