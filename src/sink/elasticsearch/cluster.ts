/**
 * One request to a cluster through Elastic's client, and what became of it as a value.
 *
 * The client moves bytes and parses answers; everything it would do beyond that is switched off or kept
 * away from it (seen in @elastic/elasticsearch 9.5.1 with @elastic/transport 9.4.0):
 * - It retries on its own, and its bulk helper loses documents: `maxRetries: 0`, one batch a call.
 * - Its timeout ends with the headers of an answer, and it raises it by firing `abort` at the signal of
 *   whoever called: each request has a deadline and a signal of its own instead.
 * - It drops the code of a connection's error, so an untrusted certificate looks like a broken line; it
 *   writes headers into its debug log; it keeps connections for ten minutes. So connections are ours: the
 *   agent adds the credential behind the client's back and notes why a connection failed.
 * - To hide secrets in an error it copies the request member by member, each byte of the body too: a
 *   refused batch of 5 MB stops the process for seconds. It has no secrets, so that is switched off.
 * - It unpacks answers without a limit: only plain answers are asked for and taken. It packs requests
 *   slowly: they are packed before it gets them.
 */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Client, errors as ClientErrors } from "@elastic/elasticsearch";
import type { Agent, Dispatcher } from "undici";
import { loadPackage } from "../../config/package.ts";
import { MissingSecretError } from "../../config/secret.ts";
import { agentOf, type HttpFailureKind, judgeConnectionError } from "../http/post.ts";
import type { Credential } from "./credential.ts";

export interface ClusterOptions {
  readonly nodes: readonly URL[];
  readonly timeoutMs: number;
  readonly caFile: string | undefined;
}

export interface ClusterRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Begins with a slash; parts that are not constant are encoded by the caller. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Lines of a bulk request, the last one ended too. Instead of `body`. */
  readonly lines?: string;
  /** Cap on the answer; 1 MiB when absent. */
  readonly answerBytesMax?: number;
}

/**
 * Beside the failures of a connection: `foreign` is a success that does not come from Elasticsearch,
 * `unreadable` an answer that cannot be parsed, `credential` a secret that is not there; nothing was sent.
 */
export type ClusterFailure = HttpFailureKind | "foreign" | "unreadable" | "credential";

export type ClusterAnswer =
  | {
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** What JSON gave, or text when the answer is of another type. */
      readonly body: unknown;
      readonly failure?: undefined;
    }
  | { readonly failure: ClusterFailure; readonly reason: string; readonly status?: undefined };

export interface Cluster {
  readonly call: (
    request: ClusterRequest,
    credential: Credential,
    signal: AbortSignal,
  ) => Promise<ClusterAnswer>;
  readonly close: () => Promise<void>;
}

const ANSWER_BYTES_DEFAULT = 1_048_576;

const gzipAsync = promisify(gzip);

/**
 * The client packs with zlib's default level, which costs about four times the processor of level 1 for
 * a tenth fewer bytes; audit events repeat themselves enough for level 1.
 */
function pack(lines: string): Promise<Buffer> {
  return gzipAsync(lines, { level: constants.Z_BEST_SPEED });
}

/** What the agent is told about a request, and tells about it, beside what the client passes on. */
interface Attempt {
  readonly authorization: string;
  failure?: unknown;
}

/** The part of undici's Pool that the client uses. */
interface ClientPool {
  readonly request: (
    request: Dispatcher.RequestOptions & { readonly origin: URL; readonly signal: AbortSignal },
  ) => Promise<Dispatcher.ResponseData>;
  readonly close: () => Promise<void>;
}

class PackedAnswerError extends Error {}

function firstOf(header: unknown): string | undefined {
  const value: unknown = Array.isArray(header) ? header[0] : header;
  return typeof value === "string" ? value : undefined;
}

