/** Who may send: bearer tokens (RFC 6750, section 2.1), several at a time while one is rotated out. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ReadSecret, SecretReference } from "../../config/secret.ts";

/** Shorter tokens can be guessed; they are not taken. */
export const TOKEN_CHARACTERS_MIN = 16;
/** Secrets are looked up at most this often, milliseconds; a rotated one counts after that. */
const LOOK_UP_EVERY_MS = 1000;

/**
 * `known`: the token is one of the configured, told apart by `sender`. `unknown`: it is none.
 * `unreadable`: no configured token can be read at the moment, so nobody can be judged.
 */
export type TokenVerdict =
  | { readonly kind: "known"; readonly sender: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "unreadable" };

export interface TokenTools {
  readonly readSecret: ReadSecret;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly warn: (kind: string, message: string) => void;
}

export class TokenGuard {
  readonly #references: readonly SecretReference[];
  readonly #tools: TokenTools;
  /** Tokens are compared as digests under a key of this process, so that lengths do not show either. */
  readonly #key: Uint8Array;
  #digests: readonly Buffer[] = [];
  #lookedUpAt: number | undefined;

  constructor(references: readonly SecretReference[], tools: TokenTools) {
    this.#references = references;
    this.#tools = tools;
    this.#key = tools.random(32);
  }

  /** Whether tokens are asked for. */
  get isActive(): boolean {
    return this.#references.length > 0;
  }

  judge(authorization: string | undefined): TokenVerdict {
    this.#lookUp();
    if (this.#digests.length === 0) return { kind: "unreadable" };
    const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return { kind: "unknown" };
    const digest = this.#digest(token);
    let sender: string | undefined;
    // Every token is compared to its end: how long it takes says nothing about which one is near.
    for (const [index, known] of this.#digests.entries())
      if (timingSafeEqual(known, digest)) sender = `token ${index}`;
    return sender === undefined ? { kind: "unknown" } : { kind: "known", sender };
  }

  #digest(token: string): Buffer {
    return createHmac("sha256", this.#key).update(token).digest();
  }

  #lookUp(): void {
    const now = this.#tools.now();
    if (this.#lookedUpAt !== undefined && Math.abs(now - this.#lookedUpAt) < LOOK_UP_EVERY_MS)
      return;
    this.#lookedUpAt = now;
    this.#digests = this.#references.flatMap((reference, index) => {
      const token = this.#read(reference, index);
      return token === undefined ? [] : [this.#digest(token)];
    });
  }

  #read(reference: SecretReference, index: number): string | undefined {
    const where = `tokens[${index}]`;
    try {
      const token = this.#tools.readSecret(reference);
      if (token.length >= TOKEN_CHARACTERS_MIN) return token;
      this.#tools.warn(
        where,
        `${where} is shorter than ${TOKEN_CHARACTERS_MIN} characters and is not taken; write a longer one, such as from: openssl rand -hex 32`,
      );
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#tools.warn(where, `${where} cannot be read: ${reason}`);
    }
    return undefined;
  }
}
