/** How fast texts are matched against all signatures: whole, and as a stream of small pieces. */
import { createSecretKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shippedSignatures } from "../src/generated/signature-table.ts";
import { createCanary } from "../src/signature/canary.ts";
import { createMatcher, type Matcher } from "../src/signature/matcher.ts";
import { textSurfaces } from "../src/signature/signature.ts";
import { loadCorpus } from "../test/signature/corpus.ts";

const ROUNDS = 7;
/** About what a model sends in one event of a stream. */
const PIECE = 16;

const key = createSecretKey(Buffer.alloc(32, 7));

/** Prose about this product in English, which has many of the words that patterns start with. */
function prose(): string {
  const folder = join(import.meta.dirname, "..", "docs", "how-to");
  const pages = readdirSync(folder).sort();
  return pages.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function speed(text: string, run: () => number): string {
  const times: number[] = [];
  let findings = 0;
  for (let round = -2; round < ROUNDS; round += 1) {
    const begun = performance.now();
    findings = run();
    if (round >= 0) times.push(performance.now() - begun);
  }
  const megabytes = Buffer.byteLength(text) / 1e6;
  return `${((megabytes * 1000) / median(times)).toFixed(1)} MB/s, ${findings} findings`;
}

function inPieces(matcher: Matcher, text: string): number {
  const stream = matcher.stream();
  let findings = 0;
  for (let at = 0; at < text.length; at += PIECE)
    findings += stream.push(text.slice(at, at + PIECE)).length;
  return findings + stream.end().length;
}

export function benchSignature(): void {
  const begun = performance.now();
  const canaries = [createCanary(key, "bench")];
  const matchers = textSurfaces.map((surface) =>
    createMatcher(shippedSignatures, { key, surface, canaries }),
  );
  const made = performance.now() - begun;
  const patterns = shippedSignatures.reduce((sum, one) => sum + one.patterns.length, 0);
  process.stdout.write(
    `\n${shippedSignatures.length} signatures, ${patterns} patterns; ` +
      `three matchers made in ${made.toFixed(0)} ms\n\n`,
  );
  const texts = {
    "English prose": prose(),
    "corpus, seven languages": loadCorpus()
      .map(({ text }) => text)
      .join("\n"),
  };
  for (const [name, text] of Object.entries(texts)) {
    for (const [index, surface] of textSurfaces.entries()) {
      const matcher = matchers[index];
      if (matcher === undefined) continue;
      const whole = speed(text, () => matcher.match(text).length);
      const stream = speed(text, () => inPieces(matcher, text));
      const kilobytes = Math.round(Buffer.byteLength(text) / 1000);
      process.stdout.write(
        `${name}, ${kilobytes} kB, ${surface.padEnd(9)}  whole ${whole}; stream ${stream}\n`,
      );
    }
  }
}
