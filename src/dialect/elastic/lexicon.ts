/** How Elastic's two languages write names and literals: KQL (`kuery`) and ES|QL. */
import type { Lexicon } from "../text.ts";

/** Field names of the mapping need no escapes; anything else gets them. */
function escapeKueryName(name: string): string {
  return name.replace(/[\\():<>"*{} ]/g, "\\$&");
}

const kueryEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quote(value: string): string {
  return `"${value.replace(/[\\"\n\r\t]/g, (character) => kueryEscapes[character] ?? character)}"`;
}

/** Values stand in quotes, where `*` is no wildcard. */
export const kueryLexicon: Lexicon = {
  name: escapeKueryName,
  string: quote,
  number: (value) => String(value),
  boolean: (value) => (value ? "true" : "false"),
};

/** The escapes of ES|QL strings are those of KQL: backslash, quote, line ends and tab. */
export const esqlLexicon: Lexicon = {
  name: (name) =>
    /^@?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(name)
      ? name
      : `\`${name.replaceAll("`", "``")}\``,
  string: quote,
  number: (value) => String(value),
  boolean: (value) => (value ? "true" : "false"),
};
