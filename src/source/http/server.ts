/** The server around the requests: limits, certificates, an orderly end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { showAddress } from "../receiver/address.ts";
import { listenAt } from "../receiver/listen.ts";
import { throttleWarnings } from "../receiver/throttle.ts";
import { keepTlsFresh, loadTls, speaksTls } from "../receiver/tls.ts";
import type { Emit, SourceTools } from "../source.ts";
import type { ServerOptions } from "./options.ts";
import { RateLimit } from "./rate.ts";
import { type Desk, receive } from "./receive.ts";
import type { Service } from "./service.ts";
import { TokenGuard } from "./token.ts";

/** How long requests that are still arriving or being answered have when the source stops. */
const STOP_MS = 2000;
const HEADER_BYTES_MAX = 16_384;

export interface RunningServer {
  /** Where it listens: `127.0.0.1:8088`. */
  readonly address: string;
  /** Resolves when every request is settled and every connection closed. */
  readonly stop: () => Promise<void>;
}

/** The server, and once more the part of it that takes certificates. */
function createLimited(options: ServerOptions): {
  readonly server: Server;
  readonly tls: TlsServer | undefined;
} {
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: Math.min(options.header_timeout, options.request_timeout),
    requestTimeout: options.request_timeout,
    keepAliveTimeout: options.idle_timeout,
    connectionsCheckingInterval: Math.min(1000, options.header_timeout),
    requireHostHeader: true,
    noDelay: true,
  };
  if (!speaksTls(options)) return { server: createServer(limits), tls: undefined };
  const server = createTlsServer({ ...limits, ...loadTls(options) });
  return { server, tls: server };
}

/** Starts to listen. Rejects with what to do when it cannot. */
export async function startServer(
  options: ServerOptions,
  service: Service,
  tools: SourceTools,
  emit: Emit,
): Promise<RunningServer> {
  const warn = throttleWarnings(tools.warn, tools.now);
  const desk: Desk = {
    ...{ options, service, tools, emit, open: new Map(), isStopping: false },
    guard: new TokenGuard(options.tokens, { ...tools, warn }),
    rate: new RateLimit(options.events_per_second, tools.now),
  };
  const requests = new Set<Promise<void>>();
  const onRequest = (request: IncomingMessage, response: ServerResponse, proceed = () => {}) => {
    const work = receive(request, response, desk, proceed)
      .catch((cause: unknown) => {
        // A defect of this program must not look like a success, and must not be silent.
        warn("defect", `a request could not be answered: ${String(cause)}`);
        response.destroy();
      })
      .finally(() => requests.delete(work));
    requests.add(work);
  };
  const { server, tls } = createLimited(options);
  server.maxConnections = options.connections_max;
  server.on("request", (request, response) => onRequest(request, response));
  server.on("checkContinue", (request, response) =>
    onRequest(request, response, () => response.writeContinue()),
  );
  server.on("drop", () =>
    warn(
      "drop",
      `connections were refused because ${options.connections_max} are open; raise connections_max or look who opens so many`,
    ),
  );
  await listenAt(server, options.listen);
  server.on("error", (cause) => warn("server", `the server had an error: ${cause.message}`));
  const forget = tls === undefined ? () => {} : keepTlsFresh(tls, options, tools.warn);
  const { address, port } = server.address() as AddressInfo;
  return {
    address: showAddress(address, port),
    stop: async () => {
      desk.isStopping = true;
      forget();
      await stop(server, desk, requests);
    },
  };
}

async function stop(server: Server, desk: Desk, requests: Set<Promise<void>>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cutOff = setInterval(() => {
    for (const [request, phase] of desk.open) if (phase !== "taking") request.socket.destroy();
  }, STOP_MS);
  // Requests on connections that are open get their 503 until the last one under way has ended.
  while (requests.size > 0) await Promise.all(requests);
  clearInterval(cutOff);
  server.closeAllConnections();
  await closed;
}
