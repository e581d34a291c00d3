/** Where a receiver listens, as a setting and in words. */
import { isIPv6 } from "node:net";
import { isLoopbackHost } from "../../config/endpoint.ts";
import { type ListenAddress, parseListenAddress } from "../../config/listen.ts";
import type { Option } from "../../config/option.ts";
import { report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";

/**
 * `host:port` of a receiver. Any address is taken here; whether others may reach it is decided by the
 * settings together, see `conflict.ts`.
 */
export function receiverAddress(row: {
  readonly doc: string;
  readonly fallback: string;
}): Option<ListenAddress> {
  return {
    doc: row.doc,
    type: "host:port",
    fallback: row.fallback,
    schema: { type: "string", pattern: ":[0-9]{1,5}$" },
    read: (reader, key, diagnostics) => {
      const value = reader.optionalString(key) ?? row.fallback;
      const address = parseListenAddress(value);
      if (address === undefined)
        diagnostics.push(
          report(sourceMessage.badListenAddress, reader.spanOf(key), { key, value }),
        );
      return address;
    },
  };
}

/** The address as `host:port`, an IPv6 host in brackets. */
export function showAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach the address. */
export function isLocal(address: ListenAddress): boolean {
  return isLoopbackHost(address.host);
}

/** Why listening failed, and what to do. */
export function listenFailure(address: ListenAddress, cause: unknown): Error {
  const place = showAddress(address.host, address.port);
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice =
    code === "EADDRINUSE"
      ? "another process listens there: stop it or choose another port"
      : code === "EACCES"
        ? "ports below 1024 need a privilege: choose a port above"
        : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
          ? "this machine has no such address: write one it has, or 0.0.0.0 for all"
          : "see the reason";
  return new Error(`cannot listen at ${place} (${reason}); ${advice}`, { cause });
}
