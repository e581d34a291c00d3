/**
 * `npm run bench`: how fast the hot path is on this machine, as ratios to REF.
 *
 * REF is the least a pipeline of events can do: per event bytes → text → JSON.parse → JSON.stringify →
 * bytes into a prepared buffer. Every other figure is REF's time divided by the variant's, taken in
 * interleaved rounds of one process; only such ratios can be compared between machines and days.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { AuditEvent } from "../src/event/event.ts";
import { isStrictEvent } from "../src/generated/event-validator.ts";
import { applyMapping } from "../src/mapping/apply-mapping.ts";
import { normalize } from "../src/mapping/normalize.ts";
import { parseMapping } from "../src/mapping/parse-mapping.ts";
import { targets } from "../src/mapping/schema.ts";
import { benchBacklog } from "./backlog.ts";
import { benchClassify } from "./classify.ts";
import { benchCompile } from "./compile.ts";
import { type Corpus, makeCorpus } from "./corpus.ts";
import { benchDelivery } from "./delivery.ts";
import { benchJournal } from "./journal.ts";
import { benchOtlp } from "./otlp.ts";
import { benchPreview } from "./preview.ts";
import { benchSignature } from "./signature.ts";

const EVENTS = 20_000;
const ROUNDS = 15;

/** What is done to one event; returns the text to write, if any. */
interface Variant {
  readonly name: string;
  /** Lowest ratio to REF that is accepted, where there is such a bound. */
  readonly least?: number;
  readonly run: (event: AuditEvent) => string;
}

const link = { chain_seq: 123_456, chain_hash: "c0ffee".padEnd(64, "0") };

function loadEcs(): ReturnType<typeof parseMapping> {
  const file = new URL("../mappings/ecs.yaml", import.meta.url);
  return parseMapping(readFileSync(file, "utf8"), "mappings/ecs.yaml");
}

function validated(event: AuditEvent): AuditEvent {
  if (!isStrictEvent(event))
    throw new Error(`the corpus holds an invalid event: ${JSON.stringify(event)}`);
  return event;
}

function variants(): readonly Variant[] {
  const ecs = loadEcs();
  if (!ecs.ok) throw new Error("mappings/ecs.yaml has errors");
  return [
    { name: "REF: parse, stringify, write", run: (event) => JSON.stringify(event) },
    {
      name: "parse and validate",
      least: 1,
      run: (event) => {
        validated(event);
        return "";
      },
    },
    ...targets.map((target) => ({
      name: `validate and normalize for ${target}`,
      least: 0.65,
      run: (event: AuditEvent) => normalize(validated(event), target),
    })),
    {
      name: "validate and normalize for all three",
      run: (event) => {
        validated(event);
        return `${normalize(event, "elastic")}\n${normalize(event, "sentinel")}\n${normalize(event, "splunk")}`;
      },
    },
    {
      name: "the same for elastic, with the chain's link and record",
      run: (event) => normalize(validated(event), "elastic", link),
    },
    {
      name: "validate and interpret the mapping for elastic",
      run: (event) => JSON.stringify(applyMapping(ecs.value, validated(event))),
    },
  ];
}

/** Milliseconds for one pass over the corpus. */
function pass(corpus: Corpus, { run }: Variant, output: Buffer): number {
  const { bytes, starts, ends } = corpus;
  const begun = performance.now();
  for (let index = 0; index < starts.length; index += 1) {
    const line = bytes.toString("utf8", starts[index] ?? 0, ends[index] ?? 0);
    const text = run(JSON.parse(line) as AuditEvent);
    output.write(text, 0, "utf8");
  }
  return performance.now() - begun;
}

/**
 * A running pipeline always has events in flight. Without any, a full collection between two passes
 * would discard the engine's knowledge of their shapes, and passes would measure its recovery.
 */
function inFlight({ bytes, starts, ends }: Corpus): readonly unknown[] {
  return starts
    .slice(0, 500)
    .map((start, index) => JSON.parse(bytes.toString("utf8", start, ends[index])));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Milliseconds of each variant in each round. The first two rounds warm the code up. */
function measure(corpus: Corpus, all: readonly Variant[]): readonly (readonly number[])[] {
  const output = Buffer.alloc(1 << 20);
  const rounds: number[][] = [];
  for (let round = -2; round < ROUNDS; round += 1) {
    const times = all.map((variant) => {
      globalThis.gc?.();
      return pass(corpus, variant, output);
    });
    if (round >= 0) rounds.push(times);
  }
  return rounds;
}

function benchNormalize(): void {
  const corpus = makeCorpus(EVENTS);
  const live = inFlight(corpus);
  const all = variants();
  const rounds = measure(corpus, all);
  const meanBytes = Math.round(corpus.bytes.length / EVENTS);
  process.stdout.write(
    `\n${cpus()[0]?.model.trim()} × ${cpus().length}, Node ${process.version}\n` +
      `${EVENTS} events of ${meanBytes} bytes, ${live.length} more in flight; ` +
      `medians of ${ROUNDS} interleaved rounds\n\n`,
  );
  for (const [index, { name, least }] of all.entries()) {
    // Within a round the machine is the same for all, so the ratio is taken there.
    const ratio = median(rounds.map((times) => (times[0] ?? 0) / (times[index] ?? 0)));
    const speed = Math.round(EVENTS / median(rounds.map((times) => times[index] ?? 0)));
    const verdict = least === undefined ? "" : ratio >= least ? "ok" : "TOO SLOW";
    const bound = least === undefined ? "" : `  at least ${least.toFixed(2)}: ${verdict}`;
    const figures = `${ratio.toFixed(2)} × REF ${String(speed).padStart(5)}k events/s`;
    process.stdout.write(`${name.padEnd(52)} ${figures}${bound}\n`);
    if (verdict === "TOO SLOW") process.exitCode = 1;
  }
}

/** The parts, by the names that select them: `npm run bench -- journal delivery`. */
const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  compile: benchCompile,
  normalize: benchNormalize,
  journal: benchJournal,
  delivery: benchDelivery,
  otlp: benchOtlp,
  signature: benchSignature,
  classify: benchClassify,
};

/** Parts that take minutes and gigabytes: only when they are named. */
const heavyParts: Readonly<Record<string, () => void | Promise<void>>> = {
  backlog: benchBacklog,
  preview: benchPreview,
};

async function main(names: readonly string[]): Promise<void> {
  const all = { ...parts, ...heavyParts };
  const unknown = names.filter((name) => !(name in all));
  if (unknown.length > 0) {
    process.stderr.write(`No part ${unknown.join(", ")}. Parts: ${Object.keys(all).join(", ")}.\n`);
    process.exitCode = 2;
    return;
  }
  for (const [name, part] of Object.entries(names.length === 0 ? parts : all))
    if (names.length === 0 || names.includes(name)) await part();
}

await main(process.argv.slice(2));
