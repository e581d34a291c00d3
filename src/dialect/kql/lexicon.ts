/** How the Kusto Query Language writes names and literals. */
import type { Lexicon } from "../text.ts";

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
}

export const kqlLexicon: Lexicon = {
  name: (name) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `[${kqlLexicon.string(name)}]`),
  // Anything but printable ASCII is escaped: Sentinel's content checks refuse the rest.
  string: (value) =>
    `'${value.replace(/[\\']/g, "\\$&").replace(/[^\x20-\x7e]/g, escapeCharacter)}'`,
  // Division of two longs drops the fraction, so what is not whole says that it is real.
  number: (value) => (Number.isSafeInteger(value) ? String(value) : `real(${value})`),
  boolean: (value) => (value ? "true" : "false"),
};
