/** Serves what operators and machines look at: /metrics, /health, /ready, /status.json and the page. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAddress } from "../config/listen.ts";
import { listenAt } from "../source/receiver/listen.ts";
import { createMetrics } from "./metrics.ts";
import { type ConnectorStatus, readiness } from "./status.ts";
import { renderStatusPage } from "./status-page.ts";

export interface StatusServer {
  /** `http://127.0.0.1:9464`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Nobody needs more at once; a scraper that hangs must not use up the connector's files. */
const CONNECTIONS_MAX = 64;

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** The page holds its own style and script and loads nothing. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...HEADERS, ...headers, ...length, "content-type": type });
  response.end(body);
}

function answerJson(response: ServerResponse, status: number, value: object): void {
  answer(response, status, "application/json; charset=utf-8", `${JSON.stringify(value)}\n`);
}

/** Names by which this machine may be asked; others are a page elsewhere that tricks a browser. */
function isOwnHost(header: string | undefined, listen: ListenAddress): boolean {
  const host = (header ?? "")
    .replace(/:[0-9]+$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
  return ["localhost", "127.0.0.1", "::1", listen.host.toLowerCase()].includes(host);
}

/**
 * Starts the server. Rejects with what to do when the address cannot be had.
 *
 * @param remote Whether others than this machine may ask, under any name.
 */
export async function startStatusServer(
  listen: ListenAddress,
  remote: boolean,
  status: () => ConnectorStatus,
): Promise<StatusServer> {
  const metrics = createMetrics(status);
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000 },
    (request, response) => {
      const path = (request.url ?? "/").split("?")[0];
      if (!remote && !isOwnHost(request.headers.host, listen)) {
        answer(response, 421, "text/plain; charset=utf-8", "This host name is not served here.\n");
        return;
      }
      if (request.method !== "GET" && request.method !== "HEAD") {
        answer(response, 405, "text/plain; charset=utf-8", "Only GET.\n", { allow: "GET, HEAD" });
        return;
      }
      switch (path) {
        case "/health":
          answerJson(response, 200, { status: "ok" });
          return;
        case "/ready": {
          const { ready, reasons } = readiness(status());
          answerJson(response, ready ? 200 : 503, { ready, reasons });
          return;
        }
        case "/status.json":
          answerJson(response, 200, status());
          return;
        case "/metrics":
          metrics.metrics().then(
            (text) => answer(response, 200, metrics.contentType, text),
            (cause: unknown) => answer(response, 500, "text/plain", `${String(cause)}\n`),
          );
          return;
        case "/":
          answer(response, 200, "text/html; charset=utf-8", renderStatusPage(status()), {
            "content-security-policy": PAGE_POLICY,
          });
          return;
        default:
          answer(response, 404, "text/plain; charset=utf-8", "Nothing here. Try / or /metrics.\n");
      }
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
      server.closeAllConnections();
      await closed;
    },
  };
}
