/** One TCP connection to a syslog receiver, plain or under TLS, and what can be known about it. */
import { readFileSync } from "node:fs";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { judgeConnectionError } from "../http/post.ts";
import { readUnacknowledged } from "./unacknowledged.ts";

export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Name in the receiver's certificate, where it is not the host. */
  readonly serverName?: string | undefined;
}

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  /** Absent: no TLS. */
  readonly tls?: TlsFiles;
}

/**
 * `network`: unreachable, broken off, too slow. `certificate`: the receiver could not prove who it is.
 * `rejected`: it does not accept our certificate. `files`: a file of ours cannot be read or used.
 * `talking`: something answers, which no syslog receiver does. `aborted`: the caller gave up.
 */
export type StreamFailureKind =
  | "network"
  | "certificate"
  | "rejected"
  | "files"
  | "talking"
  | "aborted";

export interface StreamFailure {
  readonly failure: StreamFailureKind;
  readonly reason: string;
}

/** Alerts of TLS by which a receiver turns a client's certificate down (RFC 8446, section 6.2). */
const REJECTED = /ALERT_(BAD_|UNSUPPORTED_)?CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_ACCESS_DENIED/;

function judge(error: Error): StreamFailure {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (REJECTED.test(code))
    return { failure: "rejected", reason: `the receiver turned our certificate down (${code})` };
  return judgeConnectionError(error);
}

export const aborted: StreamFailure = { failure: "aborted", reason: "the attempt was given up" };

/** What is waited for, or `late` when it takes too long. The work goes on. */
export async function orLate<T>(
  work: Promise<T>,
  ms: number,
  late: StreamFailure,
): Promise<T | StreamFailure> {
  const { promise, resolve } = Promise.withResolvers<StreamFailure>();
  const timer = setTimeout(() => resolve(late), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is waited for, or `aborted` when the caller gives up before. The work goes on. */
export async function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T | StreamFailure> {
  if (signal.aborted) return aborted;
  const { promise, resolve } = Promise.withResolvers<StreamFailure>();
  const onAbort = () => resolve(aborted);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function secure(raw: Socket, host: string, files: TlsFiles): TLSSocket {
  const { caFile, certFile, keyFile, serverName } = files;
  const name = serverName ?? host;
  return connectTls({
    socket: raw,
    // Verification compares with `host`; an address cannot be a server name (RFC 6066, section 3).
    host: name,
    ...(isIP(name) === 0 && { servername: name }),
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    // Read at each connection: renewed certificates take effect without a restart.
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(certFile !== undefined && { cert: readFileSync(certFile) }),
    ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
  });
}

export class Connection {
  readonly #raw: Socket;
  readonly #socket: Socket;
  readonly #remotePort: number;
  readonly #broken: PromiseWithResolvers<StreamFailure> = Promise.withResolvers<StreamFailure>();
  #failure: StreamFailure | undefined;
  /** Bytes below TLS that the kernel has for certain. */
  #flushed = 0;

  private constructor(raw: Socket, socket: Socket, remotePort: number) {
    this.#raw = raw;
    this.#socket = socket;
    this.#remotePort = remotePort;
    const end = (failure: StreamFailure) => this.#end(failure);
    // Under TLS the lower socket reports what breaks before the handshake.
    for (const one of new Set([raw, socket])) {
      one.on("error", (error) => end(judge(error)));
      one.on("end", () =>
        end({ failure: "network", reason: "the receiver closed the connection" }),
      );
      one.on("close", () => end({ failure: "network", reason: "the connection was closed" }));
    }
    socket.on("data", () =>
      end({ failure: "talking", reason: "the receiver answers, which syslog receivers never do" }),
    );
  }

  /** Connects, and under TLS verifies the receiver. */
  static async open(
    { host, port, tls }: PeerAddress,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Connection | StreamFailure> {
    const raw = connectTcp({ host, port, noDelay: true, keepAlive: true });
    let socket: Socket = raw;
    try {
      if (tls !== undefined) socket = secure(raw, host, tls);
    } catch (error) {
      raw.on("error", () => undefined).destroy();
      const reason = error instanceof Error ? error.message : String(error);
      return { failure: "files", reason: `certificates cannot be used: ${reason}` };
    }
    const connection = new Connection(raw, socket, port);
    const ready = new Promise<undefined>((resolve) => {
      socket.once(tls === undefined ? "connect" : "secureConnect", () => resolve(undefined));
    });
    const work = Promise.race([ready, connection.#broken.promise]);
    const late = { failure: "network", reason: `no connection within ${timeoutMs} ms` } as const;
    const failure = await orAborted(orLate(work, timeoutMs, late), signal);
    if (failure === undefined) return connection;
    connection.destroy();
    return failure;
  }

  #end(failure: StreamFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.destroy();
  }

  /** Why it is of no use any more. */
  get failure(): StreamFailure | undefined {
    return this.#failure;
  }

  /** Resolves when it breaks. */
  get broken(): Promise<StreamFailure> {
    return this.#broken.promise;
  }

  /** Notices what the kernel knows and we do not yet, such as a receiver that has closed meanwhile. */
  async refresh(): Promise<StreamFailure | undefined> {
    // Two turns: in the first the poll phase may already be over.
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return this.#failure;
  }

  /** Resolves when the kernel has all of it. One write at a time. */
  async write(bytes: Uint8Array): Promise<StreamFailure | undefined> {
    if (this.#failure !== undefined) return this.#failure;
    const written = new Promise<StreamFailure | undefined>((resolve) => {
      this.#socket.write(bytes, (error) => resolve(error == null ? undefined : judge(error)));
    });
    const failure = await Promise.race([written, this.#broken.promise]);
    this.#flushed = this.#raw.bytesWritten;
    // The error of the write says less than what broke the connection.
    return this.#failure ?? failure;
  }

  /**
   * Resolves when the connection has survived `settleMs` after the last write and the receiver's
   * machine has acknowledged what was written before, as far as the system tells.
   */
  async settle(settleMs: number): Promise<StreamFailure | undefined> {
    const written = this.#flushed;
    await Promise.race([pause(settleMs), this.#broken.promise]);
    for (let waitMs = 5; this.#failure === undefined; waitMs = Math.min(waitMs * 2, 200)) {
      const { localPort } = this.#raw;
      if (localPort === undefined) break;
      const flushed = this.#flushed;
      const waiting = await readUnacknowledged({ localPort, remotePort: this.#remotePort });
      if (waiting === undefined || flushed - waiting >= written) break;
      await Promise.race([pause(waitMs), this.#broken.promise]);
    }
    return this.refresh();
  }

  /** Says good-bye, so that the receiver reads what is on its way. */
  async close(): Promise<void> {
    if (this.#failure === undefined) {
      const gone = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
      this.#failure = { failure: "network", reason: "the connection was closed" };
      this.#socket.end();
      await Promise.race([gone, pause(500)]);
    }
    this.destroy();
  }

  destroy(): void {
    this.#failure ??= { failure: "network", reason: "the connection was closed" };
    this.#broken.resolve(this.#failure);
    this.#socket.destroy();
    this.#raw.destroy();
  }
}
