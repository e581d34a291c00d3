import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, readLines } from "../../src/source/lines.ts";

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const at = [
    0,
    ...[...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b),
    bytes.length,
  ];
  for (let index = 1; index < at.length; index += 1) yield bytes.subarray(at[index - 1], at[index]);
}

async function collect(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  lineBytesMax = 1000,
): Promise<readonly Line[]> {
  const all: Line[] = [];
  for await (const batch of readLines(chunksOf(bytes, cuts), { file: "f", lineBytesMax }))
    all.push(...batch);
  return all;
}

describe("readLines", () => {
  it("finds the same lines wherever the chunks are cut", async () => {
    const line = fc
      .string({ unit: "grapheme", maxLength: 30 })
      .map((text) => text.replace(/[\r\n]/g, "_"));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(fc.nat()),
        fc.boolean(),
        async (lines, cuts, closed) => {
          const bytes = Buffer.from(lines.join("\n") + (closed ? "\n" : ""));
          const texts = lines
            .map((text, index) => ({ number: index + 1, text }))
            .filter(({ text }) => text.trim() !== "");
          expect(await collect(bytes, cuts)).toEqual(
            texts.map(({ number, text }) => ({
              number,
              text: text.replace(/^\ufeff/, number === 1 ? "" : "\ufeff"),
            })),
          );
        },
      ),
    );
  });

  it("accepts CRLF, a byte order mark and a missing last newline", async () => {
    const lines = await collect(Buffer.from("\ufeff{}\r\n\r\n[]"));
    expect(lines).toEqual([
      { number: 1, text: "{}" },
      { number: 3, text: "[]" },
    ]);
  });

  it("reports invalid UTF-8 by line and goes on", async () => {
    const lines = await collect(
      Buffer.concat([Buffer.from("a\n"), Buffer.from([0xff, 0xc0, 10]), Buffer.from("b\n")]),
    );
    expect(lines.map(({ number, text, problem }) => [number, text ?? problem?.code])).toEqual([
      [1, "a"],
      [2, "S702"],
      [3, "b"],
    ]);
  });

  it("S702 is shown by its fixture", async () => {
    const lines = await collect(readFileSync("test/fixtures/diagnostic/S702.ndjson"));
    expect(lines.map(({ number, problem }) => [number, problem?.code])).toEqual([
      [1, undefined],
      [2, "S702"],
    ]);
  });

  it("skips a line beyond the limit wherever it is cut, and says how long it was", async () => {
    const bytes = Buffer.from(`a\n${"x".repeat(2000)}\nb`);
    for (const cuts of [[], [10], [500, 1500], Array.from({ length: 2000 }, (_, at) => at)]) {
      const lines = await collect(bytes, cuts);
      expect(lines.map(({ text, problem }) => text ?? problem?.code)).toEqual(["a", "S701", "b"]);
      expect(lines[1]?.problem).toMatchObject({
        span: { line: 2 },
        message: expect.stringContaining("2000 bytes"),
      });
    }
  });

  it("holds no part of a huge line", async () => {
    async function* huge(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 1600; index += 1) yield new Uint8Array(262_144).fill(120);
      yield Buffer.from("\nok\n");
    }
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const seen: string[] = [];
    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const chunk of huge()) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        yield chunk;
      }
    }
    for await (const batch of readLines(watched(), { file: "f" })) {
      for (const line of batch) seen.push(line.text ?? line.problem?.code ?? "");
    }
    expect(seen).toEqual(["S701", "ok"]);
    // 420 MB went by; what is held at any time is chunks the collector has not freed yet.
    expect(peak).toBeLessThan(210_000_000);
  });
});