/** Connections that know what the client must not: the credential, and why a connection failed. */
function poolFor(options: ClusterOptions, attempts: WeakMap<AbortSignal, Attempt>): ClientPool {
  let agent: Agent | undefined;
  const close = async () => {
    const old = agent;
    agent = undefined;
    await old?.destroy();
  };
  return {
    request: async (request) => {
      const attempt = attempts.get(request.signal);
      if (attempt === undefined) throw new Error("the client sends what nobody asked for");
      try {
        agent ??= agentOf({ timeoutMs: options.timeoutMs, caFile: options.caFile });
        const answer = await agent.request({
          ...request,
          origin: request.origin.origin,
          headers: {
            ...(request.headers as Record<string, string>),
            authorization: attempt.authorization,
          },
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        const encoding = firstOf(answer.headers["content-encoding"]) ?? "identity";
        if (encoding === "identity") return answer;
        answer.body.on("error", () => {}).destroy();
        throw new PackedAnswerError(
          `the answer is packed (${encoding}), though plain was asked for`,
        );
      } catch (error) {
        attempt.failure = error;
        // A private authority may have been replaced while we ran: its file is read again next time.
        if (judgeConnectionError(error).failure === "certificate") await close();
        throw error;
      }
    },
    close,
  };
}

/** The only file that a connection opens is that of the certificate authority. */
function isUnreadableFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && error.syscall === "open";
}

/** What the client's error means, once it is known that nobody gave up. */
function failureOf(error: unknown, attempt: Attempt, errors: typeof ClientErrors): ClusterAnswer {
  if (attempt.failure instanceof PackedAnswerError)
    return { failure: "unreadable", reason: attempt.failure.message };
  if (isUnreadableFile(attempt.failure))
    return { failure: "certificate", reason: `ca_file cannot be read (${attempt.failure.code})` };
  if (attempt.failure !== undefined) return judgeConnectionError(attempt.failure);
  if (error instanceof errors.ResponseError)
    return answerOf(error.meta.statusCode ?? 0, error.meta.headers, error.meta.body);
  if (error instanceof errors.ProductNotSupportedError)
    return {
      failure: "foreign",
      reason:
        "the answer does not come from Elasticsearch; a proxy or a login page may be in between",
    };
  if (error instanceof errors.DeserializationError)
    return { failure: "unreadable", reason: "the answer is not JSON" };
  // Whoever called has not given up, so the client has: it does so only for the size of an answer.
  if (error instanceof errors.RequestAbortedError)
    return { failure: "oversized", reason: "the answer is larger than any that makes sense" };
  return judgeConnectionError(error);
}

function answerOf(
  status: number,
  headers: Readonly<Record<string, unknown>> | null | undefined,
  body: unknown,
): ClusterAnswer {
  return { status, retryAfter: firstOf(headers?.["retry-after"]), body };
}

/** Plain media types: the client's own name one major version, and 8.x refuses those of a 9.x client. */
function headersOf({ lines }: ClusterRequest): Record<string, string> {
  return {
    "content-type": lines === undefined ? "application/json" : "application/x-ndjson",
    ...(lines !== undefined && { "content-encoding": "gzip" }),
    accept: "application/json",
    "accept-encoding": "identity",
  };
}

function clientFor(
  elastic: typeof import("@elastic/elasticsearch"),
  options: ClusterOptions,
  pool: ClientPool,
): Client {
  return new elastic.Client({
    nodes: options.nodes.map((url) => url.href),
    agent: () => pool,
    compression: false,
    maxRetries: 0,
    redaction: { type: "off" },
    enableMetaHeader: false,
    headers: { "user-agent": "claude-siem" },
    name: "claude-siem",
  });
}

/** A client of one cluster. Connects only when something is asked. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const elastic = await loadPackage(
    "@elastic/elasticsearch",
    "the sink kind elasticsearch",
    () => import("@elastic/elasticsearch"),
  );
  const attempts = new WeakMap<AbortSignal, Attempt>();
  const pool = poolFor(options, attempts);
  const client = clientFor(elastic, options, pool);

  return {
    call: async (request, credential, signal) => {
      const deadline = AbortSignal.timeout(options.timeoutMs);
      const either = AbortSignal.any([signal, deadline]);
      let attempt: Attempt;
      try {
        attempt = { authorization: credential() };
      } catch (error) {
        if (!(error instanceof MissingSecretError)) throw error;
        return { failure: "credential", reason: error.message };
      }
      attempts.set(either, attempt);
      try {
        const { method, path, query, body, lines, answerBytesMax } = request;
        const {
          statusCode,
          headers,
          body: answer,
        } = await client.transport.request(
          {
            method,
            path,
            ...(query !== undefined && { querystring: { ...query } }),
            ...(body !== undefined && { body }),
            ...(lines !== undefined && { bulkBody: await pack(lines) }),
          },
          {
            meta: true,
            maxRetries: 0,
            signal: either,
            headers: headersOf(request),
            maxResponseSize: answerBytesMax ?? ANSWER_BYTES_DEFAULT,
          },
        );
        return answerOf(statusCode ?? 0, headers, answer);
      } catch (error) {
        if (signal.aborted) return { failure: "aborted", reason: "the attempt was given up" };
        if (deadline.aborted)
          return { failure: "network", reason: `no answer within ${options.timeoutMs} ms` };
        return failureOf(error, attempt, elastic.errors);
      }
    },
    close: () => client.close(),
  };
}
