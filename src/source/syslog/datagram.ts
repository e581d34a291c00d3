/**
 * Messages as datagrams (RFC 5426), one in each. Nothing can be asked of a sender here: what comes while
 * too much waits is dropped, and how much is told.
 */
import { createSocket, type RemoteInfo } from "node:dgram";
import { isIPv6 } from "node:net";
import { Handover } from "../handover.ts";
import { listenFailure, showAddress } from "../receiver/address.ts";
import { membership } from "../receiver/network.ts";
import { throttleWarnings } from "../receiver/throttle.ts";
import type { Emit, SourceTools } from "../source.ts";
import type { SyslogOptions } from "./options.ts";
import type { Receiver } from "./receiver.ts";
import { recordOf } from "./record.ts";

/** Bytes of messages that may wait, of all senders together. */
const WAITING_BYTES_MAX = 8 * 1_048_576;
/** What the system is asked to hold for us. */
const SYSTEM_BUFFER_BYTES = 4 * 1_048_576;

/** Starts to listen for datagrams. */
export async function startDatagram(
  options: SyslogOptions,
  tools: SourceTools,
  emit: Emit,
  onFailure: (cause: unknown) => void,
): Promise<Receiver> {
  const warn = throttleWarnings(tools.warn, tools.now);
  const maySend = membership(options.allow_from);
  const { host, port } = options.listen;
  const type = isIPv6(host) ? "udp6" : "udp4";
  const socket = createSocket({ type, recvBufferSize: SYSTEM_BUFFER_BYTES });
  const waiting = new Map<string, Promise<void>>();
  const handovers = new Map<string, Handover>();
  let waitingBytes = 0;
  let count = 0;

  const take = async (bytes: Buffer, origin: string): Promise<void> => {
    const record = recordOf(messageOf(bytes, options), count, origin, options.message_max);
    const handover = handovers.get(origin) ?? new Handover(emit, origin, WAITING_BYTES_MAX);
    handovers.set(origin, handover);
    await handover.offer([record], bytes.length);
    await handover.settled();
  };
  socket.on("message", (bytes: Buffer, peer: RemoteInfo) => {
    if (!maySend(peer.address)) {
      warn("stranger", `${peer.address} may not send; see allow_from`);
      return;
    }
    count += 1;
    if (waitingBytes + bytes.length > WAITING_BYTES_MAX) {
      warn("dropped", "datagrams were dropped because events cannot be written fast enough");
      return;
    }
    waitingBytes += bytes.length;
    const origin = `syslog ${peer.address}`;
    const work = take(bytes, origin)
      .catch(onFailure)
      .finally(() => {
        waitingBytes -= bytes.length;
        if (waiting.get(origin) !== work) return;
        waiting.delete(origin);
        handovers.delete(origin);
      });
    waiting.set(origin, work);
  });

  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, host, () => {
        socket.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    throw listenFailure(options.listen, cause);
  }
  socket.on("error", (cause) => warn("socket", `the socket had an error: ${cause.message}`));
  const bound = socket.address();
  return {
    address: showAddress(bound.address, bound.port),
    stop: async () => {
      await new Promise<void>((resolve) => socket.close(resolve));
      while (waiting.size > 0) await Promise.all(waiting.values());
    },
  };
}

function messageOf(bytes: Buffer, { message_max }: SyslogOptions): Parameters<typeof recordOf>[0] {
  return bytes.length > message_max
    ? { kind: "too-long", length: bytes.length }
    : { kind: "message", bytes };
}
