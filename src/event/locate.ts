/**
 * Where a value stands in the text of a JSON line, so that a problem is shown at its column.
 * Runs on the cold path only, on text that `JSON.parse` accepted.
 */

/** Index just after the JSON string that starts at `at` (which is its opening quote). */
function skipString(text: string, at: number): number {
  let index = at + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function skipSpace(text: string, at: number): number {
  let index = at;
  while (index < text.length && " \t\r\n".includes(text[index] ?? "")) index += 1;
  return index;
}

/** Index just after the JSON value that starts at `at`. */
function skipValue(text: string, at: number): number {
  if (text[at] === '"') return skipString(text, at);
  let depth = 0;
  let index = at;
  while (index < text.length) {
    const character = text[index] ?? "";
    if (character === '"') {
      index = skipString(text, index);
      continue;
    }
    if (depth === 0 && ",]}".includes(character)) return index;
    if ("[{".includes(character)) depth += 1;
    if ("]}".includes(character)) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
    index += 1;
  }
  return index;
}

/** Start of the member's value (and of its key) inside the object or array that starts at `at`. */
function findMember(
  text: string,
  at: number,
  name: string,
): { key: number; value: number } | undefined {
  const isObject = text[at] === "{";
  let index = skipSpace(text, at + 1);
  for (let position = 0; index < text.length && !"]}".includes(text[index] ?? ""); position += 1) {
    const key = index;
    let found = !isObject && String(position) === name;
    if (isObject) {
      const end = skipString(text, index);
      found = JSON.parse(text.slice(index, end)) === name;
      index = skipSpace(text, skipSpace(text, end) + 1);
    }
    if (found) return { key, value: index };
    index = skipSpace(text, skipValue(text, index));
    if (text[index] === ",") index = skipSpace(text, index + 1);
  }
  return undefined;
}

/** A range of columns in a line, starting at 1. */
export interface ColumnRange {
  readonly column: number;
  readonly length: number;
}

/**
 * The columns of the value at an RFC 6901 pointer, or of the deepest part of the path that exists.
 * `key: true` points at the member's name instead of its value.
 */
export function locatePointer(text: string, pointer: string, key = false): ColumnRange {
  let start = skipSpace(text, 0);
  let keyStart = start;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (text[start] !== "{" && text[start] !== "[") break;
    const member = findMember(text, start, name);
    if (member === undefined) break;
    start = member.value;
    keyStart = member.key;
  }
  const from = key ? keyStart : start;
  const to = key ? skipString(text, keyStart) : skipValue(text, start);
  return { column: from + 1, length: Math.max(1, to - from) };
}

/** The pointer to a member of the root. */
export function pointerTo(...path: readonly string[]): string {
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
