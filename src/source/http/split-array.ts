/**
 * The elements of a JSON array as they were written. Parsing and printing them again would alter numbers
 * beyond 2^53 and drop repeated keys, and a record that was altered is no evidence.
 */

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

/**
 * Splits an array into the texts of its elements.
 *
 * @param text One JSON array that `JSON.parse` takes.
 */
export function splitArray(text: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = text.indexOf("[") + 1;
  for (let at = start - 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 91 || code === 123) depth += 1;
    else if (code === 93 || code === 125) {
      depth -= 1;
      if (depth === 0) {
        const last = text.slice(start, at).trim();
        if (last !== "" || elements.length > 0) elements.push(last);
        return elements;
      }
    } else if (code === COMMA && depth === 1) {
      elements.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return elements;
}

/** Position of the quote that closes a string. */
function endOfString(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE)
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
