/** Looks at one HTTP request of a client without changing anything about it. */
import type { AuditLog } from "../audit-log.ts";
import type { AuditContext, ContextSource } from "../field.ts";
import { membersOf, nameOf } from "../text.ts";
import { batchOf, watchResults } from "./batch-result.ts";
import { EventStreamReader } from "./event-stream.ts";
import { type Ending, Exchange, type RequestFacts, requestFacts } from "./exchange.ts";
import { watchBody } from "./watch-body.ts";

/** A request as middleware and `fetch` see it. */
export interface WireRequest {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  /** The body as a value, where it can be had without parsing a large text. */
  readonly body: () => unknown;
  /** Whether it was the program that gave up, when the request is aborted; else it took too long. */
  readonly isGivenUp: () => boolean;
}

/** A larger body of an answer is not read a second time; its event then has no tokens. */
const ANSWER_BYTES_MAX = 33_554_432;

/** Streams that nobody has read to the end and nobody will: what is known of them is told then. */
const abandoned = new FinalizationRegistry<() => void>((end) => end());

/** Whether it asks for a message; counting tokens, batches and everything else does not. */
function asksForMessage({ url, method }: WireRequest): boolean {
  return method?.toUpperCase() === "POST" && /\/v1\/messages\/?(\?|#|$)/.test(url);
}

/** Which attempt of the client this is: its header counts the retries (`X-Stainless-Retry-Count`). */
function attemptOf(headers: Headers): number {
  const retries = Number(headers.get("x-stainless-retry-count") ?? 0);
  return Number.isInteger(retries) && retries >= 0 ? retries + 1 : 1;
}

/** What a failed connection is called: `AbortError`, `TypeError`, `ECONNREFUSED`. */
function failureType(cause: unknown): string {
  const { code } = membersOf(membersOf(cause)["cause"]);
  return nameOf(code) ?? nameOf(membersOf(cause)["name"]) ?? "unknown";
}

function isAbort(cause: unknown): boolean {
  return membersOf(cause)["name"] === "AbortError";
}

/** Why there is no answer. Clients end what takes too long by the same means as a program that gives up. */
function unanswered({ isGivenUp }: WireRequest, cause: unknown): Ending {
  if (!isAbort(cause)) return { kind: "error", errorType: failureType(cause) };
  return isGivenUp() ? { kind: "aborted" } : { kind: "error", errorType: "timeout" };
}

/** Sends a request as it is and returns its answer, or what behaves as the answer does. */
export async function observe(
  request: WireRequest,
  send: () => Promise<Response>,
  log: AuditLog,
  context: ContextSource,
): Promise<Response> {
  const batch = batchOf(request.url, request.method);
  if (batch !== undefined) {
    const results = await send();
    const watchThem = () => watchResults(results, batch, log, contextNow(context, log));
    return log.outlet.quietly(watchThem) ?? results;
  }
  const exchange = log.outlet.quietly(() => begin(request, log, context));
  if (exchange === undefined) return send();
  let response: Response;
  try {
    response = await send();
  } catch (cause) {
    log.outlet.quietly(() => exchange.finish(unanswered(request, cause)));
    throw cause;
  }
  return log.outlet.quietly(() => watch(response, exchange, log)) ?? response;
}

/** Begins to look at a request; `undefined` for requests that are none of the auditor's business. */
function begin(request: WireRequest, log: AuditLog, context: ContextSource): Exchange | undefined {
  if (!asksForMessage(request)) return undefined;
  const facts: RequestFacts = requestFacts(request.body(), attemptOf(request.headers));
  return new Exchange(log, contextNow(context, log), facts);
}

/** The context of a request; where the program's function fails, the event goes without, and that is counted. */
function contextNow(context: ContextSource, log: AuditLog): AuditContext {
  return (typeof context === "function" ? log.outlet.quietly(context) : context) ?? {};
}

/** The answer for the program: the same object, but for streams, whose body passes by. */
function watch(response: Response, exchange: Exchange, log: AuditLog): Response {
  exchange.answered(response);
  const type = response.headers.get("content-type") ?? "";
  const isReadable = response instanceof Response && response.body !== null;
  if (!isReadable) exchange.finish(endingOf(response, {}));
  else if (response.ok && type.includes("text/event-stream"))
    return watchStream(response, exchange, log);
  else readCopy(response, exchange, log);
  return response;
}

function endingOf({ ok }: Response, body: unknown): Ending {
  if (ok) return { kind: "complete" };
  const { type } = membersOf(membersOf(body)["error"]);
  return { kind: "error", errorType: nameOf(type) ?? "unknown_error" };
}

/** An answer that comes whole is read from a copy, while the program reads its own. */
function readCopy(response: Response, exchange: Exchange, log: AuditLog): void {
  if (Number(response.headers.get("content-length") ?? 0) > ANSWER_BYTES_MAX) {
    exchange.finish(endingOf(response, {}));
    return;
  }
  const { outlet } = log;
  const copy = response.clone();
  const release = outlet.hold(() => exchange.finish({ kind: "unread" }));
  // Parsed after the program's own turn, which waits for the same bytes.
  const read = (text: string) => {
    release();
    outlet.later(() => {
      const body = parsed(text);
      if (response.ok) exchange.reply.readMessage(body);
      exchange.finish(endingOf(response, body));
    });
  };
  const fail = () => {
    release();
    exchange.finish({ kind: "aborted" });
  };
  copy.text().then(read, fail);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of a proxy; the client tells the program what it thinks of it.
    return undefined;
  }
}

function watchStream(response: Response, exchange: Exchange, log: AuditLog): Response {
  const { outlet } = log;
  const release = outlet.hold(() => exchange.finish({ kind: "unread" }));
  const end = (ending: Ending) => {
    release();
    outlet.quietly(() => exchange.finish(ending));
  };
  const events = new EventStreamReader((event) => exchange.reply.readEvent(event));
  const watched = watchBody(response, {
    chunk: (chunk) => outlet.quietly(() => events.push(chunk)),
    end: () => end({ kind: "complete" }),
    fail: (cause) =>
      end(isAbort(cause) ? { kind: "aborted" } : { kind: "error", errorType: failureType(cause) }),
    cancel: () => end({ kind: "aborted" }),
  });
  if (watched.body !== null) abandoned.register(watched.body, () => end({ kind: "unread" }));
  return watched;
}
