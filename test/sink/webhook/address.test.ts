/** The classifier against the registries, computed a second way: with whole numbers. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AddressClass, classifyAddress } from "../../../src/sink/webhook/address.ts";

type Row = readonly [network: string, prefix: number, found: AddressClass];

/** IANA IPv4 Special-Purpose Address Registry, and what clouds have put elsewhere. */
const V4: readonly Row[] = [
  ["0.0.0.0", 8, "forbidden"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "private"],
  ["100.100.100.200", 32, "forbidden"],
  ["127.0.0.0", 8, "loopback"],
  ["168.63.129.16", 32, "forbidden"],
  ["169.254.0.0", 16, "forbidden"],
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "forbidden"],
  ["192.0.2.0", 24, "forbidden"],
  ["192.88.99.0", 24, "forbidden"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "forbidden"],
  ["198.51.100.0", 24, "forbidden"],
  ["203.0.113.0", 24, "forbidden"],
  ["224.0.0.0", 4, "forbidden"],
  ["240.0.0.0", 4, "forbidden"],
];

/** IANA IPv6 Special-Purpose Address Registry, below global unicast (2000::/3). */
const V6: readonly Row[] = [
  ["2000::", 3, "public"],
  ["2001::", 23, "forbidden"],
  ["2001:db8::", 32, "forbidden"],
  ["2002::", 16, "forbidden"],
  ["3fff::", 20, "forbidden"],
  ["::1", 128, "loopback"],
  ["fc00::", 7, "private"],
  ["fd00:ec2::", 32, "forbidden"],
];

function v4Number(text: string): bigint {
  return text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function v4Text(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join(".");
}

function v6Number(text: string): bigint {
  const [head = "", tail = ""] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill("0");
  const all = text.includes("::") ? [...groups(head), ...zeros, ...groups(tail)] : groups(text);
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function v6Text(number: bigint): string {
  return Array.from({ length: 8 }, (_, at) =>
    ((number >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  ).join(":");
}

/** The class of the longest range that holds the number. */
function classOf(number: bigint, rows: readonly Row[], bits: number, rest: AddressClass) {
  const parse = bits === 32 ? v4Number : v6Number;
  let best: Row | undefined;
  for (const row of rows) {
    const shift = BigInt(bits - row[1]);
    if (number >> shift === parse(row[0]) >> shift && row[1] >= (best?.[1] ?? 0)) best = row;
  }
  return best?.[2] ?? rest;
}

const MAPPED = 0xffffn << 32n;
const TRANSLATED = 0x64ff9bn << 96n;

function expectedV6(number: bigint): AddressClass {
  const low = number & 0xffff_ffffn;
  if (number === MAPPED + low || number === TRANSLATED + low) return classOf(low, V4, 32, "public");
  return classOf(number, V6, 128, "forbidden");
}

/** Numbers at and around the edges of ranges, where tables are wrong. */
function edges(rows: readonly Row[], bits: number): readonly bigint[] {
  const parse = bits === 32 ? v4Number : v6Number;
  const limit = 1n << BigInt(bits);
  return rows.flatMap(([network, prefix]) => {
    const first = parse(network);
    const last = first + (1n << BigInt(bits - prefix)) - 1n;
    return [first - 1n, first, first + 1n, last - 1n, last, last + 1n].filter(
      (number) => number >= 0n && number < limit,
    );
  });
}

describe("class of an address", () => {
  it("is that of the registry at every edge of IPv4", () => {
    for (const number of edges(V4, 32))
      expect(classifyAddress(v4Text(number)), v4Text(number)).toBe(
        classOf(number, V4, 32, "public"),
      );
  });

  it("is that of the registry at every edge of IPv6", () => {
    const more: readonly Row[] = [
      ["::", 128, "forbidden"],
      ["64:ff9b:1::", 48, "forbidden"],
      ["100::", 64, "forbidden"],
      ["5f00::", 16, "forbidden"],
      ["fe80::", 10, "forbidden"],
      ["fec0::", 10, "forbidden"],
      ["ff00::", 8, "forbidden"],
    ];
    for (const number of edges([...V6, ...more], 128))
      expect(classifyAddress(v6Text(number)), v6Text(number)).toBe(expectedV6(number));
  });

  it("is that of the registry for any IPv4 address, mapped and translated ones too", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), (number) => {
        const expected = classOf(number, V4, 32, "public");
        const text = v4Text(number);
        for (const form of [text, `::ffff:${text}`, v6Text(MAPPED + number), `64:ff9b::${text}`])
          expect(classifyAddress(form), form).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("is that of the registry for any IPv6 address", () => {
    const anywhere = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
    const nearRanges = fc
      .tuple(fc.constantFrom(...edges(V6, 128)), fc.bigInt({ min: -300n, max: 300n }))
      .map(([edge, step]) => edge + step)
      .filter((number) => number >= 0n && number < 1n << 128n);
    fc.assert(
      fc.property(fc.oneof(anywhere, nearRanges), (number) => {
        expect(classifyAddress(v6Text(number)), v6Text(number)).toBe(expectedV6(number));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["[::1]", "loopback"],
    ["::", "forbidden"],
    ["fe80::1%eth0", "forbidden"],
    ["::ffff:169.254.169.254", "forbidden"],
    ["::ffff:a9fe:a9fe", "forbidden"],
    ["0:0:0:0:0:ffff:7f00:1", "loopback"],
    ["64:ff9b::10.1.2.3", "private"],
    ["64:ff9b::8.8.8.8", "public"],
    ["fd00:ec2::254", "forbidden"],
    ["fd12:3456::1", "private"],
    ["2606:4700::1111", "public"],
    ["93.184.215.14", "public"],
    ["", "forbidden"],
    ["no address", "forbidden"],
    ["127.1", "forbidden"],
  ] as const)("of %s is %s", (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });
});
