/** Places in a record, as mapping tables name them: `metadata.user`, `item.latency`, `key`. */

/** A JSON object as it came. */
export type Fields = Readonly<Record<string, unknown>>;

/** What paths are looked up in. */
export interface Scope {
  readonly record: Fields;
  /** The element that a template is applied to, and its key or index. */
  readonly item?: unknown;
  readonly key?: string;
}

export interface Path {
  readonly text: string;
  readonly root: "record" | "item" | "key";
  readonly parts: readonly string[];
}

const PATH = /^[A-Za-z0-9_@-]+(\.[A-Za-z0-9_@-]+)*$/;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path of its text; `undefined` when the text is none. */
export function parsePath(text: string): Path | undefined {
  if (!PATH.test(text)) return undefined;
  const [first = "", ...rest] = text.split(".");
  if (first === "key" && rest.length === 0) return { text, root: "key", parts: [] };
  if (first === "item") return { text, root: "item", parts: rest };
  return { text, root: "record", parts: [first, ...rest] };
}

/**
 * The value from a position of the path on. Some exports write one column `request.body` where others
 * nest, so a member that carries the rest of the path as its name counts too.
 */
function descend(value: unknown, parts: readonly string[], from: number): unknown {
  if (from === parts.length) return value;
  if (!isFields(value)) return undefined;
  const name = parts[from] ?? "";
  if (Object.hasOwn(value, name)) return descend(value[name], parts, from + 1);
  const flat = parts.slice(from).join(".");
  return Object.hasOwn(value, flat) ? value[flat] : undefined;
}

/** The value at a path; `undefined` where there is none, also for `null` and the empty text. */
export function valueAt(scope: Scope, { root, parts }: Path): unknown {
  const value =
    root === "key" ? scope.key : descend(root === "item" ? scope.item : scope.record, parts, 0);
  return value === null || value === "" ? undefined : value;
}
