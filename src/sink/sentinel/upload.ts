/**
 * One request of `@azure/monitor-ingestion` with one body whose size is known.
 *
 * The client would split, send in parallel and retry, and loses track of what it did not send when it is
 * interrupted; so it gets what is one request for it, one attempt, and a client of its own for each call.
 * What it throws is not read: the answer itself was seen.
 */
import type { LogsIngestionClient } from "@azure/monitor-ingestion";
import type { RecordOutcome } from "../../delivery/outcome.ts";
import type { EncodedRecord } from "../../delivery/sink.ts";
import type { HttpClient, HttpResult } from "../http/post.ts";
import { challengedClaims, judgeAnswer } from "./answer.ts";
import { oneAttempt, recordingClient } from "./pipeline-client.ts";
import { bodyBytes } from "./row.ts";
import type { Token, TokenSource } from "./tokens.ts";

export interface UploadTarget {
  readonly endpoint: URL;
  readonly dcr: string;
  readonly stream: string;
  /** Audience of tokens: `https://monitor.azure.com`. */
  readonly audience: string;
}

export interface UploadWorld {
  readonly ingestion: { readonly LogsIngestionClient: typeof LogsIngestionClient };
  readonly http: HttpClient;
  readonly tokens: TokenSource;
  readonly now: () => number;
}

/** One outcome for all records, and what the service calls the request; none when nothing was sent. */
export interface Upload {
  readonly outcome: RecordOutcome;
  readonly requestId?: string;
}

/**
 * Makes sure that what the client is about to send is the body that was sized: gzip ends with the size of
 * what it holds (RFC 1952, section 2.3.1, ISIZE).
 */
function inspectBody(body: string | Uint8Array | undefined, expected: number): void {
  if (!(body instanceof Uint8Array) || body.length < 4) throw new TypeError("the body is no gzip");
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const size = view.getUint32(body.byteLength - 4, true);
  if (size !== expected)
    throw new TypeError(`the client made ${size} bytes of a body of ${expected}`);
}

const SAME_TOKEN: RecordOutcome = {
  kind: "hold",
  reason: "Azure Monitor called off the token, and the identity gives the same one again",
  instruction:
    "Managed identities keep a token until it ends: restart the connector, or wait some hours.",
};

/** A token that was called off is replaced at once, so that the next attempt has a good one. */
async function judgeUpload(
  result: HttpResult,
  count: number,
  used: Token,
  { tokens, now }: UploadWorld,
  signal: AbortSignal,
): Promise<RecordOutcome> {
  const claims = challengedClaims(result);
  if (claims !== undefined) {
    const renewed = await tokens.renew(claims, signal);
    if (renewed.kind !== "token") return renewed;
    if (renewed.token === used.token) return SAME_TOKEN;
    // Not at once: where a policy is behind it, the next token may be called off as well.
    return { kind: "retry", reason: "Azure Monitor asked for a new token" };
  }
  if (result.status === 401) tokens.discard();
  return judgeAnswer(result, count, now());
}

export async function uploadRows(
  target: UploadTarget,
  rows: readonly EncodedRecord[],
  world: UploadWorld,
  signal: AbortSignal,
): Promise<Upload> {
  const token = await world.tokens.get(signal);
  if (token.kind !== "token") return { outcome: token };
  const size = bodyBytes(rows);
  const recording = recordingClient(world.http, signal, (body) => inspectBody(body, size));
  const credential = {
    getToken: async () => ({ token: token.token, expiresOnTimestamp: token.expiresAt }),
  };
  const client = new world.ingestion.LogsIngestionClient(target.endpoint.origin, credential, {
    audience: target.audience,
    ...oneAttempt(recording.client),
  });
  const objects = rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const options = { maxConcurrency: 1, abortSignal: signal };
  let thrown: unknown;
  try {
    await client.upload(target.dcr, target.stream, objects, options);
  } catch (cause) {
    thrown = cause;
  }
  const last = recording.exchanges.at(-1);
  if (last !== undefined) {
    const outcome = await judgeUpload(last.result, rows.length, token, world, signal);
    return { outcome, ...(last.requestId !== undefined && { requestId: last.requestId }) };
  }
  if (signal.aborted) return { outcome: { kind: "retry", reason: "the attempt was given up" } };
  // Nothing left this machine, and nobody asked for that: a defect, which must be seen as one.
  throw new Error("the client of Azure Monitor sent nothing", { cause: thrown });
}
