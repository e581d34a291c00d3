import type { Span } from "../diagnostic/diagnostic.ts";

/** A scalar after the YAML 1.2 core schema. */
export type ScalarValue = string | number | boolean | null;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly value: ScalarValue;
  readonly span: Span;
  /**
   * Where each character of a string value stands, so that errors inside the text (an expression) get
   * their own position: the span of `length` characters from `offset`.
   */
  readonly within: (offset: number, length: number) => Span;
}

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
}

export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

/** A YAML document as plain data, every node with its place. */
export type YamlNode = YamlScalar | YamlMap | YamlList;

/** What a node is, in words for messages. */
export function describeNode(node: YamlNode): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.value === null) return "nothing";
  if (typeof node.value === "string") return node.value.trim() === "" ? "empty text" : "text";
  return typeof node.value === "number" ? "a number" : "true or false";
}

/** The node as plain values, for formats that keep free-form data. */
export function plainValue(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plainValue(entry.value)]));
}
