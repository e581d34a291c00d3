/** A strict syslog receiver on loopback, with octet counting over TCP or TLS, that breaks on request. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { parseMessage, type SyslogMessage } from "./parse.ts";

/**
 * `refused`: nothing listens. `reset-unread`: resets at once. `reset-stored`: reads what comes first,
 * then resets. `deaf`: never reads. `idle-close`: closes properly when it has read something.
 * `banner`: says hello. `reset-later`: resets 60 ms after the first bytes, without reading them.
 */
export type ReceiverFault =
  | "refused"
  | "reset-unread"
  | "reset-stored"
  | "deaf"
  | "idle-close"
  | "banner"
  | "reset-later";

export interface Receiver {
  readonly port: number;
  readonly messages: readonly SyslogMessage[];
  /** What was refused as illegal. */
  readonly problems: readonly string[];
  readonly eventIds: () => readonly string[];
  readonly connections: () => number;
  /** Connections that were ever accepted. */
  readonly accepted: () => number;
  readonly inject: (fault: ReceiverFault) => Promise<void>;
  readonly heal: () => Promise<void>;
  /** Breaks all connections now. */
  readonly breakAll: (how: "reset" | "close") => void;
  readonly close: () => Promise<void>;
}

/** The complete frames at the start of `bytes` and how many bytes they take. */
function frames(bytes: Buffer): { readonly found: readonly string[]; readonly taken: number } {
  const found: string[] = [];
  let at = 0;
  for (;;) {
    const space = bytes.indexOf(0x20, at);
    if (space === -1) return { found, taken: at };
    const length = bytes.toString("latin1", at, space);
    if (!/^[1-9][0-9]{0,6}$/.test(length)) throw new Error(`no length: ${length.slice(0, 20)}`);
    const end = space + 1 + Number(length);
    if (end > bytes.length) return { found, taken: at };
    found.push(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(space + 1, end),
      ),
    );
    at = end;
  }
}

export async function startReceiver(tls?: TlsOptions): Promise<Receiver> {
  const messages: SyslogMessage[] = [];
  const problems: string[] = [];
  const sockets = new Set<Socket>();
  let fault: ReceiverFault | undefined;
  let accepted = 0;

  /** Under TLS only the socket below can reset. */
  const below = new Map<number, Socket>();
  const reset = (socket: Socket): void => {
    const raw = below.get(socket.remotePort ?? 0) ?? socket;
    raw.resetAndDestroy();
  };
  const read = (socket: Socket): void => {
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      try {
        const { found, taken } = frames(pending);
        pending = pending.subarray(taken);
        messages.push(...found.map(parseMessage));
      } catch (error) {
        problems.push(String(error));
        socket.destroy();
      }
      if (fault === "reset-stored") reset(socket);
      if (fault === "idle-close") socket.end();
    });
  };
  const onConnection = (socket: Socket): void => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (fault === "reset-unread") reset(socket);
    else if (fault === "reset-later") {
      socket.pause();
      setTimeout(() => reset(socket), 60);
    } else if (fault === "deaf") socket.pause();
    else {
      if (fault === "banner") socket.write("220 mail.example.com ESMTP\r\n");
      read(socket);
    }
  };
  const make = (): Server => {
    if (tls === undefined) return createServer({ noDelay: true }, onConnection);
    const server = createTlsServer(tls, onConnection);
    server.on("tlsClientError", () => undefined);
    server.on("connection", (raw: Socket) => {
      const { remotePort = 0 } = raw;
      below.set(remotePort, raw);
      raw.on("close", () => below.delete(remotePort));
    });
    return server;
  };
  const listen = async (running: Server, port: number): Promise<number> => {
    await new Promise<void>((resolve, reject) => {
      running.once("error", reject);
      running.listen(port, "127.0.0.1", resolve);
    });
    return (running.address() as AddressInfo).port;
  };
  const stop = (running: Server) =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      running.close(() => resolve());
    });

  let server: Server | undefined = make();
  const port = await listen(server, 0);
  return {
    port,
    messages,
    problems,
    eventIds: () => messages.map(({ text }) => (JSON.parse(text) as { event_id: string }).event_id),
    connections: () => sockets.size,
    accepted: () => accepted,
    inject: async (next) => {
      fault = next;
      if (next !== "refused" || server === undefined) return;
      await stop(server);
      server = undefined;
    },
    heal: async () => {
      fault = undefined;
      if (server !== undefined) return;
      server = make();
      await listen(server, port);
    },
    breakAll: (how) => {
      for (const socket of sockets) {
        if (how === "reset") reset(socket);
        else socket.end();
      }
    },
    close: async () => {
      if (server !== undefined) await stop(server);
      server = undefined;
    },
  };
}
