/** YAML text → nodes with positions. Indirection (anchors, aliases, tags, merges) is refused. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import {
  type Diagnostic,
  fail,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import type { ScalarValue, YamlEntry, YamlNode, YamlScalar } from "./node.ts";

/** Largest YAML file that is read, in bytes. */
export const YAML_BYTES_MAX = 1_048_576;

interface Context {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  readonly diagnostics: Diagnostic[];
  /** Kinds of indirection that were reported. */
  readonly refused: Set<string>;
}

function spanOf(context: Context, start: number, end: number): Span {
  const { line, col } = context.lines.linePos(start);
  const newline = context.text.indexOf("\n", start);
  const stop = newline === -1 ? end : Math.min(end, newline);
  return {
    file: context.file,
    line: Math.max(1, line),
    column: Math.max(1, col),
    length: Math.max(1, stop - start),
  };
}

/**
 * Maps an offset in a scalar's value to an offset in the source. Exact for plain, quoted (without
 * escapes) and block scalars written line by line; for others it stays on the right line at least.
 */
function locateWithin(
  context: Context,
  scalar: Scalar,
  start: number,
  end: number,
): YamlScalar["within"] {
  const value = String(scalar.value);
  const source = context.text.slice(start, end);
  const positions: number[] = [];
  let at =
    scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED"
      ? source.indexOf("\n") + 1
      : 0;
  for (const character of value) {
    if (character === "\n" || character === " ") {
      // A folded line break reads as a blank or newline; skip to wherever the text goes on.
      const direct = source[at] === character;
      positions.push(start + at);
      if (direct) at += 1;
      else while (at < source.length && /\s/.test(source[at] ?? "")) at += 1;
    } else {
      while (at < source.length && source[at] !== character) at += 1;
      positions.push(start + at);
      at += character.length;
    }
    for (let unit = 1; unit < character.length; unit += 1)
      positions.push(start + at - character.length + unit);
  }
  return (offset, length) => {
    const from = positions[offset] ?? positions.at(-1) ?? start;
    return spanOf(context, from, from + length);
  };
}

function convertScalar(context: Context, scalar: Scalar): YamlScalar {
  const [start, end] = scalar.range ?? [0, 0, 0];
  const raw = scalar.value;
  const value: ScalarValue =
    raw === null || typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean"
      ? raw
      : String(raw);
  return {
    kind: "scalar",
    value,
    span: spanOf(context, start, end),
    within: locateWithin(context, scalar, start, end),
  };
}

/** Reports the first of each kind: a document built on aliases has thousands, one tells as much. */
function refuse(context: Context, node: Node, what: string): void {
  if (context.refused.has(what)) return;
  context.refused.add(what);
  const [start, end] = node.range ?? [0, 0, 0];
  context.diagnostics.push(report(yamlMessage.indirection, spanOf(context, start, end), { what }));
}

function refuseIndirection(context: Context, node: Node): void {
  if (isAlias(node)) refuse(context, node, "alias");
  else if ("anchor" in node && node.anchor) refuse(context, node, "anchor");
  if (node.tag !== undefined) refuse(context, node, "tag");
}

function convertEntry(context: Context, pair: Pair): YamlEntry | undefined {
  const { key, value } = pair;
  if (!isScalar(key)) {
    const node = (key ?? value) as Node;
    context.diagnostics.push(
      report(yamlMessage.wrongType, spanOf(context, node.range?.[0] ?? 0, node.range?.[1] ?? 1), {
        key: "A key",
        expected: "plain text",
        found: "a structure",
      }),
    );
    return undefined;
  }
  refuseIndirection(context, key);
  if (key.value === "<<") refuse(context, key, "merge key");
  const keyNode = convertScalar(context, key);
  return {
    key: String(keyNode.value),
    keySpan: keyNode.span,
    value:
      value === null || value === undefined ? emptyAfter(keyNode) : convert(context, value as Node),
  };
}

/** A key without a value reads as null at the key's own place. */
function emptyAfter(key: YamlScalar): YamlScalar {
  return { ...key, value: null };
}

function convertMap(context: Context, map: YAMLMap): YamlNode {
  const [start, end] = map.range ?? [0, 0, 0];
  const entries = map.items
    .filter((item) => isPair(item))
    .map((pair) => convertEntry(context, pair as Pair))
    .filter((entry) => entry !== undefined);
  return { kind: "map", entries, span: spanOf(context, start, end) };
}

function convert(context: Context, node: Node): YamlNode {
  refuseIndirection(context, node);
  const [start, end] = node.range ?? [0, 0, 0];
  if (isMap(node)) return convertMap(context, node);
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(context, item as Node));
    return { kind: "list", items, span: spanOf(context, start, end) };
  }
  if (isScalar(node)) return convertScalar(context, node);
  return {
    kind: "scalar",
    value: null,
    span: spanOf(context, start, end),
    within: () => spanOf(context, start, end),
  };
}

/** After the first broken spot a YAML parser stumbles over everything; only duplicate keys stand alone. */
function tellingErrors(errors: readonly YAMLError[]): readonly YAMLError[] {
  const isAlone = (error: YAMLError): boolean => error.code === "DUPLICATE_KEY";
  const first = errors.find((error) => !isAlone(error));
  return errors.filter((error) => isAlone(error) || error === first);
}

/**
 * Parses one YAML document.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The root node, or diagnostics Y101 (syntax), Y102 (indirection), Y103 (size).
 */
export function parseYaml(text: string, file: string): Result<YamlNode> {
  const lines = new LineCounter();
  const context: Context = { file, text, lines, diagnostics: [], refused: new Set() };
  if (text.length > YAML_BYTES_MAX) {
    const span = { file, line: 1, column: 1, length: 1 };
    return fail([
      report(yamlMessage.tooLarge, span, { bytes: text.length, limit: YAML_BYTES_MAX }),
    ]);
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.2",
  });
  const list = Array.isArray(documents) ? documents : [];
  const first = list[0];
  for (const error of tellingErrors(list.flatMap((one) => [...one.errors, ...one.warnings]))) {
    const span = spanOf(context, error.pos[0], error.pos[1]);
    const detail = error.message.replace(/\s+/g, " ").replace(/\.$/, "");
    context.diagnostics.push(report(yamlMessage.syntax, span, { detail }));
  }
  const second = list[1]?.contents;
  if (second) refuse(context, second as Node, "second document");
  if (first === undefined || first.contents === null) {
    const empty = spanOf(context, 0, 1);
    return resultOf<YamlNode>({ kind: "map", entries: [], span: empty }, context.diagnostics);
  }
  return resultOf(convert(context, first.contents as Node), context.diagnostics);
}
