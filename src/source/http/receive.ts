/** One request from its first header to its answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { showAddress } from "../receiver/address.ts";
import type { Emit, Emitted, SourceTools } from "../source.ts";
import { later, type Refusal, refusal, renderHealth, send } from "./answer.ts";
import { type BodyLimits, readBody, tooLarge } from "./body.ts";
import type { ServerOptions } from "./options.ts";
import type { RateLimit } from "./rate.ts";
import type { Reading, Service } from "./service.ts";
import type { TokenGuard } from "./token.ts";

/** What requests share. */
export interface Desk {
  readonly options: ServerOptions;
  readonly service: Service;
  readonly tools: SourceTools;
  readonly emit: Emit;
  readonly guard: TokenGuard;
  readonly rate: RateLimit;
  /** Requests that are worked on. Those in `reading` and `answering` may be cut off, `taking` may not. */
  readonly open: Map<IncomingMessage, "reading" | "taking" | "answering">;
  isStopping: boolean;
}

/** How long senders are asked to wait while nothing can be written. */
const BLOCKED_MS = 5000;
const BUSY_MS = 1000;
const HEALTH_PATH = "/health";
/** What a sender may still send of a body after it was refused, so that it gets to read the answer. */
const REFUSED_BYTES_MAX = 1_048_576;

/** Who sends, for the bound on rate: told apart, never told. */
type Admission = { readonly sender: string; readonly reading: Reading } | Refusal;

function stopping(): Refusal {
  return {
    ...later(503, "stopping", "The receiver is going down. Send again.", BUSY_MS),
    headers: { "retry-after": "1", connection: "close" },
  };
}

/** Judges everything that can be judged before the body is read. */
function admit(request: IncomingMessage, path: string, desk: Desk): Admission {
  const { options, service, tools, rate, open } = desk;
  if (request.method !== "POST")
    return refusal(405, "wrong-method", "Send events with POST.", { allow: "POST" });
  const sender = senderOf(request, desk);
  if (typeof sender !== "string") return sender;
  if (desk.isStopping) return stopping();
  if (!tools.ready())
    return later(503, "not-ready", "Events cannot be written now. Send again.", BLOCKED_MS);
  const waitMs = rate.waitMs(sender);
  if (waitMs > 0) return later(429, "too-fast", "Too many events a second. Send again.", waitMs);
  const reading = service.judge(path, request.headers);
  if ("status" in reading) return reading;
  if (Number(request.headers["content-length"] ?? 0) > options.body_max)
    return tooLarge(limitsOf(options));
  if (open.size >= options.requests_max)
    return later(503, "busy", "Too many requests at once. Send again.", BUSY_MS);
  return { sender, reading };
}

function senderOf(request: IncomingMessage, { guard }: Desk): string | Refusal {
  const { socket } = request;
  if (guard.isActive) {
    const verdict = guard.judge(request.headers.authorization);
    if (verdict.kind === "known") return verdict.sender;
    if (verdict.kind === "unreadable")
      return later(503, "not-ready", "No token can be checked now. Send again.", BLOCKED_MS);
    return refusal(401, "unauthorised", "Send Authorization: Bearer with a valid token.", {
      "www-authenticate": 'Bearer realm="claude-siem"',
    });
  }
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  return certificate?.fingerprint256 ?? socket.remoteAddress ?? "unknown";
}

export function limitsOf({ body_max, events_max }: ServerOptions): BodyLimits {
  return { bytesMax: body_max, eventsMax: events_max };
}

/** Lets a refused body run out, up to a bound, so that the connection can go on or the answer be read. */
function drain(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > REFUSED_BYTES_MAX) request.destroy();
  });
  // The sender may go away in the middle; nothing of the body was wanted.
  request.on("error", () => {});
  request.resume();
}

async function emitted(
  desk: Desk,
  records: Parameters<Emit>[0],
  origin: string,
): Promise<Emitted | Refusal> {
  const tooLong = Promise.withResolvers<Refusal>();
  const waiting = desk.emit(records, origin);
  const timer = setTimeout(
    () =>
      tooLong.resolve(
        later(503, "not-durable-yet", "The events are not durable yet. Send again.", BLOCKED_MS),
      ),
    desk.options.answer_timeout,
  );
  try {
    return await Promise.race([waiting, tooLong.promise]);
  } catch {
    // The connector stops; the events may or may not be durable, so they have to come again.
    return stopping();
  } finally {
    clearTimeout(timer);
  }
}

/** Reads, hands over and answers a request that was let in. */
async function take(
  request: IncomingMessage,
  response: ServerResponse,
  desk: Desk,
  { sender, reading }: Exclude<Admission, Refusal>,
): Promise<void> {
  const { socket } = request;
  const { service } = desk;
  const peer = showAddress(socket.remoteAddress ?? "unknown", socket.remotePort ?? 0);
  const origin = `${service.scheme} ${peer}`;
  const body = await readBody(request, reading.isGzip, limitsOf(desk.options));
  if (body === undefined) return;
  if (!Buffer.isBuffer(body)) return turnAway(request, response, desk, body);
  const understood = await reading.parse(body, origin);
  if ("status" in understood) return turnAway(request, response, desk, understood);
  const { records, cost, reply } = understood;
  desk.rate.spend(sender, cost);
  desk.open.set(request, "taking");
  const result =
    records.length === 0 ? { accepted: 0, rejected: [] } : await emitted(desk, records, origin);
  desk.open.set(request, "answering");
  if ("status" in result) return send(response, service.renderRefusal(result, request.headers));
  const answer = reply(result);
  const last = desk.isStopping ? { connection: "close" } : {};
  await send(response, { ...answer, headers: { ...answer.headers, ...last } });
}

async function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  { service }: Desk,
  reason: Refusal,
): Promise<void> {
  drain(request);
  await send(response, service.renderRefusal(reason, request.headers));
}

async function tellHealth(
  request: IncomingMessage,
  response: ServerResponse,
  desk: Desk,
): Promise<void> {
  if (request.method !== "GET") {
    const reason = refusal(405, "wrong-method", "Ask with GET.", { allow: "GET" });
    return turnAway(request, response, desk, reason);
  }
  drain(request);
  await send(response, renderHealth(desk.tools.ready() && !desk.isStopping));
}

/**
 * Answers one request. Never rejects because of what came in.
 *
 * @param proceed Tells a sender that waits for leave to send its body (RFC 9110, section 10.1.1).
 */
export async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  desk: Desk,
  proceed: () => void,
): Promise<void> {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  if (path === HEALTH_PATH) return tellHealth(request, response, desk);
  const admission = desk.service.refusePath(path) ?? admit(request, path, desk);
  if ("status" in admission) return turnAway(request, response, desk, admission);
  desk.open.set(request, "reading");
  try {
    proceed();
    await take(request, response, desk, admission);
  } finally {
    desk.open.delete(request);
  }
}
