/**
 * JSON text of single values, for the generated serializers: the hot path of normalization. Each
 * function yields exactly what `JSON.stringify` yields for the value the interpreter would write.
 */
import { parseDate } from "../event/time.ts";
import { collectTexts } from "./transform.ts";

/** Up to this length a scan of the characters is quicker than a call of `JSON.stringify`. */
const SCAN_LENGTH_MAX = 128;

/** 1 for each UTF-16 unit that JSON may escape: controls, quote, backslash, surrogates (if lone). */
const ESCAPED = Uint8Array.from({ length: 0x1_0000 }, (_, code) =>
  code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 0,
);

/** A text as it stands between the quotes of a JSON string. Most texts need no escape. */
export function escapeText(text: string): string {
  if (text.length > SCAN_LENGTH_MAX) return JSON.stringify(text).slice(1, -1);
  let escaped = 0;
  for (let at = 0; at < text.length; at += 1) escaped |= ESCAPED[text.charCodeAt(at)] ?? 1;
  return escaped === 0 ? text : JSON.stringify(text).slice(1, -1);
}

/** A JSON array of strings. */
export function listText(texts: readonly string[]): string {
  const [first] = texts;
  if (first === undefined) return "[]";
  let list = `["${escapeText(first)}"`;
  for (let at = 1; at < texts.length; at += 1) list += `,"${escapeText(texts[at] ?? "")}"`;
  return `${list}]`;
}

/** The transform `collect`: a JSON array of the distinct texts that are there. */
export function collectText(texts: readonly (string | undefined)[]): string {
  return JSON.stringify(collectTexts(texts));
}

/** The same without the first text: what follows it in the array, with the comma. */
export function collectMore(texts: readonly (string | undefined)[]): string {
  return collectTexts(texts)
    .slice(1)
    .map((text) => `,${JSON.stringify(text)}`)
    .join("");
}

/** The transform `ms_to_ns`. Six zeros are exact where a product of floats need not be. */
export function nanosecondsText(ms: number): string {
  return ms === 0 ? "0" : `${ms}000000`;
}

function digits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/** Events arrive in order of time, nearly: the last day's epoch second saves the calendar arithmetic. */
let lastDay = -1;
let lastDaySeconds = 0;

function daySeconds(time: string): number {
  const day =
    ((digits(time, 0) * 100 + digits(time, 2)) * 100 + digits(time, 5)) * 100 + digits(time, 8);
  if (day !== lastDay) {
    lastDaySeconds = (parseDate(time) ?? Number.NaN) * 86_400;
    lastDay = day;
  }
  return lastDaySeconds;
}

/**
 * The transform `iso_to_epoch_seconds` of a canonical time, as a decimal without trailing zeros. Built
 * from integers: the division by 1000 and its printing cost as much as the rest of a record.
 */
export function epochSecondsText(time: string): string {
  const seconds =
    daySeconds(time) + digits(time, 11) * 3600 + digits(time, 14) * 60 + digits(time, 17);
  const millis = digits(time, 20) * 10 + time.charCodeAt(22) - 48;
  if (millis === 0) return `${seconds}`;
  if (seconds < 0) return `${(seconds * 1000 + millis) / 1000}`;
  if (millis % 100 === 0) return `${seconds}.${millis / 100}`;
  return `${seconds}.${time.slice(20, millis % 10 === 0 ? 22 : 23)}`;
}
