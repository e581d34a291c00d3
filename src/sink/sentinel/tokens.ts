/**
 * Access tokens: kept while they are good, renewed before they end, given up when they are refused.
 *
 * The clients' own renewal is not used. It runs in the background without anybody waiting for it, so a
 * token endpoint that is down when a token ends would end the process; and a credential keeps the secret
 * it was made with, the token it got and, for a minute, the last error it saw. So a credential lives here
 * for one token only.
 */
import { MissingSecretError, type ReadSecret } from "../../config/secret.ts";
import type { HttpClient } from "../http/post.ts";
import { printable, type Refusal } from "./answer.ts";
import {
  buildCredential,
  describePrincipal,
  type IdentityPackage,
  type Principal,
  readPrincipalSecret,
} from "./credential.ts";
import { type Exchange, oneAttempt, recordingClient } from "./pipeline-client.ts";
import { judgeTokenExchange } from "./token-refusal.ts";

export interface Token {
  readonly kind: "token";
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenSource {
  readonly get: (signal: AbortSignal) => Promise<Token | Refusal>;
  /** A token that fulfils the claims of a challenge. */
  readonly renew: (claims: string, signal: AbortSignal) => Promise<Token | Refusal>;
  /** A token was refused: the next one comes from a new credential. */
  readonly discard: () => void;
}

export interface TokenWorld {
  readonly identity: IdentityPackage;
  readonly http: HttpClient;
  readonly now: () => number;
  readonly readSecret: ReadSecret;
}

/** A token is renewed so long before it ends, and used until shortly before. */
const RENEW_BEFORE_MS = 5 * 60_000;
const USE_UNTIL_BEFORE_MS = 30_000;
/** How long a token that is still good is used before its renewal is tried again. */
const RENEW_AGAIN_MS = 30_000;

const GIVEN_UP: Refusal = { kind: "retry", reason: "the attempt was given up" };

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | Refusal> {
  if (signal.aborted) return GIVEN_UP;
  const { promise, resolve } = Promise.withResolvers<Refusal>();
  const giveUp = (): void => resolve(GIVEN_UP);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** Tokens for one scope, such as `https://monitor.azure.com/.default`. */
export function createTokenSource(
  principal: Principal,
  scope: string,
  world: TokenWorld,
): TokenSource {
  const { identity, http, now, readSecret } = world;
  const who = describePrincipal(principal);
  let token: Token | undefined;
  /** The secret that `token` comes from. */
  let lastSecret: string | undefined;
  let renewAt = 0;
  let pending: Promise<Token | Refusal> | undefined;

  function forget(): void {
    token = undefined;
  }

  /** Without any exchange the package refused the settings itself; it names no secret, but who knows. */
  function refused(cause: unknown, secretText: string | undefined, last?: Exchange): Refusal {
    if (last !== undefined) return judgeTokenExchange(last, who, now());
    const message = cause instanceof Error ? cause.message : String(cause);
    const safe = secretText === undefined ? message : message.replaceAll(secretText, "…");
    const reason = `no token for ${who}: ${printable(safe)}`;
    const instruction = "Check auth and the settings that belong to it.";
    return { kind: "hold", reason, instruction };
  }

  async function fetchToken(claims?: string): Promise<Token | Refusal> {
    // Nobody's signal: requests for tokens are shared by all who wait, and end by their deadline.
    const { client, exchanges } = recordingClient(http, new AbortController().signal);
    let secretText: string | undefined;
    try {
      secretText = readPrincipalSecret(principal, readSecret);
      if (lastSecret !== secretText) forget();
      lastSecret = secretText;
      const credential = buildCredential(identity, principal, secretText, oneAttempt(client));
      const options = { enableCae: true, ...(claims !== undefined && { claims }) };
      const issued = await credential.getToken(scope, options);
      token = { kind: "token", token: issued.token, expiresAt: issued.expiresOnTimestamp };
      return token;
    } catch (cause) {
      return refused(cause, secretText, exchanges.at(-1));
    }
  }

  /** One request for a token at a time; who comes meanwhile waits for the same. */
  function shared(claims?: string): Promise<Token | Refusal> {
    pending ??= fetchToken(claims).finally(() => {
      pending = undefined;
    });
    return pending;
  }

  /** The secret may have been replaced since; a token got with the old one proves nothing of the new one. */
  function changed(): Refusal | undefined {
    try {
      const secretText = readPrincipalSecret(principal, readSecret);
      if (lastSecret !== secretText) forget();
      return undefined;
    } catch (cause) {
      if (!(cause instanceof MissingSecretError)) throw cause;
      const instruction = "Put the secret there; it is read again at the next attempt.";
      return { kind: "hold", reason: cause.message, instruction };
    }
  }

  return {
    get: async (signal) => {
      const missing = changed();
      if (missing !== undefined) return missing;
      const left = token === undefined ? 0 : token.expiresAt - now();
      if (
        token !== undefined &&
        (left > RENEW_BEFORE_MS || (left > USE_UNTIL_BEFORE_MS && now() < renewAt))
      )
        return token;
      const still = token;
      const issued = await unlessAborted(shared(), signal);
      if (issued.kind === "token" || still === undefined || left <= USE_UNTIL_BEFORE_MS)
        return issued;
      // The token endpoint is down, but what it issued before is good for some minutes.
      renewAt = now() + RENEW_AGAIN_MS;
      return still;
    },
    renew: (claims, signal) => {
      token = undefined;
      return unlessAborted(shared(claims), signal);
    },
    discard: forget,
  };
}
