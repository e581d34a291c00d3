/**
 * How many bytes of a TCP connection the peer's machine has not acknowledged yet.
 *
 * A write is done when the kernel has the bytes; over a connection that a firewall forgot they stay
 * there for a quarter of an hour before anything fails. Linux tells how many there are, in the column
 * tx_queue of /proc/net/tcp: what was written minus what the peer has acknowledged.
 */
import { readFile } from "node:fs/promises";

export interface Ports {
  readonly localPort: number;
  readonly remotePort: number;
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/**
 * Reads the table. Addresses are left out, because a connection to an IPv4 address stands in either
 * table in either form; of several connections between the same ports the largest number counts.
 *
 * @returns `undefined` when the connection is not in it.
 */
export function parseUnacknowledged(table: string, ports: Ports): number | undefined {
  const local = `:${hexPort(ports.localPort)}`;
  const remote = `:${hexPort(ports.remotePort)}`;
  let most: number | undefined;
  for (const line of table.split("\n")) {
    if (!line.includes(local)) continue;
    const [, from, to, , queues] = line.trim().split(/\s+/);
    if (from?.endsWith(local) !== true || to?.endsWith(remote) !== true) continue;
    const bytes = Number.parseInt(queues?.split(":")[0] ?? "", 16);
    if (Number.isSafeInteger(bytes)) most = Math.max(most ?? 0, bytes);
  }
  return most;
}

/** `undefined` where the system does not tell. */
export async function readUnacknowledged(ports: Ports): Promise<number | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) =>
      // Not Linux, or no IPv6: then there is nothing to know.
      readFile(path, "latin1").catch(() => ""),
    ),
  );
  const found = tables.map((table) => parseUnacknowledged(table, ports));
  return found.reduce(
    (most, one) => (one === undefined ? most : Math.max(most ?? 0, one)),
    undefined,
  );
}
