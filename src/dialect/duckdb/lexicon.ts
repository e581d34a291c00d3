/** How DuckDB's SQL writes names and literals. */
import type { Lexicon } from "../text.ts";

export const duckdbLexicon: Lexicon = {
  name: (name) => `"${name.replaceAll('"', '""')}"`,
  // Standard SQL: only the quote is special. NUL ends a statement in some clients, so it is spelt out.
  string: (value) =>
    value
      .split("\0")
      .map((part) => `'${part.replaceAll("'", "''")}'`)
      .join(" || chr(0) || "),
  number: (value) => String(value),
  boolean: (value) => (value ? "true" : "false"),
};
