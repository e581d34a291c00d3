/**
 * A receiver of syslog messages that carry events.
 *
 * Syslog has no acknowledgement: what a sender has written and this process has not made durable, in the
 * buffers of both systems, is lost when either of them is killed, and nobody is told. While events cannot
 * be written nothing is read, so senders over TCP wait. Where nothing may be lost, use the http source.
 */
import { refuseConflicts } from "../receiver/conflict.ts";
import type { Emit, Source, SourceKind, SourceTools } from "../source.ts";
import { startDatagram } from "./datagram.ts";
import { type SyslogOptions, syslogConflicts, syslogOptions } from "./options.ts";
import type { Receiver } from "./receiver.ts";
import { startStream } from "./stream.ts";

class SyslogSource implements Source {
  readonly kind = "syslog";
  readonly name: string;
  readonly #options: SyslogOptions;
  readonly #tools: SourceTools;
  #receiver: Receiver | undefined;

  constructor(options: SyslogOptions, tools: SourceTools) {
    this.name = tools.name;
    this.#options = options;
    this.#tools = tools;
  }

  readonly address = (): string | undefined => this.#receiver?.address;

  readonly start = async (emit: Emit, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    const ended = Promise.withResolvers<void>();
    let failure: { readonly cause: unknown } | undefined;
    const onFailure = (cause: unknown): void => {
      failure ??= { cause };
      ended.resolve();
    };
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    const start = this.#options.protocol === "udp" ? startDatagram : startStream;
    this.#receiver = await start(this.#options, this.#tools, emit, onFailure);
    if (signal.aborted) ended.resolve();
    await ended.promise;
    await this.#receiver.stop();
    this.#receiver = undefined;
    if (failure !== undefined) throw failure.cause;
  };
}

export const syslogSourceKind: SourceKind<SyslogOptions> = {
  kind: "syslog",
  summary:
    "Takes syslog messages (RFC 5424, also the old form) over TCP or TLS whose text is the JSON of an event. Syslog has no acknowledgement, so messages on their way are lost in a crash.",
  options: syslogOptions,
  conflicts: syslogConflicts,
  open: async (options, tools) => {
    refuseConflicts(syslogConflicts(options));
    return new SyslogSource(options, tools);
  },
};
