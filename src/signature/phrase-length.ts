/** How long a match of a phrase can be. */
import { SEPARATOR_UNITS_MAX, WORD_UNITS_MAX } from "./normalise.ts";
import type { Phrase } from "./phrase.ts";

/** Units of the longest match. */
export function longest(phrase: Phrase): number {
  switch (phrase.kind) {
    case "text":
      return phrase.text.length;
    case "oneOf":
    case "word":
    case "any":
      return 1;
    case "separator":
      return SEPARATOR_UNITS_MAX;
    case "words":
      return phrase.max * (WORD_UNITS_MAX + SEPARATOR_UNITS_MAX);
    case "characters":
      return phrase.max;
    case "sequence":
      return phrase.parts.reduce((sum, part) => sum + longest(part), 0);
    case "choice":
      return Math.max(...phrase.parts.map(longest));
    case "repeat":
      return phrase.max * longest(phrase.part);
  }
}
