/** What can be found out about a syslog receiver without sending it a message. */
import { isLoopbackHost } from "../../config/endpoint.ts";
import type { CheckFinding } from "../../delivery/sink.ts";
import {
  Connection,
  orAborted,
  orLate,
  type PeerAddress,
  type StreamFailure,
} from "./connection.ts";
import type { SyslogOptions } from "./options.ts";

/** What somebody has to do about each kind of failure. */
export const INSTRUCTIONS: Readonly<Record<StreamFailure["failure"], string>> = {
  network:
    "Check host, port and firewalls, and that the receiver runs and reads octet-counted messages.",
  certificate:
    "Set ca_file to the authority that signed the receiver's certificate, and server_name where the certificate has another name than the host; or renew the receiver's certificate.",
  rejected:
    "Set cert_file and key_file to a certificate that the receiver trusts, or make the receiver trust this one.",
  files:
    "Make ca_file, cert_file and key_file readable PEM files; cert_file and key_file must match.",
  talking:
    "Check host and port: another service answers there, or the receiver does not speak syslog with octet counting.",
  aborted: "Try again.",
};

const NO_ACKNOWLEDGEMENT: CheckFinding = {
  status: "ok",
  what: "nothing was sent: syslog has no acknowledgement, so a check proves the connection and no more",
};

function unencrypted(options: SyslogOptions): readonly CheckFinding[] {
  if (options.transport === "tls" || isLoopbackHost(options.host)) return [];
  return [
    {
      status: "warning",
      what: `transport ${options.transport}: everybody on the way can read and alter the events`,
      instruction: "Use transport: tls wherever the receiver has it.",
    },
  ];
}

/** A datagram cannot be tried without being a message. */
export function checkDatagram(options: SyslogOptions): readonly CheckFinding[] {
  return [
    {
      status: "warning",
      what: "transport udp: nothing shows whether datagrams arrive",
      instruction:
        "Use transport tls or tcp wherever the receiver has it, and reconcile by chain_seq.",
    },
    ...unencrypted(options),
  ];
}

/** Connects as a real send does, and waits whether the receiver breaks off. */
export async function checkStream(
  options: SyslogOptions,
  peer: PeerAddress,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const where = `${options.host}:${options.port}`;
  const failed = ({ failure, reason }: StreamFailure): readonly CheckFinding[] => [
    { status: "failed", what: `${where}: ${reason}`, instruction: INSTRUCTIONS[failure] },
  ];
  const connection = await Connection.open(peer, options.timeout, signal);
  if (!(connection instanceof Connection)) return failed(connection);
  const { settle, timeout } = options;
  const late: StreamFailure = { failure: "network", reason: "the receiver does not react" };
  const work = orLate(connection.settle(settle), settle + timeout, late);
  const broken = await orAborted(work, signal);
  await connection.close();
  if (broken !== undefined) return failed(broken);
  const secured: readonly CheckFinding[] =
    peer.tls === undefined ? [] : [{ status: "ok", what: `TLS certificate of ${where} verified` }];
  return [
    { status: "ok", what: `connected to ${where}` },
    ...secured,
    ...unencrypted(options),
    NO_ACKNOWLEDGEMENT,
  ];
}
