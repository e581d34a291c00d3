/**
 * Which addresses a webhook may be sent to. A URL in a configuration is a way to make this machine talk
 * to its own network, and to the metadata service of its cloud, which hands out credentials.
 *
 * The tables follow the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates).
 */
import { BlockList, isIP } from "node:net";

/**
 * `public`: the internet. `loopback`: this machine. `private`: a network of the site, taken where the
 * configuration says so. `forbidden`: never a receiver of anything, whatever the configuration says.
 */
export type AddressClass = "public" | "private" | "loopback" | "forbidden";

type Range = readonly [network: string, prefix: number];

function listOf(family: "ipv4" | "ipv6", ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

const loopbackV4 = listOf("ipv4", [["127.0.0.0", 8]]);

const forbiddenV4 = listOf("ipv4", [
  ["0.0.0.0", 8],
  // Link-local: metadata services of AWS, Azure, Google Cloud and most others.
  ["169.254.0.0", 16],
  // Metadata of Alibaba Cloud, inside the shared address space.
  ["100.100.100.200", 32],
  // The platform service of Azure, outside of every registered range.
  ["168.63.129.16", 32],
  // Protocol assignments; metadata of Oracle Cloud is 192.0.0.192.
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
]);

const privateV4 = listOf("ipv4", [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
]);

const forbiddenV6 = listOf("ipv6", [
  // Metadata of AWS over IPv6 is fd00:ec2::254.
  ["fd00:ec2::", 32],
  // Protocol assignments, among them Teredo, which hides an IPv4 address.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4 hides an IPv4 address.
  ["2002::", 16],
  ["3fff::", 20],
]);

const privateV6 = listOf("ipv6", [["fc00::", 7]]);
const globalV6 = listOf("ipv6", [["2000::", 3]]);

function classifyV4(address: string): AddressClass {
  if (loopbackV4.check(address)) return "loopback";
  if (forbiddenV4.check(address)) return "forbidden";
  return privateV4.check(address) ? "private" : "public";
}

/** The eight groups of a valid IPv6 address without a zone. */
function groupsOf(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, start = "", a = "", b = "", c = "", d = ""] = dotted ?? [];
  const hex = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
  const text = dotted === null ? address : `${start}${hex(a, b)}:${hex(c, d)}`;
  const [head = "", tail] = text.split("::");
  const numbers = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const first = numbers(head);
  if (tail === undefined) return first;
  const last = numbers(tail);
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function embeddedV4(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function classifyV6(address: string): AddressClass {
  const groups = groupsOf(address);
  const startsWith = (...prefix: readonly number[]) =>
    prefix.every((group, index) => groups[index] === group);
  if (startsWith(0, 0, 0, 0, 0, 0, 0, 1)) return "loopback";
  // Mapped addresses (::ffff:0:0/96) reach IPv4 as they are; those of a translator (64:ff9b::/96,
  // RFC 6052) are how a machine without IPv4 reaches receivers that have nothing else.
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0x64, 0xff9b, 0, 0, 0, 0))
    return classifyV4(embeddedV4(groups));
  if (forbiddenV6.check(address, "ipv6")) return "forbidden";
  if (privateV6.check(address, "ipv6")) return "private";
  // Everything else outside of global unicast is link-local, multicast, reserved or unassigned.
  return globalV6.check(address, "ipv6") ? "public" : "forbidden";
}

/** The class of an address in any notation that `net.isIP` takes; `forbidden` for other text. */
export function classifyAddress(address: string): AddressClass {
  const [plain = ""] = address.replace(/^\[|\]$/g, "").split("%");
  switch (isIP(plain)) {
    case 4:
      return classifyV4(plain);
    case 6:
      return classifyV6(plain);
    default:
      return "forbidden";
  }
}
