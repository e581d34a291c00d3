/** Damage of all kinds, from a seeded stream of random numbers. */
import { gzipSync } from "node:zlib";
import type { Random } from "../../../src/sample/random.ts";
import { journaled } from "../../conformance/event.ts";

/** Content that must not come back in any answer. */
export const MARKER = "PRIVATE-CONTENT";

export function randomBytes(random: Random, lengthMax: number): Buffer {
  return Buffer.from(
    Array.from({ length: random.whole(0, lengthMax) }, () => random.whole(0, 255)),
  );
}

/** Changes some bytes: flips, cuts, repeats, inserts. */
export function damage(random: Random, bytes: Buffer): Buffer {
  let out = Buffer.from(bytes);
  for (let times = random.whole(1, 4); times > 0; times -= 1) {
    const at = random.whole(0, out.length);
    const to = Math.min(out.length, at + random.whole(1, 40));
    const way = random.whole(0, 4);
    if (way === 0 && out.length > 0) {
      const index = Math.min(at, out.length - 1);
      out[index] = (out[index] ?? 0) ^ (1 << random.whole(0, 7));
    } else if (way === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(to)]);
    else if (way === 2) out = Buffer.concat([out.subarray(0, to), out.subarray(at)]);
    else if (way === 3)
      out = Buffer.concat([out.subarray(0, at), randomBytes(random, 30), out.subarray(at)]);
    else out = Buffer.from(out.subarray(0, at));
  }
  return out;
}

/** An event that is valid, with content that is private. */
export function validEvent(n: number): string {
  return JSON.stringify(journaled(n, { mcp_tool: `${MARKER}-${n}` }).event);
}

/** Text that is near to an event, or made to hurt whoever walks it. */
export function hostileText(random: Random, n: number): string {
  const depth = random.whole(1, 20_000);
  const event = validEvent(n);
  return random.pick([
    () => damage(random, Buffer.from(event)).toString("latin1").replaceAll("\n", " "),
    () => `${"[".repeat(depth)}${"]".repeat(depth)}`,
    () => `{"details":${'{"a":'.repeat(depth)}"\\ud800"${"}".repeat(depth)}}`,
    () => event.replace("{", `{"__proto__":{"polluted":true},"constructor":{"prototype":{}},`),
    () => event.replace("{", '{"toString":1,"hasOwnProperty":null,"valueOf":"x",'),
    () => event.replace('"schema_version"', '"\\u0000\\u2028\\ud800"'),
    () => event.replace(/"token_input":\d+/, `"token_input":${"9".repeat(random.whole(1, 400))}`),
    () => `{${Array.from({ length: 300 }, (_, key) => `"k${key}":"${MARKER}"`).join(",")}}`,
    () => `"${MARKER}"`,
    () => "null",
  ])();
}

let bomb: Buffer | undefined;

/** A few kilobytes that become fifty megabytes. */
export function gzipBomb(): Buffer {
  bomb ??= gzipSync(Buffer.alloc(50_000_000, "x"));
  return bomb;
}
