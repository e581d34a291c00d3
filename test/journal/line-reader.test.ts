import { describe, expect, it } from "vitest";
import type { ReadHandle } from "../../src/journal/file-system.ts";
import { LineReader } from "../../src/journal/line-reader.ts";
import { seededRandom } from "../event/random-event.ts";

/** A file that gives its bytes in pieces of random size, as a device may. */
function handleOf(bytes: Buffer, random: () => number): ReadHandle {
  return {
    read: async (into, position) => {
      const most = Math.min(into.length, bytes.length - position);
      const size = Math.min(most, 1 + Math.floor(random() * most));
      return bytes.copy(into, 0, position, position + size);
    },
    size: async () => bytes.length,
    close: async () => {},
  };
}

describe("lines of a file", () => {
  it("come whole and in order, whatever their length, up to the limit (seed 1 to 40)", async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = seededRandom(seed);
      const lines = Array.from({ length: 60 }, () => {
        const longest = random() < 0.1 ? 700_000 : 2000;
        return String.fromCharCode(97 + Math.floor(random() * 26)).repeat(random() * longest);
      });
      const text = `${lines.join("\n")}\n`;
      const start = (lines[0]?.length ?? 0) + 1;
      const limit = start + Math.floor(random() * (text.length - start));
      const reader = new LineReader(handleOf(Buffer.from(text), random), start);
      const found: string[] = [];
      let at = start;
      do {
        while (reader.next()) {
          found.push(reader.text());
          expect(reader.startsAt).toBe(at);
          at = reader.endsAt;
        }
      } while (await reader.fill(limit));
      const expected = text.slice(start, limit).split("\n");
      const rest = expected.pop() ?? "";
      expect(found).toEqual(expected);
      expect(reader.lines).toBe(expected.length);
      expect([reader.restBytes, reader.rest().toString()]).toEqual([rest.length, rest]);
    }
  });

  it("that are absurdly long are passed over in bounded memory", async () => {
    const bytes = Buffer.alloc(80_000_000, 120);
    bytes[1] = 10;
    bytes[79_000_000] = 10;
    bytes[79_000_003] = 10;
    const reader = new LineReader(handleOf(bytes, () => 1));
    const found: [string, number][] = [];
    let largest = 0;
    do {
      while (reader.next()) found.push([reader.text(), reader.endsAt]);
      largest = Math.max(largest, reader.buffer.length);
    } while (await reader.fill(bytes.length));
    expect(found).toEqual([
      ["x", 2],
      ["", 79_000_001],
      ["xx", 79_000_004],
    ]);
    expect(largest).toBeLessThanOrEqual(128 * 1024 * 1024);
  });
});
