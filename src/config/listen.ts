/** Where a server of the connector listens. */
import { report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import { isLoopbackHost } from "./endpoint.ts";
import type { Option } from "./option.ts";

export interface ListenAddress {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

const ADDRESS = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][A-Za-z0-9.-]{0,252}):([0-9]{1,5})$/;
const PORT_MAX = 65_535;

/** `host:port` or `[IPv6]:port`; `undefined` for other text. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const parts = ADDRESS.exec(text);
  const port = Number(parts?.[2]);
  if (parts === null || port > PORT_MAX) return undefined;
  return { host: (parts[1] ?? "").replace(/^\[|\]$/g, ""), port };
}

/**
 * An address of this machine to listen at. One that others can reach is taken only when the same map
 * says `allow_remote: true`.
 */
export function listenAddress(row: {
  readonly doc: string;
  readonly fallback: string;
}): Option<ListenAddress> {
  return {
    doc: row.doc,
    type: "host:port",
    fallback: row.fallback,
    schema: { type: "string", pattern: ADDRESS.source },
    read: (reader, key, diagnostics) => {
      const value = reader.optionalString(key) ?? row.fallback;
      const address = parseListenAddress(value);
      const isOpen = address !== undefined && !isLoopbackHost(address.host);
      if (address !== undefined && (!isOpen || reader.optionalBoolean("allow_remote") === true))
        return address;
      const problem = isOpen ? "it can be reached from the network" : "it is no host and port";
      diagnostics.push(
        report(configMessage.badListen, reader.spanOf(key), { key, value, problem }),
      );
      return undefined;
    },
  };
}
