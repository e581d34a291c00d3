/** Signatures of Standard Webhooks, scheme `v1`: HMAC-SHA-256 over `id.timestamp.body`. */
import { createHash, createHmac } from "node:crypto";

/** The specification's bounds of a key. */
const KEY_BYTES_MIN = 24;
const KEY_BYTES_MAX = 64;

/** The key of a secret `whsec_` and base64; `undefined` when it is none. */
export function parseSigningSecret(secret: string): Buffer | undefined {
  const encoded = secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, "base64");
  return key.length >= KEY_BYTES_MIN && key.length <= KEY_BYTES_MAX ? key : undefined;
}

/**
 * The identity of a message: the same for the same events, so that a receiver notices a repetition.
 * A digest, because ids of events are text from outside and this becomes a header.
 */
export function messageId(eventIds: readonly string[]): string {
  const digest = createHash("sha256").update(eventIds.join("\n")).digest("base64url");
  return `msg_${digest.slice(0, 32)}`;
}

/** The signed headers. During a rotation there are two keys, and a receiver may know either. */
export function signedHeaders(
  id: string,
  /** Milliseconds since the epoch. */
  now: number,
  body: string,
  keys: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const seconds = Math.floor(now / 1000);
  const signatures = keys.map((key) => {
    const digest = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
    return `v1,${digest}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatures.join(" "),
  };
}
