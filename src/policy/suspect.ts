/**
 * The first look at a text: can it hold a secret at all? One pass over the characters, and the only
 * one that most texts get. It may say yes too often, never no where a finder would find something;
 * a test holds it to that.
 */

/**
 * What a character may be part of. Each secret is told by a character that plain ids and words use
 * seldom, not by its first letter: the "-" of `sk-`, the "J" of `eyJ`.
 */
const NOTHING = 0;
const CERTAIN = 1;
const DASH = 2;
const UNDERSCORE = 3;
const BLANK = 4;
const ASSIGN = 5;
const LETTER_A = 6;
const LETTER_J = 7;
const DIGIT = 8;
const BEYOND_ASCII = 9;

const classes = new Uint8Array(128);
const mark = (characters: string, kind: number): void => {
  for (const character of characters) classes[character.charCodeAt(0)] = kind;
};
mark("@%", CERTAIN);
mark("-", DASH);
mark("_", UNDERSCORE);
mark(" \t", BLANK);
mark(":=", ASSIGN);
mark("A", LETTER_A);
mark("J", LETTER_J);
mark("0123456789", DIGIT);

const CARD_DIGITS_MIN = 13;
const IBAN_LENGTH_MIN = 15;
const BACKSLASH = 92;
const FULL_WIDTH_AT = 0xff20;
const NO_BREAK_SPACE = 0xa0;

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 97 && lower <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `sk-`, `glpat-`, `xoxb-`, and the dashes of a key block. */
function isKeyDash(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === 107 || text.charCodeAt(at + 1) === 45) return true;
  if (before === 116) return text.startsWith("glpat", at - 5);
  return text.charCodeAt(at - 4) === 120 && text.startsWith("xox", at - 4);
}

/** `sk_live_`, `ghp_`, `npm_`, `github_pat_`. */
function isKeyUnderscore(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === 107) return true;
  if (text.charCodeAt(at - 3) === 103 && text.charCodeAt(at - 2) === 104) return true;
  if (before === 109) return text.startsWith("npm", at - 3);
  return before === 116 && text.startsWith("_pat", at - 4);
}

/** The end of `bearer ` and `basic `. */
function isSchemeBlank(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1) | 0x20;
  return before === 114 || before === 99;
}

/** The end of `password:`, `"token" =`, `api_key=`, or the colon of `://`. */
function isAssignment(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) === 47) return true;
  let before = at - 1;
  while (before > 0 && at - before < 6 && ` \t"'`.includes(text.charAt(before))) before -= 1;
  return before >= 0 && "denytDENYT".includes(text.charAt(before));
}

/** `AKIA`, `ASIA`, `ABIA`, `ACCA` at their last letter, `AIza` at its first. */
function isKeyLetter(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before === 73 || before === 67 || text.startsWith("AIza", at);
}

/** Two letters and two digits that begin a word, the second digit at `at`: the start of an IBAN. */
function isIbanStart(text: string, at: number): boolean {
  if (!isDigit(text.charCodeAt(at - 1)) || text.length - at < IBAN_LENGTH_MIN - 3) return false;
  if (!isLetter(text.charCodeAt(at - 2)) || !isLetter(text.charCodeAt(at - 3))) return false;
  const before = text.charCodeAt(at - 4);
  const isEscape = text.charCodeAt(at - 5) === BACKSLASH;
  return isEscape || !(isLetter(before) || isDigit(before));
}

/** Whether a closer look is worthwhile; `false` means that there is nothing to find. */
export function isSuspect(text: string): boolean {
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? classes[code] : BEYOND_ASCII;
    if (kind === NOTHING) {
      digits = 0;
    } else if (kind === DIGIT) {
      digits += 1;
      if (digits >= CARD_DIGITS_MIN || isIbanStart(text, at)) return true;
    } else {
      if (kind !== DASH && kind !== BLANK && code !== NO_BREAK_SPACE) digits = 0;
      if (kind === CERTAIN || code === FULL_WIDTH_AT) return true;
      if (kind === DASH && isKeyDash(text, at)) return true;
      if (kind === UNDERSCORE && isKeyUnderscore(text, at)) return true;
      if (kind === BLANK && isSchemeBlank(text, at)) return true;
      if (kind === ASSIGN && isAssignment(text, at)) return true;
      if (kind === LETTER_A && isKeyLetter(text, at)) return true;
      if (kind === LETTER_J && text.charCodeAt(at - 1) === 121) return true;
    }
  }
  return false;
}
