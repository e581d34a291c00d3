/** Serves what operators and machines look at: the pages, /status.json, /metrics, /health and /ready. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listenAt } from "../source/receiver/listen.ts";
import { HEADERS, type Reply, type RouteOptions, Routes, reply, TEXT } from "./page/routes.ts";

export interface StatusServer {
  /** `http://127.0.0.1:9464`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Nobody needs more at once; a scraper that hangs must not use up the connector's files. */
const CONNECTIONS_MAX = 64;

function send(response: ServerResponse, { status, type, body, headers }: Reply): void {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...HEADERS, ...headers, ...length, "content-type": type });
  response.end(body);
}

/** Starts the server. Rejects with what to do when the address cannot be had. */
export async function startStatusServer(options: RouteOptions): Promise<StatusServer> {
  const { listen, warn } = options;
  const routes = new Routes(options);
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000 },
    (request, response) => {
      const failed = (cause: unknown): Reply => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        warn(`a page could not be served: ${reason}`);
        return reply(503, TEXT, "No answer at the moment; the connector's log says why.\n");
      };
      const done = routes.answer(request, response).catch(failed);
      void done.then((answer) => {
        if (answer !== undefined && !response.headersSent) send(response, answer);
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listenAt(server, listen);
  const { port, family } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${listen.host}]` : listen.host;
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      routes.hub.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
