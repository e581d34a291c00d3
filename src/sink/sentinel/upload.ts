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
import type { HttpClient } from "../http/post.ts";
import { judgeAnswer, type Refusal } from "./answer.ts";
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

/** A challenge could not be answered. Passes through the client to where the outcome is made. */
class TokenRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
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

/** The credential that the client is given: the token there is, or a new one where a challenge asks. */
function credentialFor(token: Token, tokens: TokenSource, signal: AbortSignal) {
  return {
    getToken: async (_: string | string[], options?: { readonly claims?: string }) => {
      const claims = options?.claims;
      const issued = claims === undefined ? token : await tokens.renew(claims, signal);
      if (issued.kind !== "token") throw new TokenRefused(issued);
      return { token: issued.token, expiresOnTimestamp: issued.expiresAt };
    },
  };
}

function refusalWithin(cause: unknown): Refusal | undefined {
  if (cause instanceof TokenRefused) return cause.refusal;
  const causes =
    cause instanceof Error && "errors" in cause && Array.isArray(cause.errors) ? cause.errors : [];
  for (const one of causes as readonly { readonly cause?: unknown }[])
    if (one.cause instanceof TokenRefused) return one.cause.refusal;
  return undefined;
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
  const client = new world.ingestion.LogsIngestionClient(
    target.endpoint.origin,
    credentialFor(token, world.tokens, signal),
    { audience: target.audience, ...oneAttempt(recording.client) },
  );
  const objects = rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  let thrown: unknown;
  try {
    await client.upload(target.dcr, target.stream, objects, {
      maxConcurrency: 1,
      abortSignal: signal,
    });
  } catch (cause) {
    thrown = cause;
  }
  const last = recording.exchanges.at(-1);
  const refusal = refusalWithin(thrown);
  // Nothing left this machine, for a reason that is no answer: a defect, which must be seen as one.
  if (last === undefined && refusal === undefined && !signal.aborted)
    throw new Error("the client of Azure Monitor sent nothing", { cause: thrown });
  if (last === undefined)
    return { outcome: refusal ?? { kind: "retry", reason: "the attempt was given up" } };
  const outcome = refusal ?? judgeAnswer(last.result, rows.length, world.now());
  if (last.result.status === 401) world.tokens.discard();
  return { outcome, ...(last.requestId !== undefined && { requestId: last.requestId }) };
}
