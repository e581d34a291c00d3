/**
 * HEC over Splunk's own package, splunk-logging 0.11, which loses events when it owns queue and retries.
 * So it owns neither: a logger gets one whole batch and sends it in the same tick, and the records stay
 * with the pump until the answer is judged. What the package lacks is put around it here.
 *
 * - It verifies no certificate: `strictSSL`, and an agent that insists as well.
 * - It knows no deadline for a whole request, no way to give one up, and reports neither a connection
 *   that breaks in the middle of an answer nor an answer without end: one agent for each request under
 *   way, whose socket is watched and can be destroyed.
 * - It prints failed events on the console: its error hook is replaced. It posts an empty queue: a batch
 *   is never empty.
 * - Its `send` wraps events, cuts times, drops indexed fields and would have to parse what was encoded:
 *   records go into its public queue as they are, byte by byte, and `flush` sends them.
 */
import { readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import type { Logger } from "splunk-logging";
import { type HttpResult, judgeConnectionError } from "../http/post.ts";
import { type HecBatch, type HecTransport, hecUrl } from "./transport.ts";

/** What is used of the package. */
export type SplunkLogging = Pick<typeof import("splunk-logging"), "Logger">;

export interface SplunkLoggingOptions {
  /** Whole request, milliseconds. */
  readonly timeoutMs: number;
  /** PEM file of a private authority; read again after a certificate was refused. */
  readonly caFile: string | undefined;
}

/** Answers of HEC are short. */
const ANSWER_BYTES_MAX = 1_048_576;
/** An answer that is complete is handed over well within this after its connection has closed. */
const CLOSED_GRACE_MS = 200;
const CONNECTION_IDLE_MS = 20_000;

/** A logger with a connection of its own, for one request at a time. */
interface Lane {
  readonly origin: string;
  readonly logger: Logger;
  readonly agent: HttpAgent;
  /** Called with each part of an answer, and when the connection has closed. */
  onBytes: (count: number) => void;
  onClosed: () => void;
}

function createAgent(secured: boolean, ca: string | undefined): HttpAgent {
  const base = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1, timeout: CONNECTION_IDLE_MS };
  return secured
    ? new HttpsAgent({
        ...base,
        rejectUnauthorized: true,
        minVersion: "TLSv1.2",
        ...(ca !== undefined && { ca }),
      })
    : new HttpAgent(base);
}

function createLane(library: SplunkLogging, url: URL, ca: string | undefined): Lane {
  const target = hecUrl(url, "/services/collector/event");
  const agent = createAgent(target.protocol === "https:", ca);
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  const config = {
    token: "",
    url: `${target.protocol}//${target.hostname}:${port}${target.pathname}`,
    maxRetries: 0,
    maxBatchCount: 0,
    maxBatchSize: 0,
    batchInterval: 0,
  };
  const logger = new library.Logger(config);
  logger.error = () => {};
  const lane: Lane = { origin: url.href, logger, agent, onBytes: () => {}, onClosed: () => {} };
  watchSockets(lane);
  return lane;
}

/** Lets a lane see what its connection does; the package shows it to nobody. */
function watchSockets(lane: Lane): void {
  const connect = lane.agent.createConnection.bind(lane.agent);
  let latest: Duplex | null | undefined;
  lane.agent.createConnection = (options, callback) => {
    const socket: Duplex | null | undefined = connect(options, callback);
    latest = socket;
    socket?.on("data", (chunk: Buffer) => lane.onBytes(chunk.length));
    // The end of an idle connection may be told when the next one is already at work.
    socket?.once("close", () => {
      if (latest === socket) lane.onClosed();
    });
    return socket;
  };
}

function textOf(body: unknown): string {
  if (Buffer.isBuffer(body)) return body.toString("utf8");
  return typeof body === "string" ? body : "";
}

function flatHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : String(value),
    ]),
  );
}

