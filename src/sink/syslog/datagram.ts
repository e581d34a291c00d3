/** Syslog over UDP (RFC 5426): one message in each datagram, and no way to know what arrived. */
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { StreamFailure } from "./connection.ts";

export interface DatagramOptions {
  readonly host: string;
  readonly port: number;
  /** How long a refusal by the receiver's machine is waited for, milliseconds. */
  readonly settleMs: number;
}

function failed(error: unknown): StreamFailure {
  return { failure: "network", reason: error instanceof Error ? error.message : String(error) };
}

export class DatagramSender {
  readonly #options: DatagramOptions;
  #opening: Promise<Socket> | undefined;
  /** Refusals come back as errors of the socket some time after the datagram. */
  #refusal: StreamFailure | undefined;

  constructor(options: DatagramOptions) {
    this.#options = options;
  }

  async #open(): Promise<Socket> {
    const { host, port } = this.#options;
    const { address, family } = await lookup(host);
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    socket.on("error", (error) => {
      this.#refusal = failed(error);
    });
    // Only a connected socket is told when nothing listens on the other side.
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.connect(port, address, () => {
        socket.off("error", reject);
        resolve();
      });
    });
    return socket;
  }

  async #socket(): Promise<Socket> {
    this.#opening ??= this.#open();
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** @returns What went wrong; `undefined` says only that the datagrams left. */
  async deliver(
    messages: readonly string[],
    signal: AbortSignal,
  ): Promise<StreamFailure | undefined> {
    try {
      const socket = await this.#socket();
      this.#refusal = undefined;
      for (const message of messages) {
        if (signal.aborted) return { failure: "aborted", reason: "the attempt was given up" };
        await new Promise<void>((resolve, reject) => {
          socket.send(message, (error) => (error === null ? resolve() : reject(error)));
        });
      }
      await this.#settle(signal);
    } catch (error) {
      await this.close();
      return failed(error);
    }
    if (signal.aborted) return { failure: "aborted", reason: "the attempt was given up" };
    return this.#refusal;
  }

  async #settle(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.settleMs);
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    const socket = await opening?.catch(() => undefined);
    socket?.close();
  }
}
