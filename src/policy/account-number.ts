/** Payment card numbers and bank accounts in running text, told from other digits by their checks. */

/** Receives the start and end of something found. */
export type Hit = (start: number, end: number) => void;

/** Thirteen digits and more, single blanks or dashes between them allowed. */
const DIGIT_RUN = /\d(?:[ \u00a0-]?\d){12,}/g;
const DIGIT_GROUP = /\d+/g;
const CARD_DIGITS_MIN = 13;
const CARD_DIGITS_MAX = 19;

/** The Luhn check, ISO/IEC 7812-1 annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Issuer ranges with the lengths they use; everything else that passes Luhn is some other number. */
const ISSUERS: readonly { readonly start: RegExp; readonly lengths: readonly number[] }[] = [
  { start: /^4/, lengths: [13, 16, 19] },
  { start: /^(5[1-5]|2[2-7])/, lengths: [16] },
  { start: /^3[47]/, lengths: [15] },
  { start: /^3[0689]/, lengths: [14, 16] },
  { start: /^35/, lengths: [16] },
  { start: /^(6|5[068])/, lengths: [16, 17, 18, 19] },
];

function isCardNumber(digits: string): boolean {
  const issued = ISSUERS.some(
    ({ start, lengths }) => lengths.includes(digits.length) && start.test(digits),
  );
  return issued && passesLuhn(digits);
}

const HEX_BEFORE = /[0-9a-f]{2}[a-f]$/i;
const HEX_AFTER = /^[a-f][0-9a-f]{2}/i;

/** Whether digits are part of a digest or a trace id: three hex digits more on one side tell. */
function isInsideHex(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 3), start);
  return HEX_BEFORE.test(before) || HEX_AFTER.test(text.slice(end, end + 3));
}

/**
 * Finds card numbers. A number starts and ends where a group of digits does, so that an amount before
 * it does not hide it; a window has at most 19 digits, so the work per group is bounded.
 */
export function findCards(text: string, hit: Hit): void {
  for (const run of text.matchAll(DIGIT_RUN)) {
    const groups = [...run[0].matchAll(DIGIT_GROUP)];
    for (let first = 0; first < groups.length; first += 1) {
      let digits = "";
      for (let last = first; last < groups.length; last += 1) {
        const group = groups[last];
        digits += group?.[0] ?? "";
        if (group === undefined || digits.length > CARD_DIGITS_MAX) break;
        if (digits.length < CARD_DIGITS_MIN || !isCardNumber(digits)) continue;
        const start = run.index + (groups[first]?.index ?? 0);
        const end = run.index + group.index + group[0].length;
        if (!isInsideHex(text, start, end)) hit(start, end);
        first = last;
        break;
      }
    }
  }
}

/** Lengths of an IBAN by country, SWIFT IBAN Registry (ISO 13616). */
const IBAN_LENGTHS: Readonly<Record<number, string>> = {
  15: "NO",
  16: "BE",
  18: "DK FI FK FO GL NL SD",
  19: "MK SI",
  20: "AT BA EE KZ LT LU MN XK",
  21: "CH HR LI LV",
  22: "BG BH CR DE GB GE IE ME RS VA",
  23: "AE GI IL IQ OM SO TL",
  24: "AD CZ ES MD PK RO SA SE SK TN VG",
  25: "LY PT ST",
  26: "IS TR",
  27: "BI DJ FR GR IT MC MR SM",
  28: "AL AZ BY CY DO GT HU LB NI PL SV",
  29: "BR EG PS QA UA",
  30: "JO KW MU YE",
  31: "MT SC",
  32: "LC",
  33: "RU",
};
const ibanLength: ReadonlyMap<string, number> = new Map(
  Object.entries(IBAN_LENGTHS).flatMap(([length, countries]) =>
    countries.split(" ").map((country): [string, number] => [country, Number(length)]),
  ),
);

/** ISO 7064 MOD 97-10 over the account with its first four characters moved to the end. */
export function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** At the start of a word, or behind an escaped line break of JSON text: random ids hold such runs. */
const IBAN_START = /(?:(?<![A-Z0-9])|(?<=\\[nrt]))[A-Z]{2}\d{2}/gi;
const ALPHANUMERIC = /[A-Z0-9]/i;
const IBAN_SEPARATOR = /[ \u00a0-]/;

/** Finds bank accounts in print form (groups of four) or without blanks, in either case. */
export function findIbans(text: string, hit: Hit): void {
  IBAN_START.lastIndex = 0;
  for (let start = IBAN_START.exec(text); start !== null; start = IBAN_START.exec(text)) {
    const length = ibanLength.get(start[0].slice(0, 2).toUpperCase()) ?? 0;
    let iban = "";
    let at = start.index;
    while (iban.length < length && at < text.length) {
      const character = text.charAt(at);
      if (ALPHANUMERIC.test(character)) iban += character.toUpperCase();
      else if (!IBAN_SEPARATOR.test(character) || IBAN_SEPARATOR.test(text.charAt(at - 1))) break;
      at += 1;
    }
    const complete = length > 0 && iban.length === length && !ALPHANUMERIC.test(text.charAt(at));
    if (complete && passesMod97(iban)) hit(start.index, at);
  }
}
