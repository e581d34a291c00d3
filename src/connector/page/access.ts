/**
 * Who may look and who may change something.
 *
 * Where the page asks for a token, a browser logs in once and has a session in a cookie that no script
 * reads and no other site sends; machines send the token with each request. Whoever guesses is slowed
 * down. A form that changes something proves that it came from this page.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Shorter tokens can be guessed; no page off this machine starts with one. */
export const TOKEN_CHARACTERS_MIN = 32;

export interface AccessOptions {
  /**
   * The token as it is now, read anew each time; while there is none, nobody gets in. Absent where
   * nobody has to log in.
   */
  readonly readToken?: () => string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export type LogIn =
  | { readonly kind: "in"; readonly cookie: string }
  | { readonly kind: "wrong" }
  /** Too many failed; `seconds` until the next may be tried. */
  | { readonly kind: "wait"; readonly seconds: number };

interface Session {
  readonly until: number;
  /** A new token ends the sessions of the one before. */
  readonly token: string;
}

interface Failures {
  readonly since: number;
  count: number;
}

const SESSION_MS = 12 * 3_600_000;
const SESSIONS_MAX = 64;
const FAILED_MAX = 5;
const FAILED_MS = 60_000;
const PEERS_MAX = 1000;
const COOKIE = "claude_siem_session";

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Compares without telling by time how much is right. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [digest(a), digest(b)].map((one) => Buffer.from(one));
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

function cookieOf(request: IncomingMessage): string | undefined {
  const cookies = (request.headers.cookie ?? "").split(";").map((one) => one.trim());
  return cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

function peerOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "";
}

export class Access {
  readonly #options: AccessOptions;
  /** Of this process: forms and sessions of an earlier one are not taken. */
  readonly #key: Uint8Array;
  readonly #sessions = new Map<string, Session>();
  readonly #failures = new Map<string, Failures>();

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#key = options.random(32);
  }

  /** Whether anybody has to log in. */
  get isGuarded(): boolean {
    return this.#options.readToken !== undefined;
  }

  /** Whether the request may see the pages: nobody has to log in, or this one has. */
  admits(request: IncomingMessage): boolean {
    const { readToken } = this.#options;
    if (readToken === undefined) return true;
    const token = readToken();
    if (token === undefined) return false;
    return this.#hasSession(request, token) || this.#hasToken(request, token);
  }

  #hasSession(request: IncomingMessage, token: string): boolean {
    const cookie = cookieOf(request);
    const session = cookie === undefined ? undefined : this.#sessions.get(digest(cookie));
    if (session === undefined || session.until <= this.#options.now()) return false;
    return session.token === digest(token);
  }

  #hasToken(request: IncomingMessage, token: string): boolean {
    const [, given] =
      /^Bearer ([\x21-\x7e]{1,1024})$/i.exec(request.headers.authorization ?? "") ?? [];
    if (given === undefined || this.#wait(request) > 0) return false;
    const isRight = isSame(given, token);
    if (!isRight) this.#noteFailure(request);
    return isRight;
  }

  /** Milliseconds until this peer may try again. */
  #wait(request: IncomingMessage): number {
    const failures = this.#failures.get(peerOf(request));
    if (failures === undefined) return 0;
    const left = failures.since + FAILED_MS - this.#options.now();
    if (left <= 0 || left > FAILED_MS) this.#failures.delete(peerOf(request));
    else if (failures.count >= FAILED_MAX) return left;
    return 0;
  }

  #noteFailure(request: IncomingMessage): void {
    const peer = peerOf(request);
    const known = this.#failures.get(peer);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= PEERS_MAX && oldest !== undefined) this.#failures.delete(oldest);
    this.#failures.set(peer, { since: this.#options.now(), count: 1 });
  }

  /** Tries a token. A right one opens a session; its cookie is for the header of the answer. */
  logIn(request: IncomingMessage, given: string): LogIn {
    const { readToken, now, random } = this.#options;
    const wait = this.#wait(request);
    if (wait > 0) return { kind: "wait", seconds: Math.ceil(wait / 1000) };
    const token = readToken?.();
    if (token === undefined || !isSame(given, token)) {
      this.#noteFailure(request);
      return { kind: "wrong" };
    }
    const cookie = Buffer.from(random(32)).toString("base64url");
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= SESSIONS_MAX && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(digest(cookie), { until: now() + SESSION_MS, token: digest(token) });
    // A proxy that ends TLS says so; then the cookie never goes over plain HTTP.
    const secure = request.headers["x-forwarded-proto"] === "https" ? "; Secure" : "";
    const age = SESSION_MS / 1000;
    return {
      kind: "in",
      cookie: `${COOKIE}=${cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${age}${secure}`,
    };
  }

  /** Ends the session of the request; returns the header that makes the browser forget it. */
  logOut(request: IncomingMessage): string {
    const cookie = cookieOf(request);
    if (cookie !== undefined) this.#sessions.delete(digest(cookie));
    return `${COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`;
  }

  /** What a form of this session carries. */
  formToken(request: IncomingMessage): string {
    const of = (this.isGuarded ? cookieOf(request) : undefined) ?? "";
    return createHmac("sha256", this.#key).update(`form\n${of}`).digest("base64url");
  }

  /**
   * Whether a form came from a page of this server: the browser names the page's origin, and the form
   * has what only a page of this session carries.
   */
  isOwnForm(request: IncomingMessage, token: string | undefined): boolean {
    return isSameOrigin(request) && token !== undefined && isSame(token, this.formToken(request));
  }
}

/** Whether a browser sent the request from a page of the host that it asks. */
export function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host.toLowerCase();
}
