/**
 * One bounded request over HTTP: a deadline, a cap on the answer, no redirects, no retries, a verified
 * peer. What became of it is a value, so that a sink decides about every case in one place.
 */
import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { Agent, type Dispatcher, errors, request } from "undici";

export interface HttpClientOptions {
  /** Whole request, from connecting to the last byte of the answer, milliseconds. */
  readonly timeoutMs: number;
  /** PEM file of a private certificate authority; the system's authorities count when absent. */
  readonly caFile?: string | undefined;
  /** Connections to each origin. */
  readonly connectionsMax?: number;
  /** Replaces name resolution, to pin or refuse addresses. */
  readonly lookup?: LookupFunction;
}

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT" | "HEAD";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Cap on the body of the answer; 1 MiB when absent. */
  readonly answerBytesMax?: number;
}

/**
 * `network`: unreachable, broken off or too late; whether the peer took the request is unknown.
 * `certificate`: the peer could not prove who it is; nothing was sent. `aborted`: the caller gave up.
 * `oversized`: the answer was larger than its cap.
 */
export type HttpFailureKind = "network" | "certificate" | "aborted" | "oversized";

export type HttpResult =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly failure?: undefined;
    }
  | { readonly failure: HttpFailureKind; readonly reason: string; readonly status?: undefined };

export interface HttpClient {
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResult>;
  readonly close: () => Promise<void>;
}

/** Codes of Node and OpenSSL that mean: the peer's certificate is not to be trusted. */
const CERTIFICATE_CODES = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_CHAIN_TOO_LONG",
  "CERT_REJECTED",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "HOSTNAME_MISMATCH",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** An error with the ones that caused it, outermost first. */
function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && causes.length < 8; at = at.cause) {
    causes.push(at);
    if (at instanceof AggregateError)
      causes.push(...at.errors.filter((one) => one instanceof Error));
  }
  return causes;
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What an error of a connection means, and it in words: code and message, never headers or body. */
export function judgeConnectionError(error: unknown): {
  readonly failure: "network" | "certificate";
  readonly reason: string;
} {
  const causes = causesOf(error);
  const untrusted = causes.find((cause) => CERTIFICATE_CODES.has(codeOf(cause)));
  if (untrusted !== undefined)
    return {
      failure: "certificate",
      reason: `the certificate is not trusted (${codeOf(untrusted)})`,
    };
  const named = causes.find((cause) => codeOf(cause) !== "") ?? causes[0];
  const code = named === undefined ? "" : codeOf(named);
  const message = named?.message ?? String(error);
  const reason = code === "" || message.includes(code) ? message : `${code} ${message}`;
  return { failure: "network", reason: reason.trim() === "" ? "the connection broke" : reason };
}

function flatHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

class AnswerTooLarge extends Error {}

async function readBody(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new AnswerTooLarge(`the answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Connections with verified peers, as every sink over HTTP has them. */
export function agentOf(options: HttpClientOptions): Agent {
  return new Agent({
    connections: options.connectionsMax ?? 16,
    pipelining: 1,
    // Receivers and load balancers close idle connections after a minute at the earliest.
    keepAliveTimeout: 20_000,
    connectTimeout: Math.min(options.timeoutMs, 10_000),
    connect: {
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(options.caFile !== undefined && { ca: readFileSync(options.caFile, "utf8") }),
      ...(options.lookup !== undefined && { lookup: options.lookup }),
    },
  });
}

/** A client with connections of its own. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const answerBytesDefault = 1_048_576;
  let agent: Agent | undefined;

  /** A private authority may have been replaced while we ran: its file is read again next time. */
  async function renew(): Promise<void> {
    const old = agent;
    agent = undefined;
    await old?.destroy();
  }

  function failed(error: unknown, signal: AbortSignal, deadline: AbortSignal): HttpResult {
    if (signal.aborted) return { failure: "aborted", reason: "the attempt was given up" };
    if (deadline.aborted || error instanceof errors.ConnectTimeoutError)
      return { failure: "network", reason: `no answer within ${options.timeoutMs} ms` };
    if (error instanceof AnswerTooLarge) return { failure: "oversized", reason: error.message };
    return judgeConnectionError(error);
  }

  return {
    send: async ({ method = "POST", url, headers, body, answerBytesMax }, signal) => {
      const deadline = AbortSignal.timeout(options.timeoutMs);
      try {
        agent ??= agentOf(options);
        const answer = await request(url, {
          dispatcher: agent,
          method,
          headers,
          ...(body !== undefined && { body }),
          signal: AbortSignal.any([signal, deadline]),
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        const text = await readBody(answer.body, answerBytesMax ?? answerBytesDefault);
        return { status: answer.statusCode, headers: flatHeaders(answer.headers), body: text };
      } catch (error) {
        const result = failed(error, signal, deadline);
        if (result.failure === "certificate") await renew();
        return result;
      }
    },
    close: renew,
  };
}
