/**
 * One spelling for letters that look alike or mean the same, so that a pattern is written once.
 *
 * Folding looks at one code point at a time, never at its neighbours: a text cut anywhere folds to the
 * same units. Compatibility forms become plain ones (the mappings of Unicode's NFKC), case and accents
 * go, letters of other scripts that pass for Latin ones become those, invisible characters vanish.
 * Patterns are folded too, so Russian or Japanese patterns still match their languages.
 */

/** Stands for a run of invisible characters that is long enough to carry text. */
export const HIDDEN_TEXT = "\uf8ff";

/** Latin letters and what passes for them, after compatibility forms, case and accents are gone. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: "аαɑᴀ",
  b: "вβʙ",
  c: "сᴄϲ",
  d: "ԁᴅđ",
  e: "еεᴇҽ",
  f: "ꜰ",
  g: "ɡɢց",
  h: "нһʜհ",
  i: "іιıɪ",
  j: "јᴊϳ",
  k: "кκᴋ",
  l: "ʟłӏ",
  m: "мμᴍ",
  n: "ηɴո",
  o: "оοᴏօø",
  p: "рρᴘ",
  q: "ԛ",
  r: "ʀ",
  s: "ѕꜱ",
  t: "тτᴛ",
  u: "υᴜս",
  v: "νᴠѵ",
  w: "ωᴡԝ",
  x: "хχ",
  y: "уγʏү",
  z: "ζᴢ",
  ss: "ß",
  ae: "æ",
  oe: "œ",
  σ: "ς",
  "'": "’‘‛ʼ´`′",
  '"': "“”„‟«»″",
  "-": "‐‑‒–—―−",
};

const lookalike: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKALIKES).flatMap(([plain, others]) =>
    [...others].map((other) => [other, plain] as const),
  ),
);

/** Joiners, direction marks, soft hyphens, tags, variation selectors: they take no room on a page. */
const INVISIBLE = /^[\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;
const MARK = /\p{M}/gu;
/** Controls, private use and unpaired surrogates carry no text of a person. */
const NO_TEXT = /^[\p{Cc}\p{Co}\p{Cs}\p{Cn}]$/u;
const BLANK = /\s/gu;
/** Signs of all scripts but those of East Asia separate words as a blank does; ASCII is told apart. */
const SIGN = /(?![\p{L}\p{N}])[\u0080-\u2e7f\u{10000}-\u{10ffff}]/gu;
/** Letters beyond the basic plane belong to scripts that no pattern is written in. */
const LETTER_BEYOND = /[\u{10000}-\u{10ffff}]/gu;
/** What stands for each of them, so that every unit is a whole character. */
const SOME_LETTER = "\ua7f7";

function foldCharacter(character: string): string {
  if (INVISIBLE.test(character)) return "";
  if (NO_TEXT.test(character)) return " ";
  const direct = lookalike.get(character);
  if (direct !== undefined) return direct;
  const plain = character.normalize("NFKD").toLowerCase().normalize("NFKD").replace(MARK, "");
  return [...plain]
    .map((one) => lookalike.get(one) ?? one)
    .join("")
    .replace(BLANK, " ")
    .replace(SIGN, " ")
    .replace(LETTER_BEYOND, SOME_LETTER);
}

const UNKNOWN = 0xffff;
const SEVERAL = 0xfffe;
/** A code point that folds to nothing. */
export const NOTHING = 0;

/** What each character of the basic plane folds to, learnt as texts bring them. */
const single: Uint16Array = new Uint16Array(0x10000).fill(UNKNOWN);
const several = new Map<number, string>();

function learn(codePoint: number): string {
  const folded = foldCharacter(String.fromCodePoint(codePoint));
  several.set(codePoint, folded);
  if (codePoint <= 0xffff) {
    single[codePoint] =
      folded === "" ? NOTHING : folded.length === 1 ? folded.charCodeAt(0) : SEVERAL;
  }
  return folded;
}

for (let unit = 0; unit < 0x80; unit += 1) learn(unit);

/** The folded unit of a unit of the basic plane; `NOTHING`, or -1 where `foldCodePoint` has to tell. */
export function foldUnit(unit: number): number {
  const known = single[unit] ?? UNKNOWN;
  return known < SEVERAL ? known : -1;
}

/** What a code point folds to, in UTF-16 units; "" where it vanishes. */
export function foldCodePoint(codePoint: number): string {
  return several.get(codePoint) ?? learn(codePoint);
}

/** A text folded as a whole, without joining blanks. */
export function fold(text: string): string {
  return [...text].map((character) => foldCodePoint(character.codePointAt(0) ?? 0)).join("");
}

/** Tags and variation selectors: the characters that text is smuggled in, a byte or letter each. */
export function canCarryText(codePoint: number): boolean {
  return (
    (codePoint >= 0xe0000 && codePoint <= 0xe01ef) || (codePoint >= 0xfe00 && codePoint <= 0xfe0f)
  );
}

/** The first unit of the scripts of East Asia, whose words do not stand apart. */
export const EAST_ASIA = 0x2e80;

const WORD = /^[\p{L}\p{N}]$/u;
/** 0: not asked yet, 1: separator, 2: letter or digit. */
const wordness: Uint8Array = new Uint8Array(0x10000);

/** Whether a folded unit is part of a word: a letter or a digit. */
export function isWordUnit(unit: number): boolean {
  const known = wordness[unit] ?? 0;
  if (known !== 0) return known === 2;
  const isWord = WORD.test(String.fromCharCode(unit));
  wordness[unit] = isWord ? 2 : 1;
  return isWord;
}
