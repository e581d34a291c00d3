/**
 * The HTTP client that Azure's packages are given: ours, so that deadlines, caps, TLS and the reading of
 * connection errors are the same as in every sink. What each request came to is kept, because errors of
 * those packages do not tell it reliably.
 */
import type { LogsIngestionClientOptions } from "@azure/monitor-ingestion";
import type { HttpClient, HttpResult } from "../http/post.ts";

type PipelineClient = NonNullable<LogsIngestionClientOptions["httpClient"]>;
type PipelineRequest = Parameters<PipelineClient["sendRequest"]>[0];
type PipelineResponse = Awaited<ReturnType<PipelineClient["sendRequest"]>>;

/** One request and what became of it. */
export interface Exchange {
  /** The header `x-ms-client-request-id`: what the service's own logs call this request. */
  readonly requestId: string | undefined;
  readonly result: HttpResult;
}

/** A client for the packages, and the exchanges it made, oldest first. */
export interface RecordingClient {
  readonly client: PipelineClient;
  readonly exchanges: Exchange[];
}

/** Options that all clients of Azure's packages get: one attempt, and never to another host. */
export interface OneAttempt {
  readonly httpClient: PipelineClient;
  readonly retryOptions: { readonly maxRetries: 0 };
  readonly redirectOptions: { readonly maxRetries: 0 };
}

export function oneAttempt(httpClient: PipelineClient): OneAttempt {
  return { httpClient, retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 } };
}

/** Headers in the form the packages want them. Names are lower-case already. */
function pipelineHeaders(headers: Readonly<Record<string, string>>): PipelineResponse["headers"] {
  const map = new Map(Object.entries(headers));
  return {
    get: (name) => map.get(name.toLowerCase()),
    has: (name) => map.has(name.toLowerCase()),
    set: (name, value) => {
      map.set(name.toLowerCase(), String(value));
    },
    delete: (name) => {
      map.delete(name.toLowerCase());
    },
    toJSON: () => Object.fromEntries(map),
    [Symbol.iterator]: () => map.entries(),
  };
}

function asAbortSignal(signal: NonNullable<PipelineRequest["abortSignal"]>): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  signal.addEventListener("abort", () => controller.abort());
  return controller.signal;
}

function signalOf(request: PipelineRequest, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([
    signal,
    ...(request.abortSignal === undefined ? [] : [asAbortSignal(request.abortSignal)]),
    ...(request.timeout > 0 ? [AbortSignal.timeout(request.timeout)] : []),
  ]);
}

function bodyOf({ body }: PipelineRequest): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  throw new TypeError("a request of Azure's client has a body that is neither text nor bytes");
}

/**
 * @param inspect Sees the body before it is sent, and throws when it must not be.
 */
export function recordingClient(
  http: HttpClient,
  signal: AbortSignal,
  inspect: (body: string | Uint8Array | undefined) => void = () => {},
): RecordingClient {
  const exchanges: Exchange[] = [];
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const headers = request.headers.toJSON();
    // Answers are read as they come; nothing here would unpack them.
    delete headers["accept-encoding"];
    const body = bodyOf(request);
    inspect(body);
    const result = await http.send(
      {
        method: request.method === "GET" ? "GET" : "POST",
        url: new URL(request.url),
        headers,
        ...(body !== undefined && { body }),
      },
      signalOf(request, signal),
    );
    exchanges.push({ requestId: request.headers.get("x-ms-client-request-id"), result });
    if (result.failure !== undefined) throw new Error(result.reason);
    // A client that sees a challenge sends the request again, and packs the packed body once more.
    const { "www-authenticate": _, ...seen } = result.headers;
    return {
      request,
      status: result.status,
      headers: pipelineHeaders(seen),
      bodyAsText: result.body,
    };
  };
  return { client: { sendRequest }, exchanges };
}
