/** A client of `@anthropic-ai/sdk` whose requests leave audit events. */
import * as message from "../../diagnostic/message/audit-log.ts";
import type { AuditLog } from "../audit-log.ts";
import type { ContextSource } from "../field.ts";
import { observe, type WireRequest } from "./observe.ts";

/** A larger body is not parsed for the few facts in it: that would cost the request time. */
const REQUEST_CHARACTERS_MAX = 65_536;

/** The part of a middleware that is used (`client.middleware`, since 2026). */
type Middleware = (
  request: RequestInit & { readonly url: string; readonly headers: Headers },
  next: (request: never) => Promise<Response>,
  context: { readonly options?: RequestOptions | undefined },
) => Promise<Response>;

/** What the program has asked for, as a middleware may see it. */
interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

type Fetch = (input: unknown, init?: RequestInit) => Promise<Response>;

interface Options {
  readonly middleware?: readonly unknown[];
  readonly fetch?: Fetch;
}

/** What both generations of the client have in common. */
interface Observable {
  readonly withOptions: (options: Options) => unknown;
  readonly middleware?: unknown;
  readonly fetch?: unknown;
}

/** Middleware and fetches of this module, so that a client that is given again is not seen twice. */
const ours = new WeakMap<object, unknown>();

/** The body of a request, as a value; absent where it would have to be parsed out of a long text. */
function parsedBody(body: unknown): unknown {
  if (typeof body !== "string" || body.length > REQUEST_CHARACTERS_MAX) return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // The API tells the program; here only the few facts in it are missing.
    return undefined;
  }
}

function middlewareFor(log: AuditLog, context: ContextSource): Middleware {
  return (request, next, { options }) => {
    const seen = log.outlet.quietly(
      (): WireRequest => ({
        url: request.url,
        method: request.method,
        headers: request.headers,
        body: () => options?.body ?? parsedBody(request.body),
        isGivenUp: () => options?.signal?.aborted === true,
      }),
    );
    const send = () => next(request as never);
    return seen === undefined ? send() : observe(seen, send, log, context);
  };
}

/** For clients that have no middleware yet: the `fetch` that they were given or would use. */
function fetchFor(given: Fetch, log: AuditLog, context: ContextSource): Fetch {
  return (input, init) => {
    const send = () => given(input, init);
    const seen = log.outlet.quietly(
      (): WireRequest => ({
        url: input instanceof Request ? input.url : String(input),
        method: init?.method ?? (input instanceof Request ? input.method : "GET"),
        headers: new Headers(init?.headers),
        body: () => parsedBody(init?.body),
        // One signal stands for both here.
        isGivenUp: () => true,
      }),
    );
    return seen === undefined ? send() : observe(seen, send, log, context);
  };
}

/**
 * A client that behaves as the given one and tells the log of every message it asks for: one
 * `model_request` for each attempt, one `mcp_query` for each call of the MCP connector, one `tool_use`
 * for each other call of a tool, and a security event when the model refuses. Helpers, streams, retries,
 * aborts and errors are the client's own. Nothing of prompts, answers, tool input or results is kept.
 * The program never waits for the log, and no failure of the log reaches it.
 *
 * @param client A client of `@anthropic-ai/sdk`, or one made from it for a cloud platform.
 * @param context Who asks, in which session; as a function it is asked at the start of each request.
 * @example
 * const client = audited(new Anthropic(), log, () => requestContext.getStore() ?? {});
 * const answer = await client.messages.create({ model, max_tokens, messages });
 */
export function audited<Client extends object>(
  client: Client,
  log: AuditLog,
  context: ContextSource = {},
): Client {
  const { withOptions, middleware, fetch } = client as Partial<Observable>;
  if (typeof withOptions !== "function") {
    log.outlet.fail(message.notObservable, { reason: "it has no withOptions()" });
    return client;
  }
  const options: Options = Array.isArray(middleware)
    ? { middleware: [...others(middleware), marked(middlewareFor(log, context))] }
    : { fetch: marked(fetchFor(original(fetch), log, context), original(fetch)) };
  return withOptions.call(client, options) as Client;
}

/** Marks what this module has made, with what it stands in for. */
function marked<Made extends object>(made: Made, instead?: unknown): Made {
  ours.set(made, instead);
  return made;
}

function others(middleware: readonly unknown[]): readonly unknown[] {
  return middleware.filter((one) => typeof one !== "function" || !ours.has(one));
}

function original(fetch: unknown): Fetch {
  const given = typeof fetch === "function" && ours.has(fetch) ? ours.get(fetch) : fetch;
  return typeof given === "function" ? (given as Fetch) : (globalThis.fetch as Fetch);
}