/** Sends a batch through a lane; resolves once, whatever the package does or omits. */
function postThrough(
  lane: Lane,
  { token, channel, bodies }: HecBatch,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HttpResult> {
  const { logger, agent } = lane;
  return new Promise((resolve) => {
    let bytes = 0;
    let closed: NodeJS.Timeout | undefined;
    const settle = (result: HttpResult): void => {
      clearTimeout(deadline);
      clearTimeout(closed);
      signal.removeEventListener("abort", giveUp);
      // Nothing is due on an idle connection: what comes then would pass for the next answer.
      lane.onBytes = () => agent.destroy();
      lane.onClosed = () => {};
      if (result.failure !== undefined) agent.destroy();
      resolve(result);
    };
    const giveUp = (): void => settle({ failure: "aborted", reason: "the attempt was given up" });
    const deadline = setTimeout(
      () => settle({ failure: "network", reason: `no answer within ${timeoutMs} ms` }),
      timeoutMs,
    );
    signal.addEventListener("abort", giveUp, { once: true });
    lane.onBytes = (count) => {
      bytes += count;
      if (bytes <= ANSWER_BYTES_MAX) return;
      const reason = `the answer is larger than ${ANSWER_BYTES_MAX} bytes`;
      settle({ failure: "oversized", reason });
    };
    lane.onClosed = () => {
      const reason = "the connection broke before the answer was complete";
      closed = setTimeout(() => settle({ failure: "network", reason }), CLOSED_GRACE_MS);
    };
    logger.config.token = token;
    // A new object each time: the package adds its headers to the one it is given.
    logger.requestOptions = {
      strictSSL: true,
      json: false,
      agent,
      parse_response: false,
      open_timeout: timeoutMs,
      response_timeout: timeoutMs,
      read_timeout: timeoutMs,
      headers: channel === undefined ? {} : { "X-Splunk-Request-Channel": channel },
    };
    // Not by spreading: a batch may have more records than a call may have arguments.
    logger.serializedContextQueue = [...bodies];
    try {
      logger.flush((error, response, body) => {
        if (error || response?.statusCode === undefined) settle(judgeConnectionError(error));
        else {
          const headers = flatHeaders(response.headers);
          settle({ status: response.statusCode, headers, body: textOf(body) });
        }
      });
    } catch (cause) {
      // A header that cannot be sent, such as a token with a line break, is found out in here.
      settle(judgeConnectionError(cause));
    }
  });
}

export function createSplunkLoggingTransport(
  library: SplunkLogging,
  options: SplunkLoggingOptions,
): HecTransport {
  const idle: Lane[] = [];
  const busy = new Set<Lane>();
  let ca: string | undefined;

  const laneTo = (url: URL): Lane => {
    const at = idle.findIndex(({ origin }) => origin === url.href);
    const [free] = at === -1 ? [] : idle.splice(at, 1);
    if (free !== undefined) return free;
    if (options.caFile !== undefined) ca ??= readFileSync(options.caFile, "utf8");
    return createLane(library, url, ca);
  };

  const closeIdle = (): void => {
    for (const { agent } of idle.splice(0)) agent.destroy();
  };

  return {
    post: async (batch, signal) => {
      if (batch.bodies.length === 0) throw new Error("an empty batch would be posted as such");
      if (signal.aborted) return { failure: "aborted", reason: "the attempt was given up" };
      let lane: Lane;
      try {
        lane = laneTo(batch.url);
      } catch (cause) {
        // The file of the private authority cannot be read at the moment.
        return judgeConnectionError(cause);
      }
      busy.add(lane);
      const result = await postThrough(lane, batch, options.timeoutMs, signal);
      busy.delete(lane);
      if (result.failure === undefined) idle.push(lane);
      if (result.failure === "certificate") {
        ca = undefined;
        closeIdle();
      }
      return result;
    },
    close: async () => {
      closeIdle();
      for (const { agent } of busy) agent.destroy();
    },
  };
}
