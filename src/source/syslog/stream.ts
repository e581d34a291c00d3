/** Connections that carry messages: TCP, and TLS over it. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { Handover } from "../handover.ts";
import { showAddress } from "../receiver/address.ts";
import { listenAt } from "../receiver/listen.ts";
import { membership } from "../receiver/network.ts";
import { throttleWarnings } from "../receiver/throttle.ts";
import { keepTlsFresh, loadTls, speaksTls } from "../receiver/tls.ts";
import type { Emit, SourceTools } from "../source.ts";
import { type Frame, FrameSplitter } from "./frame.ts";
import type { SyslogOptions } from "./options.ts";
import type { Receiver } from "./receiver.ts";
import { recordOf } from "./record.ts";

/** Bytes of a connection that wait for the batch before them to become durable. */
const WAITING_BYTES_MAX = 262_144;
/** Finds peers that are gone without a word. */
const KEEP_ALIVE_MS = 60_000;
/** How long an idle connection is still read after our side was closed. */
const LINGER_MS = 1000;
/** How long senders have, when the source stops, to see that and send what is on its way. */
const DRAIN_MS = 500;

/** Reads one connection to its end; rejects with what `emit` rejected with. */
class Connection {
  readonly #socket: Socket;
  readonly #options: SyslogOptions;
  readonly #origin: string;
  readonly #splitter: FrameSplitter;
  readonly #handover: Handover;
  #count = 0;
  #isWaiting = false;

  constructor(socket: Socket, options: SyslogOptions, emit: Emit) {
    const { remoteAddress = "unknown", remotePort = 0 } = socket;
    this.#socket = socket;
    this.#options = options;
    this.#origin = `syslog ${showAddress(remoteAddress, remotePort)}`;
    this.#splitter = new FrameSplitter(options.message_max);
    // Nothing may come on this connection for long; it must not wait for that to fail.
    const emitOrClose: Emit = (records, origin) =>
      emit(records, origin).catch((cause: unknown) => {
        socket.destroy();
        throw cause;
      });
    this.#handover = new Handover(emitOrClose, this.#origin, WAITING_BYTES_MAX);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setTimeout(options.idle_timeout, () => this.#onIdle());
  }

  /**
   * Closes our side first and reads on for a moment: what the sender has on its way must not be thrown
   * away, and after a long pause of this process the timer may be up before what came is looked at.
   */
  #onIdle(): void {
    // A connection is not idle while it is us who do not read.
    if (this.#isWaiting) this.#socket.setTimeout(this.#options.idle_timeout);
    else if (this.#socket.writableEnded) this.#socket.destroy();
    else {
      this.#socket.end();
      this.#socket.setTimeout(LINGER_MS);
    }
  }

  async read(): Promise<void> {
    let isOpen = true;
    const chunks = this.#socket[Symbol.asyncIterator]();
    while (isOpen) {
      const chunk = await nextChunk(chunks);
      const frames = chunk === undefined ? this.#splitter.finish() : this.#splitter.push(chunk);
      await this.#handOver(frames);
      isOpen = chunk !== undefined && frames.at(-1)?.kind !== "broken";
    }
    await this.#handover.settled();
  }

  /** Waits while too much waits: the socket is not read then, and the sender has to wait too. */
  async #handOver(frames: readonly Frame[]): Promise<void> {
    if (frames.length === 0) return;
    const { message_max } = this.#options;
    let bytes = 0;
    const records = frames.map((frame) => {
      this.#count += 1;
      if (frame.kind === "message") bytes += frame.bytes.length;
      return recordOf(frame, this.#count, this.#origin, message_max);
    });
    this.#isWaiting = true;
    await this.#handover.offer(records, bytes);
    this.#isWaiting = false;
  }
}

/** The next chunk; `undefined` at the end, whichever way the connection ended. */
async function nextChunk(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  try {
    const step = await chunks.next();
    return step.done === true ? undefined : step.value;
  } catch {
    // Reset, timed out or destroyed by us: syslog has no way to tell the sender what arrived.
    return undefined;
  }
}

/** The server, and once more the part of it that takes certificates. */
function createListener(options: SyslogOptions): {
  readonly server: Server;
  readonly tls: TlsServer | undefined;
} {
  if (!speaksTls(options)) return { server: createServer(), tls: undefined };
  const server = createTlsServer(loadTls(options));
  return { server, tls: server };
}

/** Starts to listen for connections. */
export async function startStream(
  options: SyslogOptions,
  tools: SourceTools,
  emit: Emit,
  onFailure: (cause: unknown) => void,
): Promise<Receiver> {
  const warn = throttleWarnings(tools.warn, tools.now);
  const mayConnect = membership(options.allow_from);
  const sockets = new Set<Socket>();
  const readings = new Set<Promise<void>>();
  const onConnection = (socket: Socket): void => {
    // What breaks a connection shows where it is read.
    socket.on("error", () => {});
    if (!mayConnect(socket.remoteAddress ?? "")) {
      socket.destroy();
      warn("stranger", `${socket.remoteAddress ?? "a peer"} may not send; see allow_from`);
      return;
    }
    sockets.add(socket);
    const reading = new Connection(socket, options, emit)
      .read()
      .catch(onFailure)
      .finally(() => {
        socket.destroy();
        sockets.delete(socket);
        readings.delete(reading);
      });
    readings.add(reading);
  };
  const { server, tls } = createListener(options);
  // Also those that have not finished their handshake, which nobody reads yet.
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.maxConnections = options.connections_max;
  server.on(tls === undefined ? "connection" : "secureConnection", onConnection);
  server.on("drop", () =>
    warn("drop", `connections were refused because ${options.connections_max} are open`),
  );
  await listenAt(server, options.listen);
  server.on("error", (cause) => warn("server", `the server had an error: ${cause.message}`));
  const forget = tls === undefined ? () => {} : keepTlsFresh(tls, options, tools.warn);
  const { address, port } = server.address() as AddressInfo;
  return {
    address: showAddress(address, port),
    stop: async () => {
      forget();
      server.close();
      for (const socket of sockets) socket.end();
      const cutOff = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, DRAIN_MS);
      while (readings.size > 0) await Promise.all(readings);
      clearTimeout(cutOff);
      for (const socket of open) socket.destroy();
    },
  };
}
