/** The sink kind `syslog`: RFC 5424 messages over TLS, TCP or, only where asked for, UDP. */
import { hostname } from "node:os";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type {
  EncodedRecord,
  JournaledEvent,
  Sink,
  SinkKind,
  SinkTools,
  Unencodable,
} from "../../delivery/sink.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { checkDatagram, checkStream, INSTRUCTIONS } from "./check.ts";
import type { PeerAddress, StreamFailure } from "./connection.ts";
import { DatagramSender } from "./datagram.ts";
import { renderMessage, type SyslogHeader } from "./message.ts";
import { type SyslogOptions, syslogConflicts, syslogOptions } from "./options.ts";
import { SyslogStream } from "./stream.ts";

/** Digits of a length and the space after it: `1048576 `. */
const FRAME_BYTES = 8;

interface Transport {
  readonly deliver: (
    batch: readonly EncodedRecord[],
    signal: AbortSignal,
  ) => Promise<StreamFailure | undefined>;
  readonly check: Sink["check"];
  readonly close: () => Promise<void>;
}

function outcomeOf(failure: StreamFailure | undefined): RecordOutcome {
  if (failure === undefined) return { kind: "delivered" };
  const { failure: kind, reason } = failure;
  if (kind === "network" || kind === "aborted") return { kind: "retry", reason };
  return { kind: "hold", reason, instruction: INSTRUCTIONS[kind] };
}

function encodeRecord(
  record: JournaledEvent,
  header: SyslogHeader,
  bytesMax: number,
): EncodedRecord | Unencodable {
  const body = renderMessage(record, header);
  const bytes = Buffer.byteLength(body);
  if (bytes > bytesMax)
    return {
      reason: `the message has ${bytes} bytes, and receivers take ${bytesMax} (message_size_max)`,
    };
  const { event_id, timestamp } = record.event;
  return { seq: record.seq, event_id, body, bytes, time: canonicalTimeMs(timestamp) };
}

function streamTransport(options: SyslogOptions, tools: SinkTools): Transport {
  const { ca_file, cert_file, key_file, server_name } = options;
  const files = {
    caFile: ca_file,
    certFile: cert_file,
    keyFile: key_file,
    serverName: server_name,
  };
  const peer: PeerAddress = {
    host: options.host,
    port: options.port,
    ...(options.transport === "tls" && { tls: files }),
  };
  const stream = new SyslogStream({
    peer,
    timeoutMs: options.timeout,
    settleMs: options.settle,
    resend: { records: options.resend_records, withinMs: options.resend_within },
    now: tools.now,
    onResend: (frames) =>
      tools.warn(
        `the connection broke shortly after ${frames} records were delivered; they are sent again, with the same event_id`,
      ),
  });
  return {
    deliver: (batch, signal) =>
      stream.deliver(
        batch.map(({ bytes, body }) => `${bytes} ${body}`),
        signal,
      ),
    check: (signal) => checkStream(options, peer, signal),
    close: () => stream.close(),
  };
}

function datagramTransport(options: SyslogOptions): Transport {
  const { host, port, settle } = options;
  const sender = new DatagramSender({ host, port, settleMs: settle });
  return {
    deliver: (batch, signal) =>
      sender.deliver(
        batch.map(({ body }) => body),
        signal,
      ),
    check: async () => checkDatagram(options),
    close: () => sender.close(),
  };
}

/**
 * Syslog has no acknowledgement by the receiver's program, so `delivered` means less here than
 * elsewhere: written, acknowledged by the receiver's machine (on Linux), and the connection survived.
 * What the receiver had not read when it crashed later than `resend_within` after that is missing
 * there; chain_seq in the structured data shows such gaps, and the journal has the records.
 */
export const syslogKind: SinkKind<SyslogOptions> = {
  kind: "syslog",
  summary:
    "Sends RFC 5424 messages with octet counting over TLS or TCP, or over UDP if asked. Syslog knows no acknowledgement: gaps are found by chain_seq.",
  options: syslogOptions,
  conflicts: syslogConflicts,
  open: async (options, tools): Promise<Sink> => {
    const transport =
      options.transport === "udp" ? datagramTransport(options) : streamTransport(options, tools);
    const header = { ...options, hostname: options.hostname ?? hostname() };
    return {
      name: tools.name,
      kind: "syslog",
      target: `syslog+${options.transport}://${options.host}:${options.port}`,
      // Datagrams that come in a burst overrun the receiver's buffer: few at once.
      limits:
        options.transport === "udp"
          ? { recordsMax: 100, bytesMax: 131_072, overheadBytes: 0 }
          : { recordsMax: 2000, bytesMax: 1_048_576, overheadBytes: FRAME_BYTES },
      encode: (record) => encodeRecord(record, header, options.message_size_max),
      send: async (batch, signal) =>
        forAll(batch.length, outcomeOf(await transport.deliver(batch, signal))),
      check: transport.check,
      close: transport.close,
    };
  },
};
