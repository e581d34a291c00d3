/**
 * An HTTP receiver on loopback whose answers a test decides, and which breaks on request. What it
 * accepts and stores is the handler's business; how connections fail is decided here, once for all.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { WireFault } from "./fault.ts";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** As it came over the wire, still compressed if it was. */
  readonly body: Buffer;
}

export interface FakeResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export type Handler = (request: FakeRequest) => FakeResponse | Promise<FakeResponse>;

export interface FakeServer {
  /** `http://127.0.0.1:PORT`; the port stays the same while it is down. */
  readonly url: string;
  /** Requests that came in, oldest first. */
  readonly requests: readonly FakeRequest[];
  /**
   * Makes requests fail until `heal`.
   *
   * @param applies Which requests; all when absent.
   * @param times How many of them; without end when absent.
   */
  readonly inject: (
    fault: WireFault,
    applies?: (request: FakeRequest) => boolean,
    times?: number,
  ) => Promise<void>;
  readonly heal: () => Promise<void>;
  readonly openConnections: () => number;
  readonly close: () => Promise<void>;
}

interface Injected {
  readonly fault: WireFault;
  readonly applies: (request: FakeRequest) => boolean;
  left: number;
}

const LOGIN_PAGE = "<!DOCTYPE html><html><body><form>Please log in</form></body></html>";

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, { status, headers, body }: FakeResponse): void {
  const bytes = Buffer.from(body ?? "");
  response.writeHead(status, { "content-length": bytes.length, ...headers }).end(bytes);
}

/** Sends an answer one byte a second. */
function trickle(response: ServerResponse, { status, headers, body }: FakeResponse): void {
  const bytes = Buffer.from(body ?? " ");
  response.writeHead(status, { "content-length": bytes.length, ...headers });
  let at = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(at, at + 1));
    at += 1;
    if (at < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, 1000);
  response.on("close", () => clearInterval(timer));
}

/** Sends what looks like the start of an answer, without end, as fast as it is read. */
function flood(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const block = Buffer.alloc(65_536, " ");
  const more = () => {
    if (response.destroyed) return;
    if (response.write(block)) setImmediate(more);
    else response.once("drain", more);
  };
  more();
}

/** Breaks a connection off; under TLS, where a socket cannot send a reset, it closes without a word. */
function breakOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

async function misbehave(
  fault: WireFault,
  socket: Socket,
  response: ServerResponse,
  store: () => Promise<FakeResponse>,
): Promise<void> {
  switch (fault.kind) {
    case "refused":
    case "reset-unread":
      breakOff(socket);
      return;
    case "reset-stored":
      await store();
      breakOff(socket);
      return;
    case "reset-mid-answer": {
      const { status, headers, body } = await store();
      response.writeHead(status, { "content-length": 1_000_000, ...headers });
      response.write(Buffer.from(body ?? "").subarray(0, 5), () => breakOff(socket));
      return;
    }
    case "hang":
      return;
    case "hang-stored":
      await store();
      return;
    case "trickle":
      trickle(response, await store());
      return;
    case "page":
      answer(response, { status: 200, headers: { "content-type": "text/html" }, body: LOGIN_PAGE });
      return;
    case "empty":
      answer(response, { status: 200 });
      return;
    case "truncated": {
      const { status, headers, body } = await store();
      const bytes = Buffer.from(body ?? "");
      response.writeHead(status, { ...headers, "content-length": bytes.length + 50 });
      response.write(bytes.subarray(0, Math.max(0, bytes.length - 5)), () => socket.destroy());
      return;
    }
    case "flood":
      flood(response);
      return;
    case "redirect":
      answer(response, { status: 302, headers: { location: "/login" } });
      return;
    case "status":
      answer(response, {
        status: fault.status,
        headers: {
          "content-type": "text/plain",
          ...(fault.retryAfter !== undefined && { "retry-after": fault.retryAfter }),
        },
        body: "no",
      });
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a fake receiver on a free port of loopback. */
export async function startFakeServer(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const requests: FakeRequest[] = [];
  let injected: Injected | undefined;

  const onRequest = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(message);
    const url = new URL(message.url ?? "/", "http://fake");
    const request: FakeRequest = {
      method: message.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: message.headers,
      body,
    };
    requests.push(request);
    const store = async () => handler(request);
    if (injected === undefined || injected.left <= 0 || !injected.applies(request)) {
      answer(response, await store());
      return;
    }
    injected.left -= 1;
    await misbehave(injected.fault, message.socket, response, store);
  };
  const listener = (message: IncomingMessage, response: ServerResponse) => {
    // A peer that goes away while it is read is the peer's matter.
    onRequest(message, response).catch(() => message.socket.destroy());
  };
  const make = (): Server => {
    const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    server.on(tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    });
    return server;
  };
  const stop = (running: Server) =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      running.close(() => resolve());
    });

  let server: Server | undefined = make();
  const port = await listen(server, 0);
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    requests,
    inject: async (fault, applies = () => true, times = Number.POSITIVE_INFINITY) => {
      injected = { fault, applies, left: times };
      if (fault.kind === "refused" && server !== undefined) {
        await stop(server);
        server = undefined;
      }
    },
    heal: async () => {
      injected = undefined;
      if (server === undefined) {
        server = make();
        await listen(server, port);
      }
    },
    openConnections: () => sockets.size,
    close: async () => {
      if (server !== undefined) await stop(server);
      server = undefined;
    },
  };
}
