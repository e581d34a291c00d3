/** Networks whose members may connect, as a setting. */
import { BlockList, isIP } from "node:net";
import type { Option } from "../../config/option.ts";
import { texts } from "../../config/option-type.ts";
import { report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";

const PREFIX_MAX = { 4: 32, 6: 128 } as const;

/** An address or a network in CIDR notation (RFC 4632, RFC 4291). */
interface Network {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  readonly prefix: number;
}

function parseNetwork(text: string): Network | undefined {
  const [address = "", prefix, ...more] = text.split("/");
  const version = isIP(address) as 0 | 4 | 6;
  if (version === 0 || more.length > 0) return undefined;
  const length = prefix === undefined ? PREFIX_MAX[version] : Number(prefix);
  const isLength = prefix === undefined || /^[0-9]{1,3}$/.test(prefix);
  if (!isLength || length > PREFIX_MAX[version]) return undefined;
  return { address, family: version === 4 ? "ipv4" : "ipv6", prefix: length };
}

/** A list of addresses and networks. */
export function networks(row: {
  readonly doc: string;
  readonly example: string;
}): Option<readonly string[]> {
  const list = texts({ ...row, fallback: [] });
  return {
    ...list,
    type: "list of addresses and networks",
    read: (reader, key, diagnostics) => {
      const given = list.read(reader, key, diagnostics) ?? [];
      for (const value of given.filter((one) => parseNetwork(one) === undefined))
        diagnostics.push(report(sourceMessage.badNetwork, reader.spanOf(key), { key, value }));
      return given;
    },
  };
}

/** Tells whether an address is in one of the networks; every address is when there are none. */
export function membership(networkTexts: readonly string[]): (address: string) => boolean {
  if (networkTexts.length === 0) return () => true;
  const list = new BlockList();
  for (const text of networkTexts) {
    const network = parseNetwork(text);
    if (network === undefined) throw new Error(`${text} is no address or network`);
    list.addSubnet(network.address, network.prefix, network.family);
  }
  return (address) => {
    // A socket that serves both families shows an IPv4 peer as ::ffff:192.0.2.1 (RFC 4291, 2.5.5.2).
    const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, "");
    return list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
  };
}
