/**
 * The string formats of the event schema, as functions over character codes.
 *
 * Each format has a *strict* and a *tolerant* reading. The hot path accepts only what is strict; what
 * is merely tolerable (an id that is no UUID, an opaque pseudonym) goes through the cold path, where
 * it is accepted with a warning. Both readings exclude quotes, backslashes and control characters
 * from identifiers, so serializers may write them unescaped.
 */
import { isIP } from "node:net";
import { isCanonicalTime, parseTime } from "./time.ts";

/** 1 for the character codes of lower-case hex digits. */
const HEX_DIGITS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[0-9a-f]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Whether all characters of `text` from `start` to `end` (exclusive) are lower-case hex digits. A look-up
 * without branches: identifiers are most of what validation reads.
 */
function isHex(text: string, start: number, end: number): boolean {
  let all = 1;
  for (let at = start; at < end; at += 1) all &= HEX_DIGITS[text.charCodeAt(at)] ?? 0;
  return all === 1;
}

/** A UUID in lower-case RFC 9562 text form, any version. */
export function isUuid(text: string): boolean {
  if (text.length !== 36) return false;
  const dashes =
    text.charCodeAt(8) === 45 &&
    text.charCodeAt(13) === 45 &&
    text.charCodeAt(18) === 45 &&
    text.charCodeAt(23) === 45;
  return (
    dashes &&
    isHex(text, 0, 8) &&
    isHex(text, 9, 13) &&
    isHex(text, 14, 18) &&
    isHex(text, 19, 23) &&
    isHex(text, 24, 36)
  );
}

/** A pseudonym in canonical form: 64 lower-case hex digits. */
export function isPseudonym(text: string): boolean {
  return text.length === 64 && isHex(text, 0, 64);
}

/** Printable ASCII without space, quote and backslash: safe in every protocol we write. */
export function isIdentifier(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code >= 127 || code === 34 || code === 92) return false;
  }
  return text.length > 0;
}

/** An identifier that cannot be an e-mail address. */
export function isOpaquePseudonym(text: string): boolean {
  return isIdentifier(text) && !text.includes("@");
}

/** RFC 3339 with an offset or `Z`: used where the local clock reading is the point. */
export function isOffsetDateTime(text: string): boolean {
  return parseTime(text) !== undefined;
}

/** An IPv4 or IPv6 address without zone id, as Elasticsearch's `ip` type accepts it. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}

type Format = (text: string) => boolean;

/** Formats of the hot path. Names are those used in `event.schema.json`. */
export const strictFormats: Readonly<Record<string, Format>> = {
  identifier: isUuid,
  pseudonym: isPseudonym,
  "utc-milliseconds": isCanonicalTime,
  "offset-date-time": isOffsetDateTime,
  ip: isAddress,
};

/** Formats of the cold path. */
export const tolerantFormats: Readonly<Record<string, Format>> = {
  ...strictFormats,
  identifier: isIdentifier,
  pseudonym: isOpaquePseudonym,
};
