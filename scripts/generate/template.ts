// JSON text in the making: what is known at build time, what the class of an event decides, and what an
// expression of the generated code yields.

export type Piece =
  /** JSON text. */
  | { readonly kind: "text"; readonly json: string }
  /** JSON text by the number of the event's class. */
  | { readonly kind: "class"; readonly texts: readonly string[] }
  /** An expression of the generated code that yields JSON text, a number or a boolean. */
  | { readonly kind: "code"; readonly expression: string };

export type Template = readonly Piece[];

export function text(json: string): Piece {
  return { kind: "text", json };
}

export function code(expression: string): Piece {
  return { kind: "code", expression };
}

/** Gives a name to a table of texts by class. */
export type DeclareFragment = (texts: readonly string[]) => string;

function isStatic(piece: Piece | undefined): piece is Exclude<Piece, { kind: "code" }> {
  return piece !== undefined && piece.kind !== "code";
}

/** Joins neighbours that need no expression: two texts to one, a text and a class's text to the latter. */
function coalesce(pieces: Template): Template {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (!isStatic(last) || !isStatic(piece)) {
      joined.push(piece);
      continue;
    }
    joined.pop();
    if (last.kind === "text" && piece.kind === "text") joined.push(text(last.json + piece.json));
    else {
      const length = (last.kind === "class" ? last : piece.kind === "class" ? piece : undefined)
        ?.texts.length;
      const at = (one: Piece, index: number): string =>
        one.kind === "class" ? (one.texts[index] ?? "") : one.kind === "text" ? one.json : "";
      const texts = Array.from(
        { length: length ?? 0 },
        (_, index) => at(last, index) + at(piece, index),
      );
      joined.push({ kind: "class", texts });
    }
  }
  return joined;
}

/** JSON text as the inside of a template literal. */
function literal(json: string): string {
  return json.replace(/[\\`]|\$(?=\{)/g, "\\$&");
}

/**
 * A template as a template literal of the generated code.
 *
 * @param possible Numbers of the classes that events may have where it stands.
 */
export function renderTemplate(
  pieces: Template,
  possible: readonly number[],
  declareFragment: DeclareFragment,
): string {
  const expressions = coalesce(pieces)
    .filter((piece) => piece.kind !== "text" || piece.json !== "")
    .map((piece) => {
      if (piece.kind === "text") return literal(piece.json);
      if (piece.kind === "code") return `\${${piece.expression}}`;
      const first = piece.texts[possible[0] ?? 0] ?? "";
      // Where all classes agree there is nothing to look up.
      if (possible.every((number) => piece.texts[number] === first)) return literal(first);
      return `\${${declareFragment(piece.texts)}[eventClass]}`;
    });
  return `\`${expressions.join("")}\``;
}
