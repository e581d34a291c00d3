/**
 * Signed notes as C2SP specifies them (c2sp.org/signed-note): a text, and below it a line for each
 * signature. Keys are Ed25519, written as verifier keys `<name>+<key id>+<base64 of 0x01 and the key>`.
 */
import {
  createHash,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";

/** Type byte of Ed25519 in key ids and keys. */
const ED25519 = 1;
const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** More signatures than anybody needs are refused before anything is computed. */
const SIGNATURES_MAX = 100;

/** A public key and the name it signs under. */
export interface Verifier {
  readonly name: string;
  /** First four bytes of SHA-256 over name, line feed, type and key. */
  readonly id: Buffer;
  readonly key: KeyObject;
}

/** A private key and the name it signs under; the key may be anywhere. */
export interface Signer {
  readonly verifier: Verifier;
  /** Ed25519 signature over the bytes, 64 bytes. */
  readonly sign: (bytes: Uint8Array) => Buffer | Promise<Buffer>;
}

/** Names are free of blanks and of the plus sign, which divides the parts of a verifier key. */
export function isKeyName(name: string): boolean {
  return name !== "" && !/[\s+\p{Z}\p{Cc}]/u.test(name);
}

function rawKey(key: KeyObject): Buffer {
  const { crv, x } = key.export({ format: "jwk" });
  if (crv !== "Ed25519" || x === undefined) throw new TypeError("the key is not an Ed25519 key");
  return Buffer.from(x, "base64url");
}

/** @param key An Ed25519 public key; others throw. */
export function createVerifier(name: string, key: KeyObject): Verifier {
  if (!isKeyName(name)) throw new TypeError(`"${name}" is no name of a key`);
  const typed = Buffer.concat([Buffer.of(ED25519), rawKey(key)]);
  const digest = createHash("sha256").update(`${name}\n`).update(typed).digest();
  return { name, id: digest.subarray(0, KEY_ID_BYTES), key };
}

/** @param key An Ed25519 private key in this process. */
export function createSigner(name: string, key: KeyObject): Signer {
  return {
    verifier: createVerifier(name, createPublicKey(key)),
    sign: (bytes) => signBytes(null, bytes, key),
  };
}

/** The key as one line that auditors keep. */
export function renderVerifier({ name, id, key }: Verifier): string {
  const typed = Buffer.concat([Buffer.of(ED25519), rawKey(key)]);
  return `${name}+${id.toString("hex")}+${typed.toString("base64")}`;
}

/** Standard base64 without anything that a decoder would forgive. */
function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

/** Reads a verifier key; `undefined` where the line is none, or names another id than its key has. */
export function parseVerifier(line: string): Verifier | undefined {
  const [name = "", id = "", ...rest] = line.split("+");
  const typed = strictBase64(rest.join("+"));
  if (!isKeyName(name) || typed?.length !== 1 + KEY_BYTES || typed[0] !== ED25519) return undefined;
  const x = typed.subarray(1).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const verifier = createVerifier(name, key);
  return verifier.id.toString("hex") === id ? verifier : undefined;
}

/** One line below a note. */
export interface NoteSignature {
  readonly name: string;
  readonly id: Buffer;
  readonly signature: Buffer;
}

export interface Note {
  /** With a final line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Whether a text may stand in a note: whole lines without control characters. */
function isNoteText(text: string): boolean {
  return text.endsWith("\n") && !/\p{Cc}/u.test(text.replaceAll("\n", ""));
}

const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/;

function parseSignature(line: string): NoteSignature | undefined {
  const [, name = "", encoded = ""] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = strictBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, id: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

/** Reads a note; `undefined` where it is not well-formed. No signature is checked. */
export function parseNote(note: string): Note | undefined {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split("\n");
  if (!isNoteText(text) || lines.length > SIGNATURES_MAX) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignature(line);
    if (signature === undefined) return undefined;
    signatures.push(signature);
  }
  return { text, signatures };
}

/** The note as text. */
export function renderNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, id, signature }) =>
      `\u2014 ${name} ${Buffer.concat([id, signature]).toString("base64")}\n`,
  );
  return `${text}\n${lines.join("")}`;
}

/** Signs a text with every signer. Throws where the text cannot be a note's. */
export async function signNote(text: string, signers: readonly Signer[]): Promise<Note> {
  if (!isNoteText(text)) throw new TypeError("a note is lines of text without control characters");
  const bytes = Buffer.from(text);
  const signatures = await Promise.all(
    signers.map(async ({ verifier: { name, id }, sign }) => ({
      ...{ name, id },
      signature: await sign(bytes),
    })),
  );
  return { text, signatures };
}

export interface NoteVerdict {
  /** Known keys whose signatures are right. */
  readonly signedBy: readonly Verifier[];
  /** Known keys whose signatures are wrong: the note was altered or is forged. */
  readonly wrong: readonly Verifier[];
  /** Signatures of nobody we know, which say nothing. */
  readonly unknown: readonly NoteSignature[];
}

/** Checks the signatures of a note against the keys that somebody trusts. */
export function checkNote({ text, signatures }: Note, known: readonly Verifier[]): NoteVerdict {
  const bytes = Buffer.from(text);
  const signedBy: Verifier[] = [];
  const wrong: Verifier[] = [];
  const unknown: NoteSignature[] = [];
  for (const one of signatures) {
    const verifier = known.find(({ name, id }) => name === one.name && id.equals(one.id));
    if (verifier === undefined) unknown.push(one);
    else if (
      one.signature.length === SIGNATURE_BYTES &&
      verifyBytes(null, bytes, verifier.key, one.signature)
    )
      signedBy.push(verifier);
    else wrong.push(verifier);
  }
  return { signedBy, wrong, unknown };
}
