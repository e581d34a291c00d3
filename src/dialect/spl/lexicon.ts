/** How Splunk's `eval` and `where` write names and literals. */
import type { Lexicon } from "../text.ts";

/** Line ends would break a conf file; a backtick would start a macro, even inside of a string. */
function isUnwritable(character: string): boolean {
  return character < " " || character === "\u007f" || character === "`";
}

function percentEncode(value: string): string {
  return [...Buffer.from(value, "utf8")]
    .map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`)
    .join("");
}

export const splLexicon: Lexicon = {
  // In eval a bare dotted or braced name is an expression, and a double-quoted one is a string.
  name: (name) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `'${name.replace(/[\\']/g, "\\$&")}'`,
  string: (value) =>
    [...value].some(isUnwritable)
      ? `urldecode("${percentEncode(value)}")`
      : `"${value.replace(/[\\"]/g, "\\$&")}"`,
  number: (value) => String(value),
  // JSON booleans become the words.
  boolean: (value) => (value ? '"true"' : '"false"'),
};
