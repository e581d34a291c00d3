/**
 * Pseudonyms: who a user is, for whoever has the key of the deployment, and for nobody else.
 *
 * A user id becomes HMAC-SHA-256(key, "claude-siem/user-id\n" + id) in lower-case hex. The prefix keeps
 * this use of the key apart from others: a hash made for one purpose means nothing in another.
 */
import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { fail, type Result, report, type Span, succeed } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";

/**
 * `hmac-sha256` is the rule. `plain-sha256` is for joining hashes that others already made: anybody
 * can compute those from a list of employees, so they hide nothing from an insider.
 */
export type PseudonymMode = "hmac-sha256" | "plain-sha256";

/** Replaces identities. Holds the key; it shows in no print-out of the object. */
export interface Pseudonymiser {
  readonly mode: PseudonymMode;
  /** The pseudonym of a user, 64 lower-case hex digits. */
  readonly userIdHash: (userId: string) => string;
  /**
   * A short token for a value that may not leave but must stay distinguishable: equal for equal
   * values, always keyed. 24 letters a to p, so that no token looks like a card, an account or a key.
   */
  readonly token: (value: string) => string;
}

/**
 * One spelling for one user. E-mail addresses arrive in whatever case a directory stores them, and
 * are compared without regard to it everywhere; other ids are taken as they are.
 */
function canonicalUserId(userId: string): string {
  const id = userId.trim().normalize("NFC");
  return id.includes("@") ? id.toLowerCase() : id;
}

const BYTES_OF_TOKEN = 12;
const LETTER_A = 97;

function letters(bytes: Buffer): string {
  let text = "";
  for (const byte of bytes.subarray(0, BYTES_OF_TOKEN))
    text += String.fromCharCode(LETTER_A + (byte >> 4), LETTER_A + (byte & 15));
  return text;
}

/** Makes a pseudonymiser. In mode `plain-sha256` user ids are hashed byte for byte, as others did. */
export function createPseudonymiser(
  key: KeyObject,
  mode: PseudonymMode = "hmac-sha256",
): Pseudonymiser {
  const keyed = (domain: string, text: string) =>
    createHmac("sha256", key).update(`claude-siem/${domain}\n`).update(text);
  return {
    mode,
    userIdHash: (userId) =>
      mode === "hmac-sha256"
        ? keyed("user-id", canonicalUserId(userId)).digest("hex")
        : createHash("sha256").update(userId).digest("hex"),
    token: (value) => letters(keyed("token", value).digest()),
  };
}

const KEY_BYTES_MIN = 32;
const HEX = /^[0-9a-fA-F]+$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** The bytes a key's text stands for, or why it stands for none. */
function decodeKey(text: string): Buffer | string {
  if (text === "") return "it is empty";
  if (HEX.test(text)) {
    if (text.length % 2 !== 0) return "it has an odd number of hex digits";
    return Buffer.from(text, "hex");
  }
  return BASE64.test(text) ? Buffer.from(text, "base64") : "it is neither hex nor base64";
}

/**
 * Parses the key of the deployment: at least 32 bytes in hex or base64 (also base64url).
 *
 * @param span Where the key was configured; no part of the key appears in a diagnostic.
 */
export function parseKey(text: string, span: Span): Result<KeyObject> {
  const refuse = (reason: string) => fail([report(contextMessage.badKey, span, { reason })]);
  const bytes = decodeKey(text.trim());
  if (typeof bytes === "string") return refuse(bytes);
  if (bytes.length < KEY_BYTES_MIN) {
    return refuse(`it has ${bytes.length} bytes, at least ${KEY_BYTES_MIN} are needed`);
  }
  // Not a measure of entropy; it stops all-zero keys and the like that placeholders leave behind.
  if (new Set(bytes).size < KEY_BYTES_MIN / 4)
    return refuse("it repeats a few bytes over and over");
  return succeed(createSecretKey(bytes));
}
