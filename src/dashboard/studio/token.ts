/**
 * Tokens of Dashboard Studio, which stand between dollars, in text that must otherwise be taken as it is.
 *
 * While a search is composed, a token stands between two NUL characters. No name and no literal can
 * contain one, because the lexicon writes control characters by their codes. So only what we wrote as a
 * token becomes one, whatever titles and values say.
 */
import { raw, type Text } from "../../dialect/text.ts";

const MARK = "\u0000";

/** A token by its name, inside of a search. */
export function token(name: string): Text {
  return raw(`${MARK}${name}${MARK}`);
}

/** Text between tokens and tokens by turns, each written by its function. */
function write(
  text: string,
  literal: (part: string) => string,
  named: (name: string) => string,
): string {
  return text
    .split(MARK)
    .map((part, index) => (index % 2 === 0 ? literal(part) : named(part)))
    .join("");
}

/** Text without tokens: a dollar is written twice. */
export function plainText(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/**
 * A search with its tokens. The filter `s` puts quotes around each value and escapes what is inside of
 * them (Dashboard Studio manual, "Tokens"); values of a multiselect are joined by commas.
 */
export function searchText(text: string): string {
  return write(text, plainText, (name) => `$${name}|s$`);
}

/** A search with its tokens as a parameter of an address: quoted as above, then encoded. */
export function addressText(text: string): string {
  return write(
    text,
    (part) => encodeURIComponent(part.toWellFormed()),
    (name) => `$${name}|s|u$`,
  );
}
