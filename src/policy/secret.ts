/**
 * Secrets and personal identifiers in running text.
 *
 * Every finder takes time linear in the text, whatever the text: a search for a literal start, then a
 * run of characters that is never scanned twice or has a bound.
 */
import { findCards, findIbans, type Hit } from "./account-number.ts";
import { isSuspect } from "./suspect.ts";

export const SECRET_KINDS = [
  "email",
  "anthropic_key",
  "aws_key",
  "github_token",
  "api_key",
  "private_key",
  "jwt",
  "bearer_token",
  "credential",
  "payment_card",
  "iban",
] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** Something found in a text, from `start` to `end` (exclusive) in UTF-16 units. */
export interface Secret {
  readonly kind: SecretKind;
  readonly start: number;
  readonly end: number;
}

/** Blanks, and punctuation beyond ASCII; all else beyond ASCII may be part of a name or a host. */
const OUTSIDE_WORD = /[\s\u2010-\u2027\u2030-\u205e\u3001-\u303f\uff20]/;
const ASCII_LOCAL = /[A-Za-z0-9.!#$%&'*+^_`~-]/;
const ASCII_HOST = /[A-Za-z0-9.-]/;

function isOneOf(ascii: RegExp, character: string): boolean {
  if (character === "") return false;
  return character < "\u0080" ? ascii.test(character) : !OUTSIDE_WORD.test(character);
}

/** Far beyond RFC 5321's 64; a bound is needed because a local part may hold "%40". */
const LOCAL_LENGTH_MAX = 320;

/** Where the local part that ends at `end` begins; `end` when there is none. */
function localStart(text: string, end: number): number {
  if (text.charAt(end - 1) === '"') {
    const open = text.lastIndexOf('"', end - 2);
    return open === -1 || end - open > 66 ? end : open;
  }
  let start = end;
  const limit = Math.max(0, end - LOCAL_LENGTH_MAX);
  while (start > limit && isOneOf(ASCII_LOCAL, text.charAt(start - 1))) start -= 1;
  return start;
}

/** A host with a top-level domain of two letters or more, or an IPv4 address. */
const HOST = /^[^.．。]+(?:[.．。][^.．。]+)*?[.．。](?:xn--|[^\d.．。_-]{2})|^\d+\.\d+\.\d+\.\d+$/;
const ADDRESS_LITERAL = /\[(?:IPv6:)?[0-9a-fA-F:.]{2,45}\]/y;
const HOST_LENGTH_MAX = 255;

/** Where the host that begins at `start` ends; `start` when there is none. */
function hostEnd(text: string, start: number): number {
  ADDRESS_LITERAL.lastIndex = start;
  if (ADDRESS_LITERAL.test(text)) return ADDRESS_LITERAL.lastIndex;
  let end = start;
  const limit = start + HOST_LENGTH_MAX;
  while (end < limit && isOneOf(ASCII_HOST, text.charAt(end))) end += 1;
  const host = text.slice(start, end).replace(/^[.-]+/, "");
  return HOST.test(host) ? end : start;
}

const AT_SIGN = /[@＠]|%40/gi;

/** E-mail addresses, RFC 5321 with quoted and internationalised local parts, also URL-encoded. */
function findEmails(text: string, hit: Hit): void {
  for (const at of text.matchAll(AT_SIGN)) {
    const start = localStart(text, at.index);
    const hostStart = at.index + at[0].length;
    const end = start === at.index ? hostStart : hostEnd(text, hostStart);
    if (end > hostStart) hit(start, end);
  }
}

/**
 * Tokens told by their first letters. A run of token characters is taken whole and what looks ahead
 * has a bound, so nothing backtracks. Where plain words could begin alike, a digit is asked for.
 */
const PREFIXED: readonly (readonly [SecretKind, RegExp])[] = [
  ["anthropic_key", /sk-ant-[\w-]{8,}/g],
  ["aws_key", /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/g],
  ["github_token", /(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g],
  ["api_key", /(?<![A-Za-z0-9])(?:sk|rk|pk)(?:-|_live_|_test_)(?=[\w-]{0,40}\d)[\w-]{20,}/g],
  ["api_key", /(?:glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,})/g],
  ["bearer_token", /(?:bearer|basic)[ \t]{1,8}(?=[\w.~+/=-]{0,64}[\d=])[\w.~+/=-]{16,}/gi],
];

const JWT_PART = /[\w-]*/y;
/** The shortest header, `{"alg":…}`, has more characters. */
const JWT_HEADER_LENGTH_MIN = 14;

function runEnd(text: string, start: number): number {
  JWT_PART.lastIndex = start;
  JWT_PART.test(text);
  return JWT_PART.lastIndex;
}

/** JSON Web Tokens (RFC 7519): base64url parts joined by dots, the first of which encodes `{"`. */
function findJwts(text: string, hit: Hit): void {
  for (let start = text.indexOf("eyJ"); start !== -1; ) {
    const header = runEnd(text, start);
    const payload = text[header] === "." ? runEnd(text, header + 1) : header;
    const complete =
      header - start >= JWT_HEADER_LENGTH_MIN && payload > header + 1 && text[payload] === ".";
    const end = complete ? runEnd(text, payload + 1) : header;
    if (complete) hit(start, end);
    // Another "eyJ" inside a run that did not make a token ends where that run ends: skip the run.
    start = text.indexOf("eyJ", Math.max(end, start + 3));
  }
}

const KEY_BLOCK = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_BLOCK_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** PEM and OpenPGP private keys; one whose end is missing reaches to the end of the text. */
function findPrivateKeys(text: string, hit: Hit): void {
  KEY_BLOCK.lastIndex = 0;
  for (let block = KEY_BLOCK.exec(text); block !== null; block = KEY_BLOCK.exec(text)) {
    KEY_BLOCK_END.lastIndex = KEY_BLOCK.lastIndex;
    const end = KEY_BLOCK_END.test(text) ? KEY_BLOCK_END.lastIndex : text.length;
    hit(block.index, end);
    KEY_BLOCK.lastIndex = end;
  }
}

const ASSIGNMENT =
  /(passwo?r?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']?[ \t]{0,4}[:=][ \t]{0,4}["']?/gi;
/** Not `[`, so that the marker of an earlier pass is no value. */
const ASSIGNED = /[^\s"',;&)}\][]{4,256}/y;
const ASSIGNED_REST = /[^\s"',;&)}\][]*/y;
const PASSWORD = /^pass|^pwd/i;
const LOOKS_RANDOM = /^(?=.*\d)(?=.*[A-Za-z]).{8}/;

/** What stands behind `password=`, `"token": "…` and the like. Words such as `token: expired` stay. */
function findAssignments(text: string, hit: Hit): void {
  let end = 0;
  for (const name of text.matchAll(ASSIGNMENT)) {
    if (name.index < end) continue;
    const start = name.index + name[0].length;
    ASSIGNED.lastIndex = start;
    const value = ASSIGNED.exec(text)?.[0];
    if (value === undefined) continue;
    if (!PASSWORD.test(name[1] ?? "") && !LOOKS_RANDOM.test(value)) continue;
    ASSIGNED_REST.lastIndex = start;
    ASSIGNED_REST.test(text);
    end = ASSIGNED_REST.lastIndex;
    hit(start, end);
  }
}

const USER_INFO = /:\/\/([^\s/?#@"'<>[\]]{0,256}:[^\s/?#@"'<>[\]]{0,256})@/g;

/** User and password in a URL. */
function findUserInfo(text: string, hit: Hit): void {
  for (const found of text.matchAll(USER_INFO))
    hit(found.index + 3, found.index + found[0].length - 1);
}

/** Joins what overlaps; the kind of the part that starts first names the whole. */
function merge(found: readonly Secret[]): readonly Secret[] {
  const merged: Secret[] = [];
  for (const secret of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || secret.start >= last.end) merged.push(secret);
    else if (secret.end > last.end) merged[merged.length - 1] = { ...last, end: secret.end };
  }
  return merged;
}

/** Everything in a text that must not leave, in order, without overlaps. */
export function findSecrets(text: string): readonly Secret[] {
  return isSuspect(text) ? searchSecrets(text) : [];
}

/** The same without the first look; `findSecrets` is the one to use. */
export function searchSecrets(text: string): readonly Secret[] {
  const found: Secret[] = [];
  const collect =
    (kind: SecretKind): Hit =>
    (start, end) =>
      found.push({ kind, start, end });
  findPrivateKeys(text, collect("private_key"));
  findJwts(text, collect("jwt"));
  for (const [kind, pattern] of PREFIXED) {
    for (const match of text.matchAll(pattern))
      collect(kind)(match.index, match.index + match[0].length);
  }
  findUserInfo(text, collect("credential"));
  findAssignments(text, collect("credential"));
  findEmails(text, collect("email"));
  findCards(text, collect("payment_card"));
  findIbans(text, collect("iban"));
  return merge(found);
}
